#include "domain/tension/baseline.h"

#include "domain/tension/bands.h"
#include "domain/tension/summary.h"

namespace snp::domain {

DayType DayTypeOf(absl::CivilDay day, bool public_holiday) {
  const absl::Weekday weekday = absl::GetWeekday(day);
  if (public_holiday || weekday == absl::Weekday::sunday) return DayType::kSundayOrHoliday;
  if (weekday == absl::Weekday::saturday) return DayType::kSaturday;
  return weekday == absl::Weekday::monday ? DayType::kMonday : DayType::kWeekday;
}

void SeasonalBaseline::Learn(DayType day, int hour, double value) { values_[static_cast<size_t>(day)][static_cast<size_t>(hour)].push_back(value); }

std::optional<Usual> SeasonalBaseline::At(DayType day, int hour) const {
  const std::vector<double>& values = values_[static_cast<size_t>(day)][static_cast<size_t>(hour)];
  if (values.empty() || static_cast<int>(values.size()) < min_values_) return std::nullopt;
  return Usual{*Median(values), *RobustSd(values), static_cast<int>(values.size())};
}

std::optional<double> SeasonalBaseline::Z(DayType day, int hour, double value) const {
  const auto usual = At(day, hour);
  return usual ? ZScore(value, usual->median, usual->sd) : std::nullopt;
}

}  // namespace snp::domain
