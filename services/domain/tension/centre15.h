// How a Centre 15 copes: shares of calls answered, and its over-activity score.
#pragma once

#include <optional>

#include "absl/types/span.h"

namespace snp::domain {

// Of one stretch of time. Counts of calls; answered_30s <= answered_60s <= answered <= presented.
struct CallCounts {
  int presented = 0;
  int answered = 0;
  int answered_30s = 0;  // Picked up within 30 s.
  int answered_60s = 0;
};

// Each 0 to 1; nullopt without a call to take the share of.
std::optional<double> AnsweredShare(const CallCounts& calls);
// QS30 and QS60 (qualite de service) are shares of the calls presented ...
std::optional<double> Qs30(const CallCounts& calls);
std::optional<double> Qs60(const CallCounts& calls);
// ... and this one of the calls answered, as the national statistics (DREES) count.
std::optional<double> Qs60OfAnswered(const CallCounts& calls);

// True when each of these stretches (two hours of them, as the caller cuts them) has a QS60 of answered calls below the centre's own mean - 1 SD. Own
// baseline: a national figure would trip for some centres every day. False for none at all, and while one of them is unknown.
bool AnswersSlowly(absl::Span<const std::optional<double>> qs60_of_answered, double own_mean, double own_sd);

// 0 to 3: the SD band of the calls of the last hour against what is usual (domain/tension/baseline.h), one more when calls are answered slowly.
// nullopt, no score, when z is.
std::optional<int> OveractivityScore(std::optional<double> z, bool answers_slowly);

}  // namespace snp::domain
