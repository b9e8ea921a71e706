#include "domain/tension/bands.h"

namespace snp::domain {

std::optional<int> Band(const Thresholds3& thresholds, std::optional<double> value) {
  if (!value) return std::nullopt;
  int score = 0;
  for (const double threshold : thresholds) score += *value >= threshold ? 1 : 0;
  return score;
}

std::optional<double> ZScore(double value, double mean, double sd) {
  if (!(sd > 0)) return std::nullopt;
  return (value - mean) / sd;
}

}  // namespace snp::domain
