#include "domain/tension/cusum.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "domain/tension/regression.h"

namespace snp::domain {
namespace {

std::vector<double> Row(const CusumParams& params, size_t t) {
  if (params.period <= 0) return {1};
  const double angle = 2 * std::numbers::pi * static_cast<double>(t) / params.period;
  return {1, std::cos(angle), std::sin(angle)};
}

}  // namespace

absl::Status Validate(const CusumParams& params) {
  if (!(params.k >= 0)) return absl::InvalidArgumentError("k: not below 0");
  if (!(params.h > 0)) return absl::InvalidArgumentError("h: above 0");
  if (!(params.mean >= 0)) return absl::InvalidArgumentError("mean: above 0, or 0 to learn it");
  if (!(params.period == 0 || params.period >= 2)) return absl::InvalidArgumentError("period: at least 2 points, or 0 for none");
  if (params.mean > 0) {
    if (params.period > 0) return absl::InvalidArgumentError("period: not together with a known mean");
    return absl::OkStatus();
  }
  if (params.train < 7 || params.train > 10000) return absl::InvalidArgumentError("train: 7 to 10000 points");
  if (params.train < params.period) return absl::InvalidArgumentError("train: at least one whole period");
  return absl::OkStatus();
}

std::vector<Detection> Cusum(const CusumParams& params, Series counts) {
  std::vector<Detection> detections(counts.size());
  const size_t train = params.mean > 0 ? 0 : static_cast<size_t>(params.train);
  if (counts.size() <= train) return detections;
  std::optional<PoissonFit> fit;
  if (params.mean == 0) {
    const Series taught = counts.first(train);
    // The log link has nothing to say of a series of zeros.
    if (std::accumulate(taught.begin(), taught.end(), 0.0) == 0) return detections;
    Design design;
    design.columns = static_cast<int>(Row(params, 0).size());
    for (size_t t = 0; t < train; ++t) design.Add(Row(params, t));
    fit = FitPoisson(design, taught);
    if (!fit) return detections;
  }
  const double dispersion = fit ? std::max(1.0, fit->dispersion) : 1;
  double sum = 0;
  for (size_t t = train; t < counts.size(); ++t) {
    const double m = fit ? std::exp(fit->LogAt(Row(params, t)).value) : params.mean;
    const double sd = std::sqrt(dispersion * m);
    Detection& d = detections[t];
    d.expected = m;
    d.threshold = std::max(0.0, m + sd * (params.h + params.k - sum));
    sum = std::max(0.0, sum + (counts[t] - m) / sd - params.k);
    d.score = sum;
    d.alarm = sum > params.h;
  }
  return detections;
}

}  // namespace snp::domain
