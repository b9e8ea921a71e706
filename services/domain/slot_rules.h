// What a publisher may state about a slot. Pure: the registry, the importer and the tests all ask here.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "domain/supply.h"
#include "domain/violation.h"

namespace snp::domain {

inline constexpr int kMaxCapacity = 500;
inline constexpr int kMaxAgeMonths = 1800;
inline constexpr int kMaxCapabilities = 32;
inline constexpr absl::Duration kMaxSlotLength = absl::Hours(24);
// 366 days: one year ahead whatever the year.
inline constexpr absl::Duration kMaxSlotAhead = absl::Hours(24 * 366);
inline constexpr absl::Duration kMaxReleaseBefore = absl::Hours(48);

// Every rule that `slot` breaks at `now`, in the order of its fields; empty: it may be published. A start or end that is infinite counts as absent
// and is left to the caller to report (it knows why it is absent).
std::vector<Violation> ValidateSlot(const SlotDefinition& slot, absl::Time now);

// "suture", "xray": 1 to 32 of [a-z0-9-].
bool IsCapability(absl::string_view code);
// A code of a nomenclature (motive, specialty, profession): 1 to 16 of [A-Za-z0-9_.-].
bool IsCode(absl::string_view code);
// 1 to 64 of [A-Za-z0-9_.-].
bool IsSource(absl::string_view source);
// 11 digits.
bool IsRpps(absl::string_view rpps);

}  // namespace snp::domain
