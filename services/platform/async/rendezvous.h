// Rendezvous: one coroutine starts an operation of gRPC and waits for it; it goes on when the operation has completed *and* the thread that started
// it has returned from starting it. Whoever comes second goes on with the coroutine.
//
// Waiting for both is what keeps the coroutine's frame, with the message that is being sent in it, alive and unchanged while the starting thread
// still reads it; and the exchange orders all that this thread read before all that the coroutine does next. gRPC orders most of it too, but with
// atomics of its own, which a race detector does not see in the packaged library.
#pragma once

#include <atomic>
#include <coroutine>

namespace snp::platform {

// For one operation at a time, any number of them one after the other.
class Rendezvous {
 public:
  // In await_suspend, once the operation is started, as its very last step: `return rendezvous.Started(handle);`. Nothing of the frame may be touched
  // after it.
  bool Started(std::coroutine_handle<> handle) {
    waiting_ = handle;
    return !Second();
  }
  // When the operation has completed: resumes the coroutine on this thread, unless the starting thread is still on its way and goes on with it.
  void Completed() {
    if (Second()) waiting_.resume();
  }

 private:
  bool Second() {
    if (!first_came_.exchange(true, std::memory_order_acq_rel)) return false;
    // Only the second one goes on from here, and only what goes on starts the next operation.
    first_came_.store(false, std::memory_order_relaxed);
    return true;
  }

  std::coroutine_handle<> waiting_;
  std::atomic<bool> first_came_{false};
};

}  // namespace snp::platform
