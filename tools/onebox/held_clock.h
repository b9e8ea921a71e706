// The demo's clock: stands still until the people start, then runs faster than life. Starting and publishing take as long as they take, and no caller
// of the small hours waits for them.
#pragma once

#include <atomic>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "platform/clock.h"

namespace snp::onebox {

// Thread-safe.
class HeldClock final : public platform::Clock {
 public:
  HeldClock(absl::Time origin, double speed) : origin_(origin), speed_(speed) {}

  // From now on it runs `speed` times as fast as the wall. Once.
  void Start() { started_ns_ = absl::ToUnixNanos(absl::Now()); }

  absl::Time Now() const override {
    const int64_t started = started_ns_;
    return started == 0 ? origin_ : origin_ + (absl::Now() - absl::FromUnixNanos(started)) * speed_;
  }
  absl::Duration RealDuration(absl::Duration d) const override { return d / speed_; }

 private:
  const absl::Time origin_;
  const double speed_;
  std::atomic<int64_t> started_ns_{0};  // 0: it stands.
};

}  // namespace snp::onebox
