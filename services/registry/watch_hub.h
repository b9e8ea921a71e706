// Fans a department's event log out to its watchers: one follower of the log per department that is watched, however many watch it.
//
// The follower keeps the last `buffer` events of its department in a ring that all watchers read, each at its own cursor: a watcher costs a cursor,
// and a slow one costs nothing more. A watcher that the ring has left behind is told so; whether it then reads the log itself or gives up is its own
// affair.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "domain/supply.h"
#include "platform/async/signal.h"
#include "platform/async/task.h"
#include "store/event_log.h"

namespace snp::registry {

// The recent events of one department. Thread-safe.
class Feed {
 public:
  using Events = std::vector<std::shared_ptr<const domain::Change>>;
  Feed(domain::Department department, store::LogHead head, size_t buffer)
      : department_(std::move(department)), head_(std::move(head)), buffer_(buffer) {}

  // Events after `cursor`, at most `limit`; empty: none yet, wait for news(). nullopt: the ring begins later than that. Once the follower failed: its
  // error, after the events that it still read.
  absl::StatusOr<std::optional<Events>> After(int64_t cursor, size_t limit) const;
  platform::Signal& news() { return news_; }

 private:
  friend class WatchHub;
  void Append(std::vector<domain::Change> events);
  void Fail(absl::Status error);

  const domain::Department department_;
  mutable std::mutex mutex_;
  store::LogHead head_;  // Last event in the ring, or where the follower began.
  std::deque<std::shared_ptr<const domain::Change>> ring_;
  const size_t buffer_;
  absl::Status error_;
  int watchers_ = 0;  // Guarded by the hub's mutex.
  platform::Signal news_;
};

class WatchHub {
 public:
  // `log` outlives it.
  WatchHub(store::EventLog& log, size_t buffer) : log_(log), buffer_(buffer) {}
  // Stop().
  ~WatchHub();
  WatchHub(const WatchHub&) = delete;

  // Keeps the follower running while it lives. The hub outlives it.
  class Subscription {
   public:
    Subscription(Subscription&& other) noexcept : hub_(other.hub_), feed_(std::move(other.feed_)) {}
    Subscription& operator=(Subscription&&) = delete;
    ~Subscription();
    Feed& feed() const { return *feed_; }

   private:
    friend class WatchHub;
    Subscription(WatchHub* hub, std::shared_ptr<Feed> feed) : hub_(hub), feed_(std::move(feed)) {}
    WatchHub* hub_;
    std::shared_ptr<Feed> feed_;
  };
  // A subscription to the department's feed, whose follower starts at `head` if none runs yet.
  Subscription Subscribe(domain::Department department, store::LogHead head);

  // Ends the followers and waits for them (at most the time of one wait for events). Feeds fail with UNAVAILABLE.
  void Stop();

 private:
  platform::Task<absl::Status> Follow(std::shared_ptr<Feed> feed);
  bool MayGoOn(const std::shared_ptr<Feed>& feed);
  void Forget(const std::shared_ptr<Feed>& feed);

  store::EventLog& log_;
  const size_t buffer_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool stopping_ = false;
  int running_ = 0;
  std::map<domain::Department, std::shared_ptr<Feed>> feeds_;
};

}  // namespace snp::registry
