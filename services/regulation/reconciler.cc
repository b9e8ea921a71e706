#include "regulation/reconciler.h"

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

constexpr int kBatch = 100;
constexpr int kAll = 1'000'000;
constexpr int kTries = 5;

// Real time that one call may take.
absl::Time CallDeadline() { return absl::Now() + absl::Seconds(5); }

bool IsSilence(const absl::Status& status) { return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status); }

}  // namespace

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
    }
    if (!found.ok()) co_return found.status();
    const std::string verb = Mirror(opened->record, *found, desk_.Now(), news);
    if (verb.empty() && !push_check) co_return absl::OkStatus();
    pb::AuditRecord audit = desk_.BeginAudit(platform::Caller(), name, verb.empty() ? "" : verb);
    audit.set_role(type::v1::ROLE_SERVICE);
    audit.set_chosen_slot(found->slot());
    // Nothing to tell: only the next check moves on.
    if (verb.empty()) audit.clear_case_();
    store::Request request;
    request.deadline = CallDeadline();
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

Task<Reconciler::Turn> Reconciler::Run(domain::Department department) {
  Turn turn;
  const auto due = co_await desk_.store().ListDue(department, desk_.Now(), kBatch, CallDeadline());
  if (!due.ok()) co_return turn;
  turn.seen = static_cast<int>(due->size());
  turn.more = turn.seen == kBatch;
  for (const domain::CaseId& id : *due) {
    // Named: gcc 12 destroys a braced temporary of an awaited call twice.
    const domain::CaseName name{department, id};
    const absl::Status status = co_await PutRight(name);
    if (status.ok()) {
      ++turn.ended;
      continue;
    }
    platform::Log(platform::LogLevel::kWarning, "case not put right yet",
                  {{"case", id.value()}, {"reason", platform::ReasonName(platform::WireReason(status))}});
    // Nobody home: the others would wait for the same silence.
    if (IsSilence(status)) {
      turn.registry_silent = true;
      break;
    }
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
    if (!status.ok() && IsSilence(status)) co_return false;
  }
  co_return true;
}

}  // namespace snp::regulation
