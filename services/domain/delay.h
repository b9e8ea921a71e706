// From a delay code to a clinical deadline: the moment by which the patient must be with somebody.
//
// A product choice, not an official rule: the nomenclature `delai` describes how means are engaged ("the resource must be there within ..."). We read
// it as the patient's limit, counted from the qualification:
//   30M, 45M, 1H, 2H, 4H, 8H, 12H, 24H   that long, literally;
//   ASAP                                 1 h, its stated maximum ("dans tous les cas arrivée sur les lieux dans un délai maximum de 1 heure");
//   DEL0                                 30 min, the shortest presence that the nomenclature knows: "at once" cannot be earlier than a journey;
//   RDV                                  the given moment, after the qualification and at most 7 days ahead.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace snp::domain {

inline constexpr absl::Duration kLongestAppointment = absl::Hours(7 * 24);

// INVALID_ARGUMENT, saying what is wrong, for an unknown code, RDV without `appointment`, another code with one, or an appointment out of its range.
absl::StatusOr<absl::Time> ClinicalDeadline(absl::string_view delay, absl::Time qualified, std::optional<absl::Time> appointment);

}  // namespace snp::domain
