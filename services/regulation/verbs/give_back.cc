// ReleasePlace, RefusePlace, AdviseCase, CloseCase: verbs after which the case has no place.
#include <optional>

#include "regulation/times.h"
#include "regulation/verbs/mutation.h"

namespace snp::regulation {
namespace {

using domain::CaseMove;
using platform::MakeFieldError;
namespace rpb = registry::v1;

// A patient who comes early may be seen early.
constexpr absl::Duration kSeenBeforeStart = absl::Minutes(30);
// At most as many as are excluded from a ranking.
constexpr int kMaxRefusals = 64;

absl::Status Enter(pb::CaseRecord& record, const Caller& caller) {
  const absl::Status may = MayWork(record.case_(), caller);
  return may.ok() ? NoStepUnderWay(record) : may;
}

std::optional<CaseMove> MoveOf(pb::Outcome outcome) {
  switch (outcome) {
    case pb::OUTCOME_SEEN:
      return CaseMove::kSeen;
    case pb::OUTCOME_NO_SHOW:
      return CaseMove::kNoShow;
    case pb::OUTCOME_ADVICE:
      return CaseMove::kCloseAdvice;
    case pb::OUTCOME_EMERGENCY:
      return CaseMove::kCloseEmergency;
    case pb::OUTCOME_UNPLACED:
      return CaseMove::kUnplaced;
    case pb::OUTCOME_DECLINED:
      return CaseMove::kDeclined;
    case pb::OUTCOME_DUPLICATE:
      return CaseMove::kDuplicate;
    default:
      return std::nullopt;
  }
}

absl::Status Refuse(pb::CaseRecord& record, const pb::RefusePlaceRequest& request, const Caller& caller, const domain::CaseName& name,
                    absl::Time now) {
  pb::Case& c = *record.mutable_case_();
  const absl::Status may = MayWork(c, caller);
  if (!may.ok()) return may;
  const bool taken = c.slot() == request.slot();
  // A place on its way may be the very one that is refused.
  const absl::Status still = NoStepUnderWay(record);
  if (!still.ok()) return still;
  const absl::Status moved =
      Move(record, taken ? CaseMove::kRefuseTaken : CaseMove::kRefuse, now, NextStepId(name, record), rpb::CANCELLED_BY_PATIENT);
  if (!moved.ok()) return moved;
  if (c.refusals_size() >= kMaxRefusals) c.mutable_refusals()->erase(c.refusals().begin());
  pb::PatientRefusal& refusal = *c.add_refusals();
  refusal.set_slot(request.slot());
  refusal.set_reason(request.reason());
  *refusal.mutable_refuse_time() = ToProto(now);
  return TakeClaim(record, caller);
}

absl::Status Close(pb::CaseRecord& record, const pb::CloseCaseRequest& request, const Caller& caller, const domain::CaseName& name, absl::Time now) {
  // What an OSNP may close is what an OSNP may work on; an assistant's duplicate waits for a doctor.
  const absl::Status may = Enter(record, caller);
  if (!may.ok()) return may;
  const CaseMove move = *MoveOf(request.outcome());
  pb::Case& c = *record.mutable_case_();
  const std::string booking = c.booking();
  // The registry's own rule, asked before the case is closed: nobody was seen, and nobody failed to come, before it was time.
  const absl::Duration early = move == CaseMove::kSeen ? kSeenBeforeStart : absl::ZeroDuration();
  const bool outcome_said = move == CaseMove::kSeen || move == CaseMove::kNoShow;
  if (outcome_said && c.has_slot_start_time() && FromProto(c.slot_start_time()) > now + early) {
    return platform::WithMetadata(
        platform::MakeError(platform::Reason::kCaseState, "the appointment has not begun: nobody can have been seen or missed yet"), "start",
        absl::FormatTime(FromProto(c.slot_start_time()), absl::UTCTimeZone()));
  }
  const std::string step_id = NextStepId(name, record);
  const auto by = request.outcome() == pb::OUTCOME_DECLINED ? rpb::CANCELLED_BY_PATIENT : rpb::CANCELLED_BY_REGULATION;
  absl::Status status = Move(record, move, now, step_id, by);
  if (status.ok()) status = TakeClaim(record, caller);
  if (!status.ok()) return status;
  if (move == CaseMove::kSeen || move == CaseMove::kNoShow) {
    pb::PendingStep& step = *record.mutable_pending();
    step.set_kind(move == CaseMove::kSeen ? "seen" : "no_show");
    step.set_request_id(step_id);
    *step.mutable_begin_time() = ToProto(now);
    step.set_booking(booking);
  }
  c.set_outcome(request.outcome());
  if (!request.orientation().empty()) c.set_orientation(request.orientation());
  c.clear_alerts();
  c.clear_claimed_by();
  record.set_claimed_by_qualifying(false);
  return absl::OkStatus();
}

}  // namespace

Answer<pb::ReleasePlaceResponse> ReleasePlace(Office& office, Caller caller, const pb::ReleasePlaceRequest& request) {
  Fields fields;
  fields.RequestId(request.request_id());
  const domain::CaseName name = NameOf(request.name(), fields);
  CO_RETURN_IF_ERROR(fields.status());
  Asker asker = AskerOf(std::move(caller), request, office.desk.Now());
  CaseVerb verb;
  verb.name = "release";
  verb.judge = [name, who = asker.caller, &office](pb::CaseRecord& record, pb::AuditRecord&) {
    absl::Status status = Enter(record, who);
    if (status.ok()) status = Move(record, CaseMove::kRelease, office.desk.Now(), NextStepId(name, record), rpb::CANCELLED_BY_REGULATION);
    return status.ok() ? TakeClaim(record, who) : status;
  };
  co_return co_await Mutate<pb::ReleasePlaceResponse>(office, std::move(asker), name, std::move(verb));
}

Answer<pb::RefusePlaceResponse> RefusePlace(Office& office, Caller caller, const pb::RefusePlaceRequest& request) {
  Fields fields;
  fields.RequestId(request.request_id());
  const domain::CaseName name = NameOf(request.name(), fields);
  const auto slot = domain::ParseSlotName(request.slot());
  if (!slot.ok()) fields.Wrong("slot", slot.status().message());
  fields.Enum("reason", request.reason(), pb::REFUSAL_REASON_OTHER, true);
  CO_RETURN_IF_ERROR(fields.status());
  Asker asker = AskerOf(std::move(caller), request, office.desk.Now());
  CaseVerb verb;
  verb.name = "refuse";
  verb.judge = [name, &request, who = asker.caller, &office](pb::CaseRecord& record, pb::AuditRecord& audit) {
    audit.set_chosen_slot(request.slot());
    return Refuse(record, request, who, name, office.desk.Now());
  };
  co_return co_await Mutate<pb::RefusePlaceResponse>(office, std::move(asker), name, std::move(verb));
}

Answer<pb::AdviseCaseResponse> AdviseCase(Office& office, Caller caller, const pb::AdviseCaseRequest& request) {
  Fields fields;
  fields.RequestId(request.request_id());
  const domain::CaseName name = NameOf(request.name(), fields);
  if (request.decision() != "CONSEIL" && request.decision() != "PMT") fields.Wrong("decision", "CONSEIL or PMT");
  CO_RETURN_IF_ERROR(fields.status());
  Asker asker = AskerOf(std::move(caller), request, office.desk.Now());
  CaseVerb verb;
  verb.name = "advise";
  verb.judge = [name, &request, who = asker.caller, &office](pb::CaseRecord& record, pb::AuditRecord&) {
    absl::Status status = Enter(record, who);
    if (status.ok()) status = Move(record, CaseMove::kAdvise, office.desk.Now(), NextStepId(name, record), rpb::CANCELLED_BY_REGULATION);
    if (status.ok()) status = TakeClaim(record, who);
    if (!status.ok()) return status;
    record.mutable_case_()->set_decision(request.decision());
    record.mutable_case_()->clear_alerts();
    return absl::OkStatus();
  };
  co_return co_await Mutate<pb::AdviseCaseResponse>(office, std::move(asker), name, std::move(verb));
}

Answer<pb::CloseCaseResponse> CloseCase(Office& office, Caller caller, const pb::CloseCaseRequest& request) {
  Fields fields;
  fields.RequestId(request.request_id());
  const domain::CaseName name = NameOf(request.name(), fields);
  if (!MoveOf(request.outcome())) fields.Wrong("outcome", "required, a known outcome");
  fields.Code("orientation", domain::Nomenclature::kOrientation, request.orientation());
  CO_RETURN_IF_ERROR(fields.status());
  Asker asker = AskerOf(std::move(caller), request, office.desk.Now());
  CaseVerb verb;
  verb.name = "close";
  verb.judge = [name, &request, who = asker.caller, &office](pb::CaseRecord& record, pb::AuditRecord&) {
    return Close(record, request, who, name, office.desk.Now());
  };
  co_return co_await Mutate<pb::CloseCaseResponse>(office, std::move(asker), name, std::move(verb));
}

}  // namespace snp::regulation
