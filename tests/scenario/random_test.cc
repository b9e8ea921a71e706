#include "scenario/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace snp::scenario {
namespace {

// Values written down once: they must be the same on every machine and with every standard library.
TEST(Random, GivesTheSameNumbersEverywhere) {
  Random random(1, "arrivals");
  std::vector<uint64_t> got;
  for (int i = 0; i < 5; ++i) got.push_back(random.Below(1000));
  Random again(1, "arrivals");
  for (uint64_t x : got) EXPECT_EQ(again.Below(1000), x);
  EXPECT_EQ(got, (std::vector<uint64_t>{450, 396, 162, 550, 116}));
}

TEST(Random, StreamsOfOneSeedDiffer) {
  Random a(1, "arrivals"), b(1, "patients"), c(2, "arrivals");
  const uint64_t x = a.Below(1'000'000'000), y = b.Below(1'000'000'000), z = c.Below(1'000'000'000);
  EXPECT_NE(x, y);
  EXPECT_NE(x, z);
}

TEST(Random, PoissonHasItsMeanAndItsVariance) {
  for (double mean : {0.05, 3.0, 29.9, 30.0, 300.0}) {
    Random random(7, "poisson");
    double sum = 0, squares = 0;
    constexpr int kDraws = 20'000;
    for (int i = 0; i < kDraws; ++i) {
      const double x = random.Poisson(mean);
      sum += x;
      squares += x * x;
    }
    const double got = sum / kDraws;
    EXPECT_NEAR(got, mean, 5 * std::sqrt(mean / kDraws)) << mean;
    EXPECT_NEAR((squares / kDraws - got * got) / mean, 1, 0.06) << mean;
  }
  Random random(1, "none");
  EXPECT_EQ(random.Poisson(0), 0);
  EXPECT_EQ(random.Poisson(-1), 0);
}

TEST(Random, PickFollowsItsWeightsAndNeverTakesAZero) {
  Random random(3, "pick");
  std::vector<int> counts(4);
  const std::vector<double> weights = {1, 0, 3, 0};
  for (int i = 0; i < 40'000; ++i) ++counts[random.Pick(weights)];
  EXPECT_EQ(counts[1], 0);
  EXPECT_EQ(counts[3], 0);
  EXPECT_NEAR(counts[0], 10'000, 500);
  EXPECT_NEAR(counts[2], 30'000, 500);
}

TEST(Random, ShuffleKeepsEveryItem) {
  Random random(3, "shuffle");
  std::vector<int> items = {1, 2, 3, 4, 5, 6, 7, 8};
  random.Shuffle(items);
  EXPECT_NE(items, (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8}));
  std::sort(items.begin(), items.end());
  EXPECT_EQ(items, (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8}));
}

}  // namespace
}  // namespace snp::scenario
