// A detector's settings as a YAML file: its parameters by the names of domain/tension, and what they are known to do. The shipped ones: detectors/.
//
//   method: ears-c1
//   baseline: 7
//   false_alarms: {from: 0.017, to: 0.024}
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "domain/tension/detect.h"

namespace snp::tension {

// Share of points, 0 to 1.
struct Range {
  double from = 0;
  double to = 0;
};

struct DetectorFile {
  std::string method;
  domain::DetectorParams params;
  // Of the points of flat Poisson series (means 5 to 200) that alarm, by simulation: the nominal false-alarm rate. nullopt: not stated.
  std::optional<Range> false_alarms;
  // A lasting rise of 4 SD is found within this many points in at least this share of cases, by simulation.
  struct Step {
    int within = 0;
    double found = 0;
  };
  std::optional<Step> step_of_4_sd;
};

// `method`: what the caller asked for; a file that names another is refused. Empty: the file must name one. Keys left out: the method's own figures.
// INVALID_ARGUMENT `line L, column C: ...` for what is not understood, or names the parameter that is out of range.
absl::StatusOr<DetectorFile> ParseDetector(absl::string_view method, const std::string& yaml);

}  // namespace snp::tension
