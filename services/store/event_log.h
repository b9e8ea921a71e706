// Port to a department's event log: what every consumer (matcher index, watchers, regulation) follows.
//
// Sequence numbers are contiguous. A consumer that keeps the last one it applied detects every gap. Recipe: ReadHead, then Snapshot, then Read from
// that head, applying an event to a slot only when its sequence is above the slot's. Errors: CURSOR_TRIMMED (OUT_OF_RANGE) when the log no longer
// reaches back to the cursor, or when the Redis lost its data (another epoch, or a head behind the cursor): take a new snapshot.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "domain/supply.h"
#include "platform/async/task.h"

namespace snp::store {

struct LogHead {
  std::string epoch;  // Made once per data set; another one means other data.
  int64_t sequence = 0;
};

struct DepartmentSnapshot {
  std::vector<domain::Place> places;
  std::vector<domain::Practitioner> practitioners;
  std::vector<domain::Slot> slots;  // Not withdrawn, end after `from`.
};

class EventLog {
 public:
  virtual ~EventLog() = default;
  virtual platform::Task<absl::StatusOr<LogHead>> ReadHead(domain::Department department, absl::Time deadline) = 0;
  // Events after `cursor`, oldest first, at most `limit`; waits up to `wait` for the first one. Empty: none came; the log was seen whole at that
  // moment.
  virtual platform::Task<absl::StatusOr<std::vector<domain::Change>>> Read(domain::Department department, LogHead cursor, int limit,
                                                                           absl::Duration wait) = 0;
  // Not atomic as a whole (see the recipe). `progress` is called with slots read so far and the total; may be null.
  virtual platform::Task<absl::StatusOr<DepartmentSnapshot>> Snapshot(domain::Department department, absl::Time from,
                                                                      std::function<void(int64_t, int64_t)> progress) = 0;
};

}  // namespace snp::store
