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
  // The assistant needs no claim: raising the priority must always be possible.
  if (caller.role == Role::kRegulator) {
    const absl::Status claimed = TakeClaim(record, caller, /*by_qualifying=*/true);
    if (!claimed.ok()) return claimed;
  }

  if (request.priority() != type::v1::CALL_PRIORITY_UNSPECIFIED) {
    const bool raised = IsUrgent(request.priority()) && !IsUrgent(c.priority());
    c.set_priority(request.priority());
    const bool judged_town = c.care_level() == type::v1::CARE_LEVEL_R3 || c.care_level() == type::v1::CARE_LEVEL_R4;
    if (raised && judged_town && !decides) {
      const std::string claimed_by = c.claimed_by();
      const bool by_qualifying = record.claimed_by_qualifying();
      RaiseAlert(record, pb::ALERT_KIND_PRIORITY_RAISED, c.booking(), now);
      // Who works on the case is the one to judge again.
      c.set_claimed_by(claimed_by);
      record.set_claimed_by_qualifying(by_qualifying);
    }
  }
  if (!request.motive().empty()) c.set_motive(request.motive());
  if (request.has_patient()) *c.mutable_patient() = request.patient();
  if (!decides) return absl::OkStatus();

  if (request.care_level() != type::v1::CARE_LEVEL_UNSPECIFIED) {
    c.set_care_level(request.care_level());
    c.set_care_level_by(caller.subject);
    ClearAlert(c, pb::ALERT_KIND_PRIORITY_RAISED);
  }
  const bool emergency = domain::IsEmergency(static_cast<domain::CareLevel>(c.care_level()));
  if (c.care_level() == type::v1::CARE_LEVEL_UNSPECIFIED) return MakeFieldError("care_level", "required with a need");
  // An emergency does not wait for a well-stated need.
  if (!emergency) {
    const absl::Status need = SetNeed(c, request, now);
    if (!need.ok()) return need;
  }
  return Requalify(record, before, now, NextStepId(name, record));
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
