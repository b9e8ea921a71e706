// Random numbers that are the same everywhere: the engine is std::mt19937_64, whose output the standard fixes, and the distributions are our own,
// because those of the standard library differ from one library to another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace snp::scenario {

// One stream of random numbers. Not thread-safe. Streams of one seed with different labels are independent, so that drawing more of one thing (say,
// patients) does not move another (say, places).
class Random {
 public:
  Random(uint64_t seed, absl::string_view label);

  // 0 to n - 1, each equally likely. Precondition: n > 0.
  uint64_t Below(uint64_t n);
  // In [0, 1), a multiple of 2^-53.
  double Unit();
  double Between(double low, double high) { return low + (high - low) * Unit(); }
  bool Chance(double probability) { return Unit() < probability; }
  // Poisson with this mean (0 or less: 0).
  int Poisson(double mean);
  // Index drawn in proportion to its weight. Precondition: no weight is negative, at least one is positive.
  size_t Pick(std::span<const double> weights);

  template <typename T>
  void Shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) {
      using std::swap;
      swap(items[i - 1], items[Below(i)]);
    }
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace snp::scenario
