// When slots stand on a given civil day.
#pragma once

#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "scenario/config.h"
#include "scenario/random.h"

namespace snp::scenario {

struct Interval {
  absl::Time start, end;
  bool operator==(const Interval&) const = default;
};

// Slots of `rule` on `day`, in order; none when the rule does not hold that day. Hours are civil time: on the day a clock jumps forward the slots
// inside the missing hour are left out.
std::vector<Interval> SlotsOn(absl::CivilDay day, const SlotRule& rule, const Config& config, absl::TimeZone zone, Random& random);

// The moment `minutes` after midnight by the clock on the wall.
absl::Time At(absl::CivilDay day, int minutes, absl::TimeZone zone);

bool IsSundayOrHoliday(absl::CivilDay day, const Config& config);

}  // namespace snp::scenario
