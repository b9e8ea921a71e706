// Which of a Redis Cluster's 16,384 slots a key is in (Redis Cluster specification: CRC16-XMODEM of the hash tag).
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace snp::store::redis {

inline constexpr int kKeySlots = 16384;

// Of what stands between the first `{` and the next `}` when that is not empty, else of the whole key.
int KeySlot(absl::string_view key);

// The key by which a command is routed: the first declared one of a script, the first stream of XREAD, else the first argument; empty when there is
// none (PING), which goes anywhere.
absl::string_view KeyOf(const std::vector<std::string>& command);

}  // namespace snp::store::redis
