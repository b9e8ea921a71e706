// How eligible slots are ordered: cost inside a rank of circles, and the total order that makes an answer reproducible.
#pragma once

#include <algorithm>

#include "absl/strings/string_view.h"
#include "domain/eligibility.h"

namespace snp::domain {

// From the earliest time to the moment the patient is seen, minutes.
inline double WaitMinutes(const Question& q, int64_t seen) { return NanosToMinutes(seen - q.earliest); }

inline bool IsStale(const Question& q, const SlotFacts& s) { return q.demote_after != kNever && q.now - s.confirmed > q.demote_after; }

// Weighted minutes of an eligible slot; lower is better.
inline double CostOf(const Question& q, const SlotFacts& s, Circle circle, double travel_minutes, int64_t seen) {
  double cost = q.travel_weight * travel_minutes + q.wait_weight * WaitMinutes(q, seen) + q.extra[static_cast<int>(circle)];
  if (IsStale(q, s)) cost += q.stale_minutes;
  return cost;
}

// Never above the cost of an eligible slot of a circle with this `extra`, reached in `travel_minutes` or more and seen after `least_wait` minutes or
// more.
inline double CostBound(const Question& q, double extra, double travel_minutes, double least_wait) {
  if (q.reachable) least_wait = std::max(least_wait, travel_minutes + NanosToMinutes(q.now - q.earliest));
  return q.travel_weight * travel_minutes + q.wait_weight * least_wait + extra;
}

// Ids as people count: shorter first, then by text, so that "9" comes before "10".
inline bool IdBefore(absl::string_view a, absl::string_view b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

}  // namespace snp::domain
