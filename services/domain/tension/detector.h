// What every detector of epidemics says of one point of a series.
//
// A series is counts at equal steps (days or weeks as the detector wants), index 0 first, finite and not negative, without holes: a hole is an alarm
// of the data, never a zero, and is mended before. What is said of point t depends on points 0..t only.
#pragma once

#include <optional>

#include "absl/types/span.h"

namespace snp::domain {

using Series = absl::Span<const double>;

struct Detection {
  // Count expected at this point; nullopt: not enough history, or no variance to measure with.
  std::optional<double> expected;
  // Count above which the point is an exceedance, as expected and what came before stand.
  std::optional<double> threshold;
  // The detector's own statistic: see each detector.
  std::optional<double> score;
  // Never true while score is undefined.
  bool alarm = false;
};

}  // namespace snp::domain
