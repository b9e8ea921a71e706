#include "domain/names.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace snp::domain {
namespace {

absl::Status Expected(absl::string_view pattern, absl::string_view got) {
  return absl::InvalidArgumentError(
      absl::StrCat("expected ", pattern, ", got \"", absl::CEscape(got.substr(0, 80)), got.size() > 80 ? "..." : "", "\""));
}

template <typename Id>
absl::StatusOr<Named<Id>> Parse(absl::string_view name, absl::string_view collection) {
  const std::string pattern = absl::StrCat("departments/{department}/", collection, "/{id}");
  if (name.size() > 200) return Expected(pattern, name);
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4 || parts[0] != "departments" || !IsDepartmentCode(parts[1]) || parts[2] != collection || !IsId(parts[3])) {
    return Expected(pattern, name);
  }
  return Named<Id>{Department(std::string(parts[1])), Id(std::string(parts[3]))};
}

template <typename Id>
std::string Format(const Named<Id>& name, absl::string_view collection) {
  return absl::StrCat("departments/", name.department.value(), "/", collection, "/", name.id.value());
}

}  // namespace

bool IsId(absl::string_view id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; });
}

bool IsDepartmentCode(absl::string_view code) {
  if (code == "2A" || code == "2B") return true;
  if (!std::all_of(code.begin(), code.end(), absl::ascii_isdigit)) return false;
  if (code.size() == 2) return code >= "01" && code <= "95" && code != "20";
  return code.size() == 3 && code >= "971" && code <= "976" && code != "975";
}

Department DepartmentOfCommune(absl::string_view insee) {
  if (insee.size() != 5) return Department();
  const absl::string_view code = insee.substr(0, insee.substr(0, 2) == "97" ? 3 : 2);
  return IsDepartmentCode(code) ? Department(std::string(code)) : Department();
}

absl::StatusOr<Department> ParseDepartmentName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name.substr(0, 64), '/');
  if (name.size() > 64 || parts.size() != 2 || parts[0] != "departments" || !IsDepartmentCode(parts[1])) {
    return Expected("departments/{department}", name);
  }
  return Department(std::string(parts[1]));
}

absl::StatusOr<PlaceName> ParsePlaceName(absl::string_view name) { return Parse<PlaceId>(name, "places"); }
absl::StatusOr<SlotName> ParseSlotName(absl::string_view name) { return Parse<SlotId>(name, "slots"); }
absl::StatusOr<BookingName> ParseBookingName(absl::string_view name) { return Parse<BookingId>(name, "bookings"); }
absl::StatusOr<CaseName> ParseCaseName(absl::string_view name) { return Parse<CaseId>(name, "cases"); }
absl::StatusOr<PractitionerName> ParsePractitionerName(absl::string_view name) {
  auto parsed = Parse<Rpps>(name, "practitioners");
  if (!parsed.ok()) return parsed;
  const std::string& rpps = parsed->id.value();
  if (rpps.size() != 11 || !std::all_of(rpps.begin(), rpps.end(), absl::ascii_isdigit)) {
    return Expected("departments/{department}/practitioners/{rpps of 11 digits}", name);
  }
  return parsed;
}

std::string ToString(const Department& department) { return absl::StrCat("departments/", department.value()); }
std::string ToString(const PlaceName& name) { return Format(name, "places"); }
std::string ToString(const SlotName& name) { return Format(name, "slots"); }
std::string ToString(const BookingName& name) { return Format(name, "bookings"); }
std::string ToString(const CaseName& name) { return Format(name, "cases"); }
std::string ToString(const PractitionerName& name) { return Format(name, "practitioners"); }

}  // namespace snp::domain
