// `bench match`: requests against slots over the real services, and the floor in the same run.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace snp::loadgen {

struct MatchBenchOptions {
  std::string slots_csv;
  std::string requests_csv;
  std::string policy = "flat-weighted";
  int clients = 1;
  std::string out_csv;  // `request_id,slot_id,cost`; empty: not written.
  std::string build_dir;
  std::string source_dir;
  std::string work_dir;  // A folder for the run's data is made there, and goes with it.
  bool floor = true;     // Alternate with the floor in 1 s blocks.
};

// The JSON line of the result. An error of any call fails the bench.
absl::StatusOr<std::string> RunMatchBench(const MatchBenchOptions& options);

}  // namespace snp::loadgen
