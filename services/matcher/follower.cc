#include "matcher/follower.h"

#include <algorithm>
#include <utility>

#include "platform/async/sync_wait.h"
#include "platform/error.h"
#include "platform/log.h"
#include "platform/status_macros.h"

namespace snp::matcher {
namespace {

constexpr absl::Duration kMinBackoff = absl::Milliseconds(50);
constexpr absl::Duration kMaxBackoff = absl::Seconds(2);
constexpr absl::Duration kHeadPatience = absl::Seconds(2);
// After events, a breath before asking for more, so that the next ones come together: each reading costs Redis and this machine the same whatever it
// brings. It grows until about kTogether come at once and shrinks when more do: what the index does not know yet stays below the eight candidates
// that a hold tries, in a crowd too. An idle log is heard at once. The longest is what a busy country costs: with thirty departments of fifty events
// a second each, reading every 10 ms took an eighth of the time of a dispatch.
constexpr absl::Duration kShortest = absl::Milliseconds(1);
constexpr absl::Duration kLongest = absl::Milliseconds(60);
constexpr size_t kTogether = 4;

}  // namespace

Follower::Follower(domain::Department department, store::EventLog& log, Index& index, const platform::Clock& clock, FollowOptions options)
    : department_(std::move(department)), log_(log), index_(index), clock_(clock), options_(options), backoff_(kMinBackoff) {
  status_.department = department_;
}

FollowStatus Follower::status() const {
  std::lock_guard lock(mutex_);
  return status_;
}

std::optional<absl::Time> Follower::whole_at() const {
  std::lock_guard lock(mutex_);
  if (!status_.ready) return std::nullopt;
  return status_.whole_at;
}

absl::Duration Follower::Turn() {
  const absl::Status status = need_snapshot_ ? TakeSnapshot() : ReadEvents();
  if (status.ok()) {
    if (std::exchange(failing_, false)) platform::Log(platform::LogLevel::kInfo, "index follows again", {{"department", department_.value()}});
    backoff_ = kMinBackoff;
    const absl::Time now = clock_.Now();
    if (now - pruned_ >= options_.prune_every) {
      index_.Prune(department_, now);
      pruned_ = now;
    }
    return gather_;
  }
  if (!std::exchange(failing_, true)) {
    platform::Log(platform::LogLevel::kWarning, "index cannot follow",
                  {{"department", department_.value()}, {"code", absl::StatusCodeToString(status.code())}, {"error", status.message()}});
  }
  // Not there: try the same again. Anything else means that this cursor will not do.
  if (status.code() != absl::StatusCode::kUnavailable && status.code() != absl::StatusCode::kDeadlineExceeded &&
      status.code() != absl::StatusCode::kResourceExhausted) {
    need_snapshot_ = true;
    if (platform::ReasonOf(status) == platform::Reason::kCursorTrimmed) return absl::ZeroDuration();
  }
  return std::exchange(backoff_, std::min(backoff_ * 2, kMaxBackoff));
}

absl::Status Follower::TakeSnapshot() {
  ASSIGN_OR_RETURN(store::LogHead head, platform::SyncWait(log_.ReadHead(department_, absl::Now() + kHeadPatience)));
  const absl::Time whole_at = clock_.Now();
  ASSIGN_OR_RETURN(const store::DepartmentSnapshot snapshot, platform::SyncWait(log_.Snapshot(department_, whole_at, nullptr)));
  index_.Load(department_, snapshot);
  cursor_ = std::move(head);
  need_snapshot_ = false;
  std::lock_guard lock(mutex_);
  status_.cursor = cursor_.sequence;
  status_.ready = true;
  status_.whole_at = whole_at;
  ++status_.snapshots;
  return absl::OkStatus();
}

absl::Status Follower::ReadEvents() {
  ASSIGN_OR_RETURN(const std::vector<domain::Change> changes, platform::SyncWait(log_.Read(department_, cursor_, options_.batch, options_.wait)));
  const absl::Time read_at = clock_.Now();
  for (const domain::Change& change : changes) {
    if (change.sequence != cursor_.sequence + 1 + (&change - changes.data())) {
      return platform::MakeError(platform::Reason::kCursorTrimmed, "the log has a gap");
    }
  }
  index_.Apply(department_, changes);
  cursor_.sequence += static_cast<int64_t>(changes.size());
  if (changes.empty()) {
    gather_ = absl::ZeroDuration();
  } else if (changes.size() < kTogether) {
    gather_ = std::min(std::max(gather_ * 2, kShortest), kLongest);
  } else {
    gather_ /= 2;
  }
  std::lock_guard lock(mutex_);
  status_.cursor = cursor_.sequence;
  // A full batch: there may be more.
  if (changes.size() < static_cast<size_t>(options_.batch)) status_.whole_at = read_at;
  return absl::OkStatus();
}

}  // namespace snp::matcher
