// Signal: "something new happened", awaited by any number of coroutines with a timeout. For server streams that follow a log or a queue.
//
//   uint64_t seen = signal.version();
//   for (;;) {
//     ... send what is there ...
//     bool news = co_await signal.Wait(seen, absl::Seconds(5), timer, &writer.cancellation());
//     if (writer.cancelled()) co_return absl::CancelledError("");
//     seen = signal.version();   // read before looking at the data again, so that nothing is missed
//   }
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/time/time.h"
#include "platform/async/cancellation.h"
#include "platform/async/oneshot.h"
#include "platform/async/task.h"
#include "platform/async/timer.h"

namespace snp::platform {

// Thread-safe. Outlives its waiters.
class Signal {
 public:
  Signal() = default;
  Signal(const Signal&) = delete;

  // Grows by one with each Notify.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

  // Resumes every waiter, on this thread, one after the other: what follows their co_await must not block. Cheap when nobody waits.
  void Notify();

  // True once version() has left `seen` (at once if it has already); false after `timeout` (really passed; infinite: none), or when `cancel` is
  // cancelled, or the timer stopped. `timer` and `cancel` outlive the wait.
  Task<bool> Wait(uint64_t seen, absl::Duration timeout, Timer& timer, Cancellation* cancel = nullptr);

 private:
  bool Enter(uint64_t seen, const std::shared_ptr<OneShot>& shot);
  void Leave(const std::shared_ptr<OneShot>& shot);

  std::mutex mutex_;
  std::atomic<uint64_t> version_{0};
  std::vector<std::shared_ptr<OneShot>> waiting_;
};

}  // namespace snp::platform
