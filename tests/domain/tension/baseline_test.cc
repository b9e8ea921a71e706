#include "domain/tension/baseline.h"

#include <gtest/gtest.h>

#include <cmath>

#include "domain/tension/erlang.h"
#include "domain/tension/summary.h"

namespace snp::domain {
namespace {

TEST(Summary, Golden) {
  const std::vector<double> sample{2, 4, 4, 4, 5, 5, 7, 9};
  EXPECT_DOUBLE_EQ(*Mean(sample), 5);
  EXPECT_NEAR(*SampleSd(sample), 2.13809, 1e-5);
  EXPECT_DOUBLE_EQ(*Median(sample), 4.5);
  EXPECT_DOUBLE_EQ(*Median({3, 1, 2}), 2);
  EXPECT_NEAR(*RobustSd(sample), 1.4826 * 0.5, 1e-12);
  EXPECT_EQ(Mean({}), std::nullopt);
  EXPECT_EQ(SampleSd({1.0}), std::nullopt);
  EXPECT_EQ(Median({}), std::nullopt);
  EXPECT_EQ(RobustSd({}), std::nullopt);
  EXPECT_NEAR(NormalQuantile(0.975), 1.95996398454, 1e-9);  // R 4.2: qnorm, pt.
  EXPECT_NEAR(StudentTwoSided(-2.228, 10), 0.0500117718171, 1e-10);
  EXPECT_EQ(StudentTwoSided(INFINITY, 3), 0);
}

TEST(SeasonalBaseline, APastCrisisIsNotTheNorm) {
  SeasonalBaseline baseline;
  for (const double calls : {40., 42., 38., 41., 39., 40., 43., 37., 400., 390.}) baseline.Learn(DayType::kMonday, 9, calls);
  const auto usual = baseline.At(DayType::kMonday, 9);
  ASSERT_TRUE(usual);
  EXPECT_DOUBLE_EQ(usual->median, 40.5);
  EXPECT_NEAR(usual->sd, 1.4826 * 2, 1e-12);  // Distances .5 .5 .5 1.5 1.5 2.5 2.5 3.5 and two far ones: 2.
  EXPECT_EQ(usual->values, 10);
  EXPECT_GT(*baseline.Z(DayType::kMonday, 9, 60), 3);
}

TEST(SeasonalBaseline, SaysNothingOnLittleOrOnNoVariance) {
  SeasonalBaseline baseline(3);
  EXPECT_EQ(baseline.At(DayType::kSaturday, 0), std::nullopt);
  baseline.Learn(DayType::kSaturday, 0, 5);
  baseline.Learn(DayType::kSaturday, 0, 5);
  EXPECT_EQ(baseline.Z(DayType::kSaturday, 0, 9), std::nullopt);
  baseline.Learn(DayType::kSaturday, 0, 5);
  EXPECT_EQ(baseline.At(DayType::kSaturday, 0)->sd, 0);
  EXPECT_EQ(baseline.Z(DayType::kSaturday, 0, 9), std::nullopt);
}

TEST(SeasonalBaseline, KindsOfDay) {
  EXPECT_EQ(DayTypeOf(absl::CivilDay(2018, 12, 24), false), DayType::kMonday);
  EXPECT_EQ(DayTypeOf(absl::CivilDay(2018, 12, 25), true), DayType::kSundayOrHoliday);
  EXPECT_EQ(DayTypeOf(absl::CivilDay(2018, 12, 26), false), DayType::kWeekday);
  EXPECT_EQ(DayTypeOf(absl::CivilDay(2018, 12, 29), false), DayType::kSaturday);
  EXPECT_EQ(DayTypeOf(absl::CivilDay(2018, 12, 30), false), DayType::kSundayOrHoliday);
}

TEST(ErlangC, Golden) {
  struct Row {
    double erlangs;
    int agents;
    double waits;
  };
  // By the sum of the definition.
  for (const Row& row : {Row{10, 14, 0.17413193359504983}, Row{5, 6, 0.587516450460613}, Row{0.5, 1, 0.5}}) {
    const ExpectedWait wait = ErlangC({.calls_per_hour = row.erlangs * 20, .handling = absl::Minutes(3), .agents = row.agents});
    EXPECT_NEAR(wait.wait_probability, row.waits, 1e-12);
    EXPECT_NEAR(absl::ToDoubleSeconds(wait.mean), row.waits * 180 / (row.agents - row.erlangs), 1e-6);
    EXPECT_NEAR(wait.AnsweredWithin(absl::Seconds(60)), 1 - row.waits * std::exp(-(row.agents - row.erlangs) / 3), 1e-9);
    EXPECT_NEAR(wait.occupancy, row.erlangs / row.agents, 1e-12);
  }
}

TEST(ErlangC, TooFewAgentsAnswerNobodyInTheEnd) {
  for (const int agents : {0, 1, 10}) {
    const ExpectedWait wait = ErlangC({.calls_per_hour = 200, .handling = absl::Minutes(3), .agents = agents});
    EXPECT_TRUE(wait.overloaded);
    EXPECT_EQ(wait.mean, absl::InfiniteDuration());
    EXPECT_EQ(wait.AnsweredWithin(absl::Hours(5)), 0);
  }
  const ExpectedWait quiet = ErlangC({.calls_per_hour = 0, .agents = 0});
  EXPECT_FALSE(quiet.overloaded);
  EXPECT_EQ(quiet.mean, absl::ZeroDuration());
  EXPECT_EQ(quiet.AnsweredWithin(absl::ZeroDuration()), 1);
}

TEST(ErlangC, MoreAgentsNeverWaitLonger) {
  for (int agents = 11; agents < 30; ++agents) {
    const auto with = [&](int n) { return ErlangC({.calls_per_hour = 200, .handling = absl::Minutes(3), .agents = n}); };
    EXPECT_LT(with(agents + 1).mean, with(agents).mean);
  }
}

}  // namespace
}  // namespace snp::domain
