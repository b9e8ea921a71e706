#include "domain/tension/mem.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "domain/tension/summary.h"

namespace snp::domain {
namespace {

// Appends the `n` highest.
void AddHighest(Series values, int n, std::vector<double>* out) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  sorted.resize(std::min(sorted.size(), static_cast<size_t>(n)));
  out->insert(out->end(), sorted.begin(), sorted.end());
}

std::optional<std::array<double, 3>> IntensityOf(const MemParams& params, const std::vector<double>& highest) {
  std::vector<double> logs;
  for (const double value : highest) {
    if (!(value > 0)) return std::nullopt;
    logs.push_back(std::log(value));
  }
  const auto sd = SampleSd(logs);
  if (!sd) return std::nullopt;
  std::array<double, 3> thresholds{};
  for (size_t i = 0; i < thresholds.size(); ++i) thresholds[i] = std::exp(*Mean(logs) + NormalQuantile(params.intensity[i]) * *sd);
  return thresholds;
}

}  // namespace

absl::Status Validate(const MemParams& params) {
  if (params.season_points < 4 || params.season_points > 366) return absl::InvalidArgumentError("season_points: 4 to 366");
  if (params.season_start < 0) return absl::InvalidArgumentError("season_start: not below 0");
  if (params.min_seasons < 2 || params.max_seasons < params.min_seasons) return absl::InvalidArgumentError("min_seasons: 2 to max_seasons");
  if (!(params.delta > 0 && params.delta < 100)) return absl::InvalidArgumentError("delta: above 0, below 100");
  if (params.values < 2) return absl::InvalidArgumentError("values: at least 2");
  if (!(params.level > 0.5 && params.level < 1)) return absl::InvalidArgumentError("level: above 0.5, below 1");
  double last = 0;
  for (const double p : params.intensity) {
    if (!(p > last && p < 1)) return absl::InvalidArgumentError("intensity: three rising levels between 0 and 1");
    last = p;
  }
  return absl::OkStatus();
}

EpidemicWeeks SplitSeason(Series season, double delta) {
  const int n = static_cast<int>(season.size());
  const double total = std::accumulate(season.begin(), season.end(), 0.0);
  if (!(total > 0)) return {0, 0};
  EpidemicWeeks best;
  double covered = 0;
  for (int length = 1; length <= n; ++length) {
    double sum = std::accumulate(season.begin(), season.begin() + length, 0.0);
    double highest = sum;
    int first = 0;
    for (int i = 1; i + length <= n; ++i) {
      sum += season[static_cast<size_t>(i + length - 1)] - season[static_cast<size_t>(i - 1)];
      // Sums that slide lose digits: a tie stays with the earlier run.
      if (sum > highest + 1e-9 * total) {
        highest = sum;
        first = i;
      }
    }
    // The first week is always taken; then as long as a week adds delta percent.
    const double percent = 100 * highest / total;
    if (length > 1 && percent - covered < delta) break;
    covered = percent;
    best = {first, first + length};
  }
  return best;
}

std::optional<MemThresholds> Thresholds(const MemParams& params, const std::vector<Series>& seasons) {
  if (static_cast<int>(seasons.size()) < params.min_seasons) return std::nullopt;
  const int each = std::max(1, static_cast<int>(std::lround(static_cast<double>(params.values) / static_cast<double>(seasons.size()))));
  std::vector<double> before;
  std::vector<double> during;
  for (const Series& season : seasons) {
    const EpidemicWeeks epidemic = SplitSeason(season, params.delta);
    // A season without a single case has no epidemic: all of it is before.
    const int first = epidemic.last == 0 ? static_cast<int>(season.size()) : epidemic.first;
    AddHighest(season.first(static_cast<size_t>(first)), each, &before);
    AddHighest(season.subspan(static_cast<size_t>(epidemic.first), static_cast<size_t>(epidemic.last - epidemic.first)), each, &during);
  }
  const auto sd = SampleSd(before);
  if (!sd || !(*sd > 0)) return std::nullopt;
  MemThresholds thresholds;
  thresholds.expected = *Mean(before);
  thresholds.sd = *sd;
  thresholds.onset = thresholds.expected + NormalQuantile(params.level) * *sd;
  thresholds.intensity = IntensityOf(params, during);
  return thresholds;
}

std::vector<Detection> Mem(const MemParams& params, Series counts) {
  std::vector<Detection> detections(counts.size());
  const auto n = static_cast<size_t>(params.season_points);
  std::vector<Series> past;
  for (size_t start = static_cast<size_t>(params.season_start) % n; start < counts.size(); start += n) {
    const size_t end = std::min(start + n, counts.size());
    if (const auto thresholds = Thresholds(params, past)) {
      for (size_t t = start; t < end; ++t) {
        Detection& d = detections[t];
        d.expected = thresholds->expected;
        d.threshold = thresholds->onset;
        d.score = (counts[t] - thresholds->expected) / thresholds->sd;
        d.alarm = counts[t] > thresholds->onset;
      }
    }
    if (end < start + n) break;
    past.push_back(counts.subspan(start, n));
    if (static_cast<int>(past.size()) > params.max_seasons) past.erase(past.begin());
  }
  return detections;
}

}  // namespace snp::domain
