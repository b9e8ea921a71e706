// OneShot: one coroutine waits, several sources race to wake it, the first one wins. The building block of timers and signals.
#pragma once

#include <coroutine>
#include <mutex>

namespace snp::platform {

// Share it (std::shared_ptr) between the coroutine and every source: a late source then finds it fired and does nothing. One awaiter.
class OneShot {
 public:
  OneShot() = default;
  OneShot(const OneShot&) = delete;

  // The first call wins and resumes the awaiter on this thread (if it waits already); later calls return false.
  bool Fire(int value) {
    std::coroutine_handle<> waiting;
    {
      std::lock_guard lock(mutex_);
      if (fired_) return false;
      fired_ = true;
      value_ = value;
      waiting = waiting_;
    }
    if (waiting) waiting.resume();
    return true;
  }

  // `int value = co_await shot->Wait();`
  auto Wait() {
    struct Awaiter {
      OneShot* shot;
      bool await_ready() const noexcept { return false; }
      bool await_suspend(std::coroutine_handle<> handle) {
        std::lock_guard lock(shot->mutex_);
        if (shot->fired_) return false;
        shot->waiting_ = handle;
        return true;
      }
      int await_resume() {
        std::lock_guard lock(shot->mutex_);
        return shot->value_;
      }
    };
    return Awaiter{this};
  }

 private:
  std::mutex mutex_;
  bool fired_ = false;
  int value_ = 0;
  std::coroutine_handle<> waiting_;
};

}  // namespace snp::platform
