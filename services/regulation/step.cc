#include "regulation/step.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "platform/rpc/status_mapping.h"
#include "platform/status_macros.h"
#include "regulation/times.h"
#include "snp/registry/v1/registry_service.pb.h"
#include "snp/regulation/v1/regulation_service.pb.h"

namespace snp::regulation {
namespace {

namespace rpb = registry::v1;
using platform::MakeError;
using platform::Reason;
using platform::Task;

constexpr int kTries = 8;

// Refused for good: asking again would give the same. Anything else leaves open whether the step was taken, RESOURCE_EXHAUSTED too: it may refuse a
// second try of a step whose first try was taken and whose answer was lost.
bool IsFinal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return true;
    default:
      return false;
  }
}

bool TakesPlace(const pb::PendingStep& step) { return step.kind() == "hold" || step.kind() == "book"; }

const matcher::v1::RankedCandidate* OfferOf(const pb::AuditRecord& draft, const std::string& slot) {
  for (const auto& candidate : draft.offered()) {
    if (candidate.slot() == slot) return &candidate;
  }
  return nullptr;
}

// Orientation code of a place (nomenclature typeOrientation).
absl::string_view OrientationOf(const matcher::v1::RankedCandidate& candidate) {
  if (candidate.place_kind() == type::v1::PLACE_KIND_EMERGENCY_DEPARTMENT) return "URGENCES";
  if (candidate.modality() == type::v1::MODALITY_VISIT) return "DOMICILE";
  return candidate.modality() == type::v1::MODALITY_CABINET ? "CABINET" : "AUTRE";
}

std::string AnswerOf(const pb::PendingStep& step, const pb::Case& c, const rpb::Booking& booking) {
  if (step.kind() == "hold") {
    pb::HoldPlaceResponse response;
    *response.mutable_case_() = c;
    *response.mutable_booking() = booking;
    *response.mutable_lost_slots() = step.lost_slots();
    return response.SerializeAsString();
  }
  if (step.kind() == "confirm") {
    pb::ConfirmPlaceResponse response;
    *response.mutable_case_() = c;
    *response.mutable_booking() = booking;
    return response.SerializeAsString();
  }
  // Dispatch and re-dispatch answer with the same fields under the same numbers.
  pb::DispatchCaseResponse response;
  *response.mutable_case_() = c;
  *response.mutable_booking() = booking;
  if (const auto* candidate = OfferOf(step.draft(), booking.slot())) *response.mutable_candidate() = *candidate;
  return response.SerializeAsString();
}

// What the step's result makes of the case. Returns the outcome for the verb that began it.
absl::Status Record(pb::CaseRecord& record, pb::AuditRecord& audit, const absl::StatusOr<rpb::Booking>& result, bool undo, bool recovering,
                    const std::string& undo_id, absl::Time now) {
  const pb::PendingStep step = record.pending();
  pb::Case& c = *record.mutable_case_();
  record.clear_pending();
  if (TakesPlace(step)) {
    if (!result.ok()) {
      // There is no place to check after all.
      auto& alerts = *c.mutable_alerts();
      const auto for_this = [](const pb::Alert& alert) { return alert.kind() == pb::ALERT_KIND_PLACE_TO_CHECK && alert.booking().empty(); };
      alerts.erase(std::remove_if(alerts.begin(), alerts.end(), for_this), alerts.end());
      return result.status();
    }
    // Whatever changed in between: a place is recorded only where the rule allows one now.
    const domain::CaseMove move = step.kind() == "book" ? domain::CaseMove::kBook : domain::CaseMove::kHold;
    const domain::Judgement judgement = domain::Judge(StandingOf(c), move);
    audit.set_chosen_slot(result->slot());
    if (undo || !judgement.allowed()) {
      pb::PendingStep& back = *record.mutable_pending();
      back.set_kind(step.kind() == "book" ? "cancel" : "release");
      back.set_request_id(undo_id);
      *back.mutable_begin_time() = ToProto(now);
      back.set_booking(result->name());
      back.set_cancelled_by(rpb::CANCELLED_BY_REGULATION);
      const absl::Status refusal = RefusalOf(judgement, c, move);
      return refusal.ok() ? MakeError(Reason::kCaseState, "the step was given up, its place went back") : refusal;
    }
    RecordPlace(c, *result);
    // Known while it is held, kept when it is confirmed.
    if (const auto* candidate = OfferOf(step.draft(), result->slot())) c.set_orientation(std::string(OrientationOf(*candidate)));
    if (recovering) RaiseAlert(record, pb::ALERT_KIND_STEP_RECOVERED, result->name(), now);
    return absl::OkStatus();
  }
  if (step.kind() == "confirm") {
    if (c.booking() != step.booking()) return MakeError(Reason::kCaseState, "the case gave its hold back meanwhile");
    if (result.ok()) {
      RecordPlace(c, *result);
      audit.set_chosen_slot(result->slot());
      if (recovering) RaiseAlert(record, pb::ALERT_KIND_STEP_RECOVERED, result->name(), now);
      return absl::OkStatus();
    }
    // Expired, released or unknown: the place is lost, the case waits for another.
    absl::Status moved = Move(record, domain::CaseMove::kLosePlace, now, undo_id, rpb::CANCELLED_BY_UNSPECIFIED);
    if (recovering && moved.ok()) RaiseAlert(record, pb::ALERT_KIND_HOLD_EXPIRED, step.booking(), now);
    return result.status();
  }
  // Gave back, or told the outcome: the case moved when the step was begun. A final refusal means that the booking had ended already.
  return absl::OkStatus();
}

}  // namespace

