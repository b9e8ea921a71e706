// Keeps one department's part of the index equal to its event log: head, snapshot, then every event in order.
//
// A gap, a trimmed log or another data set leads to a new snapshot, built aside; the old part answers meanwhile. While the log cannot be read the
// index stays as it is and its age grows.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "absl/time/time.h"
#include "domain/names.h"
#include "matcher/index/index.h"
#include "platform/clock.h"
#include "store/event_log.h"

namespace snp::matcher {

struct FollowOptions {
  // Longest real wait for the next event: an event is applied at once when it comes; without one the age of the index reaches this.
  absl::Duration wait = absl::Milliseconds(250);
  int batch = 512;
  // Slots are forgotten this often once they have ended.
  absl::Duration prune_every = absl::Minutes(1);
};

struct FollowStatus {
  domain::Department department;
  int64_t cursor = 0;
  int64_t snapshots = 0;
  bool ready = false;                          // The first snapshot is in.
  absl::Time whole_at = absl::InfinitePast();  // Last moment at which every event was known.
};

class Follower {
 public:
  // All outlive it.
  Follower(domain::Department department, store::EventLog& log, Index& index, const platform::Clock& clock, FollowOptions options = {});

  // Takes the next step (a snapshot, or a batch of events) and returns how long to really wait before the next one. Blocks for the log; one thread.
  absl::Duration Turn();
  // Thread-safe.
  FollowStatus status() const;
  // status().whole_at alone, without a copy; nullopt before the first snapshot. Thread-safe.
  std::optional<absl::Time> whole_at() const;

 private:
  absl::Status TakeSnapshot();
  absl::Status ReadEvents();

  const domain::Department department_;
  store::EventLog& log_;
  Index& index_;
  const platform::Clock& clock_;
  const FollowOptions options_;
  store::LogHead cursor_;
  absl::Duration gather_ = absl::ZeroDuration();  // How long to let events come together before the next reading.
  bool need_snapshot_ = true;
  bool failing_ = false;
  absl::Duration backoff_;
  absl::Time pruned_ = absl::InfinitePast();
  mutable std::mutex mutex_;
  FollowStatus status_;
};

}  // namespace snp::matcher
