// Serfling's cyclic regression for weekly counts (Serfling 1963, Public Health Rep 78(6)).
//
// y = a + b t + c cos(2 pi t / period) + d sin(2 pi t / period), least squares over the weeks before t that are not epidemic. A week is epidemic when
// it lies above the wave by more than outlier_sd robust SD (at least the square root of the mean count); fitting and setting aside are repeated, at
// most ten times. At means of 0.5 to 2 a week some 0.7 % of points alarm on nothing, a little above the rate that
// the settings state for means from 5.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "domain/tension/detector.h"

namespace snp::domain {

struct SerflingParams {
  double period = 52.18;  // Points a year.
  double z = 1.64;        // threshold = expected + z residual SD.
  int consecutive = 2;    // Points in a row above the threshold that make an alarm.
  int min_points = 104;   // History before the first statement: two years, or trend and season are one.
  int max_points = 522;   // Older history is forgotten.
  double outlier_sd = 3;

  bool operator==(const SerflingParams&) const = default;
};

// INVALID_ARGUMENT that names the parameter.
absl::Status Validate(const SerflingParams& params);

// One detection per point. score: (y - expected) / residual SD. Undefined before min_points and where the residuals have no variance.
// Precondition: valid.
std::vector<Detection> Serfling(const SerflingParams& params, Series counts);

}  // namespace snp::domain
