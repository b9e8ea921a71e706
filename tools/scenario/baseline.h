// Today's national rule played on the same day and supply: a search by straight-line radius, a place at random.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "domain/travel.h"
#include "scenario/day.h"
#include "scenario/territory.h"

namespace snp::scenario {

// The rule: places with a free slot within `radius_km` of the centre of the patient's commune, widened by `widen_km` up to `widenings` times until
// there is one; slots that start in the next `window`; one place at random; its first free start.
struct BaselineRule {
  double radius_km = 5;
  double widen_km = 3;
  int widenings = 3;
  absl::Duration window = absl::Hours(48);
};

struct Quantiles {
  double p50 = 0, p90 = 0;
};

// Quantile by nearest rank: the smallest value with at least q x n values at or below it. 0 for no values.
double NearestRank(std::vector<double> values, double q);
Quantiles QuantilesOf(const std::vector<double>& values);

struct BaselineResult {
  int64_t examinations = 0;  // Requests that needed a place.
  int64_t placed = 0;
  int64_t unplaced = 0;  // No place found, or its start was later than the deadline (then the slot stays free).
  Quantiles travel_min;  // Of the placed: one way; 0 for tele-consultation.
  Quantiles delay_min;   // Of the placed: start - arrival.
};

// Minutes between a patient and a place, one way.
using TravelMinutes = std::function<double(const Request&, const domain::Place&)>;

// The travel model of the product, with the densities of the territory's communes; for a comparison by one measure.
TravelMinutes ModelTravel(const domain::TravelModel& model, const Territory& territory);

// Requests that need an examination, in order of arrival; every kind of place but emergency departments. The rule looks at nothing else: not at the
// deadline, the travel, the age, nor capabilities. A walk-in range starts for a patient when it opens, or at once when it is open. Pure: same
// arguments, same answer.
BaselineResult Baseline(const Territory& territory, const Day& day, uint64_t seed, const TravelMinutes& travel, const BaselineRule& rule = {});

}  // namespace snp::scenario
