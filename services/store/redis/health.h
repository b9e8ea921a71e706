// Whether the shared state can take changes: it answers, and it is not full.
#pragma once

#include <atomic>

#include "absl/time/time.h"
#include "store/redis/client.h"

namespace snp::store::redis {

class Health {
 public:
  // `client` outlives it.
  explicit Health(Client& client) : client_(client) {}

  // Asks Redis once (at most a second) and returns how long to wait for the next time. For a loop of its own: it blocks.
  absl::Duration Ask();
  // The last answer; false before the first one and whenever the connection is down. Thread-safe.
  bool healthy() const { return healthy_.load(std::memory_order_relaxed) && client_.connected(); }

 private:
  bool IsHealthy();
  Client& client_;
  std::atomic<bool> healthy_{false};
};

}  // namespace snp::store::redis
