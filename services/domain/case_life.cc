#include "domain/case_life.h"

namespace snp::domain {
namespace {

// Next state by the state alone, nullopt: illegal.
std::optional<CaseState> NextState(CaseState from, CaseMove move) {
  using S = CaseState;
  const bool place = HasPlace(from);
  const bool working = from == S::kQualified || place;
  switch (move) {
    case CaseMove::kAmend:
    case CaseMove::kClaim:
      if (from != S::kClosed) return from;
      break;
    case CaseMove::kPropose:
      // From OPEN and EMERGENCY the safety rule gives the more telling refusal.
      if (working || from == S::kOpen || from == S::kEmergency) return from;
      break;
    case CaseMove::kHold:
      if (from == S::kQualified) return S::kHeld;
      break;
    case CaseMove::kBook:
      if (from == S::kQualified) return S::kBooked;
      break;
    case CaseMove::kConfirm:
      if (from == S::kHeld) return S::kBooked;
      break;
    case CaseMove::kRelease:
      if (from == S::kHeld) return S::kQualified;
      break;
    case CaseMove::kLosePlace:
      if (place) return S::kQualified;
      break;
    case CaseMove::kRefuse:
      if (working) return from;
      break;
    case CaseMove::kRefuseTaken:
      if (place) return S::kQualified;
      break;
    case CaseMove::kRedispatch:
      if (working) return S::kQualified;
      break;
    case CaseMove::kAdvise:
      if (working) return S::kAdvised;
      break;
    case CaseMove::kSeen:
    case CaseMove::kNoShow:
    case CaseMove::kNothingHeard:
      if (from == S::kBooked) return S::kClosed;
      break;
    case CaseMove::kCloseAdvice:
      if (from == S::kAdvised) return S::kClosed;
      break;
    case CaseMove::kCloseEmergency:
      if (from == S::kEmergency) return S::kClosed;
      break;
    case CaseMove::kUnplaced:
      if (from == S::kQualified) return S::kClosed;
      break;
    case CaseMove::kDeclined:
      if (from == S::kOpen || working) return S::kClosed;
      break;
    case CaseMove::kDuplicate:
      if (from != S::kClosed) return S::kClosed;
      break;
  }
  return std::nullopt;
}

bool AsksForPlace(CaseMove move) {
  return move == CaseMove::kPropose || move == CaseMove::kHold || move == CaseMove::kBook || move == CaseMove::kConfirm ||
         move == CaseMove::kRedispatch;
}

}  // namespace

Judgement Judge(const Standing& standing, CaseMove move) {
  Judgement judgement;
  if (standing.state == CaseState::kClosed) return judgement;
  if (AsksForPlace(move)) judgement.safety = MayHavePlace(standing.qualification);
  const std::optional<CaseState> next = NextState(standing.state, move);
  if (!next) return judgement;
  // "Unplaced" is said of a patient who needs an examination.
  if (move == CaseMove::kUnplaced && MayHavePlace(standing.qualification) != Safety::kAllowed) return judgement;
  judgement.legal = true;
  judgement.next = *next;
  const bool place_ended = move == CaseMove::kLosePlace || move == CaseMove::kSeen || move == CaseMove::kNoShow || move == CaseMove::kNothingHeard;
  judgement.gives_back = HasPlace(standing.state) && !HasPlace(*next) && !place_ended;
  return judgement;
}

Judgement JudgeQualification(const Standing& standing, const Qualification& next) {
  Judgement judgement;
  if (standing.state == CaseState::kClosed) return judgement;
  judgement.legal = true;
  if (IsEmergency(next.level)) {
    judgement.next = CaseState::kEmergency;
  } else if (next.level == CareLevel::kUnset) {
    judgement.next = standing.state;
  } else if (HasPlace(standing.state) && MayHavePlace(next) == Safety::kAllowed) {
    judgement.next = standing.state;
  } else {
    judgement.next = CaseState::kQualified;
  }
  judgement.gives_back = HasPlace(standing.state) && !HasPlace(judgement.next);
  return judgement;
}

bool IsSound(const Standing& standing) {
  if (HasPlace(standing.state)) return MayHavePlace(standing.qualification) == Safety::kAllowed;
  if (IsEmergency(standing.qualification.level)) return standing.state == CaseState::kEmergency || standing.state == CaseState::kClosed;
  return true;
}

int64_t QueueOrder(CallPriority priority, int64_t create_time_ms) {
  int64_t rank = 2;
  switch (priority) {
    case CallPriority::kP0:
      rank = 0;
      break;
    case CallPriority::kP1:
      rank = 1;
      break;
    case CallPriority::kUnset:
      rank = 2;
      break;
    case CallPriority::kP2:
      rank = 3;
      break;
    case CallPriority::kP3:
      rank = 4;
      break;
    case CallPriority::kNr:
      rank = 5;
      break;
  }
  // 10^14 ms is the year 5138; 6 x 10^14 is far below 2^53, so a Redis score keeps every digit.
  return rank * 100'000'000'000'000 + create_time_ms;
}

absl::string_view NameOf(CaseState state) {
  switch (state) {
    case CaseState::kOpen:
      return "OPEN";
    case CaseState::kQualified:
      return "QUALIFIED";
    case CaseState::kHeld:
      return "HELD";
    case CaseState::kBooked:
      return "BOOKED";
    case CaseState::kAdvised:
      return "ADVISED";
    case CaseState::kEmergency:
      return "EMERGENCY";
    case CaseState::kClosed:
      return "CLOSED";
  }
  return "UNKNOWN";
}

}  // namespace snp::domain
