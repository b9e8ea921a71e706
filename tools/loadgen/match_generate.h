// Files for `bench match`: towns of log-normal weight, sites around them, slots over 48 h, requests of one need. The same files for the same
// arguments.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace snp::loadgen {

struct GenerateOptions {
  int64_t slots = 100000;
  int64_t requests = 50000;
  uint64_t seed = 1;
  std::string out_dir;  // slots.csv and requests.csv are written there.
};

absl::Status GenerateMatchFiles(const GenerateOptions& options);

}  // namespace snp::loadgen
