#include "domain/tension/level.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace snp::domain {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1545433200);  // 22 December 2018, midnight in Paris.
constexpr absl::Duration kTick = absl::Minutes(15);

PillarScores Scores(const std::string& digits) {
  PillarScores scores;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] == '?') {
      scores[i] = PillarScore::Missing();
    } else if (digits[i] != '-') {
      scores[i] = PillarScore::Of(digits[i] - '0');
    }
  }
  return scores;
}

// The published level after each evaluation, as digits. `inputs`: six pillars each ("200000"), blank between, one a tick.
std::string Levels(const std::vector<std::string>& inputs, std::optional<double> unplaced = std::nullopt, LevelState state = {}) {
  std::string levels;
  for (size_t i = 0; i < inputs.size(); ++i) {
    state = Next({}, state, {kStart + kTick * static_cast<int64_t>(i), Scores(inputs[i]), unplaced});
    levels += static_cast<char>('0' + static_cast<int>(state.level));
  }
  return levels;
}

std::vector<std::string> Times(int n, const std::string& input) { return std::vector<std::string>(static_cast<size_t>(n), input); }
std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(LevelRules, TheHighestThatHolds) {
  struct Row {
    const char* pillars;
    Level level;
    LevelRule rule;
  };
  for (const Row& row : {Row{"000000", Level::kT1, LevelRule::kNone}, Row{"110000", Level::kT1, LevelRule::kNone},
                         Row{"111000", Level::kT2, LevelRule::kThreeAtOne}, Row{"000002", Level::kT2, LevelRule::kOneAtTwo},
                         Row{"211111", Level::kT2, LevelRule::kOneAtTwo}, Row{"220000", Level::kT3, LevelRule::kTwoAtTwo},
                         Row{"003000", Level::kT3, LevelRule::kOneAtThree}, Row{"322222", Level::kT3, LevelRule::kOneAtThree},
                         Row{"300003", Level::kT4, LevelRule::kTwoAtThree}, Row{"------", Level::kT1, LevelRule::kNone}}) {
    const LevelState state = Next({}, {}, {kStart, Scores(row.pillars), std::nullopt});
    EXPECT_EQ(state.raw, row.level) << row.pillars;
    EXPECT_EQ(state.rule, row.rule) << row.pillars;
  }
}

TEST(Hysteresis, UpAfterTwoDownOneStepAfterEight) {
  EXPECT_EQ(Levels({"300000", "000000", "300000", "300000"}), "1113");
  // Both of two evaluations stand for T3, only one of them for T4.
  EXPECT_EQ(Levels({"300000", "330000", "330000"}), "134");
  EXPECT_EQ(Levels(Times(2, "330000") + Times(24, "000000")), "14" + std::string("44444443") + "33333332" + "22222221");
  // One evaluation that is not below starts the count again.
  EXPECT_EQ(Levels(Times(2, "300000") + Times(7, "000000") + Times(1, "300000") + Times(8, "000000")),
            "13"
            "3333333"
            "3"
            "33333332");
}

TEST(Hysteresis, TensionForADayWithManyUnplacedIsCritical) {
  const auto day = Times(2 + 96, "300000");
  // T3 at the second evaluation; 24 h later the rule holds, and one evaluation after that it counts.
  EXPECT_EQ(Levels(day + Times(2, "300000"), 0.25).substr(95), "33344");
  EXPECT_EQ(Levels(day + Times(2, "300000"), 0.15).substr(95), "33333");
}

TEST(MissingData, HoldsAndNeverLowers) {
  EXPECT_EQ(Levels(Times(2, "300000") + Times(50, "?00000")), "13" + std::string(50, '3'));
  // Seven below, a long hole, the eighth.
  EXPECT_EQ(Levels(Times(2, "300000") + Times(7, "000000") + Times(20, "0?0000") + Times(1, "000000")).back(), '2');
  // What is known may raise.
  EXPECT_EQ(Levels(Times(2, "3?0000")), "13");
  LevelState state = Next({}, {}, {kStart, Scores("0?0000"), std::nullopt});
  EXPECT_TRUE(state.data_missing);
  state = Next({}, state, {kStart + kTick, Scores("000000"), std::nullopt});
  EXPECT_FALSE(state.data_missing);
}

