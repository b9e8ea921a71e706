// The matcher: ranks open slots for a patient, from an index in memory that follows the registry's event logs.
//
// Advice only: it writes nothing and may be restarted at any time. While Redis is away it goes on answering with a growing index_age.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace snp::platform {
class App;
}

namespace snp::matcher {

struct Config {
  // "unix:/path/redis.sock" or "host:port".
  std::string redis;
  // Departments to follow from the start; not healthy before each has its snapshot.
  std::vector<std::string> departments;
  // Follow also departments that come to hold data later, found every second.
  bool discover = true;
  // File of communes (centres, densities). Required.
  std::string communes_csv;
  // Policy files, beside the shipped ones ("default", "flat-weighted", "flat-nearest"), which a file of the same name replaces.
  std::vector<std::string> policies;
  // Policy of a request that names none.
  std::string default_policy = "default";
  // Commune-to-commune travel times, CSV `from,to,minutes`; empty: the model alone.
  std::string travel_matrix_csv;
};

// Adds MatcherService, its followers and its health check to the app. INVALID_ARGUMENT when a file or a department code is wrong: nothing is served then.
absl::Status Bind(const Config& config, platform::App& app);

}  // namespace snp::matcher
