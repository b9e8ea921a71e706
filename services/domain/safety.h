// The safety rule: who may be given a town place at all. Small on purpose; every verb that offers or takes a place asks it.
//
//   R1, R2                      never: emergency. The instruction is shown, snp stops.
//   no care level               never; with P0/P1 said as "a doctor first".
//   R3/R4 not set by a doctor   never, as if there were none.
//   R4 without examination      no: advice or tele-prescription is the answer.
//   R3, R4 with examination     yes, whatever P was: P is the assistant's call priority, R the regulating doctor's decision.
#pragma once

#include "absl/strings/string_view.h"
#include "domain/care.h"

namespace snp::domain {

struct Qualification {
  CallPriority priority = CallPriority::kUnset;
  CareLevel level = CareLevel::kUnset;
  bool by_doctor = false;    // A regulating doctor recorded `level`.
  bool examination = false;  // R4 that nevertheless needs one; R3 always does.
};

enum class Safety { kAllowed, kR1, kR2, kNotQualified, kDoctorFirst, kNoExamination };

Safety MayHavePlace(const Qualification& q);

inline bool IsEmergency(CareLevel level) { return level == CareLevel::kR1 || level == CareLevel::kR2; }

// What the regulator reads, in French; empty for levels that need none. The only place where these texts stand.
absl::string_view EmergencyInstruction(CareLevel level);
// Why no place is offered, in French, for each verdict; empty for kAllowed.
absl::string_view WhyNot(Safety verdict);

}  // namespace snp::domain