Task<absl::StatusOr<rpb::Booking>> StepRunner::GiveBack(pb::PendingStep step, absl::Time deadline) {
  rpb::ReleaseHoldRequest release;
  release.set_request_id(absl::StrCat(step.request_id(), "r"));
  release.set_name(step.booking());
  rpb::CancelBookingRequest cancel;
  cancel.set_request_id(absl::StrCat(step.request_id(), "c"));
  cancel.set_name(step.booking());
  cancel.set_cancelled_by(step.cancelled_by() == rpb::CANCELLED_BY_UNSPECIFIED ? rpb::CANCELLED_BY_REGULATION : step.cancelled_by());
  // Always the release first: a hold may become a booking meanwhile (a confirmation that was under way), a booking never a hold again, so that in
  // this order nothing slips through between the two.
  absl::StatusOr<rpb::Booking> released = co_await registry_.Release(std::move(release), deadline);
  if (released.ok() || !IsFinal(released.status()) || absl::IsNotFound(released.status())) co_return released;
  absl::StatusOr<rpb::Booking> cancelled = co_await registry_.Cancel(std::move(cancel), deadline);
  co_return cancelled;
}

Task<absl::Status> StepRunner::GiveBackOrphan(std::string booking, absl::Time deadline) {
  pb::PendingStep step;
  // One id for whoever gives it back: a booking is an orphan once.
  step.set_request_id(absl::StrCat("o", booking.substr(booking.rfind('/') + 1)));
  step.set_booking(std::move(booking));
  step.set_cancelled_by(rpb::CANCELLED_BY_REGULATION);
  const absl::StatusOr<rpb::Booking> back = co_await GiveBack(std::move(step), deadline);
  // Refused for good: it had ended already.
  co_return back.ok() || IsFinal(back.status()) ? absl::OkStatus() : back.status();
}

Task<absl::StatusOr<rpb::Booking>> StepRunner::Take(pb::PendingStep step, std::string case_name, absl::Time deadline) {
  if (step.kind() == "hold") {
    rpb::HoldSlotRequest request;
    request.set_request_id(step.request_id());
    *request.mutable_candidates() = step.candidates();
    *request.mutable_hold_duration() = ToProto(absl::Milliseconds(step.hold_ms()));
    request.set_case_(std::move(case_name));
    request.set_motive(step.motive());
    auto response = co_await registry_.Hold(std::move(request), deadline);
    if (!response.ok()) co_return response.status();
    co_return std::move(*response->mutable_booking());
  }
  if (step.kind() == "book") {
    rpb::BookSlotRequest request;
    request.set_request_id(step.request_id());
    *request.mutable_candidates() = step.candidates();
    request.set_case_(std::move(case_name));
    request.set_motive(step.motive());
    auto response = co_await registry_.Book(std::move(request), deadline);
    if (!response.ok()) co_return response.status();
    co_return std::move(*response->mutable_booking());
  }
  if (step.kind() == "confirm") {
    rpb::ConfirmHoldRequest request;
    request.set_request_id(step.request_id());
    request.set_name(step.booking());
    absl::StatusOr<rpb::Booking> confirmed = co_await registry_.Confirm(std::move(request), deadline);
    if (confirmed.ok() || platform::ReasonOf(confirmed.status()) != Reason::kBookingState) co_return confirmed;
    // Refused as not held: it may be booked already. What the patient has been told stays true.
    absl::StatusOr<rpb::Booking> found = co_await registry_.GetBooking(step.booking(), deadline);
    if (!found.ok() && !IsFinal(found.status())) co_return found;
    if (found.ok() && found->state() == rpb::BOOKING_STATE_BOOKED) co_return found;
    co_return confirmed;
  }
  if (step.kind() == "seen" || step.kind() == "no_show") {
    rpb::RecordOutcomeRequest request;
    request.set_request_id(step.request_id());
    request.set_name(step.booking());
    request.set_outcome(step.kind() == "seen" ? rpb::BOOKING_STATE_SEEN : rpb::BOOKING_STATE_NO_SHOW);
    co_return co_await registry_.RecordOutcome(std::move(request), deadline);
  }
  co_return co_await GiveBack(std::move(step), deadline);
}

