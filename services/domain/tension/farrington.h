// Farrington flexible: quasi-Poisson regression with a trend and seasonal blocks (Farrington, Andrews, Beale, Catchpole 1996, JRSS A 159(3); Noufaily
// et al. 2013, Stat Med 32(7)), as the surveillance package of R runs it (Salmon, Schumacher, Hoehle 2016, J Stat Softw 70(10)) with its 2/3-power
// threshold. For weekly counts with years of history.
//
// Parameters carry the names that package gives them. Its differences from here: tests/tension/compare_with_r.sh.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "domain/tension/detector.h"

namespace snp::domain {

struct FarringtonParams {
  int freq = 52;                   // Points a year.
  int b = 5;                       // Years back.
  int w = 3;                       // Half-width, in points, of the window around the same week of each year.
  int noPeriods = 10;              // Seasonal blocks a year, the window being one; 1: the windows alone are used.
  int pastWeeksNotIncluded = 26;   // The points just before t that teach nothing: they may hold the outbreak.
  double weightsThreshold = 2.58;  // Scaled Anscombe residual above which a past point is weighted down.
  bool trend = true;               // Kept where significant (pThresholdTrend), b >= 3, and it predicts no more than was ever seen.
  double pThresholdTrend = 1;      // 1: any trend, as Noufaily advises.
  double alpha = 0.005;            // One-sided.
  int min_cases = 5;               // limit54: at least this many cases ...
  int min_cases_points = 4;        // ... over this many points, t among them, or nothing is said.

  bool operator==(const FarringtonParams&) const = default;
};

// INVALID_ARGUMENT that names the parameter.
absl::Status Validate(const FarringtonParams& params);

// Points of history needed before t.
int HistoryOf(const FarringtonParams& params);

// One detection per point. score: (y - expected) / (threshold - expected), alarm from 1 (and y above 0). Undefined before b years and w points, with
// fewer than min_cases, and where the regression does not converge. Precondition: valid.
std::vector<Detection> FarringtonFlexible(const FarringtonParams& params, Series counts);
// The same for the last point alone.
Detection FarringtonFlexibleLast(const FarringtonParams& params, Series counts);

}  // namespace snp::domain
