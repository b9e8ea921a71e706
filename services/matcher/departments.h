// The departments that the matcher follows, each on a thread of its own (a snapshot or a long batch of one must not hold up another's events).
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "domain/names.h"
#include "matcher/follower.h"

namespace snp::matcher {

// Thread-safe.
class Departments {
 public:
  // The `fixed` ones, and with `discover` every department whose log has an event, found by Discover. The references outlive it.
  Departments(std::vector<domain::Department> fixed, bool discover, store::EventLog& log, Index& index, const platform::Clock& clock,
              FollowOptions options = {});
  // Stops and joins.
  ~Departments();

  // Starts following the fixed ones.
  void Start();
  // Looks for departments that have data. At first all of them, then some at each call: a new one is found within seconds. Blocks for Redis.
  absl::Duration Discover();
  void Stop();

  std::vector<FollowStatus> statuses() const;
  // Every fixed department has its first snapshot; or, without fixed ones, all departments were looked at and those found then have theirs. Once
  // true, it stays: a department found later does not silence the others. Cheap.
  bool ready() const;
  // Age of the oldest part that is ready; zero when there is none.
  absl::Duration Age() const;

 private:
  struct Following {
    std::unique_ptr<Follower> follower;
    std::thread thread;
  };
  void Follow(const domain::Department& department);

  const std::vector<domain::Department> fixed_;
  const bool discover_;
  store::EventLog& log_;
  Index& index_;
  const platform::Clock& clock_;
  const FollowOptions options_;
  const std::vector<domain::Department> every_;
  size_t next_ = 0;
  std::atomic<bool> looked_at_all_{false};
  std::atomic<bool> stopping_{false};
  mutable std::atomic<bool> ready_{false};
  mutable std::mutex mutex_;
  std::condition_variable stop_;
  std::vector<std::unique_ptr<Following>> following_;
};

}  // namespace snp::matcher
