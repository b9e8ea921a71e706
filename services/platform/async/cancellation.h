// Cancellation: "nobody waits for this any more", told once to whoever registered.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

namespace snp::platform {

// Thread-safe. Callbacks run once, on the thread that cancels, without a lock held: they may call Remove; they must not block.
class Cancellation {
 public:
  Cancellation() = default;
  Cancellation(const Cancellation&) = delete;

  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }

  // Runs every callback registered; a second call does nothing.
  void Cancel() {
    std::map<uint64_t, std::function<void()>> callbacks;
    {
      std::lock_guard lock(mutex_);
      if (cancelled_.load(std::memory_order_relaxed)) return;
      cancelled_.store(true, std::memory_order_release);
      callbacks.swap(callbacks_);
    }
    for (auto& [id, callback] : callbacks) callback();
  }

  // Already cancelled: runs `callback` at once and returns 0. Else an id for Remove.
  uint64_t Add(std::function<void()> callback) {
    {
      std::lock_guard lock(mutex_);
      if (!cancelled_.load(std::memory_order_relaxed)) {
        callbacks_.emplace(++last_id_, std::move(callback));
        return last_id_;
      }
    }
    callback();
    return 0;
  }

  // The callback may still be running on another thread when this returns: let it own what it touches.
  void Remove(uint64_t id) {
    std::lock_guard lock(mutex_);
    callbacks_.erase(id);
  }

 private:
  std::mutex mutex_;
  std::atomic<bool> cancelled_{false};
  uint64_t last_id_ = 0;
  std::map<uint64_t, std::function<void()>> callbacks_;
};

}  // namespace snp::platform
