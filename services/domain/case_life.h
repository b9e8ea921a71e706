// The life of a case: which moves are legal from where, with the safety rule applied to each move that offers, takes or keeps a place.
//
//   OPEN -> QUALIFIED -> HELD -> BOOKED -> CLOSED
//             |  ^---------'-------'  (given back, lost)
//             '-> ADVISED -> CLOSED          any but CLOSED -> EMERGENCY -> CLOSED
//
// ADVISED and EMERGENCY may be qualified again (the caller rings back, the doctor re-evaluates); CLOSED is final: a new call opens a new case.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "domain/care.h"
#include "domain/safety.h"

namespace snp::domain {

// Values of snp.regulation.v1.CaseState.
enum class CaseState { kOpen = 1, kQualified, kHeld, kBooked, kAdvised, kEmergency, kClosed };
inline constexpr std::array kAllCaseStates = {CaseState::kOpen,    CaseState::kQualified, CaseState::kHeld,  CaseState::kBooked,
                                              CaseState::kAdvised, CaseState::kEmergency, CaseState::kClosed};

enum class CaseMove {
  kAmend,        // Priority, motive, patient.
  kPropose,      // Look for places.
  kHold,         // A hold was taken.
  kBook,         // A place was booked at once.
  kConfirm,      // The hold became a booking.
  kRelease,      // The hold is given back.
  kLosePlace,    // The hold expired, or the practice took the booking away.
  kRefuse,       // The patient refuses a place that the case does not have.
  kRefuseTaken,  // The patient refuses the one held or booked; gives it back.
  kRedispatch,   // Give back what it has, if anything, and look again.
  kAdvise,       // Advice or tele-prescription; gives back a place.
  kClaim,        // Also hand-over.
  kSeen,         // Outcomes.
  kNoShow,
  kNothingHeard,  // Booked, over for long, and nobody said what became of the patient.
  kCloseAdvice,
  kCloseEmergency,
  kUnplaced,
  kDeclined,   // Gives back a place.
  kDuplicate,  // Gives back a place.
};
inline constexpr std::array kAllCaseMoves = {CaseMove::kAmend,          CaseMove::kPropose,    CaseMove::kHold,         CaseMove::kBook,
                                             CaseMove::kConfirm,        CaseMove::kRelease,    CaseMove::kLosePlace,    CaseMove::kRefuse,
                                             CaseMove::kRefuseTaken,    CaseMove::kRedispatch, CaseMove::kAdvise,       CaseMove::kClaim,
                                             CaseMove::kSeen,           CaseMove::kNoShow,     CaseMove::kNothingHeard, CaseMove::kCloseAdvice,
                                             CaseMove::kCloseEmergency, CaseMove::kUnplaced,   CaseMove::kDeclined,     CaseMove::kDuplicate};

// Where a case stands, as far as the rules care.
struct Standing {
  CaseState state = CaseState::kOpen;
  Qualification qualification;
};

struct Judgement {
  bool legal = false;                 // The state allows the move (and so does the care level, for outcomes that state one).
  Safety safety = Safety::kAllowed;   // Other than kAllowed: the safety rule forbids it.
  CaseState next = CaseState::kOpen;  // When allowed.
  bool gives_back = false;            // A held or booked place must go back to the registry.
  bool allowed() const { return legal && safety == Safety::kAllowed; }
};

// Judges one move.
Judgement Judge(const Standing& standing, CaseMove move);

// Judges a new qualification (care level, examination mark, priority): R1/R2 lead to EMERGENCY from anywhere but CLOSED; R3/R4 open the search; a
// held or booked place is kept only while the safety rule still allows one.
Judgement JudgeQualification(const Standing& standing, const Qualification& next);

// The safety invariant: a place only where the rule allows one, R1/R2 only in EMERGENCY or CLOSED. Every allowed move keeps it.
bool IsSound(const Standing& standing);

// True in HELD and BOOKED: the registry keeps a place for the case.
inline bool HasPlace(CaseState state) { return state == CaseState::kHeld || state == CaseState::kBooked; }

// Rank in the regulators' queue: sort ascending. P0, P1, not set, P2, P3, NR; then the older. Exact as a double.
int64_t QueueOrder(CallPriority priority, int64_t create_time_ms);

// Name of a state as the contract spells it, for messages.
absl::string_view NameOf(CaseState state);

}  // namespace snp::domain
