#include "domain/tension/ears.h"

#include <algorithm>
#include <cmath>

#include "domain/tension/summary.h"

namespace snp::domain {
namespace {

struct Baseline {
  double mean;
  double sd;
};

std::optional<Baseline> Before(const EarsParams& params, Series counts, int t) {
  const int first = t - params.guard - params.baseline;
  if (first < 0) return std::nullopt;
  const Series window = counts.subspan(static_cast<size_t>(first), static_cast<size_t>(params.baseline));
  const double sd = *SampleSd(window);
  const double mean = *Mean(window);
  // Equal values that are no whole numbers leave a residue.
  const bool equal = sd <= 1e-12 * std::max(1.0, std::abs(mean));
  if (equal && params.sd_min == 0) return std::nullopt;
  return Baseline{mean, equal ? params.sd_min : sd};
}

}  // namespace

EarsParams EarsParams::Of(EarsKind kind) {
  EarsParams params;
  params.kind = kind;
  params.guard = kind == EarsKind::kC1 ? 0 : 2;
  params.threshold = kind == EarsKind::kC3 ? 2 : 3;
  return params;
}

absl::Status Validate(const EarsParams& params) {
  if (params.baseline < 3 || params.baseline > 365) return absl::InvalidArgumentError("baseline: 3 to 365 points");
  if (params.guard < 0 || params.guard > 365) return absl::InvalidArgumentError("guard: 0 to 365 points");
  if (!(params.threshold > 0)) return absl::InvalidArgumentError("threshold: above 0");
  if (!(params.sd_min >= 0)) return absl::InvalidArgumentError("sd_min: not below 0");
  return absl::OkStatus();
}

std::vector<Detection> Ears(const EarsParams& params, Series counts) {
  std::vector<Detection> detections(counts.size());
  std::vector<std::optional<double>> z(counts.size());
  for (size_t t = 0; t < counts.size(); ++t) {
    const auto baseline = Before(params, counts, static_cast<int>(t));
    if (!baseline) continue;
    Detection& d = detections[t];
    z[t] = (counts[t] - baseline->mean) / baseline->sd;
    d.expected = baseline->mean;
    double needed = params.threshold;  // z that makes the alarm.
    if (params.kind != EarsKind::kC3) {
      d.score = z[t];
    } else {
      if (t < 2 || !z[t - 1] || !z[t - 2]) continue;
      const double earlier = std::max(0.0, *z[t - 1] - 1) + std::max(0.0, *z[t - 2] - 1);
      d.score = std::max(0.0, *z[t] - 1) + earlier;
      needed = params.threshold - earlier + 1;
      if (earlier > params.threshold) needed = -baseline->mean / baseline->sd;
    }
    d.threshold = baseline->mean + needed * baseline->sd;
    d.alarm = *d.score > params.threshold;
  }
  return detections;
}

}  // namespace snp::domain
