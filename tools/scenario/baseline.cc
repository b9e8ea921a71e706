#include "scenario/baseline.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "scenario/random.h"

namespace snp::scenario {
namespace {

struct OpenSlot {
  const domain::SlotDefinition* slot;
  int remaining;
};
struct OpenPlace {
  const domain::Place* place;
  std::vector<OpenSlot> slots;  // By start.
};

absl::Time StartFor(const domain::SlotDefinition& slot, absl::Time now) {
  return slot.mode == domain::SlotMode::kWalkin && slot.end > now ? std::max(slot.start, now) : slot.start;
}

// The place's first free start in [now, until]; nullptr: none.
OpenSlot* FirstFree(OpenPlace& place, absl::Time now, absl::Time until) {
  OpenSlot* best = nullptr;
  for (OpenSlot& s : place.slots) {
    if (s.remaining == 0) continue;
    const absl::Time start = StartFor(*s.slot, now);
    if (start < now || start > until) continue;
    if (best == nullptr || start < StartFor(*best->slot, now)) best = &s;
  }
  return best;
}

std::vector<OpenPlace> OpenPlaces(const Territory& territory) {
  std::vector<OpenPlace> places;
  absl::flat_hash_map<std::string, size_t> index;
  for (const domain::Place& p : territory.places) {
    if (p.kind == domain::PlaceKind::kEmergencyDepartment) continue;
    index[p.name.id.value()] = places.size();
    places.push_back({&p, {}});
  }
  for (const PublishedSlot& s : territory.slots) {
    const auto at = index.find(s.definition.place.value());
    if (at != index.end()) places[at->second].slots.push_back({&s.definition, s.definition.capacity});
  }
  return places;
}

}  // namespace

double NearestRank(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  const auto rank = static_cast<size_t>(std::max(1.0, std::ceil(q * static_cast<double>(values.size()))));
  std::nth_element(values.begin(), values.begin() + (rank - 1), values.end());
  return values[rank - 1];
}

Quantiles QuantilesOf(const std::vector<double>& values) { return {NearestRank(values, 0.5), NearestRank(values, 0.9)}; }

TravelMinutes ModelTravel(const domain::TravelModel& model, const Territory& territory) {
  absl::flat_hash_map<std::string, double> kmh;
  for (const domain::Commune& c : territory.communes) kmh[c.insee] = model.SpeedKmh(domain::DensityPerKm2(c));
  const double unknown = model.SpeedKmh(-1);
  return [model, unknown, kmh = std::move(kmh)](const Request& request, const domain::Place& place) {
    const auto speed = [&](const std::string& commune) {
      const auto at = kmh.find(commune);
      return at == kmh.end() ? unknown : at->second;
    };
    return model.Minutes(domain::HaversineKm(request.position, place.position), speed(request.commune), speed(place.commune));
  };
}

BaselineResult Baseline(const Territory& territory, const Day& day, uint64_t seed, const TravelMinutes& travel, const BaselineRule& rule) {
  Random random(seed, "baseline");
  std::vector<OpenPlace> places = OpenPlaces(territory);
  absl::flat_hash_map<std::string, domain::LatLon> centres;
  for (const domain::Commune& c : territory.communes) centres[c.insee] = c.centre;

  BaselineResult result;
  std::vector<double> travels, delays;
  for (const Request& request : day.requests) {
    if (!request.NeedsExamination()) continue;
    ++result.examinations;
    const auto known = centres.find(request.commune);
    const domain::LatLon centre = known == centres.end() ? request.position : known->second;
    std::vector<std::pair<OpenPlace*, OpenSlot*>> found;
    for (int w = 0; w <= rule.widenings && found.empty(); ++w) {
      for (OpenPlace& place : places) {
        if (domain::HaversineKm(centre, place.place->position) > rule.radius_km + w * rule.widen_km) continue;
        if (OpenSlot* slot = FirstFree(place, request.arrival, request.arrival + rule.window)) found.emplace_back(&place, slot);
      }
    }
    if (found.empty()) {
      ++result.unplaced;
      continue;
    }
    const auto& [place, slot] = found[random.Below(found.size())];
    const absl::Time start = StartFor(*slot->slot, request.arrival);
    if (start > request.Deadline()) {
      ++result.unplaced;
      continue;
    }
    ++result.placed;
    --slot->remaining;
    travels.push_back(slot->slot->modality == domain::Modality::kTele ? 0 : travel(request, *place->place));
    delays.push_back(absl::ToDoubleMinutes(start - request.arrival));
  }
  result.travel_min = QuantilesOf(travels);
  result.delay_min = QuantilesOf(delays);
  return result;
}

}  // namespace snp::scenario
