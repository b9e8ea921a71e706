#include "regulation/reconciler.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "platform/error.h"
#include "platform/log.h"
#include "platform/rpc/status_mapping.h"
#include "platform/status_macros.h"
#include "regulation/times.h"
#include "snp/registry/v1/registry.pb.h"

namespace snp::regulation {
namespace {

namespace rpb = registry::v1;
using platform::Task;

constexpr size_t kBatch = 100;
constexpr int kLooked = 1000;
// After so many silences in a row nobody is home: the others would wait for the same.
constexpr int kSilences = 3;
// A booking that the registry does not know this long after the clinical deadline was forgotten with its slot, not cancelled.
constexpr absl::Duration kForgotten = absl::Hours(24);
constexpr int kAll = 1'000'000;
constexpr int kTries = 5;

// Real time that one call may take.
absl::Time CallDeadline() { return absl::Now() + absl::Seconds(5); }

}  // namespace

bool MayPass(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kCancelled:
      return true;
    default:
      return false;
  }
}

Task<absl::Status> Reconciler::Compare(domain::CaseName name, News news, bool push_check) {
  for (int attempt = 0; attempt < kTries; ++attempt) {
    auto opened = co_await desk_.Read(name, CallDeadline());
    if (absl::IsNotFound(opened.status())) co_return absl::OkStatus();
    if (!opened.ok()) co_return opened.status();
    if (opened->record.has_pending()) {
      // What the registry says now may be this step's own doing. A young one belongs to a verb that is still at it.
      const pb::PendingStep& step = opened->record.pending();
      const bool old = desk_.Now() - FromProto(step.begin_time()) > CaseDesk::kStepPatience;
      const bool orphan = old && !steps_.IsOwned(step.request_id());
      CO_ASSIGN_OR_RETURN(StepEnd end, co_await steps_.End(name, step.request_id(), orphan, CallDeadline()));
      continue;
    }
    const std::string booking = opened->record.case_().booking();
    if (booking.empty()) co_return absl::OkStatus();
    auto found = co_await registry_.GetBooking(booking, CallDeadline());
    if (absl::IsNotFound(found.status())) {
      // The registry has lost or forgotten it: to the patient that is a cancelled booking.
      rpb::Booking gone;
      gone.set_name(booking);
      gone.set_state(rpb::BOOKING_STATE_CANCELLED);
      found = std::move(gone);
      const pb::Case& c = opened->record.case_();
      news.forgotten = c.has_latest_time() && FromProto(c.latest_time()) + kForgotten < desk_.Now();
    }
    if (!found.ok()) co_return found.status();
    const std::string verb = Mirror(opened->record, *found, desk_.Now(), news);
    if (verb.empty() && !push_check) co_return absl::OkStatus();
    pb::AuditRecord audit = desk_.BeginAudit(platform::Caller(), name, verb.empty() ? "" : verb);
    audit.set_role(type::v1::ROLE_SERVICE);
    audit.set_chosen_slot(found->slot());
    if (found->cancelled_by() != rpb::CANCELLED_BY_UNSPECIFIED) audit.set_reason(rpb::CancelledBy_Name(found->cancelled_by()));
    // Nothing to tell: only the next check moves on.
    if (verb.empty()) audit.clear_case_();
    store::Request request;
    request.deadline = CallDeadline();
    opened->when_full = OpenedCase::WhenFull::kWrite;
    auto written = co_await desk_.Write(std::move(request), *std::move(opened), std::move(audit), nullptr);
    if (absl::IsAborted(written.status())) continue;
    co_return absl::IsNotFound(written.status()) ? absl::OkStatus() : written.status();
  }
  co_return platform::MakeError(platform::Reason::kRevisionMismatch, "the case changes too fast");
}

Task<absl::Status> Reconciler::PutRight(domain::CaseName name) {
  const News none;
  auto opened = co_await desk_.Read(name, CallDeadline());
  if (absl::IsNotFound(opened.status())) co_return absl::OkStatus();
  if (!opened.ok()) co_return opened.status();
  if (!opened->record.has_pending()) co_return co_await Compare(std::move(name), none, /*push_check=*/true);
  if (steps_.IsOwned(opened->record.pending().request_id())) co_return absl::OkStatus();
  const auto end = co_await steps_.End(std::move(name), opened->record.pending().request_id(), true, CallDeadline());
  co_return end.status();
}

Task<absl::StatusOr<bool>> Reconciler::GiveBackOrphan(domain::CaseName name, std::string booking) {
  const auto opened = co_await desk_.Read(name, CallDeadline());
  if (absl::IsNotFound(opened.status())) co_return true;
  if (!opened.ok()) co_return opened.status();
  if (opened->record.case_().booking() == booking) co_return true;
  if (opened->record.has_pending()) co_return false;
  auto found = co_await registry_.GetBooking(booking, CallDeadline());
  if (absl::IsNotFound(found.status())) co_return true;
  if (!found.ok()) co_return found.status();
  if (found->state() != rpb::BOOKING_STATE_HELD && found->state() != rpb::BOOKING_STATE_BOOKED) co_return true;
  platform::Log(platform::LogLevel::kWarning, "a place taken for a step that is no more goes back",
                {{"case", name.id.value()}, {"booking", booking}});
  CO_RETURN_IF_ERROR(co_await steps_.GiveBackOrphan(std::move(booking), CallDeadline()));
  co_return true;
}

std::vector<domain::CaseId> Reconciler::Choose(const domain::Department& department, std::vector<domain::CaseId> due) {
  std::lock_guard lock(mutex_);
  const std::set<domain::CaseId>& failed = failed_[department];
  std::stable_partition(due.begin(), due.end(), [&](const domain::CaseId& id) { return failed.count(id) == 0; });
  if (due.size() > kBatch) due.resize(kBatch);
  return due;
}

Task<Reconciler::Turn> Reconciler::Run(domain::Department department) {
  Turn turn;
  auto due = co_await desk_.store().ListDue(department, desk_.Now(), kLooked, CallDeadline());
  if (!due.ok()) co_return turn;
  turn.more = due->size() > kBatch;
  const std::vector<domain::CaseId> chosen = Choose(department, *std::move(due));
  turn.seen = static_cast<int>(chosen.size());
  std::set<domain::CaseId> failed;
  int silences = 0;
  for (const domain::CaseId& id : chosen) {
    // Named: gcc 12 destroys a braced temporary of an awaited call twice.
    const domain::CaseName name{department, id};
    const absl::Status status = co_await PutRight(name);
    if (status.ok()) {
      ++turn.ended;
      silences = 0;
      continue;
    }
    failed.insert(id);
    platform::Log(platform::LogLevel::kWarning, "case not put right yet",
                  {{"case", id.value()}, {"reason", platform::ReasonName(platform::WireReason(status))}});
    if (!MayPass(status)) continue;
    turn.registry_silent = true;
    if (++silences == kSilences) break;
  }
  {
    std::lock_guard lock(mutex_);
    failed_[department] = std::move(failed);
  }
  if (turn.ended < turn.seen) turn.more = false;
  co_return turn;
}

Task<bool> Reconciler::CompareAll(domain::Department department, News news) {
  const auto all = co_await desk_.store().ListDue(department, absl::FromUnixSeconds(253'402'300'799), kAll, CallDeadline());
  if (!all.ok()) co_return false;
  for (const domain::CaseId& id : *all) {
    const domain::CaseName name{department, id};
    const absl::Status status = co_await Compare(name, news, false);
    if (!status.ok() && MayPass(status)) co_return false;
  }
  co_return true;
}

}  // namespace snp::regulation