Task<absl::StatusOr<StepEnd>> StepRunner::End(domain::CaseName name, std::string step_id, bool recovering, absl::Time deadline) {
  absl::Status given_up;  // Set once the step turned into giving its place back.
  std::string taken;      // What this call took, as long as no case says so.
  for (int attempt = 0; attempt < kTries; ++attempt) {
    CO_ASSIGN_OR_RETURN(OpenedCase opened, co_await desk_.Read(name, deadline));
    if (!opened.record.has_pending() || opened.record.pending().request_id() != step_id) {
      if (!taken.empty() && opened.record.case_().booking() != taken) {
        // Two were at this step and the other was refused first: the registry keeps no refusals, so a place that came free in between was taken for a
        // step that is no more. Should this process die before it is back, the follower of the registry's events finds it.
        CO_RETURN_IF_ERROR(co_await GiveBackOrphan(std::move(taken), deadline));
        taken.clear();
      }
      StepEnd end;
      end.opened = std::move(opened);
      end.outcome = given_up;
      end.elsewhere = given_up.ok();
      co_return end;
    }
    const pb::PendingStep step = opened.record.pending();
    absl::StatusOr<rpb::Booking> result = co_await Take(step, domain::ToString(name), deadline);
    if (!result.ok() && !IsFinal(result.status())) co_return result.status();
    if (TakesPlace(step) && result.ok()) taken = result->name();

    const bool abandoned = recovering && TakesPlace(step) && desk_.Now() - FromProto(step.begin_time()) > kAbandonAfter;
    pb::AuditRecord audit = step.draft();
    if (audit.verb().empty()) {
      // A step that only gives back: its decision was audited when it was begun.
      audit = desk_.BeginAudit(platform::Caller(), name, "reconcile");
      audit.set_role(type::v1::ROLE_SERVICE);
    }
    const std::string undo_id = absl::StrCat(step_id, "u");
    const absl::Status outcome = Record(opened.record, audit, result, step.undo() || abandoned, recovering, undo_id, desk_.Now());
    if (!outcome.ok()) audit.set_result(std::string(platform::ReasonName(platform::WireReason(outcome))));
    if (recovering) audit.set_reason(absl::StrCat(audit.reason(), audit.reason().empty() ? "" : "; ", "ended by the reconciler"));

    store::Request request;
    request.deadline = deadline;
    std::function<std::string(const pb::Case&)> answer;
    if (outcome.ok() && result.ok() && !step.client_request_id().empty()) {
      request.id = step.client_request_id();
      request.fingerprint = step.client_fingerprint();
      answer = [&step, &result](const pb::Case& c) { return AnswerOf(step, c, *result); };
    }
    opened.when_full = OpenedCase::WhenFull::kWrite;  // What the registry did is to be known, and room comes from what is given back.
    auto written = co_await desk_.Write(std::move(request), std::move(opened), std::move(audit), answer);
    if (!written.ok()) {
      if (absl::IsAborted(written.status())) continue;
      co_return written.status();
    }
    taken.clear();
    StepEnd end;
    end.opened = std::move(written->opened);
    end.outcome = outcome;
    for (const auto& candidate : step.candidates()) end.tried.push_back(candidate.slot());
    end.answer = written->kept;
    if (end.answer.empty() && answer) end.answer = answer(end.opened.record.case_());
    const bool goes_back = TakesPlace(step) && end.opened.record.has_pending() && end.opened.record.pending().request_id() == undo_id;
    if (!goes_back) {
      if (!given_up.ok()) end.outcome = given_up;
      co_return end;
    }
    given_up = outcome;
    step_id = undo_id;
  }
  co_return MakeError(Reason::kRevisionMismatch, "the case changes faster than its step can be recorded");
}

StepRunner::Owned::Owned(StepRunner& runner, std::string step_id) : runner_(runner), step_id_(std::move(step_id)) {
  std::lock_guard lock(runner_.mutex_);
  runner_.owned_.insert(step_id_);
}

StepRunner::Owned::~Owned() {
  std::lock_guard lock(runner_.mutex_);
  runner_.owned_.erase(runner_.owned_.find(step_id_));
}

bool StepRunner::IsOwned(const std::string& step_id) const {
  std::lock_guard lock(mutex_);
  return owned_.count(step_id) > 0;
}

}  // namespace snp::regulation
