#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "domain/tension/centre15.h"
#include "domain/tension/epidemic.h"

namespace snp::domain {
namespace {

// The national figures of 2022: 88 % answered, 80 % of these within a minute.
TEST(Centre15, SharesOfPresentedAndOfAnswered) {
  const CallCounts calls{1000, 880, 500, 704};
  EXPECT_DOUBLE_EQ(*AnsweredShare(calls), 0.88);
  EXPECT_DOUBLE_EQ(*Qs30(calls), 0.5);
  EXPECT_DOUBLE_EQ(*Qs60(calls), 0.704);
  EXPECT_DOUBLE_EQ(*Qs60OfAnswered(calls), 0.8);
  EXPECT_EQ(Qs60({}), std::nullopt);
  EXPECT_EQ(Qs60OfAnswered({10, 0, 0, 0}), std::nullopt);
  EXPECT_EQ(AnsweredShare({10, 0, 0, 0}), 0.0);
}

TEST(Centre15, SlowMeansBelowItsOwnHabitAllAlong) {
  using Share = std::optional<double>;
  EXPECT_TRUE(AnswersSlowly(std::vector<Share>(8, 0.71), 0.8, 0.08));
  EXPECT_FALSE(AnswersSlowly(std::vector<Share>(8, 0.73), 0.8, 0.08));
  std::vector<Share> mixed(8, 0.5);
  mixed[3] = 0.9;
  EXPECT_FALSE(AnswersSlowly(mixed, 0.8, 0.08));
  mixed[3] = std::nullopt;
  EXPECT_FALSE(AnswersSlowly(mixed, 0.8, 0.08));
  EXPECT_FALSE(AnswersSlowly({}, 0.8, 0.08));
}

TEST(Centre15, OveractivityIsTheBandAndOneForSlowAnswers) {
  struct Row {
    double z;
    bool slow;
    int score;
  };
  for (const Row& row : {Row{-2, false, 0}, Row{0.99, false, 0}, Row{1, false, 1}, Row{2, false, 2}, Row{3, false, 3}, Row{0, true, 1},
                         Row{2.5, true, 3}, Row{9, true, 3}}) {
    EXPECT_EQ(OveractivityScore(row.z, row.slow), row.score) << row.z;
  }
  EXPECT_EQ(OveractivityScore(std::nullopt, true), std::nullopt);
}

TEST(Epidemic, TwoPointsInARow) {
  const SyndromeAlarms none{};
  const SyndromeAlarms weak{.c3 = true};
  const SyndromeAlarms strong{.c2 = true, .c3 = true};
  const SyndromeAlarms farrington{.farrington = true};
  EXPECT_EQ(SyndromeScore(none, none), 0);
  EXPECT_EQ(SyndromeScore(none, strong), 0);
  EXPECT_EQ(SyndromeScore(strong, none), 0);
  EXPECT_EQ(SyndromeScore(weak, weak), 1);
  EXPECT_EQ(SyndromeScore(strong, weak), 1);
  EXPECT_EQ(SyndromeScore(weak, farrington), 2);
  EXPECT_EQ(SyndromeScore(strong, farrington), 3);
}

TEST(Epidemic, TheHighestOfAShortWatchList) {
  const SyndromePoints calm{};
  const SyndromePoints rising{{.c1 = true}, {.farrington = true}};
  EXPECT_EQ(*EpidemicScore({}), 0);
  EXPECT_EQ(*EpidemicScore({calm, rising, calm}), 2);
  EXPECT_TRUE(EpidemicScore(std::vector<SyndromePoints>(8, rising)).ok());
  EXPECT_EQ(EpidemicScore(std::vector<SyndromePoints>(9, rising)).status().code(), absl::StatusCode::kInvalidArgument);
}

// No alarm more, anywhere, ever lowers the score.
TEST(Epidemic, IsMonotone) {
  const auto of = [](int bits) { return SyndromeAlarms{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0}; };
  for (int before = 0; before < 32; ++before) {
    for (int now = 0; now < 32; ++now) {
      for (int more = 1; more < 32; more *= 2) {
        EXPECT_LE(SyndromeScore(of(before), of(now)), SyndromeScore(of(before | more), of(now)));
        EXPECT_LE(SyndromeScore(of(before), of(now)), SyndromeScore(of(before), of(now | more)));
      }
    }
  }
}

}  // namespace
}  // namespace snp::domain