TEST(MissingData, WhatAPillarStillShowsCounts) {
  LevelState state;
  for (int i = 0; i < 2; ++i) {
    PillarScores scores{};
    scores[0] = PillarOf({PillarScore::Of(2), PillarScore::Missing()});
    state = Next({}, state, {kStart + kTick * i, scores, std::nullopt});
  }
  EXPECT_EQ(state.level, Level::kT2);
  EXPECT_TRUE(state.data_missing);
}

TEST(Pillars, TheHighestIndicatorCounts) {
  using P = PillarScore;
  EXPECT_EQ(PillarOf({P::Of(1), P::Of(2)}), P::Of(2));
  EXPECT_EQ(PillarOf({P::Of(1), P::NotCounted()}), P::Of(1));
  EXPECT_EQ(PillarOf({P::Of(1), P::Missing()}), P::Missing(1));
  EXPECT_EQ(PillarOf({P::Missing(), P::Missing(2)}), P::Missing(2));
  EXPECT_EQ(PillarOf({P::Of(3), P::Missing()}), P::Of(3));
  EXPECT_EQ(PillarOf({}), P::NotCounted());
}

TEST(Town, ScoresUnplacedAndFill) {
  struct Row {
    TownSignals town;
    PillarScore score;
  };
  const Row rows[] = {{{0, 0, 100, 99}, PillarScore::NotCounted()}, {{10, 0, 0, 0}, PillarScore::Of(3)},     {{100, 4, 100, 69}, PillarScore::Of(0)},
                      {{100, 5, 100, 0}, PillarScore::Of(1)},       {{100, 10, 100, 0}, PillarScore::Of(2)}, {{100, 20, 100, 0}, PillarScore::Of(3)},
                      {{100, 0, 100, 70}, PillarScore::Of(1)},      {{100, 0, 100, 85}, PillarScore::Of(2)}, {{100, 0, 100, 95}, PillarScore::Of(3)}};
  for (const Row& row : rows) EXPECT_EQ(TownScore({}, row.town), row.score) << row.town.unplaced << " " << row.town.booked;
}

TEST(StickyBand, AValueThatTremblesOnAThresholdDoesNotFlap) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> noise(-0.09, 0.09);
  for (const double centre : {0.5, 1.0, 1.5, 2.0, 3.0}) {
    int score = 0;
    int changes = 0;
    LevelState state;
    int level_changes = 0;
    for (int i = 0; i < 20000; ++i) {
      const int now = StickyBand(kSdBands, 0.2, score, centre + noise(random));
      changes += now != score ? 1 : 0;
      score = now;
      PillarScores scores;
      scores[0] = PillarScore::Of(score);
      const LevelState next = Next({}, state, {kStart + kTick * i, scores, std::nullopt});
      level_changes += next.level != state.level ? 1 : 0;
      state = next;
    }
    // From the quiet start up to where it stays.
    EXPECT_LE(changes, 4) << centre;
    EXPECT_LE(level_changes, 3) << centre;
  }
  EXPECT_EQ(StickyBand(kSdBands, 0.2, 2, 1.85), 2);
  EXPECT_EQ(StickyBand(kSdBands, 0.2, 2, 1.79), 1);
  EXPECT_EQ(StickyBand(kSdBands, 0.2, 3, 0), 0);
}

// --- the invariants, on random courses ---------------------------------------------------------------------------------------------------

