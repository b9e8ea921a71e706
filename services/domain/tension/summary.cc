#include "domain/tension/summary.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

namespace snp::domain {

std::optional<double> Mean(absl::Span<const double> sample) {
  if (sample.empty()) return std::nullopt;
  return std::accumulate(sample.begin(), sample.end(), 0.0) / static_cast<double>(sample.size());
}

std::optional<double> SampleSd(absl::Span<const double> sample) {
  if (sample.size() < 2) return std::nullopt;
  const double mean = *Mean(sample);
  double squares = 0;
  for (const double x : sample) squares += (x - mean) * (x - mean);
  return std::sqrt(squares / static_cast<double>(sample.size() - 1));
}

std::optional<double> Median(std::vector<double> sample) {
  if (sample.empty()) return std::nullopt;
  const auto middle = sample.begin() + static_cast<std::ptrdiff_t>(sample.size() / 2);
  std::nth_element(sample.begin(), middle, sample.end());
  if (sample.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(sample.begin(), middle)) / 2;
}

std::optional<double> RobustSd(const std::vector<double>& sample) {
  const std::optional<double> median = Median(sample);
  if (!median) return std::nullopt;
  std::vector<double> distances;
  distances.reserve(sample.size());
  for (const double x : sample) distances.push_back(std::abs(x - *median));
  return 1.4826 * *Median(std::move(distances));
}

double NormalQuantile(double probability) { return boost::math::quantile(boost::math::normal(), probability); }

double StudentTwoSided(double t, double degrees) {
  if (std::isinf(t)) return 0;
  return 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(degrees), std::abs(t)));
}

}  // namespace snp::domain
