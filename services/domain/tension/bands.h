// From a value to a score of 0 to 3: how many of three rising thresholds it has reached.
#pragma once

#include <array>
#include <optional>

namespace snp::domain {

using Thresholds3 = std::array<double, 3>;

// 0 below the first, 1 from the first, 2 from the second, 3 from the third. Monotone in `value`. nullopt stays nullopt: no value is no score, never
// 0. Precondition: rising thresholds.
std::optional<int> Band(const Thresholds3& thresholds, std::optional<double> value);

// Bands of a z-score: 1, 2 and 3 SD, the green, orange and red lines of the FEDORU emergency indicators (Alsace, "HET", 2015) and the over-activity
// score of a Centre 15.
inline constexpr Thresholds3 kSdBands = {1, 2, 3};

// (value - mean) / sd; nullopt when sd is not above 0.
std::optional<double> ZScore(double value, double mean, double sd);

}  // namespace snp::domain
