#include "regulation/fields.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "domain/geo.h"
#include "domain/names.h"

namespace snp::regulation {
namespace {

constexpr int kOldestMonths = 1800;
constexpr int kMaxCapabilities = 32;
constexpr int kMaxCandidates = 16;

bool IsDigits(absl::string_view s, size_t n) { return s.size() == n && std::all_of(s.begin(), s.end(), absl::ascii_isdigit); }

bool IsCapability(absl::string_view s) {
  return !s.empty() && s.size() <= 32 &&
         std::all_of(s.begin(), s.end(), [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-'; });
}

}  // namespace

void Fields::RequestId(absl::string_view value) {
  if (!domain::IsId(value)) Wrong("request_id", "1 to 64 characters of [A-Za-z0-9_-]");
}

void Fields::Text(absl::string_view field, absl::string_view value, size_t longest) {
  if (value.size() > longest) Wrong(field, absl::StrCat("at most ", longest, " bytes, got ", value.size()));
  if (std::any_of(value.begin(), value.end(), absl::ascii_iscntrl)) Wrong(field, "no control characters");
}

void Fields::Code(absl::string_view field, domain::Nomenclature nomenclature, absl::string_view value, bool required) {
  if (value.empty() && !required) return;
  if (!domain::IsCode(nomenclature, value)) Wrong(field, "not a code of the nomenclature");
}

void Fields::Enum(absl::string_view field, int value, int last, bool required) {
  if (value < (required ? 1 : 0) || value > last) Wrong(field, required ? "required, a known value" : "not a known value");
}

void Fields::Patient(absl::string_view field, const v1::Patient& patient) {
  const std::string at = absl::StrCat(field, ".");
  if (patient.has_age_months() && (patient.age_months() < 0 || patient.age_months() > kOldestMonths)) {
    Wrong(at + "age_months", "0 to 1800 completed months");
  }
  Enum(at + "sex", patient.sex(), type::v1::SEX_MALE);
  if (!patient.own_gp().empty() && !IsDigits(patient.own_gp(), 11)) Wrong(at + "own_gp", "an RPPS of 11 digits, or empty");
  const type::v1::Location& location = patient.location();
  const bool placed = location.latitude() != 0 || location.longitude() != 0;
  if (location.commune().empty() && !placed) {
    Wrong(at + "location", "required: a commune or coordinates");
    return;
  }
  if (placed && !domain::IsPlausible({location.latitude(), location.longitude()})) {
    Wrong(at + "location.latitude", "latitude -90 to 90 and longitude -180 to 180, in degrees");
  }
  if (location.commune().empty()) return;
  if (communes_ != nullptr) {
    const auto found = communes_->Lookup(location.commune().substr(0, 64));
    if (!found.ok()) Wrong(at + "location.commune", found.status().message());
  } else if (domain::DepartmentOfCommune(location.commune()).empty()) {
    Wrong(at + "location.commune", "an INSEE commune code of 5 characters");
  }
}

void Fields::Need(absl::string_view field, const v1::Need& need) {
  const std::string at = absl::StrCat(field, ".");
  Code(at + "delay", domain::Nomenclature::kDelay, need.delay());
  // A list that is too long is said once, not once per entry: a request of megabytes must not make an answer of gigabytes.
  for (int i = 0; i < std::min(need.modalities_size(), 8); ++i)
    Enum(absl::StrCat(at, "modalities[", i, "]"), need.modalities(i), type::v1::MODALITY_TELE, true);
  if (need.modalities_size() > 8) Wrong(at + "modalities", "at most 8");
  if (!need.specialty().empty() && (!domain::IsId(need.specialty()) || need.specialty().size() > 16)) {
    Wrong(at + "specialty", "a code of at most 16 characters");
  }
  if (need.capabilities_size() > kMaxCapabilities) Wrong(at + "capabilities", "at most 32");
  for (int i = 0; i < std::min(need.capabilities_size(), kMaxCapabilities); ++i) {
    if (!IsCapability(need.capabilities(i))) Wrong(absl::StrCat(at, "capabilities[", i, "]"), "a code of [a-z0-9-]{1,32}");
  }
}

void Fields::Candidates(absl::string_view field, const google::protobuf::RepeatedPtrField<registry::v1::Candidate>& candidates) {
  if (candidates.size() > kMaxCandidates) Wrong(field, "at most 16");
  for (int i = 0; i < std::min<int>(candidates.size(), kMaxCandidates); ++i) {
    const std::string at = absl::StrCat(field, "[", i, "].");
    const auto slot = domain::ParseSlotName(candidates[i].slot());
    if (!slot.ok()) Wrong(at + "slot", slot.status().message());
    if (candidates[i].revision() <= 0) Wrong(at + "revision", "required: the revision that was seen");
  }
}

}  // namespace snp::regulation
