#include "regulation/queue_hub.h"

#include <utility>

#include "absl/time/clock.h"
#include "platform/error.h"
#include "platform/status_macros.h"
#include "regulation/fields.h"

namespace snp::regulation {
namespace {

using platform::MakeError;
using platform::Reason;
using platform::Task;

constexpr int kBatch = 256;
constexpr int kListPage = 200;

absl::Time CallDeadline() { return absl::Now() + absl::Seconds(5); }

pb::WatchQueueResponse MessageOfCase(pb::Case c, int64_t cursor) {
  pb::WatchQueueResponse message;
  message.set_cursor(cursor);
  message.set_removed(!InQueue(c));
  message.set_order(OrderOf(c));
  *message.mutable_case_() = std::move(c);
  return message;
}

}  // namespace

Task<absl::StatusOr<std::optional<pb::WatchQueueResponse>>> MessageOf(CaseDesk& desk, domain::CaseName name, int64_t cursor) {
  auto opened = co_await desk.Read(std::move(name), CallDeadline());
  if (absl::IsNotFound(opened.status())) co_return std::optional<pb::WatchQueueResponse>();
  if (!opened.ok()) co_return opened.status();
  co_return std::optional<pb::WatchQueueResponse>(MessageOfCase(std::move(*opened->record.mutable_case_()), cursor));
}

Task<bool> QueueFeed::Turn(absl::Duration wait) {
  int64_t cursor = -1;
  {
    std::lock_guard lock(mutex_);
    if (watchers_.load() == 0) {
      // Following for nobody costs a connection and a read per case.
      cursor_ = -1;
      ring_.clear();
    }
    cursor = cursor_;
  }
  if (watchers_.load() == 0) co_return false;
  if (cursor < 0) {
    const auto head = co_await desk_.store().ReadHead(department_, CallDeadline());
    if (!head.ok()) co_return false;
    std::lock_guard lock(mutex_);
    cursor_ = cursor = *head;
  }
  // A watcher that came before the feed began to follow looks again now.
  const auto events = co_await desk_.store().ReadLog(department_, cursor, kBatch, wait);
  if (!events.ok()) {
    std::lock_guard lock(mutex_);
    // Begin again at the head: whoever is behind reads the log itself, and learns what happened to it.
    if (events.status().code() == absl::StatusCode::kOutOfRange) {
      cursor_ = -1;
      ring_.clear();
    }
    co_return false;
  }
  for (const store::CaseEvent& event : *events) {
    const domain::CaseName name{department_, event.id};
    auto message = co_await MessageOf(desk_, name, event.sequence);
    if (!message.ok()) break;
    auto kept = std::make_shared<pb::WatchQueueResponse>();
    kept->set_cursor(event.sequence);
    if (*message) *kept = *std::move(*message);
    std::lock_guard lock(mutex_);
    cursor_ = event.sequence;
    ring_.push_back(std::move(kept));
    if (ring_.size() > kRing) ring_.pop_front();
  }
  if (!events->empty()) news_.Notify();
  co_return true;
}

std::optional<std::vector<QueueFeed::Message>> QueueFeed::After(int64_t cursor, size_t limit) const {
  std::lock_guard lock(mutex_);
  if (cursor_ < 0 || cursor >= cursor_) return std::vector<Message>();
  if (ring_.empty() || ring_.front()->cursor() > cursor + 1) return std::nullopt;
  std::vector<Message> messages;
  // Contiguous: the position follows from the number.
  for (size_t i = static_cast<size_t>(cursor + 1 - ring_.front()->cursor()); i < ring_.size() && messages.size() < limit; ++i) {
    messages.push_back(ring_[i]);
  }
  return messages;
}

QueueHub::QueueHub(const std::vector<domain::Department>& departments, CaseDesk& desk, absl::Duration heartbeat)
    : desk_(desk), heartbeat_(heartbeat) {
  for (const auto& department : departments) feeds_.emplace(department, std::make_unique<QueueFeed>(department, desk));
}

QueueFeed* QueueHub::Find(const domain::Department& department) {
  const auto it = feeds_.find(department);
  return it == feeds_.end() ? nullptr : it->second.get();
}

// The list is read page by page while cases move: the cursor is that of before the first page, so whatever moved meanwhile is told again.
Task<absl::StatusOr<int64_t>> QueueHub::SendList(const domain::Department& department, platform::Door::Writer<pb::WatchQueueResponse>& writer) {
  CO_ASSIGN_OR_RETURN(const int64_t head, co_await desk_.store().ReadHead(department, CallDeadline()));
  std::string token;
  do {
    CO_ASSIGN_OR_RETURN(auto page, co_await desk_.store().ListQueue(department, kListPage, token, CallDeadline()));
    for (const store::StoredCase& stored : page.items) {
      pb::CaseRecord record;
      if (!record.ParseFromString(stored.record)) co_return MakeError(Reason::kInternal, "a stored case cannot be read");
      const pb::WatchQueueResponse message = MessageOfCase(std::move(*record.mutable_case_()), head);
      const bool sent = co_await writer.Write(message);
      if (!sent) co_return absl::CancelledError();
    }
    token = page.next_token;
  } while (!token.empty());
  pb::WatchQueueResponse end;
  end.set_cursor(head);
  end.set_snapshot_end(true);
  const bool sent = co_await writer.Write(end);
  if (!sent) co_return absl::CancelledError();
  co_return head;
}

// Reads the log itself from `cursor` to where it now ends. Returns the new cursor.
Task<absl::StatusOr<int64_t>> QueueHub::CatchUp(const domain::Department& department, int64_t cursor,
                                                platform::Door::Writer<pb::WatchQueueResponse>& writer) {
  for (;;) {
    CO_ASSIGN_OR_RETURN(auto events, co_await desk_.store().ReadLog(department, cursor, kBatch, absl::ZeroDuration()));
    if (events.empty()) co_return cursor;
    for (const store::CaseEvent& event : events) {
      const domain::CaseName name{department, event.id};
      CO_ASSIGN_OR_RETURN(auto message, co_await MessageOf(desk_, name, event.sequence));
      cursor = event.sequence;
      if (!message) continue;
      const bool sent = co_await writer.Write(*message);
      if (!sent) co_return absl::CancelledError();
    }
  }
}

Task<absl::Status> QueueHub::Watch(platform::Caller, const pb::WatchQueueRequest& request, platform::Door::Writer<pb::WatchQueueResponse>& writer) {
  Fields fields;
  const auto department = domain::ParseDepartmentName(request.parent());
  if (!department.ok()) fields.Wrong("parent", department.status().message());
  if (request.cursor() < 0) fields.Wrong("cursor", "0, or the cursor of the last message seen");
  CO_RETURN_IF_ERROR(fields.status());
  QueueFeed* feed = Find(*department);
  if (feed == nullptr) co_return platform::MakeFieldError("parent", "not a department that this service regulates");
  const QueueFeed::Watcher watcher(*feed);

  int64_t cursor = request.cursor();
  uint64_t seen = feed->news().version();
  if (cursor == 0) {
    CO_ASSIGN_OR_RETURN(cursor, co_await SendList(*department, writer));
  }
  CO_ASSIGN_OR_RETURN(cursor, co_await CatchUp(*department, cursor, writer));
  bool heard = true;
  for (;;) {
    const auto messages = feed->After(cursor, kBatch);
    if (!messages) {
      CO_ASSIGN_OR_RETURN(cursor, co_await CatchUp(*department, cursor, writer));
      continue;
    }
    for (const auto& message : *messages) {
      cursor = message->cursor();
      // Purged since: nothing is left to tell.
      if (!message->has_case_()) continue;
      const bool sent = co_await writer.Write(*message);
      if (!sent) co_return absl::OkStatus();
    }
    if (!messages->empty()) continue;
    if (!heard) {
      // Silence may also mean that the feed cannot read its log: then this says so.
      CO_ASSIGN_OR_RETURN(cursor, co_await CatchUp(*department, cursor, writer));
      pb::WatchQueueResponse heartbeat;
      heartbeat.set_cursor(cursor);
      const bool sent = co_await writer.Write(heartbeat);
      if (!sent) co_return absl::OkStatus();
    }
    heard = co_await feed->news().Wait(seen, heartbeat_, timer_, &writer.cancellation());
    if (writer.cancelled()) co_return absl::OkStatus();
    seen = feed->news().version();
  }
}

}  // namespace snp::regulation
