// The floor that `bench match` is held against: a service that does the least a dispatch must do, with the product's own Redis client and script.
//   HoldSlot: the product's hold script, one candidate (floor.sequence_us)      BookSlot: SET NX in place of the script (floor.setnx_us)
//   GetSlot: nothing (floor.grpc_unary_us)
// It speaks the registry's protocol so that bytes on the wire are alike; it has no door: that cost is the product's.
#pragma once

#include <string>

namespace snp::loadgen {

// Serves until SIGTERM. Returns the exit code.
int RunFloorServer(const std::string& listen, const std::string& redis);

}  // namespace snp::loadgen
