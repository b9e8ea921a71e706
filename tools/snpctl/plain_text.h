// What people write for a moment, a length of time, an age or a name. Pure. Errors are INVALID_ARGUMENT and say what is expected.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace snp::ctl {

// Moments are written and read in this zone when they carry none.
absl::TimeZone Paris();

// "2026-01-12T14:30:00Z", "2026-01-12T14:30+01:00", "2026-01-12 14:30" and "2026-01-12T14:30:00" (Paris), "14:30" (today in Paris), "+2h", "+1h30m",
// "-15m", "now". A civil time that the clock change skips is refused; one that it repeats is the first. Years 1970 to 2200.
absl::StatusOr<absl::Time> ParseMoment(absl::string_view text, absl::Time now);

// "90s", "15m", "1h30m"; not negative.
absl::StatusOr<absl::Duration> ParseLength(absl::string_view text);

// Completed months: "34" and "34a" are years, "8m" months. 0 to 150 years.
absl::StatusOr<int> ParseAge(absl::string_view text);

// "cab-0001" -> "departments/95/places/cab-0001"; a text with a "/" is taken as a full name. `collection` is "places", "slots"...
std::string FullName(absl::string_view text, absl::string_view department, absl::string_view collection);

// "lun. 12/01 14:30" in Paris; "14:30" when that is the same day as `now`.
std::string ShowMoment(absl::Time moment, absl::Time now);
// "2 h 05", "35 min", "40 s".
std::string ShowLength(absl::Duration length);
// "8 mois", "34 ans".
std::string ShowAge(int months);

}  // namespace snp::ctl
