// Golden values of the detectors. Those of R: R 4.2, surveillance 1.20.3.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "domain/tension/cusum.h"
#include "domain/tension/ears.h"
#include "domain/tension/farrington.h"
#include "domain/tension/mem.h"
#include "domain/tension/regression.h"
#include "domain/tension/serfling.h"

namespace snp::domain {
namespace {

using ::testing::HasSubstr;

const std::vector<double> kStep{50, 52, 48, 51, 49, 53, 47, 50, 51, 70, 72, 74};

// 320 weeks with a season, a trend, a past outbreak and one now.
std::vector<double> Weeks() {
  std::vector<double> weeks;
  for (int t = 0; t < 320; ++t) {
    weeks.push_back(std::nearbyint(20 + 8 * std::sin(2 * std::numbers::pi * t / 52) + 0.01 * t) + (t * 7919) % 11);
    if (t >= 99 && t < 104) weeks.back() += 40;
  }
  weeks.back() = 75;
  return weeks;
}

TEST(Ears, Golden) {
  const auto c1 = Ears(EarsParams::Of(EarsKind::kC1), kStep);
  EXPECT_NEAR(*c1[9].score, 9.896, 5e-4);
  EXPECT_TRUE(c1[9].alarm);
  EXPECT_FALSE(c1[8].alarm);
  EXPECT_NEAR(*c1[9].expected, 349.0 / 7, 1e-12);
  const auto c2 = Ears(EarsParams::Of(EarsKind::kC2), kStep);
  EXPECT_NEAR(*c2[9].score, 9.258, 5e-4);
  EXPECT_NEAR(*c2[9].threshold, 50 + 3 * std::sqrt(28.0 / 6), 1e-9);
  const auto c3 = Ears(EarsParams::Of(EarsKind::kC3), kStep);
  EXPECT_NEAR(*c3[11].score, 28.3037, 5e-5);
  EXPECT_EQ(c3[10].score, std::nullopt);
  EXPECT_TRUE(c3[11].alarm);
}

TEST(Ears, TheThresholdIsTheCountThatAlarms) {
  for (const EarsKind kind : {EarsKind::kC1, EarsKind::kC2, EarsKind::kC3}) {
    std::vector<double> series{50, 52, 48, 51, 49, 53, 47, 50, 51, 50, 53, 0};
    const double threshold = *Ears(EarsParams::Of(kind), series).back().threshold;
    series.back() = threshold + 0.001;
    EXPECT_TRUE(Ears(EarsParams::Of(kind), series).back().alarm);
    series.back() = threshold - 0.001;
    EXPECT_FALSE(Ears(EarsParams::Of(kind), series).back().alarm);
  }
}

TEST(Ears, WithoutVarianceSaysNothingUnlessToldAnSd) {
  const std::vector<double> flat{5, 5, 5, 5, 5, 5, 5, 9};
  EarsParams params = EarsParams::Of(EarsKind::kC1);
  params.sd_min = 0;
  EXPECT_EQ(Ears(params, flat)[7].score, std::nullopt);
  EXPECT_FALSE(Ears(params, flat)[7].alarm);
  params.sd_min = 0.5;
  EXPECT_DOUBLE_EQ(*Ears(params, flat)[7].score, 8);
  params.sd_min = 0;
  const std::vector<double> tenths{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.3};
  EXPECT_EQ(Ears(params, tenths)[7].score, std::nullopt);
  // In place of 0 only: a small sd stays as it is.
  const std::vector<double> nearly{5, 5, 5, 5, 5, 5, 6, 9};
  params.sd_min = 100;
  EXPECT_GT(*Ears(params, nearly)[7].score, 3);
}

TEST(Cusum, Golden) {
  const std::vector<double> series{4, 8, 4, 10, 3, 12};
  const CusumParams params{.k = 0.5, .h = 3, .train = 0, .period = 0, .mean = 4};
  const auto found = Cusum(params, series);
  const double scores[] = {0, 1.5, 1, 3.5, 2.5, 6};
  const bool alarms[] = {false, false, false, true, false, true};  // R's.
  const double thresholds[] = {11, 11, 8, 9, 4, 6};                // R's.
  for (size_t t = 0; t < series.size(); ++t) {
    EXPECT_DOUBLE_EQ(*found[t].score, scores[t]) << t;
    EXPECT_EQ(found[t].alarm, alarms[t]) << t;
    EXPECT_DOUBLE_EQ(*found[t].threshold, thresholds[t]) << t;
  }
}

TEST(Cusum, LearnsItsMeanAndSaysNothingMeanwhile) {
  std::vector<double> series(28, 9);
  for (size_t t = 0; t < series.size(); t += 2) series[t] = 11;
  series.push_back(30);
  const auto found = Cusum({}, series);
  EXPECT_EQ(found[27].score, std::nullopt);
  EXPECT_NEAR(*found[28].expected, 10, 1e-6);
  EXPECT_NEAR(*found[28].score, 20 / std::sqrt(10.0) - 0.5, 1e-6);  // Dispersion below 1 counts as 1.
  EXPECT_TRUE(found[28].alarm);
  EXPECT_EQ(Cusum({}, std::vector<double>(40, 0)).back().score, std::nullopt);
}

TEST(Cusum, AfterALargeOutbreakEvenNothingAlarms) {
  const auto found = Cusum({.k = 0.5, .h = 3, .train = 0, .period = 0, .mean = 4}, std::vector<double>{100, 0});
  EXPECT_TRUE(found[1].alarm);
  EXPECT_EQ(found[1].threshold, 0);
}

TEST(Regression, PoissonAsInR) {
  Design design;
  design.columns = 2;
  for (const double x : {-1, -1, 0, 0, 0, 0, 1, 1, 1}) design.Add({1, x});
  const std::vector<double> y{2, 3, 6, 7, 8, 9, 10, 12, 15};
  const auto fit = FitPoisson(design, y);
  ASSERT_TRUE(fit);
  // Not to the last digit: R takes the variance at the round before the last.
  EXPECT_NEAR(fit->coefficients[0], 1.889271995620, 1e-8);
  EXPECT_NEAR(fit->coefficients[1], 0.669785603298, 1e-8);
  EXPECT_NEAR(fit->dispersion, 0.414555997143, 1e-6);
  EXPECT_NEAR(fit->SeOf(1), 0.1150492180971, 1e-6);
  EXPECT_NEAR(fit->leverage[0], 0.272548969969, 1e-5);
  EXPECT_NEAR(fit->LogAt({1, 0}).se, 0.0915002929887, 1e-6);
}

TEST(Regression, NothingWhereNothingCanBeFitted) {
  Design same;
  same.columns = 2;
  for (int i = 0; i < 5; ++i) same.Add({1, 2});
  EXPECT_FALSE(FitPoisson(same, std::vector<double>{1, 2, 3, 4, 5}));
  EXPECT_FALSE(FitLeastSquares(same, std::vector<double>{1, 2, 3, 4, 5}));
  Design few;
  few.columns = 2;
  few.Add({1, 0});
  few.Add({1, 1});
  EXPECT_FALSE(FitPoisson(few, std::vector<double>{1, 2}));
  EXPECT_FALSE(FitLeastSquares(few, std::vector<double>{1, 2}));
}

TEST(Serfling, GoldenOfLm) {
  std::vector<double> weeks;
  for (int t = 0; t < 120; ++t) weeks.push_back(100 + 0.2 * t + 30 * std::cos(2 * std::numbers::pi * t / 52.18) + (t * 7919) % 11);
  SerflingParams params;
  params.outlier_sd = 1000;  // Nothing is set aside.
  const Detection last = Serfling(params, weeks).back();
  EXPECT_NEAR(*last.expected, 123.033725841, 1e-7);
  EXPECT_NEAR(*last.threshold, 123.033725841 + 1.64 * 3.20820054167, 1e-7);
  EXPECT_NEAR(*last.score, (120.07356313 - 123.033725841) / 3.20820054167, 1e-6);
}

TEST(Serfling, AnEpidemicTeachesNothingAndTwoWeeksMakeTheAlarm) {
  std::vector<double> weeks;
  for (int t = 0; t < 160; ++t) weeks.push_back(100 + 30 * std::cos(2 * std::numbers::pi * t / 52.18) + (t * 7919) % 11);
  const double calm = *Serfling({}, weeks).back().threshold;
  for (size_t t = 60; t < 66; ++t) weeks[t] += 150;  // Last winter's.
  weeks[158] += 60;
  weeks[159] += 60;
  const auto found = Serfling({}, weeks);
  EXPECT_NEAR(*found.back().threshold, calm, 1);
  EXPECT_FALSE(found[158].alarm);
  EXPECT_TRUE(found[159].alarm);
  EXPECT_EQ(found[103].score, std::nullopt);
}

TEST(Serfling, AnOutbreakOfARareSyndromeIsSeen) {
  std::vector<double> weeks;
  for (int t = 0; t < 200; ++t) weeks.push_back(t % 3 == 0 ? 1 : 0);
  weeks.insert(weeks.end(), {6, 6, 6});
  const auto found = Serfling({}, weeks);
  EXPECT_NE(found[199].score, std::nullopt);
  EXPECT_FALSE(found[199].alarm);
  EXPECT_TRUE(found[201].alarm);
}

TEST(Farrington, AsSurveillanceInR) {
  const std::vector<double> weeks = Weeks();
  struct Row {
    double alpha, p_trend;
    double upper[4], expected[4];
  };
  const Row rows[] = {
      {0.05, 0.05, {41.7484884863, 43.0423153387, 43.7899934659, 44.8262908843}, {32.0004296949, 33.1309384786, 33.7854872399, 34.6939491851}},
      {0.005, 1, {47.6368132579, 49.0235247749, 49.8241525563, 50.9331297731}, {32.0004296949, 33.1309384786, 33.7854872399, 34.6939491851}}};
  for (const Row& row : rows) {
    FarringtonParams params;
    params.alpha = row.alpha;
    params.pThresholdTrend = row.p_trend;
    const auto found = FarringtonFlexible(params, weeks);
    for (size_t i = 0; i < 4; ++i) {
      const Detection& d = found[weeks.size() - 4 + i];
      EXPECT_NEAR(*d.expected / row.expected[i], 1, 1e-6) << i;
      EXPECT_NEAR(*d.threshold / row.upper[i], 1, 0.015) << i;
    }
    EXPECT_TRUE(found.back().alarm);
    EXPECT_FALSE(found[weeks.size() - 2].alarm);
    EXPECT_EQ(FarringtonFlexibleLast(params, weeks).score, found.back().score);
    EXPECT_EQ(found[262].score, std::nullopt);  // Five years and three weeks: index 263 is the first.
    EXPECT_NE(found[263].score, std::nullopt);
  }
}

// The same steps in R with the regression's own standard error (tests/tension/compare_with_r.R).
TEST(Farrington, ThresholdOfTheRegression) {
  const std::vector<double> weeks = Weeks();
  const double upper[2][4] = {{41.8909099668, 43.1880969712, 43.9336298262, 44.9693943146},
                              {47.8699297138, 49.2619957684, 50.0590325699, 51.1670297061}};
  for (int i = 0; i < 2; ++i) {
    FarringtonParams params;
    params.alpha = i == 0 ? 0.05 : 0.005;
    const auto found = FarringtonFlexible(params, weeks);
    for (size_t j = 0; j < 4; ++j) EXPECT_NEAR(*found[weeks.size() - 4 + j].threshold / upper[i][j], 1, 1e-5);
  }
}

TEST(Farrington, ATrendIsDroppedWithoutSignificanceAndWhereItWouldExtrapolate) {
  std::vector<double> flat, steep;
  for (int t = 0; t < 320; ++t) {
    flat.push_back(30 + (t * 7919) % 11 - (t * 31) % 7);
    steep.push_back(std::nearbyint(5 * std::exp(0.012 * t)));
  }
  FarringtonParams params;
  params.alpha = 0.05;
  EXPECT_NEAR(*FarringtonFlexibleLast(params, flat).expected, 32.3561864805, 1e-5);
  params.pThresholdTrend = 0.05;
  EXPECT_NEAR(*FarringtonFlexibleLast(params, flat).expected, 32.4571428571, 1e-5);
  params.pThresholdTrend = 1;
  EXPECT_NEAR(*FarringtonFlexibleLast(params, steep).expected, 50.7428571429, 1e-4);
}

TEST(Farrington, FewCasesSayNothing) {
  std::vector<double> weeks(320, 0);
  for (size_t t = 0; t < weeks.size(); t += 9) weeks[t] = 1;
  weeks.back() = 4;
  EXPECT_EQ(FarringtonFlexibleLast({}, weeks).score, std::nullopt);
}

TEST(Mem, SplitsASeasonWhereItsGrowthEnds) {
  // 20 weeks, 1,000 cases: 100 200 300 200 100 in the middle, 100 over the rest.
  const std::vector<double> season{5, 5, 5, 5, 10, 10, 10, 100, 200, 300, 200, 100, 10, 10, 10, 5, 5, 5, 5, 0};
  const EpidemicWeeks weeks = SplitSeason(season, 2.8);
  EXPECT_EQ(weeks.first, 7);
  EXPECT_EQ(weeks.last, 12);
  EXPECT_EQ(SplitSeason(std::vector<double>(5, 0), 2.8).last, 0);
}

TEST(Mem, GoldenByHand) {
  MemParams params;
  params.season_points = 8;
  params.min_seasons = 2;
  params.values = 4;  // Two a season.
  const std::vector<double> a{2, 4, 6, 100, 200, 100, 1, 1};
  const std::vector<double> b{4, 8, 6, 50, 100, 50, 1, 1};
  const auto found = Thresholds(params, {a, b});
  ASSERT_TRUE(found);
  // Highest before: 6 4 and 8 6: mean 6, sd sqrt(8/3). During: 200 100 and 100 50.
  EXPECT_DOUBLE_EQ(found->expected, 6);
  EXPECT_NEAR(found->onset, 6 + 1.6448536 * std::sqrt(8.0 / 3), 1e-6);
  const double log_sd = std::log(2.0) * std::sqrt(2.0 / 3);
  EXPECT_NEAR((*found->intensity)[0], 100 * std::exp(-0.2533471 * log_sd), 1e-5);
  EXPECT_NEAR((*found->intensity)[1], 100 * std::exp(1.2815516 * log_sd), 1e-5);
  EXPECT_NEAR((*found->intensity)[2], 100 * std::exp(1.9599640 * log_sd), 1e-5);

  std::vector<double> series = a;
  series.insert(series.end(), b.begin(), b.end());
  series.insert(series.end(), {8, 9});
  const auto judged = Mem(params, series);
  EXPECT_EQ(judged[15].score, std::nullopt);
  EXPECT_FALSE(judged[16].alarm);
  EXPECT_TRUE(judged[17].alarm);
}

// Every detector: what is said of a point never changes with what comes after, and short series are no error.
TEST(Detectors, KnowNothingOfTheFuture) {
  const std::vector<double> weeks = Weeks();
  const std::function<std::vector<Detection>(Series)> detectors[] = {
      [](Series s) { return Ears(EarsParams::Of(EarsKind::kC1), s); },
      [](Series s) { return Ears(EarsParams::Of(EarsKind::kC2), s); },
      [](Series s) { return Ears(EarsParams::Of(EarsKind::kC3), s); },
      [](Series s) { return Cusum({}, s); },
      [](Series s) { return Cusum({.train = 104, .period = 52}, s); },
      [](Series s) { return Serfling({}, s); },
      [](Series s) { return FarringtonFlexible({}, s); },
      [](Series s) { return Mem({}, s); },
  };
  for (size_t i = 0; i < std::size(detectors); ++i) {
    const auto all = detectors[i](weeks);
    ASSERT_EQ(all.size(), weeks.size());
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const Detection& d) { return d.score.has_value(); })) << i;
    for (const size_t n : {size_t{0}, size_t{1}, size_t{13}, size_t{111}, size_t{291}}) {
      const auto part = detectors[i](Series(weeks).first(n));
      ASSERT_EQ(part.size(), n);
      for (size_t t = 0; t < n; ++t) {
        ASSERT_EQ(part[t].score, all[t].score) << i << " at " << t;
        ASSERT_EQ(part[t].threshold, all[t].threshold) << i << " at " << t;
        ASSERT_EQ(part[t].alarm, all[t].alarm) << i << " at " << t;
      }
    }
  }
}

