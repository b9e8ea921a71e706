#include "platform/async/timer.h"

#include <chrono>
#include <memory>

#include "platform/async/oneshot.h"

namespace snp::platform {
namespace {

// Monotonic, so that a step of the wall clock neither fires nor delays anything.
absl::Time Monotonic() { return absl::UnixEpoch() + absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch()); }

}  // namespace

Timer::~Timer() { Stop(); }

uint64_t Timer::After(absl::Duration after, std::function<void(bool)> fn) {
  {
    std::lock_guard lock(mutex_);
    const uint64_t id = ++last_id_;
    if (!stopped_) {
      if (!thread_.joinable()) thread_ = std::thread([this] { Loop(); });
      const absl::Time when = Monotonic() + after;
      const bool first = due_.empty() || when < due_.begin()->first.first;
      due_.emplace(When{when, id}, std::move(fn));
      when_.emplace(id, when);
      if (first) changed_.notify_one();
      return id;
    }
  }
  fn(false);
  return ~uint64_t{0};
}

bool Timer::Cancel(uint64_t id) {
  std::lock_guard lock(mutex_);
  const auto it = when_.find(id);
  if (it == when_.end()) return false;
  due_.erase(When{it->second, id});
  when_.erase(it);
  return true;
}

Task<bool> Timer::Sleep(absl::Duration duration) {
  auto shot = std::make_shared<OneShot>();
  After(duration, [shot](bool elapsed) { shot->Fire(elapsed ? 1 : 0); });
  const int elapsed = co_await shot->Wait();
  co_return elapsed == 1;
}

void Timer::Stop() {
  std::map<When, std::function<void(bool)>> left;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    left.swap(due_);
    when_.clear();
    changed_.notify_all();
  }
  for (auto& [when, fn] : left) fn(false);
  if (thread_.joinable()) thread_.join();
}

void Timer::Loop() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    if (due_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const absl::Time first = due_.begin()->first.first;
    const absl::Time now = Monotonic();
    if (first > now) {
      // Capped: an infinite wait overflows the condition variable's arithmetic.
      changed_.wait_for(lock, absl::ToChronoNanoseconds(std::min(first - now, absl::Hours(1))));
      continue;
    }
    auto node = due_.extract(due_.begin());
    when_.erase(node.key().second);
    lock.unlock();
    node.mapped()(true);
    node.mapped() = nullptr;
    lock.lock();
  }
}

}  // namespace snp::platform
