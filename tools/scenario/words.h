// The words for enum values in YAML and CSV files: the names of the proto's values without their prefix ("CENTRE_DE_SANTE", "WALKIN", "R3").
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "domain/care.h"

namespace snp::scenario {

// nullopt: not such a word. Case matters.
std::optional<domain::PlaceKind> ParsePlaceKind(absl::string_view word);
std::optional<domain::Modality> ParseModality(absl::string_view word);
std::optional<domain::SlotMode> ParseSlotMode(absl::string_view word);
std::optional<domain::Visibility> ParseVisibility(absl::string_view word);
std::optional<domain::CareLevel> ParseCareLevel(absl::string_view word);
std::optional<domain::CallPriority> ParseCallPriority(absl::string_view word);

// The word; empty for a value without one (unset).
std::string ToWord(domain::PlaceKind kind);
std::string ToWord(domain::Modality modality);
std::string ToWord(domain::SlotMode mode);
std::string ToWord(domain::Visibility visibility);
std::string ToWord(domain::CareLevel level);
std::string ToWord(domain::CallPriority priority);
std::string ToWord(domain::Sex sex);
// "SNP|CPTS", in the order of the enum.
std::string ToWords(domain::VisibilitySet set);

}  // namespace snp::scenario
