#include <optional>

#include "domain/delay.h"
#include "regulation/times.h"
#include "regulation/verbs/mutation.h"

namespace snp::regulation {
namespace {

using platform::MakeError;
using platform::MakeFieldError;
using platform::Reason;
using platform::Role;

bool IsUrgent(type::v1::CallPriority p) { return p == type::v1::CALL_PRIORITY_P0 || p == type::v1::CALL_PRIORITY_P1; }

// The need of an R3/R4, and the clinical deadline it sets.
absl::Status SetNeed(pb::Case& c, const pb::QualifyCaseRequest& request, absl::Time now) {
  const bool first = !c.has_need();
  if (request.has_need()) *c.mutable_need() = request.need();
  if (first && !request.has_need()) return MakeFieldError("need", "required with the first R3 or R4");
  const bool place = c.care_level() == type::v1::CARE_LEVEL_R3 || c.need().examination();
  if (c.need().delay().empty()) {
    if (place) return MakeFieldError("need.delay", "required when the patient is to be examined");
    c.clear_latest_time();
    return absl::OkStatus();
  }
  // Counted from the qualification that states it; one that leaves need and level alone leaves the deadline.
  if (!request.has_need() && c.has_latest_time()) return absl::OkStatus();
  std::optional<absl::Time> appointment;
  if (c.need().has_latest_time()) appointment = FromProto(c.need().latest_time());
  const auto deadline = domain::ClinicalDeadline(c.need().delay(), now, appointment);
  if (!deadline.ok()) return MakeFieldError(c.need().delay() == "RDV" ? "need.latest_time" : "need.delay", deadline.status().message());
  *c.mutable_latest_time() = ToProto(*deadline);
  return absl::OkStatus();
}

absl::Status Judge(pb::CaseRecord& record, const pb::QualifyCaseRequest& request, const Caller& caller, const domain::CaseName& name,
                   absl::Time now) {
  pb::Case& c = *record.mutable_case_();
  const domain::Standing before = StandingOf(c);
  const bool decides = request.care_level() != type::v1::CARE_LEVEL_UNSPECIFIED || request.has_need();
  if (caller.role != Role::kRegulator && decides) return MakeError(Reason::kRoleForbidden, "care level and need are a regulating doctor's");
  const domain::Judgement amend = domain::Judge(before, domain::CaseMove::kAmend);
  if (absl::Status refusal = RefusalOf(amend, c, domain::CaseMove::kAmend); !refusal.ok()) return refusal;
  // The assistant needs no claim: raising the priority must always be possible. Nor does an emergency wait for whoever has the case.
  const bool emergency = domain::IsEmergency(static_cast<domain::CareLevel>(request.care_level()));
  if (caller.role == Role::kRegulator) {
    if (emergency) c.clear_claimed_by();
    const absl::Status claimed = TakeClaim(record, caller, /*by_qualifying=*/true);
    if (!claimed.ok()) return claimed;
  }
  const pb::Case asked = c;

  if (request.priority() != type::v1::CALL_PRIORITY_UNSPECIFIED) {
    const bool raised = IsUrgent(request.priority()) && !IsUrgent(c.priority());
    c.set_priority(request.priority());
    const bool judged_town = c.care_level() == type::v1::CARE_LEVEL_R3 || c.care_level() == type::v1::CARE_LEVEL_R4;
    // A doctor who works on the case is the one to judge again; whoever else has it gives way to any doctor (TakeClaim).
    if (raised && judged_town && !decides) RaiseAlertKeepingClaim(record, pb::ALERT_KIND_PRIORITY_RAISED, c.booking(), now);
  }
  if (!request.motive().empty()) c.set_motive(request.motive());
  if (request.has_patient()) *c.mutable_patient() = request.patient();
  if (!decides) {
    if (!SameQuestion(asked, c)) AskToCheckPlace(record, now);
    return absl::OkStatus();
  }

  if (request.care_level() != type::v1::CARE_LEVEL_UNSPECIFIED) {
    c.set_care_level(request.care_level());
    c.set_care_level_by(caller.subject);
    ClearAlert(c, pb::ALERT_KIND_PRIORITY_RAISED);
  }
  if (c.care_level() == type::v1::CARE_LEVEL_UNSPECIFIED) return MakeFieldError("care_level", "required with a need");
  // An emergency does not wait for a well-stated need.
  if (!domain::IsEmergency(static_cast<domain::CareLevel>(c.care_level()))) {
    const absl::Status need = SetNeed(c, request, now);
    if (!need.ok()) return need;
  }
  const absl::Status judged = Requalify(record, before, now, NextStepId(name, record));
  if (judged.ok() && !SameQuestion(asked, c)) AskToCheckPlace(record, now);
  return judged;
}

}  // namespace

Answer<pb::QualifyCaseResponse> QualifyCase(Office& office, Caller caller, const pb::QualifyCaseRequest& request) {
  Fields fields(office.communes);
  fields.RequestId(request.request_id());
  const domain::CaseName name = NameOf(request.name(), fields);
  fields.Enum("priority", request.priority(), type::v1::CALL_PRIORITY_NR);
  fields.Enum("care_level", request.care_level(), type::v1::CARE_LEVEL_R4);
  fields.Code("motive", domain::Nomenclature::kMotive, request.motive());
  if (request.has_need()) fields.Need("need", request.need());
  if (request.has_patient()) fields.Patient("patient", request.patient());
  CO_RETURN_IF_ERROR(fields.status());

  Asker asker = AskerOf(std::move(caller), request, office.desk.Now());
  CaseVerb verb;
  verb.name = "qualify";
  verb.judge = [&request, name, who = asker.caller, &office](pb::CaseRecord& record, pb::AuditRecord&) {
    return Judge(record, request, who, name, office.desk.Now());
  };
  co_return co_await Mutate<pb::QualifyCaseResponse>(office, std::move(asker), name, std::move(verb));
}

}  // namespace snp::regulation
