// Timer: one thread that calls back after a real duration, and awaitable sleep.
//
// Durations are real: a component that reckons on the injected clock converts with Clock::RealDuration first.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/time/time.h"
#include "platform/async/task.h"

namespace snp::platform {

// Thread-safe. Its thread starts with the first use. Resolution about a millisecond under load.
class Timer {
 public:
  Timer() = default;
  // Stop().
  ~Timer();
  Timer(const Timer&) = delete;

  // Calls `fn(true)` on the timer's thread once `after` has passed, or `fn(false)` when the timer is stopped first (at once if it is stopped
  // already, on this thread). `fn` must not block. Returns an id for Cancel; never 0.
  uint64_t After(absl::Duration after, std::function<void(bool elapsed)> fn);
  // True: `fn` will not run. False: it has run, or runs now.
  bool Cancel(uint64_t id);

  // Suspends for `duration`; true when it has passed, false when the timer was stopped first. Resumes on the timer's thread: do not block there.
  Task<bool> Sleep(absl::Duration duration);

  // Wakes everything that waits with `false` and joins the thread. Not from the timer's own thread.
  void Stop();

 private:
  using When = std::pair<absl::Time, uint64_t>;
  void Loop();

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  uint64_t last_id_ = 0;
  std::map<When, std::function<void(bool)>> due_;
  std::map<uint64_t, absl::Time> when_;
  std::thread thread_;
};

}  // namespace snp::platform
