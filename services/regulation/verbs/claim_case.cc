#include "regulation/verbs/mutation.h"

namespace snp::regulation {
namespace {

using domain::CaseMove;
using platform::MakeError;
using platform::MakeFieldError;
using platform::Reason;
using platform::Role;

constexpr size_t kLongestSubject = 128;
constexpr size_t kLongestReason = 500;

absl::Status MayHandle(const pb::Case& c, const Caller& caller) {
  const absl::Status may = MayWork(c, caller);
  return may.ok() ? RefusalOf(domain::Judge(StandingOf(c), CaseMove::kClaim), c, CaseMove::kClaim) : may;
}

absl::Status HandOver(pb::CaseRecord& record, const pb::HandOverCaseRequest& request, const Caller& caller) {
  pb::Case& c = *record.mutable_case_();
  const absl::Status may = MayHandle(c, caller);
  if (!may.ok()) return may;
  const bool takes_away = !c.claimed_by().empty() && c.claimed_by() != caller.subject && !record.claimed_by_qualifying();
  if (takes_away) {
    if (caller.role != Role::kRegulator) return MakeError(Reason::kCaseClaimed, "somebody else works on this case");
    if (request.reason().empty()) return MakeFieldError("reason", "required: the case is taken away from another");
  }
  // Back to nobody what is booked: whoever had it has dealt with what it was alerted for.
  if (request.to_subject().empty() && c.state() == pb::CASE_STATE_BOOKED) ClearPlaceAlerts(c);
  c.set_claimed_by(request.to_subject());
  record.set_claimed_by_qualifying(false);
  return absl::OkStatus();
}

}  // namespace

Answer<pb::ClaimCaseResponse> ClaimCase(Office& office, Caller caller, const pb::ClaimCaseRequest& request) {
  Fields fields;
  fields.RequestId(request.request_id());
  const domain::CaseName name = NameOf(request.name(), fields);
  CO_RETURN_IF_ERROR(fields.status());
  Asker asker = AskerOf(std::move(caller), request, office.desk.Now());
  CaseVerb verb;
  verb.name = "claim";
  verb.judge = [who = asker.caller](pb::CaseRecord& record, pb::AuditRecord&) {
    const absl::Status may = MayHandle(record.case_(), who);
    if (!may.ok()) return may;
    const absl::Status taken = TakeClaim(record, who);
    // Seen by somebody who now has the case: that is all this alert asks for.
    if (taken.ok()) ClearAlert(*record.mutable_case_(), pb::ALERT_KIND_STEP_RECOVERED);
    return taken;
  };
  co_return co_await Mutate<pb::ClaimCaseResponse>(office, std::move(asker), name, std::move(verb));
}

Answer<pb::HandOverCaseResponse> HandOverCase(Office& office, Caller caller, const pb::HandOverCaseRequest& request) {
  Fields fields;
  fields.RequestId(request.request_id());
  const domain::CaseName name = NameOf(request.name(), fields);
  fields.Text("to_subject", request.to_subject(), kLongestSubject);
  fields.Text("reason", request.reason(), kLongestReason);
  CO_RETURN_IF_ERROR(fields.status());
  Asker asker = AskerOf(std::move(caller), request, office.desk.Now());
  CaseVerb verb;
  verb.name = "handover";
  verb.judge = [&request, who = asker.caller](pb::CaseRecord& record, pb::AuditRecord& audit) {
    audit.set_reason(request.reason());
    return HandOver(record, request, who);
  };
  co_return co_await Mutate<pb::HandOverCaseResponse>(office, std::move(asker), name, std::move(verb));
}

}  // namespace snp::regulation
