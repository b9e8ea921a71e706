// The epidemic pillar: from what the detectors say of each watched syndrome to a score of 0 to 3.
//
// A detector trips on nothing once in fifty points, and eight syndromes are watched: one point alone therefore counts for nothing, two in a row do.
#pragma once

#include <vector>

#include "absl/status/statusor.h"

namespace snp::domain {

inline constexpr int kMostSyndromes = 8;  // On a watch list.

// Which detectors alarm at one point of one syndrome; one that can say nothing does not alarm.
struct SyndromeAlarms {
  bool c1 = false;
  bool c2 = false;
  bool c3 = false;
  bool farrington = false;
  bool other = false;  // CUSUM, Serfling, MEM.
};

// 0 without an alarm at either point. Else 3 when both points are strong (C2 with C3, or Farrington), 2 when the present one is, 1 otherwise.
int SyndromeScore(const SyndromeAlarms& before, const SyndromeAlarms& now);

struct SyndromePoints {
  SyndromeAlarms before;
  SyndromeAlarms now;
};
// The highest of the watch list. INVALID_ARGUMENT above kMostSyndromes.
absl::StatusOr<int> EpidemicScore(const std::vector<SyndromePoints>& watched);

}  // namespace snp::domain
