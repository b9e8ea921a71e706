// Official codes of medical regulation, kept literally, with the French label that people see.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace snp::domain {

// A nomenclature of the SAMU Hub Santé: motif, typeDecision, typeOrientation, delai, origine. Priority and care level are enums (domain/care.h).
enum class Nomenclature { kMotive, kDecision, kOrientation, kDelay, kOrigin };

struct Code {
  absl::string_view code;
  absl::string_view label;  // French.
};

// All codes, in the order of the nomenclature.
absl::Span<const Code> CodesOf(Nomenclature nomenclature);
// Exact match, case included.
bool IsCode(Nomenclature nomenclature, absl::string_view code);
// Empty when there is no such code.
absl::string_view LabelOf(Nomenclature nomenclature, absl::string_view code);

}  // namespace snp::domain
