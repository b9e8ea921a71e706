#include "onebox/tally.h"

#include <gtest/gtest.h>

namespace snp::onebox {
namespace {

using domain::Circle;

const absl::Time kArrival = absl::FromUnixSeconds(1'768'204'800);

Result Booked(Circle circle, absl::Duration delay, absl::Duration limit = absl::Hours(4)) {
  Result result;
  Settle(result, circle, kArrival, kArrival + limit, kArrival + delay, "complet");
  result.travel = absl::Minutes(10);
  return result;
}
Result Of(Fate fate) {
  Result result;
  result.fate = fate;
  return result;
}

TEST(SettleTest, ATownPlaceByTheDeadlineIsBooked) {
  const Result result = Booked(Circle::kTown, absl::Hours(4));
  EXPECT_EQ(result.fate, Fate::kBooked);
  EXPECT_EQ(result.delay, absl::Hours(4));
  EXPECT_TRUE(result.why.empty());
}

// The baseline counts such a start as unplaced: both sides by one deadline.
TEST(SettleTest, AStartAfterTheRequestsOwnDeadlineIsUnplaced) {
  const Result result = Booked(Circle::kTown, absl::Hours(4) + absl::Seconds(1));
  EXPECT_EQ(result.fate, Fate::kUnplaced);
  EXPECT_FALSE(result.last_resort);
  EXPECT_EQ(result.why, "placé après l'échéance");
}

TEST(SettleTest, TheEmergencyDepartmentIsUnplacedAndLastResort) {
  const Result result = Booked(Circle::kEmergencyDepartment, absl::Minutes(20));
  EXPECT_EQ(result.fate, Fate::kUnplaced);
  EXPECT_TRUE(result.last_resort);
  EXPECT_EQ(result.why, "complet");
}

TEST(TallyTest, EveryRequestIsCountedOnce) {
  Tally tally(8);
  tally.Set(0, Booked(Circle::kOwnGp, absl::Minutes(30)), "a");
  tally.Set(1, Booked(Circle::kTele, absl::Minutes(60)), "b");
  tally.Set(2, Of(Fate::kAdvice), "");
  tally.Set(3, Of(Fate::kEmergency), "");
  tally.Set(4, Of(Fate::kEmergency), "");
  tally.Set(5, Of(Fate::kUnplaced), "");
  tally.Set(6, Booked(Circle::kEmergencyDepartment, absl::Minutes(20)), "");
  tally.Set(7, Booked(Circle::kTown, absl::Hours(5)), "");
  const Summary s = tally.Summarise();
  EXPECT_EQ(s.requests, 8);
  EXPECT_EQ(s.booked, 2);
  EXPECT_EQ(s.advice, 1);
  EXPECT_EQ(s.emergency, 2) << "R1/R2 only";
  EXPECT_EQ(s.unplaced, 3);
  EXPECT_EQ(s.last_resort, 1);
  EXPECT_EQ(s.waiting, 0);
  EXPECT_EQ(s.requests, s.booked + s.advice + s.emergency + s.unplaced);
  EXPECT_EQ(s.by_circle.at(Circle::kOwnGp), 1);
  EXPECT_EQ(s.by_circle.count(Circle::kTown), 0u) << "not by the deadline";
  EXPECT_EQ(s.delay_min.p90, 60) << "of the booked only";
  EXPECT_EQ(tally.LastLines(5).size(), 2u);
}

TEST(TallyTest, ALaterDecisionReplacesAnEarlierOne) {
  Tally tally(2);
  tally.Set(0, Booked(Circle::kTown, absl::Minutes(30)), "a");
  tally.Set(0, Of(Fate::kUnplaced), "b");
  const Summary s = tally.Summarise();
  EXPECT_EQ(s.booked, 0);
  EXPECT_EQ(s.unplaced, 1);
  EXPECT_EQ(s.waiting, 1);
  EXPECT_EQ(tally.LastLines(1)[0].text, "b");
}

TEST(QuantilesTest, NearestRank) {
  EXPECT_EQ(QuantilesOf({}).p90, 0);
  const Quantiles q = QuantilesOf({10, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_EQ(q.p50, 5);
  EXPECT_EQ(q.p90, 9);
  EXPECT_EQ(q.p99, 10);
}

}  // namespace
}  // namespace snp::onebox
