// WatchSlots.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "platform/async/task.h"
#include "platform/async/timer.h"
#include "platform/auth/caller.h"
#include "platform/clock.h"
#include "platform/rpc/door.h"
#include "registry/metrics.h"
#include "registry/watch_hub.h"
#include "store/event_log.h"

namespace snp::registry {

namespace v1 {
class WatchSlotsRequest;
class WatchSlotsResponse;
}  // namespace v1

// Begins with a heartbeat that states the cursor, then sends every change of the department (or place) after it, none twice, none left out; a
// heartbeat whenever nothing was sent for `heartbeat`. Ends with OVERLOADED when the reader fell more than the hub's buffer behind: watch again from
// the last cursor. CURSOR_TRIMMED: list, then watch from 0.
class WatchVerb {
 public:
  // Everything outlives it.
  WatchVerb(store::EventLog& log, WatchHub& hub, platform::Timer& timer, const platform::Clock& clock, Metrics& metrics, absl::Duration heartbeat)
      : log_(log), hub_(hub), timer_(timer), clock_(clock), metrics_(metrics), heartbeat_(heartbeat) {}

  platform::Task<absl::Status> WatchSlots(platform::Caller caller, const v1::WatchSlotsRequest& request,
                                          platform::Door::Writer<v1::WatchSlotsResponse>& writer);

 private:
  store::EventLog& log_;
  WatchHub& hub_;
  platform::Timer& timer_;
  const platform::Clock& clock_;
  Metrics& metrics_;
  const absl::Duration heartbeat_;
};

}  // namespace snp::registry
