// EARS C1, C2, C3: the Early Aberration Reporting System of the CDC (Hutwagner, Thompson, Seeman, Treadwell 2003, J Urban Health 80(2) suppl. 1).
// For daily counts with little history; knows no season and trips on its swings.
//
// C1 = (y[t] - mean) / sd over the 7 points before t; C2 the same over the 7 points before t - 2; C3 = sum over t, t-1, t-2 of max(0, C2 - 1).
// sd is the sample's (n - 1).
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "domain/tension/detector.h"

namespace snp::domain {

enum class EarsKind { kC1, kC2, kC3 };

struct EarsParams {
  EarsKind kind = EarsKind::kC1;
  int baseline = 7;      // Points; at least 3.
  int guard = 0;         // Points between the baseline and t; 2 for C2 and C3.
  double threshold = 3;  // The score above which the point alarms; 2 for C3.
  // Stands in for an sd of 0 and for nothing else (a product choice: after seven equal days two cases more alarm); 0: the score is undefined then.
  double sd_min = 0.5;

  static EarsParams Of(EarsKind kind);
  bool operator==(const EarsParams&) const = default;
};

// INVALID_ARGUMENT that names the parameter.
absl::Status Validate(const EarsParams& params);

// One detection per point. score: C1, C2 or C3. Undefined before the baseline is full (C3: that of t - 2), and where an sd is 0 without sd_min.
// threshold, in counts: mean + sd x threshold; for C3 what y[t] must pass given the two points before, 0 when these alone make the alarm.
// Precondition: valid.
std::vector<Detection> Ears(const EarsParams& params, Series counts);

}  // namespace snp::domain
