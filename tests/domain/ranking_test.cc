#include "domain/ranking.h"

#include <gtest/gtest.h>

namespace snp::domain {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'765'000'000);

TEST(Ranking, CostWeighsTravelWaitCircleAndStaleness) {
  Policy policy = Policy::Graded();
  policy.travel_weight = 2;
  policy.wait_weight = 0.5;
  policy.circles[static_cast<int>(Circle::kTown)].extra_minutes = 7;
  policy.demote_after = absl::Minutes(30);
  policy.stale_minutes = 100;
  Demand demand;
  demand.now = kNow;
  demand.earliest = kNow + absl::Minutes(10);
  const Question q = MakeQuestion(demand, policy);
  SlotFacts slot;
  slot.confirmed = Nanos(kNow - absl::Minutes(30));
  const int64_t seen = Nanos(kNow + absl::Minutes(30));
  EXPECT_DOUBLE_EQ(CostOf(q, slot, Circle::kTown, 3, seen), 2 * 3 + 0.5 * 20 + 7);
  slot.confirmed -= 1;
  EXPECT_DOUBLE_EQ(CostOf(q, slot, Circle::kTown, 3, seen), 2 * 3 + 0.5 * 20 + 7 + 100);
  EXPECT_DOUBLE_EQ(CostOf(q, slot, Circle::kRelief, 3, seen), 2 * 3 + 0.5 * 20 + 100);
}

TEST(Ranking, TheFlatFormulaIsExact) {
  Policy policy = Policy::Flat();
  policy.travel_weight = 1;
  policy.wait_weight = 0.1;
  Demand demand;
  demand.now = demand.earliest = kNow;
  const Question q = MakeQuestion(demand, policy);
  EXPECT_EQ(CostOf(q, SlotFacts(), Circle::kFlat, 12.34, Nanos(kNow + absl::Minutes(77))), 12.34 + 0.1 * 77);
}

TEST(Ranking, TheBoundNeverExceedsACost) {
  Policy policy = Policy::Graded();
  policy.travel_weight = 0.7;
  policy.wait_weight = 0.3;
  Demand demand;
  demand.now = kNow;
  for (const int earliest : {-30, 0, 20}) {
    demand.earliest = kNow + absl::Minutes(earliest);
    const Question q = MakeQuestion(demand, policy);
    for (const double travel : {0.0, 5.5, 25.0}) {
      SlotFacts walkin;
      walkin.mode = SlotMode::kWalkin;
      walkin.start = Nanos(kNow - absl::Hours(2));
      const double cost = CostOf(q, walkin, Circle::kTown, travel, SeenAt(q, walkin, travel));
      EXPECT_LE(CostBound(q, 0, travel, 0), cost + 1e-9);
      // It is worth something: tight for who is seen on arrival.
      EXPECT_NEAR(CostBound(q, 0, travel, 0), cost, 1e-9);
    }
  }
}

TEST(Ranking, IdsCountAsNumbers) {
  EXPECT_TRUE(IdBefore("9", "10"));
  EXPECT_FALSE(IdBefore("10", "9"));
  EXPECT_TRUE(IdBefore("10", "11"));
  EXPECT_FALSE(IdBefore("10", "10"));
}

}  // namespace
}  // namespace snp::domain