TEST(Detectors, NameTheParameterThatIsWrong) {
  EarsParams ears;
  ears.baseline = 2;
  EXPECT_THAT(std::string(Validate(ears).message()), HasSubstr("baseline"));
  EXPECT_THAT(std::string(Validate(CusumParams{.h = 0}).message()), HasSubstr("h:"));
  EXPECT_THAT(std::string(Validate(CusumParams{.train = 28, .period = 52}).message()), HasSubstr("train"));
  SerflingParams serfling;
  serfling.min_points = 20;
  EXPECT_THAT(std::string(Validate(serfling).message()), HasSubstr("min_points"));
  FarringtonParams farrington;
  farrington.noPeriods = 60;
  EXPECT_THAT(std::string(Validate(farrington).message()), HasSubstr("noPeriods"));
  MemParams mem;
  mem.intensity = {0.9, 0.4, 0.975};
  EXPECT_THAT(std::string(Validate(mem).message()), HasSubstr("intensity"));
  EXPECT_TRUE(Validate(EarsParams::Of(EarsKind::kC3)).ok());
  EXPECT_TRUE(Validate(CusumParams{}).ok());
  EXPECT_TRUE(Validate(SerflingParams{}).ok());
  EXPECT_TRUE(Validate(FarringtonParams{}).ok());
  EXPECT_TRUE(Validate(MemParams{}).ok());
}

}  // namespace
}  // namespace snp::domain
