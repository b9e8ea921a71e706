// Time is an input: every component that needs "now" takes a Clock.
#pragma once

#include <mutex>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace snp::platform {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
  // How long to really wait for `d` to pass on this clock (a scaled clock runs faster than the wall).
  virtual absl::Duration RealDuration(absl::Duration d) const { return d; }
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

// Moves only when told. For tests.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time start) : now_(start) {}
  absl::Time Now() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }
  void Advance(absl::Duration d) {
    std::lock_guard lock(mutex_);
    now_ += d;
  }
  void Set(absl::Time t) {
    std::lock_guard lock(mutex_);
    now_ = t;
  }
  // Loops that wait on a fake clock poll often, so that a test need not wait for the wall.
  absl::Duration RealDuration(absl::Duration) const override { return absl::Milliseconds(1); }

 private:
  mutable std::mutex mutex_;
  absl::Time now_;
};

// Starts at `origin` and runs `speed` times as fast as the wall. For the demo and replays.
class ScaledClock final : public Clock {
 public:
  ScaledClock(absl::Time origin, double speed) : origin_(origin), speed_(speed), start_(absl::Now()) {}
  absl::Time Now() const override { return origin_ + (absl::Now() - start_) * speed_; }
  absl::Duration RealDuration(absl::Duration d) const override { return d / speed_; }

 private:
  absl::Time origin_;
  double speed_;
  absl::Time start_;
};

}  // namespace snp::platform
