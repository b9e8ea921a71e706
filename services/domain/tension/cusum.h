// One-sided CUSUM of standardised counts (Page 1954; counts standardised as in Rossi, Lampugnani, Marchi 1999): finds small lasting rises.
//
// S[t] = max(0, S[t-1] + z[t] - k), alarm when S > h; z = (y - m) / sqrt(dispersion x m). S is not set back after an alarm: it goes down by itself.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "domain/tension/detector.h"

namespace snp::domain {

struct CusumParams {
  double k = 0.5;  // Allowance, in SD: half the shift to be found.
  double h = 5;    // Decision limit, in SD.
  // The first `train` points teach m and the dispersion (quasi-Poisson regression, dispersion at least 1); nothing is said of them.
  int train = 28;
  // Above 0: deseasonalised, m has one yearly (or weekly...) wave of this many points. Then train covers at least one whole period.
  double period = 0;
  // Above 0: m is known and the dispersion is 1; train is 0.
  double mean = 0;

  bool operator==(const CusumParams&) const = default;
};

// INVALID_ARGUMENT that names the parameter.
absl::Status Validate(const CusumParams& params);

// One detection per point. score: S. threshold, in counts: what y[t] must pass for S[t] > h; 0 when S[t-1] alone
// makes the alarm, which then stands even on a count of 0. Undefined during training, and throughout when the
// training counts are all 0 or fit no wave. Precondition: valid.
std::vector<Detection> Cusum(const CusumParams& params, Series counts);

}  // namespace snp::domain
