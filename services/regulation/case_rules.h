// Moves of a stored case: the pure rules of domain/case_life.h applied to the record, and what each move writes. No I/O, no clock: now is an
// argument.
//
// Every function that changes a record either does it whole or leaves it untouched and says why (CASE_STATE, CASE_CLAIMED, SAFETY_*, ROLE_FORBIDDEN).
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "domain/case_life.h"
#include "platform/auth/caller.h"
#include "snp/regulation/v1/regulation.pb.h"

namespace snp::regulation {

namespace pb = v1;

domain::Standing StandingOf(const pb::Case& c);

// The refusal of a judgement; OK when it is allowed. Safety is said first, with the French instruction in the metadata ("instruction").
absl::Status RefusalOf(const domain::Judgement& judgement, const pb::Case& c, domain::CaseMove move);

// May this caller work on the case at all: an OSNP only what a doctor qualified R3/R4, and not while a priority raised since waits for a doctor.
absl::Status MayWork(const pb::Case& c, const platform::Caller& caller);

// Takes the claim for the caller, or CASE_CLAIMED. A claim that came with the qualification alone gives way to an OSNP: a doctor's R3/R4 is what an
// OSNP waits for; any claim gives way to a doctor while a raised priority waits to be judged. `by_qualifying`: this is such a claim.
absl::Status TakeClaim(pb::CaseRecord& record, const platform::Caller& caller, bool by_qualifying = false);

// Moves the state; with a place to give back, writes the step for it (in whose name: `by`) and forgets the place, so that the case is right at once
// whatever becomes of the registry. `step_id`: request_id of that step.
absl::Status Move(pb::CaseRecord& record, domain::CaseMove move, absl::Time now, const std::string& step_id, registry::v1::CancelledBy by);

// A new qualification: state, instruction, and the place as in Move. The fields care_level, need... are set by the caller before; `before` is how it
// stood.
absl::Status Requalify(pb::CaseRecord& record, const domain::Standing& before, absl::Time now, const std::string& step_id);

// The registry has taken a place for the case: HELD, or BOOKED when the booking says so.
void RecordPlace(pb::Case& c, const registry::v1::Booking& booking);
void ForgetPlace(pb::Case& c);

// A new place, or somebody who has dealt with it, answers every alert but one: a priority raised after the qualification waits for a doctor to judge
// again. `confirmed`: the hold that has just become a booking; what is to be checked about that same place stays to be checked.
void ClearPlaceAlerts(pb::Case& c, const std::string& confirmed = "");
// Adds an alert (once per kind and booking) and lifts the claim, so that whoever looks at the queue can take the case.
void RaiseAlert(pb::CaseRecord& record, pb::AlertKind kind, const std::string& booking, absl::Time now);
// The same, for an alert that is for whoever works on the case.
void RaiseAlertKeepingClaim(pb::CaseRecord& record, pb::AlertKind kind, const std::string& booking, absl::Time now);
bool HasAlert(const pb::Case& c, pb::AlertKind kind);
void ClearAlert(pb::Case& c, pb::AlertKind kind);

// What decides which places suit: patient, need, deadline, level.
bool SameQuestion(const pb::Case& a, const pb::Case& b);
// The question changed under a place that is held or booked, or on its way: PLACE_TO_CHECK, for whoever has the case.
void AskToCheckPlace(pb::CaseRecord& record, absl::Time now);

// Never offer this slot to the case again.
void Avoid(pb::CaseRecord& record, const std::string& slot);

// What was just heard, and may be worth an alert: an alert that a regulator has dealt with is not raised again without news.
struct News {
  bool slot_changed = false;
  absl::Time unacknowledged_before = absl::InfinitePast();  // A booking that starts until then and is not acknowledged.
  bool forgotten = false;                                   // The registry no longer has it, long after its start: nobody said how it ended.
};
// What the registry says of the case's place, written into the case. Returns the verb of the change, empty: nothing to change. Idempotent.
std::string Mirror(pb::CaseRecord& record, const registry::v1::Booking& booking, absl::Time now, const News& news);

// In the regulators' queue: still to be worked on, or alerted.
bool InQueue(const pb::Case& c);
int64_t OrderOf(const pb::Case& c);

}  // namespace snp::regulation
