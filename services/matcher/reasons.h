// Why a candidate stands where it stands, in French, for a regulator who reads it to a caller.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "domain/demand.h"

namespace snp::matcher {

// At most 8 short phrases: circle, travel and where its figure comes from, moment, freshness, places left. Empty for a flat policy, which has no
// reasons but its cost. Times of day as `zone` has them.
std::vector<std::string> Reasons(const domain::RankedSlot& slot, absl::Time now, absl::TimeZone zone);

}  // namespace snp::matcher
