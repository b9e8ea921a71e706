// The steps that time takes: holds end at their deadline, bookings that nobody acknowledged are flagged, the past is forgotten.
//
// Safe to run in several processes: each step is atomic in Redis and happens once. A department that a sweep cannot reach is tried again at the next
// turn, the others go on.
#pragma once

#include <map>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "domain/names.h"
#include "platform/clock.h"
#include "registry/active_departments.h"
#include "registry/metrics.h"
#include "store/event_log.h"
#include "store/registry_store.h"

namespace snp::registry {

struct SweepOptions {
  absl::Duration expire_every = absl::Milliseconds(200);
  absl::Duration flag_every = absl::Seconds(10);
  absl::Duration acknowledge_lead = absl::Minutes(15);
  absl::Duration forget_every = absl::Hours(1);
  absl::Duration forget_after = absl::Hours(24 * 31);
};

class Sweeper {
 public:
  // Everything outlives it.
  Sweeper(store::RegistrySweep& sweep, store::DirectoryStore& directory, store::EventLog& log, ActiveDepartments& active,
          const platform::Clock& clock, Metrics& metrics, SweepOptions options);

  // Does what is due on the clock and returns how long to (really) wait. Blocks; one thread at a time.
  absl::Duration Turn();

 private:
  struct Done {
    absl::Time expired = absl::InfinitePast();
    absl::Time flagged = absl::InfinitePast();
    absl::Time forgotten = absl::InfinitePast();
  };
  void Discover();
  // The first error of its steps, all of which were tried.
  absl::Status Sweep(const domain::Department& department, absl::Time now, Done* done);
  absl::Status Expire(const domain::Department& department, absl::Time now);
  absl::Status Flag(const domain::Department& department, absl::Time now);
  absl::Status Forget(const domain::Department& department, absl::Time now);

  store::RegistrySweep& sweep_;
  store::DirectoryStore& directory_;
  store::EventLog& log_;
  ActiveDepartments& active_;
  const platform::Clock& clock_;
  Metrics& metrics_;
  const SweepOptions options_;
  const std::vector<domain::Department> every_department_;
  size_t next_look_ = 0;
  bool looked_at_all_ = false;
  bool failing_ = false;
  absl::Time began_;
  absl::Time last_turn_ = absl::InfinitePast();
  std::map<domain::Department, Done> done_;
};

}  // namespace snp::registry
