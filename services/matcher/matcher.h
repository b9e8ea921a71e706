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
  // Departments to follow ("95"); not healthy before each has its snapshot. Empty: every department that has data, found by itself within seconds.
  std::vector<std::string> departments;
  // Find other departments by itself even when some are listed.
  bool discover = false;
  // File of communes (centres, densities). Required.
  std::string communes_csv;
  // Folder whose *.yaml are the policies (shipped: services/matcher/policies). Required.
  std::string policies;
  // Policy of a request that names none.
  std::string default_policy = "default";
  // Commune-to-commune travel times, CSV `from,to,minutes`; empty: the model alone.
  std::string travel_matrix_csv;
};

// Adds MatcherService, its followers and its health check to the app. INVALID_ARGUMENT when a file, a policy or a department
// code is wrong, FAILED_PRECONDITION when a file cannot be read: nothing is served then. Redis need not be there yet.
absl::Status Bind(const Config& config, platform::App& app);

}  // namespace snp::matcher
