// Identifiers that look right and belong to nobody: RPPS, FINESS and SIRET of the right form whose check digit fails.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace snp::scenario {

// Luhn's check, which RPPS, FINESS, SIREN and SIRET share. Precondition: digits only, at least two.
bool LuhnHolds(absl::string_view digits);

// The n-th invented number, different for different n. Luhn fails for each; for a SIRET it fails for its SIREN (first nine digits) too, so that
// neither the site nor the company can exist. Precondition: n below 10^8 (RPPS), 10^6 (FINESS, SIRET).
std::string InventedRpps(int64_t n);                                  // 11 digits, "1...".
std::string InventedFiness(absl::string_view department, int64_t n);  // 9 digits, starts with the department's two digits ("2A" -> "20").
std::string InventedSiret(int64_t n);                                 // 14 digits.

}  // namespace snp::scenario
