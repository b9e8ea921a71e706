#include "domain/tension/centre15.h"

#include <algorithm>

#include "domain/tension/bands.h"

namespace snp::domain {
namespace {

std::optional<double> Share(int part, int whole) {
  if (whole <= 0) return std::nullopt;
  return static_cast<double>(part) / whole;
}

}  // namespace

std::optional<double> AnsweredShare(const CallCounts& calls) { return Share(calls.answered, calls.presented); }
std::optional<double> Qs30(const CallCounts& calls) { return Share(calls.answered_30s, calls.presented); }
std::optional<double> Qs60(const CallCounts& calls) { return Share(calls.answered_60s, calls.presented); }
std::optional<double> Qs60OfAnswered(const CallCounts& calls) { return Share(calls.answered_60s, calls.answered); }

bool AnswersSlowly(absl::Span<const std::optional<double>> qs60_of_answered, double own_mean, double own_sd) {
  return !qs60_of_answered.empty() && std::all_of(qs60_of_answered.begin(), qs60_of_answered.end(),
                                                  [&](const std::optional<double>& qs60) { return qs60 && *qs60 < own_mean - own_sd; });
}

std::optional<int> OveractivityScore(std::optional<double> z, bool answers_slowly) {
  const std::optional<int> band = Band(kSdBands, z);
  if (!band) return std::nullopt;
  return std::min(3, *band + (answers_slowly ? 1 : 0));
}

}  // namespace snp::domain
