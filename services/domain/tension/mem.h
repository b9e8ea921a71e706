// Moving Epidemic Method for weekly counts (Vega et al. 2013, Influenza Other Respir Viruses 7(4); intensity 2015, ibid. 9(5)).
//
// Each past season is split by its maximum accumulated percentages: the epidemic is the shortest run of weeks that one more week would lengthen by
// less than delta percent of the season. The highest weeks before each epidemic, pooled, give the onset threshold; the highest weeks of the epidemics
// give the intensity thresholds.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "domain/tension/detector.h"

namespace snp::domain {

struct MemParams {
  int season_points = 52;  // Points a season.
  int season_start = 0;    // Index of a point where a season begins (in France week 40); any one of them.
  int min_seasons = 3;     // Whole past seasons needed.
  int max_seasons = 10;    // Older ones are forgotten.
  double delta = 2.8;      // Percent.
  int values = 30;         // Highest values over all seasons, shared between them (at least one each).
  double level = 0.95;     // One-sided, of the onset.
  std::array<double, 3> intensity = {0.40, 0.90, 0.975};

  bool operator==(const MemParams&) const = default;
};

struct MemThresholds {
  double expected = 0;  // Mean of the highest pre-epidemic values.
  double sd = 0;
  double onset = 0;
  // Medium, high, very high: geometric mean and SD of the highest epidemic values. nullopt when one of them is 0.
  std::optional<std::array<double, 3>> intensity;
};

// The weeks [first, last) of the epidemic in one season.
struct EpidemicWeeks {
  int first = 0;
  int last = 0;
};

// INVALID_ARGUMENT that names the parameter.
absl::Status Validate(const MemParams& params);

// Precondition: the season is not empty and delta is above 0.
EpidemicWeeks SplitSeason(Series season, double delta);

// From whole past seasons. nullopt below min_seasons, or without any pre-epidemic week or variance among their highest.
std::optional<MemThresholds> Thresholds(const MemParams& params, const std::vector<Series>& seasons);

// One detection per point, each season judged by the seasons before it. score: (y - expected) / sd; alarm above the onset threshold.
// Precondition: valid.
std::vector<Detection> Mem(const MemParams& params, Series counts);

}  // namespace snp::domain
