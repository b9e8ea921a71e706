#include "scenario/random.h"

#include <cmath>

namespace snp::scenario {
namespace {

// FNV-1a of the label, mixed with the seed (SplitMix64's finaliser).
uint64_t StreamSeed(uint64_t seed, absl::string_view label) {
  uint64_t h = 0xcbf29ce484222325u;
  for (unsigned char c : label) h = (h ^ c) * 0x100000001b3u;
  uint64_t z = seed * 0x9e3779b97f4a7c15u + h;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(uint64_t seed, absl::string_view label) : engine_(StreamSeed(seed, label)) {}

uint64_t Random::Below(uint64_t n) {
  // The lowest 2^64 mod n values are drawn again: without this, small results would be a little likelier.
  const uint64_t reject_below = (0 - n) % n;
  uint64_t x = engine_();
  while (x < reject_below) x = engine_();
  return x % n;
}

double Random::Unit() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }

int Random::Poisson(double mean) {
  int total = 0;
  // Knuth's product method underflows for large means: a sum of Poissons is a Poisson.
  constexpr double kStep = 30;
  while (mean > 0) {
    const double part = mean < kStep ? mean : kStep;
    mean -= part;
    const double limit = std::exp(-part);
    double product = Unit();
    while (product > limit) {
      ++total;
      product *= Unit();
    }
  }
  return total;
}

size_t Random::Pick(std::span<const double> weights) {
  double sum = 0;
  for (double w : weights) sum += w;
  double x = Unit() * sum;
  size_t last = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    last = i;
    if (x < weights[i]) return i;
    x -= weights[i];
  }
  return last;  // Rounding only.
}

}  // namespace snp::scenario
