#include "domain/eligibility.h"

namespace snp::domain {
namespace {

int64_t NanosOf(std::optional<absl::Duration> d) { return d ? absl::ToInt64Nanoseconds(*d) : kNever; }

}  // namespace

// Saturates at about +-292 years: an infinite deadline stays later than everything.
int64_t Nanos(absl::Time t) { return absl::ToInt64Nanoseconds(t - absl::UnixEpoch()); }

Question MakeQuestion(const Demand& demand, const Policy& policy) {
  Question q;
  q.position = demand.position;
  q.now = Nanos(demand.now);
  q.earliest = Nanos(demand.earliest);
  q.latest = Nanos(demand.latest);
  q.modalities = demand.modalities.empty() ? ~0u : demand.modalities.mask();
  q.age_months = demand.age_months.value_or(-1);
  q.pmr = demand.pmr;
  q.regulation = demand.viewer.regulation;
  q.professional = demand.viewer.professional;
  q.flat = policy.flat;
  q.reachable = policy.require_reachable;
  q.travel_weight = policy.travel_weight;
  q.wait_weight = policy.wait_weight;
  q.stale_minutes = policy.stale_minutes;
  q.demote_after = NanosOf(policy.demote_after);
  q.refuse_after = NanosOf(policy.refuse_after);
  q.visit_limit = absl::ToDoubleMinutes(policy.visit_max_travel);
  q.car_factor = demand.no_car ? policy.no_car_speed_factor : 1;
  for (int c = 0; c < kCircleCount; ++c) {
    const CircleRule& rule = policy.circles[c];
    absl::Duration limit = demand.max_travel.value_or(rule.max_travel.value_or(policy.max_travel));
    if (demand.no_car) limit = std::min(limit, policy.no_car_max_travel);
    q.limit[c] = absl::ToDoubleMinutes(limit);
    q.extra[c] = rule.extra_minutes;
    q.rank[c] = policy.flat ? 0 : rule.rank;
  }
  q.policy = &policy;
  return q;
}

SlotFacts PackSlot(const SlotDefinition& definition, int remaining, absl::Time confirmed) {
  SlotFacts facts;
  facts.start = Nanos(definition.start);
  facts.end = Nanos(definition.end);
  facts.confirmed = Nanos(confirmed);
  if (definition.release_before) facts.public_from = Nanos(definition.start - *definition.release_before);
  facts.remaining = remaining;
  facts.min_age_months = static_cast<uint16_t>(definition.min_age_months);
  facts.max_age_months = static_cast<uint16_t>(definition.max_age_months);
  facts.visibility = static_cast<uint8_t>(definition.visibility.mask());
  facts.mode = definition.mode;
  facts.modality = definition.modality;
  facts.regulated_only = definition.regulated_only;
  return facts;
}

}  // namespace snp::domain
