#include "regulation/case_rules.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "platform/rpc/status_mapping.h"
#include "regulation/times.h"

namespace snp::regulation {
namespace {

namespace rpb = registry::v1;
using domain::CaseMove;
using domain::Safety;
using platform::MakeError;
using platform::Reason;

constexpr int kMaxAvoided = 32;
constexpr int kMaxAlerts = 16;

Reason ReasonOfSafety(Safety safety) {
  switch (safety) {
    case Safety::kR1:
      return Reason::kSafetyR1;
    case Safety::kR2:
      return Reason::kSafetyR2;
    case Safety::kNotQualified:
      return Reason::kSafetyNotQualified;
    case Safety::kDoctorFirst:
      return Reason::kSafetyDoctorFirst;
    case Safety::kNoExamination:
    case Safety::kAllowed:
      break;
  }
  return Reason::kCaseState;
}

absl::Status SafetyError(Safety safety) {
  absl::Status status = MakeError(ReasonOfSafety(safety), "the safety rule forbids a town place for this case");
  return platform::WithMetadata(std::move(status), "instruction", domain::WhyNot(safety));
}

void GiveBack(pb::CaseRecord& record, absl::Time now, const std::string& step_id, rpb::CancelledBy by) {
  pb::Case& c = *record.mutable_case_();
  const bool was_booked = c.state() == pb::CASE_STATE_BOOKED;
  const std::string booking = c.booking();
  ForgetPlace(c);
  c.clear_decision();
  c.clear_orientation();
  if (booking.empty()) return;
  pb::PendingStep& step = *record.mutable_pending();
  step.Clear();
  step.set_kind(was_booked ? "cancel" : "release");
  step.set_request_id(step_id);
  *step.mutable_begin_time() = ToProto(now);
  step.set_booking(booking);
  step.set_cancelled_by(by);
}

}  // namespace

domain::Standing StandingOf(const pb::Case& c) {
  domain::Standing standing;
  standing.state = static_cast<domain::CaseState>(c.state());
  standing.qualification.priority = static_cast<domain::CallPriority>(c.priority());
  standing.qualification.level = static_cast<domain::CareLevel>(c.care_level());
  standing.qualification.by_doctor = !c.care_level_by().empty();
  standing.qualification.examination = c.need().examination();
  return standing;
}

absl::Status RefusalOf(const domain::Judgement& judgement, const pb::Case& c, CaseMove) {
  if (judgement.safety != Safety::kAllowed) return SafetyError(judgement.safety);
  if (judgement.legal) return absl::OkStatus();
  const auto state = domain::NameOf(static_cast<domain::CaseState>(c.state()));
  return platform::WithMetadata(MakeError(Reason::kCaseState, absl::StrCat("not possible for a case that is ", state)), "state", state);
}

absl::Status MayWork(const pb::Case& c, const platform::Caller& caller) {
  if (caller.role != platform::Role::kOsnp) return absl::OkStatus();
  if (HasAlert(c, pb::ALERT_KIND_PRIORITY_RAISED)) return SafetyError(Safety::kDoctorFirst);
  const domain::Qualification q = StandingOf(c).qualification;
  const Safety safety = domain::MayHavePlace(q);
  // R4 without examination was qualified by a doctor all the same: an OSNP may look at it and close it, the verbs on places refuse it themselves.
  if (safety == Safety::kAllowed || safety == Safety::kNoExamination) return absl::OkStatus();
  return SafetyError(safety);
}

absl::Status TakeClaim(pb::CaseRecord& record, const platform::Caller& caller, bool by_qualifying) {
  pb::Case& c = *record.mutable_case_();
  const bool gives_way = record.claimed_by_qualifying() && caller.role == platform::Role::kOsnp;
  // A priority raised after the decision waits for a doctor: no claim but that of one who has taken it up (as if by qualifying) may stand in between.
  const bool judges = HasAlert(c, pb::ALERT_KIND_PRIORITY_RAISED) && caller.role == platform::Role::kRegulator;
  const bool doctor_awaited = judges && !record.claimed_by_qualifying();
  if (c.claimed_by().empty() || gives_way || doctor_awaited) {
    c.set_claimed_by(caller.subject);
    record.set_claimed_by_qualifying(by_qualifying || judges);
    return absl::OkStatus();
  }
  if (c.claimed_by() != caller.subject) return MakeError(Reason::kCaseClaimed, "somebody else works on this case");
  // Qualifying again does not turn a claim that was taken to work into one that gives way.
  if (!by_qualifying && !judges) record.set_claimed_by_qualifying(false);
  return absl::OkStatus();
}

absl::Status Move(pb::CaseRecord& record, CaseMove move, absl::Time now, const std::string& step_id, rpb::CancelledBy by) {
  pb::Case& c = *record.mutable_case_();
  const domain::Judgement judgement = domain::Judge(StandingOf(c), move);
  if (absl::Status refusal = RefusalOf(judgement, c, move); !refusal.ok()) return refusal;
  if (judgement.gives_back) {
    GiveBack(record, now, step_id, by);
  } else if (domain::HasPlace(static_cast<domain::CaseState>(c.state())) && !domain::HasPlace(judgement.next)) {
    ForgetPlace(c);
    if (move == CaseMove::kLosePlace) {
      c.clear_decision();
      c.clear_orientation();
    }
  }
  c.set_state(static_cast<pb::CaseState>(judgement.next));
  return absl::OkStatus();
}

absl::Status Requalify(pb::CaseRecord& record, const domain::Standing& before, absl::Time now, const std::string& step_id) {
  pb::Case& c = *record.mutable_case_();
  const domain::Standing after = StandingOf(c);
  const domain::Judgement judgement = domain::JudgeQualification(before, after.qualification);
  if (absl::Status refusal = RefusalOf(judgement, c, CaseMove::kAmend); !refusal.ok()) return refusal;
  const bool place_allowed = domain::MayHavePlace(after.qualification) == Safety::kAllowed;
  if (judgement.gives_back) {
    const bool confirming = record.has_pending() && record.pending().kind() == "confirm";
    // A confirmation under way may win the race: "cancel" ends a booking as well as a hold.
    if (confirming) c.set_state(pb::CASE_STATE_BOOKED);
    GiveBack(record, now, step_id, rpb::CANCELLED_BY_REGULATION);
  } else if (!place_allowed && record.has_pending() && (record.pending().kind() == "hold" || record.pending().kind() == "book")) {
    // Whether it takes a place is not known yet: if it does, that goes back.
    record.mutable_pending()->set_undo(true);
  }
  c.set_state(static_cast<pb::CaseState>(judgement.next));
  if (domain::IsEmergency(after.qualification.level)) {
    c.set_instruction(std::string(domain::EmergencyInstruction(after.qualification.level)));
    c.clear_latest_time();
    c.clear_decision();
    c.clear_orientation();
    c.clear_alerts();
  } else {
    c.clear_instruction();
    // The search is open again: advice given before is no longer the decision.
    if (before.state == domain::CaseState::kAdvised) c.clear_decision();
  }
  return absl::OkStatus();
}

void ClearPlaceAlerts(pb::Case& c, const std::string& confirmed) {
  auto& alerts = *c.mutable_alerts();
  const auto answered = [&](const pb::Alert& alert) {
    if (alert.kind() == pb::ALERT_KIND_PRIORITY_RAISED) return false;
    return alert.kind() != pb::ALERT_KIND_PLACE_TO_CHECK || confirmed.empty() || alert.booking() != confirmed;
  };
  alerts.erase(std::remove_if(alerts.begin(), alerts.end(), answered), alerts.end());
}

void RecordPlace(pb::Case& c, const rpb::Booking& booking) {
  const bool booked = booking.state() == rpb::BOOKING_STATE_BOOKED;
  c.set_state(booked ? pb::CASE_STATE_BOOKED : pb::CASE_STATE_HELD);
  c.set_booking(booking.name());
  c.set_booking_reference(booking.reference());
  c.set_slot(booking.slot());
  *c.mutable_slot_start_time() = booking.start_time();
  for (pb::Alert& alert : *c.mutable_alerts()) {
    // Asked while the place was on its way.
    if (alert.kind() == pb::ALERT_KIND_PLACE_TO_CHECK && alert.booking().empty()) alert.set_booking(booking.name());
  }
  if (booked) {
    c.clear_hold_deadline();
    c.set_decision("ORIENT");
    ClearPlaceAlerts(c, booking.name());
  } else {
    *c.mutable_hold_deadline() = booking.hold_deadline();
  }
}

void ForgetPlace(pb::Case& c) {
  c.clear_booking();
  c.clear_booking_reference();
  c.clear_slot();
  c.clear_slot_start_time();
  c.clear_hold_deadline();
}

bool HasAlert(const pb::Case& c, pb::AlertKind kind) {
  return std::any_of(c.alerts().begin(), c.alerts().end(), [&](const pb::Alert& a) { return a.kind() == kind; });
}

void ClearAlert(pb::Case& c, pb::AlertKind kind) {
  auto& alerts = *c.mutable_alerts();
  alerts.erase(std::remove_if(alerts.begin(), alerts.end(), [&](const pb::Alert& a) { return a.kind() == kind; }), alerts.end());
}

void RaiseAlert(pb::CaseRecord& record, pb::AlertKind kind, const std::string& booking, absl::Time now) {
  pb::Case& c = *record.mutable_case_();
  for (const pb::Alert& alert : c.alerts()) {
    if (alert.kind() == kind && alert.booking() == booking) return;
  }
  if (c.alerts_size() >= kMaxAlerts) c.mutable_alerts()->erase(c.alerts().begin());
  pb::Alert& alert = *c.add_alerts();
  alert.set_kind(kind);
  alert.set_booking(booking);
  *alert.mutable_raise_time() = ToProto(now);
  c.clear_claimed_by();
  record.set_claimed_by_qualifying(false);
}

void RaiseAlertKeepingClaim(pb::CaseRecord& record, pb::AlertKind kind, const std::string& booking, absl::Time now) {
  const std::string claimed_by = record.case_().claimed_by();
  const bool by_qualifying = record.claimed_by_qualifying();
  RaiseAlert(record, kind, booking, now);
  record.mutable_case_()->set_claimed_by(claimed_by);
  record.set_claimed_by_qualifying(by_qualifying);
}

bool SameQuestion(const pb::Case& a, const pb::Case& b) {
  return a.care_level() == b.care_level() && a.need().SerializeAsString() == b.need().SerializeAsString() &&
         a.patient().SerializeAsString() == b.patient().SerializeAsString() &&
         a.latest_time().SerializeAsString() == b.latest_time().SerializeAsString();
}

void AskToCheckPlace(pb::CaseRecord& record, absl::Time now) {
  const pb::Case& c = record.case_();
  const bool has_place = domain::HasPlace(static_cast<domain::CaseState>(c.state()));
  const bool takes_one = (record.pending().kind() == "hold" || record.pending().kind() == "book") && !record.pending().undo();
  if (has_place || takes_one) RaiseAlertKeepingClaim(record, pb::ALERT_KIND_PLACE_TO_CHECK, c.booking(), now);
}

void Avoid(pb::CaseRecord& record, const std::string& slot) {
  auto& avoided = *record.mutable_avoided_slots();
  if (slot.empty() || std::find(avoided.begin(), avoided.end(), slot) != avoided.end()) return;
  if (avoided.size() >= kMaxAvoided) avoided.erase(avoided.begin());
  *avoided.Add() = slot;
}

std::string Mirror(pb::CaseRecord& record, const rpb::Booking& booking, absl::Time now, const News& news) {
  pb::Case& c = *record.mutable_case_();
  const bool held = c.state() == pb::CASE_STATE_HELD;
  if ((!held && c.state() != pb::CASE_STATE_BOOKED) || c.booking() != booking.name()) return "";
  const int alerts = c.alerts_size();
  std::string verb;
  const bool live = booking.state() == rpb::BOOKING_STATE_HELD || booking.state() == rpb::BOOKING_STATE_BOOKED;
  if (live && booking.has_start_time() && c.slot_start_time().SerializeAsString() != booking.start_time().SerializeAsString()) {
    *c.mutable_slot_start_time() = booking.start_time();
    verb = "reconcile";
  }
  switch (booking.state()) {
    case rpb::BOOKING_STATE_HELD:
      if (news.slot_changed && booking.slot_changed()) RaiseAlert(record, pb::ALERT_KIND_SLOT_CHANGED, booking.name(), now);
      break;
    case rpb::BOOKING_STATE_BOOKED:
      if (held) {
        RecordPlace(c, booking);
        return "reconcile";
      }
      if (news.slot_changed && booking.slot_changed()) RaiseAlert(record, pb::ALERT_KIND_SLOT_CHANGED, booking.name(), now);
      if (booking.has_acknowledge_time()) {
        if (HasAlert(c, pb::ALERT_KIND_UNACKNOWLEDGED)) {
          ClearAlert(c, pb::ALERT_KIND_UNACKNOWLEDGED);
          verb = "alert";
        }
      } else if (FromProto(booking.start_time()) <= news.unacknowledged_before) {
        RaiseAlert(record, pb::ALERT_KIND_UNACKNOWLEDGED, booking.name(), now);
      }
      break;
    case rpb::BOOKING_STATE_SEEN:
    case rpb::BOOKING_STATE_NO_SHOW: {
      const bool seen = booking.state() == rpb::BOOKING_STATE_SEEN;
      // A hold cannot have been seen; whatever happened was booked elsewhere under the same name.
      if (held) RecordPlace(c, booking), c.set_state(pb::CASE_STATE_BOOKED);
      if (!Move(record, seen ? CaseMove::kSeen : CaseMove::kNoShow, now, "", rpb::CANCELLED_BY_UNSPECIFIED).ok()) return "";
      c.set_outcome(seen ? pb::OUTCOME_SEEN : pb::OUTCOME_NO_SHOW);
      c.clear_alerts();
      return "close";
    }
    default: {
      if (news.forgotten && !held) {
        if (!Move(record, CaseMove::kNothingHeard, now, "", rpb::CANCELLED_BY_UNSPECIFIED).ok()) return "";
        c.set_outcome(pb::OUTCOME_UNKNOWN);
        c.clear_alerts();
        return "close";
      }
      const bool expired = booking.state() == rpb::BOOKING_STATE_EXPIRED;
      const std::string slot = c.slot();
      if (!Move(record, CaseMove::kLosePlace, now, "", rpb::CANCELLED_BY_UNSPECIFIED).ok()) return "";
      // A hold that ran out says nothing against its slot.
      if (!expired) Avoid(record, slot);
      ClearPlaceAlerts(c);
      RaiseAlert(record, expired ? pb::ALERT_KIND_HOLD_EXPIRED : pb::ALERT_KIND_BOOKING_CANCELLED, booking.name(), now);
      return "alert";
    }
  }
  return c.alerts_size() != alerts ? "alert" : verb;
}

bool InQueue(const pb::Case& c) {
  switch (c.state()) {
    case pb::CASE_STATE_OPEN:
    case pb::CASE_STATE_QUALIFIED:
    case pb::CASE_STATE_HELD:
    case pb::CASE_STATE_EMERGENCY:
      return true;
    case pb::CASE_STATE_BOOKED:
    case pb::CASE_STATE_ADVISED:
      return c.alerts_size() > 0;
    default:
      return false;
  }
}

int64_t OrderOf(const pb::Case& c) {
  return domain::QueueOrder(static_cast<domain::CallPriority>(c.priority()), absl::ToUnixMillis(FromProto(c.create_time())));
}

}  // namespace snp::regulation