std::vector<Evaluation> RandomCourse(std::mt19937& random, bool holes) {
  std::vector<Evaluation> course;
  PillarScores scores;
  for (auto& s : scores) s = PillarScore::Of(0);
  for (int i = 0; i < 300; ++i) {
    // Scores that stay a while, so that levels are reached.
    for (auto& s : scores) {
      if (random() % 8 == 0) s = PillarScore::Of(static_cast<int>(random() % 4));
      if (holes && random() % 40 == 0) s = PillarScore::Missing(static_cast<int>(random() % 3));
    }
    course.push_back({kStart + kTick * i, scores, static_cast<double>(random() % 40) / 100});
  }
  return course;
}

std::vector<LevelState> StatesOf(const std::vector<Evaluation>& course) {
  std::vector<LevelState> states;
  LevelState state;
  for (const Evaluation& e : course) states.push_back(state = Next({}, state, e));
  return states;
}

TEST(Invariants, MonotoneInEveryInput) {
  std::mt19937 random(2);
  int strictly = 0;
  for (int round = 0; round < 300; ++round) {
    const auto low = RandomCourse(random, true);
    auto high = low;
    for (Evaluation& e : high) {
      for (auto& s : e.scores) {
        if (s.kind == PillarScore::Kind::kScore && random() % 5 == 0) s.score = std::min(3, s.score + 1);
      }
      if (random() % 5 == 0) *e.unplaced_share += 0.1;
    }
    const auto a = StatesOf(low);
    const auto b = StatesOf(high);
    for (size_t i = 0; i < a.size(); ++i) {
      ASSERT_LE(a[i].level, b[i].level) << "round " << round << ", evaluation " << i;
      strictly += a[i].level < b[i].level ? 1 : 0;
    }
  }
  EXPECT_GT(strictly, 1000);  // The courses do differ.
}

TEST(Invariants, ThePermutationOfActorsIsIrrelevant) {
  std::mt19937 random(3);
  for (int round = 0; round < 100; ++round) {
    const auto course = RandomCourse(random, true);
    auto shuffled = course;
    std::array<size_t, kPillarCount> order{0, 1, 2, 3, 4, 5};
    std::shuffle(order.begin(), order.end(), random);
    for (size_t i = 0; i < course.size(); ++i) {
      for (size_t p = 0; p < order.size(); ++p) shuffled[i].scores[p] = course[i].scores[order[p]];
    }
    ASSERT_EQ(StatesOf(course), StatesOf(shuffled));
  }
}

TEST(Invariants, ALevelDependsOnThePastOnlyAndAReplayGivesTheSame) {
  std::mt19937 random(4);
  for (int round = 0; round < 100; ++round) {
    const auto course = RandomCourse(random, true);
    const auto whole = StatesOf(course);
    ASSERT_EQ(whole, StatesOf(course));
    const size_t n = random() % course.size();
    const auto part = StatesOf(std::vector<Evaluation>(course.begin(), course.begin() + static_cast<std::ptrdiff_t>(n)));
    for (size_t i = 0; i < n; ++i) ASSERT_EQ(part[i], whole[i]);
  }
}

TEST(Invariants, MissingDataNeverLowers) {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    const auto course = RandomCourse(random, true);
    const auto states = StatesOf(course);
    for (size_t i = 1; i < states.size(); ++i) {
      if (!states[i].data_missing) continue;
      ASSERT_GE(states[i].level, states[i - 1].level);
    }
  }
}

TEST(Invariants, AConstantInputSettles) {
  for (const char* input : {"000000", "110000", "111000", "200000", "220000", "300000", "330000", "123123"}) {
    // From every level.
    for (int level = 1; level <= 4; ++level) {
      LevelState from;
      from.level = static_cast<Level>(level);
      const std::string levels = Levels(Times(60, input), std::nullopt, from);
      const char settled = static_cast<char>('0' + static_cast<int>(Next({}, {}, {kStart, Scores(input), std::nullopt}).raw));
      EXPECT_EQ(levels.substr(30), std::string(30, settled)) << input << " from " << level;
      EXPECT_TRUE(std::is_sorted(levels.begin(), levels.end()) || std::is_sorted(levels.rbegin(), levels.rend())) << levels;
    }
  }
}

}  // namespace
}  // namespace snp::domain
