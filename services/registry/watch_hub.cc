#include "registry/watch_hub.h"

#include <algorithm>

#include "platform/error.h"

namespace snp::registry {
namespace {

constexpr int kReadLimit = 500;
// How long one read waits for news; also how long Stop may take.
constexpr absl::Duration kReadWait = absl::Milliseconds(500);

}  // namespace

absl::StatusOr<std::optional<Feed::Events>> Feed::After(int64_t cursor, size_t limit) const {
  std::lock_guard lock(mutex_);
  Events events;
  if (cursor < head_.sequence) {
    const int64_t first = head_.sequence - static_cast<int64_t>(ring_.size()) + 1;
    if (cursor + 1 < first) return std::nullopt;
    const auto begin = ring_.begin() + static_cast<std::ptrdiff_t>(cursor + 1 - first);
    events.assign(begin, begin + static_cast<std::ptrdiff_t>(std::min<size_t>(limit, ring_.end() - begin)));
  }
  if (events.empty() && !error_.ok()) return error_;
  return events;
}

void Feed::Append(std::vector<domain::Change> events) {
  {
    std::lock_guard lock(mutex_);
    for (domain::Change& event : events) {
      head_.sequence = event.sequence;
      ring_.push_back(std::make_shared<const domain::Change>(std::move(event)));
    }
    while (ring_.size() > buffer_) ring_.pop_front();
  }
  news_.Notify();
}

void Feed::Fail(absl::Status error) {
  {
    std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }
  news_.Notify();
}

WatchHub::~WatchHub() { Stop(); }

void WatchHub::Stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  ended_.wait(lock, [this] { return running_ == 0; });
}

WatchHub::Subscription::~Subscription() {
  if (feed_ == nullptr) return;
  std::lock_guard lock(hub_->mutex_);
  --feed_->watchers_;
}

WatchHub::Subscription WatchHub::Subscribe(domain::Department department, store::LogHead head) {
  std::shared_ptr<Feed> feed;
  {
    std::lock_guard lock(mutex_);
    std::shared_ptr<Feed>& known = feeds_[department];
    if (known != nullptr) {
      ++known->watchers_;
      return Subscription(this, known);
    }
    known = feed = std::make_shared<Feed>(std::move(department), std::move(head), buffer_);
    ++feed->watchers_;
    ++running_;
  }
  platform::Spawn(Follow(feed), [this, feed](absl::Status error) {
    Forget(feed);
    feed->Fail(std::move(error));
    std::lock_guard lock(mutex_);
    // Notified under the lock: the destructor may free the hub as soon as it can take it.
    if (--running_ == 0) ended_.notify_all();
  });
  return Subscription(this, std::move(feed));
}

// Decides the end under the lock in which watchers come: no watcher can join a feed whose follower has left.
bool WatchHub::MayGoOn(const std::shared_ptr<Feed>& feed) {
  std::lock_guard lock(mutex_);
  if (!stopping_ && feed->watchers_ > 0) return true;
  const auto it = feeds_.find(feed->department_);
  if (it != feeds_.end() && it->second == feed) feeds_.erase(it);
  return false;
}

void WatchHub::Forget(const std::shared_ptr<Feed>& feed) {
  std::lock_guard lock(mutex_);
  const auto it = feeds_.find(feed->department_);
  if (it != feeds_.end() && it->second == feed) feeds_.erase(it);
}

platform::Task<absl::Status> WatchHub::Follow(std::shared_ptr<Feed> feed) {
  // Only this coroutine moves the head.
  store::LogHead cursor = feed->head_;
  while (MayGoOn(feed)) {
    auto events = co_await log_.Read(feed->department_, cursor, kReadLimit, kReadWait);
    if (!events.ok()) co_return events.status();
    if (events->empty()) continue;
    cursor.sequence = events->back().sequence;
    feed->Append(*std::move(events));
  }
  co_return platform::MakeError(platform::Reason::kStoreUnavailable, "the service stops");
}

}  // namespace snp::registry
