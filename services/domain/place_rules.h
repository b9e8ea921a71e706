// What the directory accepts as a place or a practitioner. Pure. Whether the time zone exists is asked elsewhere: that answer lies in the machine's
// files.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "domain/commune.h"
#include "domain/supply.h"
#include "domain/violation.h"

namespace snp::domain {

// A place farther than this from the centre of its commune has wrong coordinates (swapped, or another commune's).
inline constexpr double kMaxKmFromCommune = 100;
inline constexpr int kMaxPlacesOfPractitioner = 20;

// Every rule that the value breaks, in the order of its fields; empty: it may be put.
std::vector<Violation> ValidatePlace(const Place& place, const CommuneTable& communes);
std::vector<Violation> ValidatePractitioner(const Practitioner& practitioner);

// Text shown to people: valid as a whole, `min` to `max` characters, none of them a control character (a terminal would obey it).
bool IsShownText(absl::string_view text, size_t min, size_t max);

}  // namespace snp::domain
