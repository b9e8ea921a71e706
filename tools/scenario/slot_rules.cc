#include "scenario/slot_rules.h"

#include <algorithm>

namespace snp::scenario {

absl::Time At(absl::CivilDay day, int minutes, absl::TimeZone zone) {
  return absl::FromCivil(absl::CivilSecond(absl::CivilMinute(day) + minutes), zone);
}

bool IsSundayOrHoliday(absl::CivilDay day, const Config& config) {
  return absl::GetWeekday(day) == absl::Weekday::sunday || std::find(config.holidays.begin(), config.holidays.end(), day) != config.holidays.end();
}

std::vector<Interval> SlotsOn(absl::CivilDay day, const SlotRule& rule, const Config& config, absl::TimeZone zone, Random& random) {
  const bool sunday = IsSundayOrHoliday(day, config);
  const bool saturday = !sunday && absl::GetWeekday(day) == absl::Weekday::saturday;
  if (!(sunday ? rule.days.sunday : saturday ? rule.days.saturday : rule.days.weekday)) return {};
  std::vector<Interval> slots;
  for (int from = rule.hours.from; from < rule.hours.to; from += rule.minutes) {
    const Interval slot{At(day, from, zone), At(day, std::min(from + rule.minutes, rule.hours.to), zone)};
    if (slot.start < slot.end) slots.push_back(slot);
  }
  if (rule.pick > 0 && slots.size() > static_cast<size_t>(rule.pick)) {
    random.Shuffle(slots);
    slots.resize(rule.pick);
    std::sort(slots.begin(), slots.end(), [](const Interval& a, const Interval& b) { return a.start < b.start; });
  }
  return slots;
}

}  // namespace snp::scenario
