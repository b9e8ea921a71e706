// The regulators' queue as a live stream: one follower per department reads the cases' log, every watcher reads from its ring.
//
// The ring holds the last 1,024 changes. A watcher that falls off it (or resumes from an old cursor) reads the log itself until it is back, so that a
// slow one costs nobody anything and misses nothing. The log's numbers are contiguous: a hole cannot go unnoticed.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "domain/names.h"
#include "platform/async/signal.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "platform/rpc/door.h"
#include "regulation/case_desk.h"
#include "snp/regulation/v1/regulation_service.pb.h"

namespace snp::regulation {

// The newest changes of one department. Thread-safe, except Turn.
class QueueFeed {
 public:
  using Message = std::shared_ptr<const pb::WatchQueueResponse>;

  QueueFeed(domain::Department department, CaseDesk& desk) : department_(std::move(department)), desk_(desk) {}

  // Reads what is new, waiting up to `wait` for it; does nothing while nobody watches. One thread at a time. False: nobody watches, or the log does
  // not answer.
  platform::Task<bool> Turn(absl::Duration wait);

  // A watcher keeps the feed running while it has one.
  class Watcher {
   public:
    explicit Watcher(QueueFeed& feed) : feed_(feed) { ++feed_.watchers_; }
    ~Watcher() { --feed_.watchers_; }
    Watcher(const Watcher&) = delete;

   private:
    QueueFeed& feed_;
  };

  // Messages after `cursor`, oldest first; nullopt: the ring does not reach back to it.
  std::optional<std::vector<Message>> After(int64_t cursor, size_t limit) const;
  platform::Signal& news() { return news_; }
  const domain::Department& department() const { return department_; }

 private:
  static constexpr size_t kRing = 1024;
  const domain::Department department_;
  CaseDesk& desk_;
  std::atomic<int> watchers_{0};
  mutable std::mutex mutex_;
  int64_t cursor_ = -1;  // Last change read; -1: not following.
  std::deque<Message> ring_;
  platform::Signal news_;
};

// A change of the log as a message: the case as it is now. nullopt: it has been purged.
platform::Task<absl::StatusOr<std::optional<pb::WatchQueueResponse>>> MessageOf(CaseDesk& desk, domain::CaseName name, int64_t cursor);

class QueueHub {
 public:
  QueueHub(const std::vector<domain::Department>& departments, CaseDesk& desk, absl::Duration heartbeat);

  // Null: not a department of this service.
  QueueFeed* Find(const domain::Department& department);
  // Serves one stream until its client goes, the process stops, or the log cannot be followed (CURSOR_TRIMMED: begin again with cursor 0).
  platform::Task<absl::Status> Watch(platform::Caller caller, const pb::WatchQueueRequest& request,
                                     platform::Door::Writer<pb::WatchQueueResponse>& writer);

 private:
  platform::Task<absl::StatusOr<int64_t>> SendList(const domain::Department& department, platform::Door::Writer<pb::WatchQueueResponse>& writer);
  platform::Task<absl::StatusOr<int64_t>> CatchUp(const domain::Department& department, int64_t cursor,
                                                  platform::Door::Writer<pb::WatchQueueResponse>& writer);
  CaseDesk& desk_;
  absl::Duration heartbeat_;
  platform::Timer timer_;
  std::map<domain::Department, std::unique_ptr<QueueFeed>> feeds_;
};

}  // namespace snp::regulation
