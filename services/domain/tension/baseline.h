// Baseline: what is usual at this hour of this kind of day. Robust: median and 1.4826 x MAD, so that past crises do not become the norm. The season
// is the caller's choice of what is learned: one baseline a season, or the past year's same weeks.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"

namespace snp::domain {

// What a day is to those who call.
enum class DayType { kWeekday, kMonday, kSaturday, kSundayOrHoliday };
inline constexpr int kDayTypes = 4;

// `public_holiday`: as the calendar of the territory says.
DayType DayTypeOf(absl::CivilDay day, bool public_holiday);

struct Usual {
  double median = 0;
  double sd = 0;   // Robust; may be 0 (the z-score is undefined then).
  int values = 0;  // That stand behind it.
};

class SeasonalBaseline {
 public:
  // `min_values`: fewer of them, and the slot of the week says nothing.
  explicit SeasonalBaseline(int min_values = 8) : min_values_(min_values) {}

  // Precondition: 0 <= hour < 24, value finite.
  void Learn(DayType day, int hour, double value);
  // nullopt below min_values.
  std::optional<Usual> At(DayType day, int hour) const;
  // (value - median) / sd; nullopt where the baseline says nothing or has no variance.
  std::optional<double> Z(DayType day, int hour, double value) const;

 private:
  int min_values_;
  std::array<std::array<std::vector<double>, 24>, kDayTypes> values_;
};

}  // namespace snp::domain
