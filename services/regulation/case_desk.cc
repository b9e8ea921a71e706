#include "regulation/case_desk.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "platform/rpc/status_mapping.h"
#include "platform/status_macros.h"
#include "regulation/times.h"

namespace snp::regulation {
namespace {

using platform::MakeError;
using platform::Reason;
using platform::Task;

constexpr int kTries = 6;
// After a hold's deadline, time for the registry's event to arrive.
constexpr absl::Duration kExpiryPatience = absl::Seconds(5);
// A booking is compared with the registry this often, should its events be lost.
constexpr absl::Duration kBookingCheck = absl::Hours(6);

std::optional<absl::Time> DueOf(const pb::CaseRecord& record, absl::Time now) {
  if (record.has_pending()) return now + CaseDesk::kStepPatience;
  if (record.case_().state() == pb::CASE_STATE_HELD) return FromProto(record.case_().hold_deadline()) + kExpiryPatience;
  if (record.case_().state() == pb::CASE_STATE_BOOKED) return now + kBookingCheck;
  return std::nullopt;
}

// A case that nobody has touched for so long, nor its clinical deadline come since, is taken for closed.
constexpr absl::Duration kForgottenCase = absl::Hours(24 * 30);

// When the retention of a case begins: its end, or the day it was forgotten.
absl::Time PurgeableFrom(const pb::Case& c, absl::Time now) {
  // Advice ends a case as well: its data are not kept longer because nobody closed it.
  if (c.state() == pb::CASE_STATE_CLOSED || (c.state() == pb::CASE_STATE_ADVISED && !InQueue(c))) return now;
  return (c.has_latest_time() ? std::max(now, FromProto(c.latest_time())) : now) + kForgottenCase;
}

// An emergency, an end and a place that goes back are written though memory is full: a patient must not keep a town place because Redis has no room.
bool MustBeWritten(const OpenedCase& opened) {
  if (opened.revision == 0) return false;
  if (opened.when_full != OpenedCase::WhenFull::kByState) return opened.when_full == OpenedCase::WhenFull::kWrite;
  const pb::CaseState state = opened.record.case_().state();
  const std::string& step = opened.record.pending().kind();
  return state == pb::CASE_STATE_EMERGENCY || state == pb::CASE_STATE_CLOSED || step == "release" || step == "cancel";
}

bool IsDecision(const absl::Status& status) {
  return status.code() == absl::StatusCode::kFailedPrecondition || status.code() == absl::StatusCode::kPermissionDenied;
}

}  // namespace

std::string NextStepId(const domain::CaseName& name, const pb::CaseRecord& record) {
  // Within the 64 characters of an id: those of cases made here have 25.
  return absl::StrCat("s", name.department.value(), "-", name.id.value().substr(0, 36), "-", record.case_().revision() + 1);
}

pb::AuditRecord CaseDesk::BeginAudit(const platform::Caller& caller, const domain::CaseName& name, absl::string_view verb) const {
  pb::AuditRecord audit;
  audit.set_case_(domain::ToString(name));
  *audit.mutable_time() = ToProto(clock_.Now());
  audit.set_subject(caller.subject);
  audit.set_role(static_cast<type::v1::Role>(caller.role));
  audit.set_verb(std::string(verb));
  audit.set_index_age_ms(-1);
  return audit;
}

Task<absl::StatusOr<OpenedCase>> CaseDesk::Read(domain::CaseName name, absl::Time deadline) {
  CO_ASSIGN_OR_RETURN(store::StoredCase stored, co_await store_.Get(name, deadline));
  OpenedCase opened;
  opened.name = std::move(name);
  opened.revision = stored.revision;
  if (!opened.record.ParseFromString(stored.record)) co_return MakeError(Reason::kInternal, "a stored case cannot be read");
  co_return opened;
}

Task<absl::StatusOr<std::string>> CaseDesk::FindAnswer(Asker asker, domain::Department department) {
  CO_ASSIGN_OR_RETURN(std::optional<std::string> kept, co_await store_.FindAnswer(asker.request, std::move(department)));
  co_return kept.value_or("");
}

Task<absl::StatusOr<Written>> CaseDesk::Write(store::Request request, OpenedCase opened, pb::AuditRecord audit,
                                              std::function<std::string(const pb::Case&)> answer) {
  const absl::Time now = clock_.Now();
  pb::Case& c = *opened.record.mutable_case_();
  c.set_name(domain::ToString(opened.name));
  c.set_revision(opened.revision + 1);
  *c.mutable_update_time() = ToProto(now);
  c.set_step_pending(opened.record.has_pending());
  if (audit.result().empty()) audit.set_result("ok");
  *audit.mutable_case_after() = c;

  store::CaseChange change;
  change.next = {opened.name, opened.revision + 1, opened.record.SerializeAsString()};
  if (InQueue(c)) change.queue_order = OrderOf(c);
  change.due = DueOf(opened.record, now);
  change.purgeable = PurgeableFrom(c, now);
  change.even_when_full = MustBeWritten(opened);
  if (!audit.case_().empty()) change.audit = audit.SerializeAsString();
  change.event = audit.verb();
  change.booking = c.booking();
  if (answer) change.answer = answer(c);
  request.now = now;
  CO_ASSIGN_OR_RETURN(std::string kept, co_await store_.Put(std::move(request), std::move(change)));
  Written written;
  written.kept = std::move(kept);
  opened.revision += 1;
  written.opened = std::move(opened);
  co_return written;
}

Task<absl::StatusOr<Written>> CaseDesk::Apply(Asker asker, domain::CaseName name, CaseVerb verb) {
  absl::Status last;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    CO_ASSIGN_OR_RETURN(OpenedCase opened, co_await Read(name, asker.deadline()));
    pb::AuditRecord audit = BeginAudit(asker.caller, name, verb.name);
    pb::Case before = opened.record.case_();
    last = verb.judge(opened.record, audit);
    if (!last.ok()) {
      *audit.mutable_case_after() = std::move(before);
      co_await AuditRefusal(asker, std::move(name), std::move(audit), last);
      co_return last;
    }
    // Without an answer to keep the request is not over: no marker.
    store::Request request = asker.request;
    if (!verb.answer) request.id.clear();
    auto written = co_await Write(std::move(request), std::move(opened), std::move(audit), verb.answer);
    if (written.ok()) co_return written;
    last = written.status();
    if (last.code() != absl::StatusCode::kAborted) co_return last;
  }
  co_return last;
}

Task<bool> CaseDesk::AuditRefusal(Asker asker, domain::CaseName name, pb::AuditRecord audit, absl::Status refusal) {
  if (!IsDecision(refusal)) co_return false;
  audit.set_result(std::string(platform::ReasonName(platform::ReasonOf(refusal))));
  store::Request request = asker.request;
  request.id.clear();
  request.now = clock_.Now();
  const auto kept = co_await store_.Audit(std::move(request), std::move(name), audit.SerializeAsString(), "");
  co_return kept.ok();
}

}  // namespace snp::regulation
