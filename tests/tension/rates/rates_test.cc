// What each shipped detector does on 10,000 invented series: how often it alarms on nothing, and how soon it finds something. The bounds of the false
// alarms are those that its settings file states.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <numbers>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tension/detector_file.h"

namespace snp::tension {
namespace {

using domain::Detection;
using domain::Series;

constexpr int kSeries = 10000;
constexpr std::array<double, 4> kMeans = {5, 20, 60, 200};

DetectorFile Shipped(const std::string& name) {
  std::ifstream in(absl::StrCat(SNP_SOURCE_DIR, "/services/tension/detectors/", name, ".yaml"));
  std::stringstream text;
  text << in.rdbuf();
  auto file = ParseDetector("", text.str());
  EXPECT_TRUE(file.ok()) << name << ": " << file.status();
  EXPECT_TRUE(file->false_alarms) << name;
  return *file;
}

double MeanOf(int series) { return kMeans[static_cast<size_t>(series) % kMeans.size()]; }

struct Shape {
  int points;
  // Of the expected count: 1 + swing cos(2 pi (t + phase) / 52.18).
  double swing = 0;
  // From this point on the expected count is 4 SD higher; -1: never.
  int step_at = -1;
};

std::vector<double> Invent(const Shape& shape, double mean, int phase, std::mt19937_64& random) {
  std::vector<double> counts;
  for (int t = 0; t < shape.points; ++t) {
    double expected = mean * (1 + shape.swing * std::cos(2 * std::numbers::pi * (t + phase) / 52.18));
    if (shape.step_at >= 0 && t >= shape.step_at) expected += 4 * std::sqrt(expected);
    counts.push_back(static_cast<double>(std::poisson_distribution<int>(expected)(random)));
  }
  return counts;
}

struct Counted {
  int64_t points = 0;
  int64_t alarms = 0;
  double rate() const { return static_cast<double>(alarms) / static_cast<double>(points); }
};

// Over the last `judged` points of each series.
Counted AlarmsOnNothing(const DetectorFile& file, const Shape& shape, int judged, uint64_t seed) {
  std::mt19937_64 random(seed);
  Counted counted;
  for (int i = 0; i < kSeries; ++i) {
    // Every part of the season is judged: series begin in different weeks.
    const std::vector<double> counts = Invent(shape, MeanOf(i), i / static_cast<int>(kMeans.size()), random);
    const auto found = domain::Detect(file.params, counts);
    for (int t = shape.points - judged; t < shape.points; ++t) {
      const Detection& d = found[static_cast<size_t>(t)];
      if (!d.score) continue;
      ++counted.points;
      counted.alarms += d.alarm ? 1 : 0;
    }
  }
  EXPECT_GT(counted.points, kSeries * 9 / 10 * judged);
  return counted;
}

// The share of series whose step is found within `within` points.
double FoundWithin(const DetectorFile& file, Shape shape, int within, uint64_t seed) {
  std::mt19937_64 random(seed);
  int found_in = 0;
  for (int i = 0; i < kSeries; ++i) {
    const auto found = domain::Detect(file.params, Invent(shape, MeanOf(i), 0, random));
    bool any = false;
    for (int t = shape.step_at; t < shape.step_at + within; ++t) any = any || found[static_cast<size_t>(t)].alarm;
    found_in += any ? 1 : 0;
  }
  return static_cast<double>(found_in) / kSeries;
}

struct Row {
  const char* method;
  int points;  // Of a series.
  int judged;  // The last of them.
  bool seasonal;
};

class FalseAlarms : public ::testing::TestWithParam<Row> {};

TEST_P(FalseAlarms, OnFlatPoissonAreAsStated) {
  const Row& row = GetParam();
  const DetectorFile file = Shipped(row.method);
  const Counted flat = AlarmsOnNothing(file, {row.points}, row.judged, 1);
  RecordProperty("rate", absl::StrCat(flat.rate()));
  std::cout << row.method << ": " << 100 * flat.rate() << " % of " << flat.points << " points\n";
  EXPECT_GE(flat.rate(), file.false_alarms->from);
  EXPECT_LE(flat.rate(), file.false_alarms->to);
}

TEST_P(FalseAlarms, OnASeasonStayWithinTheStatedRateOrAreReported) {
  const Row& row = GetParam();
  const DetectorFile file = Shipped(row.method);
  const Counted swinging = AlarmsOnNothing(file, {row.points, 0.3}, row.judged, 2);
  std::cout << row.method << ", season of +-30 %: " << 100 * swinging.rate() << " %\n";
  // EARS knows no season: reported, not bounded.
  if (row.seasonal) {
    EXPECT_LE(swinging.rate(), file.false_alarms->to);
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, FalseAlarms,
                         ::testing::Values(Row{"ears-c1", 59, 48, false}, Row{"ears-c2", 59, 48, false}, Row{"ears-c3", 59, 48, false},
                                           Row{"cusum", 78, 50, false}, Row{"cusum-seasonal", 156, 52, true}, Row{"serfling", 117, 13, true},
                                           Row{"farrington-flexible", 265, 1, true}, Row{"mem", 260, 52, true}),
                         [](const auto& info) {
                           std::string name = info.param.method;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(AStepOfFourSd, IsFoundInTimeAsOftenAsStated) {
  for (const char* method : {"ears-c1", "ears-c2", "ears-c3", "cusum"}) {
    const DetectorFile file = Shipped(method);
    ASSERT_TRUE(file.step_of_4_sd) << method;
    const double share = FoundWithin(file, {60, 0, 45}, file.step_of_4_sd->within, 3);
    std::cout << method << ": a step of 4 SD is found within " << file.step_of_4_sd->within << " points in " << 100 * share << " %\n";
    EXPECT_GE(share, file.step_of_4_sd->found) << method;
  }
}

}  // namespace
}  // namespace snp::tension
