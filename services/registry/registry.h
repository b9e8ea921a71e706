// The slot registry: the truth about places, slots, holds and bookings (proto/snp/registry/v1).
//
// One process or several may serve the same Redis: every state change is one atomic step there, and the time-driven steps are safe to run twice.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "platform/app/app.h"

namespace snp::registry {

struct Config {
  // "unix:/path/redis.sock" or "host:port". Required.
  std::string redis;
  // Path of communes.csv. Required: a place in an unknown commune is refused.
  std::string communes_csv;
  // Events that a department's log keeps: how long a consumer may be away before it needs a new snapshot.
  int64_t log_length = 1'000'000;
  // Departments whose holds this process ends and whose bookings it watches over ("95"). Empty: every department that has data, found by itself
  // (services/decisions/0005-sweeping.md). Other verbs serve every department in any case.
  std::vector<std::string> departments;
  // Time-driven steps, on the app's clock.
  absl::Duration expire_every = absl::Milliseconds(200);
  absl::Duration flag_every = absl::Seconds(10);
  // A booking that is not acknowledged this long before its start is flagged to regulation.
  absl::Duration acknowledge_lead = absl::Minutes(15);
  absl::Duration forget_every = absl::Hours(1);
  // A slot is forgotten, with its bookings, this long after its end.
  absl::Duration forget_after = absl::Hours(24 * 31);
  // Watch streams: events of a department that a watcher may be behind before it is closed, and the heartbeat (on the app's clock).
  int watch_buffer = 4096;
  absl::Duration heartbeat = absl::Seconds(10);
};

// Plugs the service into `app`: RPC service, sweeper, watch hub, health (NOT_SERVING while Redis does not answer or is full), metrics. Redis need not
// be there yet (it is waited for a second). FAILED_PRECONDITION when the communes cannot be read, INVALID_ARGUMENT for a bad value of `config`.
absl::Status Bind(const Config& config, platform::App& app);

}  // namespace snp::registry
