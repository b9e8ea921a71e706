#include "scenario/words.h"

#include <array>

#include "absl/strings/str_cat.h"

namespace snp::scenario {
namespace {

// Words in the order of the enum, whose first named value is 1.
constexpr std::array<absl::string_view, 9> kKinds = {
    "CABINET", "MSP", "CENTRE_DE_SANTE", "MMG", "POINT_FIXE", "SNP_CENTRE", "TELE_POOL", "VISIT_EFFECTOR", "EMERGENCY_DEPARTMENT"};
constexpr std::array<absl::string_view, 3> kModalities = {"CABINET", "VISIT", "TELE"};
constexpr std::array<absl::string_view, 2> kModes = {"ROUTINE", "WALKIN"};
constexpr std::array<absl::string_view, 4> kVisibilities = {"PUBLIC", "PRO", "SNP", "CPTS"};
constexpr std::array<absl::string_view, 4> kLevels = {"R1", "R2", "R3", "R4"};
constexpr std::array<absl::string_view, 5> kPriorities = {"P0", "P1", "P2", "P3", "NR"};
constexpr std::array<absl::string_view, 2> kSexes = {"FEMALE", "MALE"};

template <typename E, size_t n>
std::optional<E> Parse(const std::array<absl::string_view, n>& words, absl::string_view word) {
  for (size_t i = 0; i < n; ++i) {
    if (words[i] == word) return static_cast<E>(i + 1);
  }
  return std::nullopt;
}

template <typename E, size_t n>
std::string Write(const std::array<absl::string_view, n>& words, E value) {
  const auto i = static_cast<size_t>(value);
  return i >= 1 && i <= n ? std::string(words[i - 1]) : std::string();
}

}  // namespace

std::optional<domain::PlaceKind> ParsePlaceKind(absl::string_view word) { return Parse<domain::PlaceKind>(kKinds, word); }
std::optional<domain::Modality> ParseModality(absl::string_view word) { return Parse<domain::Modality>(kModalities, word); }
std::optional<domain::SlotMode> ParseSlotMode(absl::string_view word) { return Parse<domain::SlotMode>(kModes, word); }
std::optional<domain::Visibility> ParseVisibility(absl::string_view word) { return Parse<domain::Visibility>(kVisibilities, word); }
std::optional<domain::CareLevel> ParseCareLevel(absl::string_view word) { return Parse<domain::CareLevel>(kLevels, word); }
std::optional<domain::CallPriority> ParseCallPriority(absl::string_view word) { return Parse<domain::CallPriority>(kPriorities, word); }

std::string ToWord(domain::PlaceKind kind) { return Write(kKinds, kind); }
std::string ToWord(domain::Modality modality) { return Write(kModalities, modality); }
std::string ToWord(domain::SlotMode mode) { return Write(kModes, mode); }
std::string ToWord(domain::Visibility visibility) { return Write(kVisibilities, visibility); }
std::string ToWord(domain::CareLevel level) { return Write(kLevels, level); }
std::string ToWord(domain::CallPriority priority) { return Write(kPriorities, priority); }
std::string ToWord(domain::Sex sex) { return Write(kSexes, sex); }

std::string ToWords(domain::VisibilitySet set) {
  std::string out;
  for (size_t i = 1; i <= kVisibilities.size(); ++i) {
    if (set.Has(static_cast<domain::Visibility>(i))) absl::StrAppend(&out, out.empty() ? "" : "|", kVisibilities[i - 1]);
  }
  return out;
}

}  // namespace snp::scenario
