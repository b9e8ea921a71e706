#include "platform/async/signal.h"

#include <algorithm>

namespace snp::platform {
namespace {
constexpr int kNews = 1;
constexpr int kNoNews = 0;
}  // namespace

void Signal::Notify() {
  std::vector<std::shared_ptr<OneShot>> woken;
  {
    std::lock_guard lock(mutex_);
    version_.fetch_add(1, std::memory_order_release);
    woken.swap(waiting_);
  }
  for (auto& shot : woken) shot->Fire(kNews);
}

bool Signal::Enter(uint64_t seen, const std::shared_ptr<OneShot>& shot) {
  std::lock_guard lock(mutex_);
  if (version_.load(std::memory_order_relaxed) != seen) return false;
  waiting_.push_back(shot);
  return true;
}

void Signal::Leave(const std::shared_ptr<OneShot>& shot) {
  std::lock_guard lock(mutex_);
  const auto it = std::find(waiting_.begin(), waiting_.end(), shot);
  if (it == waiting_.end()) return;
  *it = std::move(waiting_.back());
  waiting_.pop_back();
}

Task<bool> Signal::Wait(uint64_t seen, absl::Duration timeout, Timer& timer, Cancellation* cancel) {
  auto shot = std::make_shared<OneShot>();
  if (!Enter(seen, shot)) co_return true;
  uint64_t timer_id = 0, cancel_id = 0;
  if (timeout != absl::InfiniteDuration()) {
    timer_id = timer.After(timeout, [shot](bool) { shot->Fire(kNoNews); });
  }
  if (cancel != nullptr) cancel_id = cancel->Add([shot] { shot->Fire(kNoNews); });
  const int why = co_await shot->Wait();
  if (timer_id != 0) timer.Cancel(timer_id);
  if (cancel_id != 0) cancel->Remove(cancel_id);
  if (why == kNews) co_return true;
  Leave(shot);
  co_return version() != seen;
}

}  // namespace snp::platform
