#include "domain/tension/serfling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "domain/tension/regression.h"
#include "domain/tension/summary.h"

namespace snp::domain {
namespace {

constexpr int kMaxRounds = 10;

// Time counts from the point that is judged, in years: large numbers beside a cosine cost digits.
std::array<double, 4> Row(const SerflingParams& params, double points_from_now) {
  const double years = points_from_now / params.period;
  return {1, years, std::cos(2 * std::numbers::pi * years), std::sin(2 * std::numbers::pi * years)};
}

std::optional<LeastSquaresFit> FitOn(const SerflingParams& params, Series history, const std::vector<bool>& kept) {
  Design design;
  design.columns = 4;
  std::vector<double> response;
  for (size_t i = 0; i < history.size(); ++i) {
    if (!kept[i]) continue;
    design.Add(Row(params, static_cast<double>(i) - static_cast<double>(history.size())));
    response.push_back(history[i]);
  }
  return FitLeastSquares(design, response);
}

std::optional<LeastSquaresFit> FitNonEpidemic(const SerflingParams& params, Series history) {
  std::vector<bool> kept(history.size(), true);
  std::optional<LeastSquaresFit> fit = FitOn(params, history, kept);
  for (int round = 0; fit && round < kMaxRounds; ++round) {
    std::vector<double> residuals;
    std::vector<double> among_kept;
    std::vector<double> kept_counts;
    for (size_t i = 0; i < history.size(); ++i) {
      residuals.push_back(history[i] - fit->At(Row(params, static_cast<double>(i) - static_cast<double>(history.size()))));
      if (!kept[i]) continue;
      among_kept.push_back(residuals.back());
      kept_counts.push_back(history[i]);
    }
    // Never less than what chance does to counts of this size: where most weeks are 0 the robust SD is 0, and every case would be set aside.
    const double chance = std::sqrt(std::max(1.0, Mean(kept_counts).value_or(0)));
    const double cut = *Median(among_kept) + params.outlier_sd * std::max(chance, *RobustSd(among_kept));
    std::vector<bool> now;
    for (const double r : residuals) now.push_back(r <= cut);
    if (now == kept) break;
    kept = std::move(now);
    fit = FitOn(params, history, kept);
  }
  return fit;
}

}  // namespace

absl::Status Validate(const SerflingParams& params) {
  if (!(params.period >= 2)) return absl::InvalidArgumentError("period: at least 2 points");
  if (!(params.z > 0)) return absl::InvalidArgumentError("z: above 0");
  if (params.consecutive < 1 || params.consecutive > 52) return absl::InvalidArgumentError("consecutive: 1 to 52");
  if (params.min_points < 10 || params.min_points < params.period) return absl::InvalidArgumentError("min_points: at least 10 and one period");
  if (params.max_points < params.min_points || params.max_points > 5220) return absl::InvalidArgumentError("max_points: min_points to 5220");
  if (!(params.outlier_sd > 0)) return absl::InvalidArgumentError("outlier_sd: above 0");
  return absl::OkStatus();
}

std::vector<Detection> Serfling(const SerflingParams& params, Series counts) {
  std::vector<Detection> detections(counts.size());
  int in_a_row = 0;
  for (size_t t = static_cast<size_t>(params.min_points); t < counts.size(); ++t) {
    const size_t points = std::min(t, static_cast<size_t>(params.max_points));
    const auto fit = FitNonEpidemic(params, counts.subspan(t - points, points));
    if (!fit || !(fit->residual_sd > 1e-9 * std::max(1.0, std::abs(fit->At(Row(params, 0)))))) {
      in_a_row = 0;
      continue;
    }
    Detection& d = detections[t];
    d.expected = fit->At(Row(params, 0));
    d.threshold = *d.expected + params.z * fit->residual_sd;
    d.score = (counts[t] - *d.expected) / fit->residual_sd;
    in_a_row = *d.score > params.z ? in_a_row + 1 : 0;
    d.alarm = in_a_row >= params.consecutive;
  }
  return detections;
}

}  // namespace snp::domain
