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

// May this caller work on the case at all: an OSNP only what a doctor qualified R3/R4.
absl::Status MayWork(const pb::Case& c, const platform::Caller& caller);

// Takes the claim for the caller, or CASE_CLAIMED. A claim that came with the qualification alone gives way to an OSNP: a doctor's R3/R4 is what an
// OSNP waits for. `by_qualifying`: this is such a claim.
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

// Adds an alert (once per kind and booking) and lifts the claim, so that whoever looks at the queue can take the case.
void ClearPlaceAlerts(pb::Case& c);
void RaiseAlert(pb::CaseRecord& record, pb::AlertKind kind, const std::string& booking, absl::Time now);
bool HasAlert(const pb::Case& c, pb::AlertKind kind);
void ClearAlert(pb::Case& c, pb::AlertKind kind);

// Never offer this slot to the case again.
void Avoid(pb::CaseRecord& record, const std::string& slot);

// What was just heard, and may be worth an alert: an alert that a regulator has dealt with is not raised again without news.
struct News {
  bool slot_changed = false;
  absl::Time unacknowledged_before = absl::InfinitePast();  // A booking that starts until then and is not acknowledged.
};
// What the registry says of the case's place, written into the case. Returns the verb of the change, empty: nothing to change. Idempotent.
std::string Mirror(pb::CaseRecord& record, const registry::v1::Booking& booking, absl::Time now, const News& news);

// In the regulators' queue: still to be worked on, or alerted.
bool InQueue(const pb::Case& c);
int64_t OrderOf(const pb::Case& c);

}  // namespace snp::regulation
