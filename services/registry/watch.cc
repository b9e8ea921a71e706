#include "registry/watch.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "platform/status_macros.h"
#include "registry/convert.h"
#include "registry/scope.h"
#include "registry/validate.h"
#include "snp/registry/v1/registry_service.pb.h"

namespace snp::registry {
namespace {

using platform::MakeError;
using platform::Reason;

constexpr int kChunk = 256;

// What one stream is about.
struct Scope {
  domain::Department department;
  domain::PlaceId place;  // Empty: the whole department.
};

absl::StatusOr<Scope> ReadScope(const platform::Caller& caller, const v1::WatchSlotsRequest& request) {
  Violations violations;
  Scope scope;
  if (absl::StrContains(request.parent(), "/places/")) {
    if (auto place = ReadName("parent", domain::ParsePlaceName(request.parent()), &violations)) scope = {place->department, place->id};
  } else if (auto department = ReadName("parent", domain::ParseDepartmentName(request.parent()), &violations)) {
    scope.department = *std::move(department);
  }
  if (request.cursor() < 0) violations.Add("cursor", "expected 0 or a sequence number");
  RETURN_IF_ERROR(violations.ToStatus());
  if (!MayActOn(caller, {scope.department, scope.place})) return NotYours();
  return scope;
}

class WatcherCount {
 public:
  explicit WatcherCount(Metrics& metrics) : metrics_(metrics) { metrics_.AddWatchers(1); }
  ~WatcherCount() { metrics_.AddWatchers(-1); }
  WatcherCount(const WatcherCount&) = delete;

 private:
  Metrics& metrics_;
};

}  // namespace

platform::Task<absl::Status> WatchVerb::WatchSlots(platform::Caller caller, const v1::WatchSlotsRequest& request,
                                                   platform::Door::Writer<v1::WatchSlotsResponse>& writer) {
  CO_ASSIGN_OR_RETURN(const Scope scope, ReadScope(caller, request));
  const CaseField case_field = CaseFieldFor(caller);
  CO_ASSIGN_OR_RETURN(store::LogHead head, co_await log_.ReadHead(scope.department, absl::InfiniteFuture()));
  int64_t cursor = request.cursor() == 0 ? head.sequence : request.cursor();
  if (cursor > head.sequence)
    co_return MakeError(Reason::kCursorTrimmed, "the cursor is ahead of the log: its data are gone; list, then watch from 0");

  const WatcherCount counted(metrics_);
  const WatchHub::Subscription subscription = hub_.Subscribe(scope.department, head);
  Feed& feed = subscription.feed();
  bool live = false;
  bool say_hello = true;
  absl::Time next_heartbeat = clock_.Now();
  for (;;) {
    if (say_hello || clock_.Now() >= next_heartbeat) {
      say_hello = false;
      v1::WatchSlotsResponse heartbeat;
      heartbeat.set_cursor(cursor);
      heartbeat.set_kind(v1::CHANGE_KIND_HEARTBEAT);
      // Reckoned from when it is said, however long the reader takes to take it.
      const absl::Time now = clock_.Now();
      next_heartbeat = now + heartbeat_;
      ToProto(now, heartbeat.mutable_event_time());
      if (!co_await writer.Write(heartbeat)) co_return absl::CancelledError();
    }
    // Before looking, so that what comes while this looks is not slept over.
    const uint64_t seen = feed.news().version();
    CO_ASSIGN_OR_RETURN(std::optional<Feed::Events> events, feed.After(cursor, kChunk));
    if (!events && live) {
      metrics_.CountSlowWatcher();
      co_return platform::WithMetadata(MakeError(Reason::kOverloaded, "the reader is too slow: watch again from the last cursor"), "cursor",
                                       absl::StrCat(cursor));
    }
    if (!events) {
      // An old cursor: what the ring no longer has comes from the log itself, at the reader's own pace.
      store::LogHead from = head;
      from.sequence = cursor;
      CO_ASSIGN_OR_RETURN(std::vector<domain::Change> old, co_await log_.Read(scope.department, from, kChunk, absl::ZeroDuration()));
      events.emplace();
      for (domain::Change& change : old) events->push_back(std::make_shared<const domain::Change>(std::move(change)));
    } else {
      live = true;
    }
    for (const auto& change : *events) {
      cursor = change->sequence;
      if (!scope.place.empty() && change->place != scope.place) continue;
      v1::WatchSlotsResponse message;
      ToProto(scope.department, *change, case_field, &message);
      next_heartbeat = clock_.Now() + heartbeat_;
      if (!co_await writer.Write(message)) co_return absl::CancelledError();
    }
    if (!events->empty()) continue;
    co_await feed.news().Wait(seen, clock_.RealDuration(next_heartbeat - clock_.Now()), timer_, &writer.cancellation());
    if (writer.cancelled()) co_return absl::CancelledError();
  }
}

}  // namespace snp::registry
