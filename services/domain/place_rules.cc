#include "domain/place_rules.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "domain/slot_rules.h"

namespace snp::domain {
namespace {

bool IsFiness(absl::string_view s) {
  return s.size() == 9 && std::all_of(s.begin(), s.end(), [](char c) { return absl::ascii_isdigit(c) || c == 'A' || c == 'B'; });
}
bool IsSiret(absl::string_view s) { return s.size() == 14 && std::all_of(s.begin(), s.end(), absl::ascii_isdigit); }

}  // namespace

bool IsShownText(absl::string_view text, size_t min, size_t max) {
  size_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return false;
    // U+0080..U+009F, the C1 controls, are C2 80..C2 9F in UTF-8.
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
    if ((byte & 0xC0) != 0x80) ++characters;
  }
  return characters >= min && characters <= max;
}

std::vector<Violation> ValidatePlace(const Place& place, const CommuneTable& communes) {
  std::vector<Violation> found;
  const auto add = [&](std::string field, std::string description) { found.push_back({std::move(field), std::move(description)}); };

  const int kind = static_cast<int>(place.kind);
  if (kind < static_cast<int>(PlaceKind::kCabinet) || kind > static_cast<int>(PlaceKind::kEmergencyDepartment)) {
    add("kind", "required: a known kind of place");
  }
  if (!IsShownText(place.display_name, 1, 120)) add("display_name", "required: 1 to 120 characters, without control characters");
  if (!place.finess.empty() && !IsFiness(place.finess)) add("finess", "expected 9 characters (digits, or A or B), or nothing");
  if (!place.siret.empty() && !IsSiret(place.siret)) add("siret", "expected 14 digits, or nothing");
  const Commune* commune = communes.Find(place.commune);
  if (commune == nullptr) {
    add("location.commune", WhyUnknown(place.commune));
  } else if (commune->department != place.name.department) {
    add("location.commune",
        absl::StrCat(place.commune, " is in department ", commune->department.value(), ", the place's name says ", place.name.department.value()));
  }
  if (!std::isfinite(place.position.lat) || place.position.lat < -90 || place.position.lat > 90) {
    add("location.latitude", "expected -90 to 90 degrees");
  } else if (!std::isfinite(place.position.lon) || place.position.lon < -180 || place.position.lon > 180) {
    add("location.longitude", "expected -180 to 180 degrees");
  } else if (!IsPlausible(place.position)) {
    add("location.latitude", "required: (0, 0) is a missing value, not a place");
  } else if (commune != nullptr && HaversineKm(place.position, commune->centre) > kMaxKmFromCommune) {
    add("location.latitude",
        absl::StrCat("more than ", kMaxKmFromCommune, " km from the centre of ", commune->name, ": swapped with the longitude?"));
  }
  if (!place.cpts.empty() && !IsId(place.cpts)) add("cpts", "expected 1 to 64 of A-Z, a-z, 0-9, _ and -, or nothing");
  if (!place.structure.empty() && !IsId(place.structure)) add("structure", "expected 1 to 64 of A-Z, a-z, 0-9, _ and -, or nothing");
  if (!IsShownText(place.address, 0, 200)) add("address", "expected at most 200 characters, without control characters");
  return found;
}

std::vector<Violation> ValidatePractitioner(const Practitioner& practitioner) {
  std::vector<Violation> found;
  if (!practitioner.profession.empty() && !IsCode(practitioner.profession)) {
    found.push_back({"profession", "expected a code of at most 16 letters and digits, or nothing"});
  }
  if (!practitioner.specialty.empty() && !IsCode(practitioner.specialty)) {
    found.push_back({"specialty", "expected a code of at most 16 letters and digits, or nothing"});
  }
  if (practitioner.places.size() > static_cast<size_t>(kMaxPlacesOfPractitioner)) {
    found.push_back({"places", absl::StrCat("expected at most ", kMaxPlacesOfPractitioner, ", got ", practitioner.places.size())});
    return found;
  }
  std::set<PlaceName> seen;
  for (size_t i = 0; i < practitioner.places.size(); ++i) {
    if (!seen.insert(practitioner.places[i]).second) found.push_back({absl::StrCat("places[", i, "]"), "stands twice"});
  }
  return found;
}

}  // namespace snp::domain
