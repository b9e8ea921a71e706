#include "matcher/index/search.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "domain/ranking.h"

namespace snp::matcher {
namespace {

using domain::Circle;
using domain::Modality;
using domain::Refusal;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// A bound may be off by rounding (times are whole nanoseconds): it must not cut a tie away.
constexpr double kSlack = 1e-9;

bool Before(const Found& a, const Found& b) {
  if (a.cost != b.cost) return a.cost < b.cost;
  if (a.seen != b.seen) return a.seen < b.seen;
  const std::string& x = a.shard->id_of(a.slot);
  const std::string& y = b.shard->id_of(b.slot);
  if (x != y) return domain::IdBefore(x, y);
  return a.shard->department() < b.shard->department();
}

// Shapes of home visits, of every kind of place.
const uint64_t kVisitShapes = [] {
  uint64_t shapes = 0;
  for (int kind = 1; kind < domain::kPlaceKindCount; ++kind) shapes |= ShapeBit(static_cast<domain::PlaceKind>(kind), Modality::kVisit, false);
  return shapes;
}();

bool LaterBound(const auto& a, const auto& b) { return a.bound > b.bound; }

}  // namespace

Search::Search(const domain::Demand& demand, domain::Question& question, const std::vector<const Shard*>& shards, const Ground& ground)
    : q_(question), shards_(shards), matrix_(ground.matrix()), model_(question.policy->travel), unit_(UnitVector(question.position)) {
  // A flat policy is a formula of distance alone.
  if (q_.flat) matrix_ = nullptr;
  if (matrix_) matrix_from_ = matrix_->Find(demand.commune);
  if (matrix_from_ < 0) matrix_ = nullptr;
  from_kmh_ = model_.SpeedKmh(model_.speeds.size() == 1 ? 0 : ground.Density(demand.commune));
  least_per_km_ = model_.Minutes(1, from_kmh_, model_.FastestKmh());

  const int64_t soonest = q_.reachable ? std::max(q_.earliest, q_.now) : q_.earliest;
  if (soonest <= q_.latest) {
    first_hour_ = HourOf(soonest);
    const int64_t hours = HourOf(q_.latest) - first_hour_;
    window_ = hours >= 63 ? ~uint64_t{0} : (uint64_t{2} << hours) - 1;
  }
  for (uint64_t bits = q_.capabilities; bits != 0; bits &= bits - 1) columns_.push_back(kFirstCapabilityColumn + std::countr_zero(bits));
  if (columns_.empty()) columns_.push_back(kAnyColumn);

  for (const domain::SlotName& name : demand.excluded) {
    for (const Shard* shard : shards_) {
      if (shard->department() != name.department) continue;
      if (const int64_t slot = shard->FindSlot(name.id.value()); slot >= 0) excluded_.emplace_back(shard, static_cast<uint32_t>(slot));
    }
  }
  if (q_.flat || demand.own_gp.empty()) return;
  for (const Shard* directory : shards_) {
    const auto* places = directory->PlacesOf(demand.own_gp.value());
    if (!places) continue;
    for (const domain::PlaceName& place : *places) {
      for (const Shard* shard : shards_) {
        if (shard->department() != place.department) continue;
        const int64_t site = shard->FindSite(place.id.value());
        if (site < 0 || !shard->sites()[site].known) continue;
        const uint32_t structure = shard->sites()[site].facts.structure;
        if (std::find(question.structures.begin(), question.structures.end(), structure) == question.structures.end()) {
          question.structures.push_back(structure);
        }
      }
    }
  }
}

Search::Promise Search::PromiseOf(const Pass& pass, const uint64_t* row, int width) const {
  const uint64_t shapes = row[kShapesColumn] & pass.shapes;
  if (shapes == 0) return {};
  uint64_t hours = ~uint64_t{0};
  for (const int column : columns_) {
    if (column >= width) return {};
    hours &= row[column];
  }
  hours = std::rotr(hours, static_cast<int>(first_hour_ & 63)) & window_;
  if (hours == 0) return {};
  // Hours that fall on each other modulo 64 only make the wait look shorter.
  const int64_t seen = (first_hour_ + std::countr_zero(hours)) * kHourNanos;
  return {true, (shapes & kVisitShapes) != 0, std::max(0.0, domain::WaitMinutes(q_, seen))};
}

bool Search::Hopeless(const Pass& pass, const Promise& promise, double car_minutes) const {
  const double patient = car_minutes / q_.car_factor;
  const bool too_far = patient * (1 - kSlack) > pass.patient_limit;
  if (too_far && !(promise.visits && car_minutes <= q_.visit_limit)) return true;
  return Hopeless(domain::CostBound(q_, pass.extra, promise.visits ? car_minutes : patient, promise.least_wait));
}

bool Search::Excluded(const Shard& shard, uint32_t slot) const {
  return std::find(excluded_.begin(), excluded_.end(), std::make_pair(&shard, slot)) != excluded_.end();
}

Search::Travel Search::ModelTravel(const Site& site, double km) const {
  const double car = model_.Minutes(km, from_kmh_, model_.SpeedKmh(site.density));
  return {car, car / q_.car_factor, false};
}

Search::Travel Search::MatrixTravel(double minutes) const { return {minutes, minutes / q_.car_factor, true}; }

Search::Travel Search::TravelTo(const Site& site) const {
  if (matrix_) {
    if (auto minutes = matrix_->Minutes(matrix_from_, site.matrix_commune)) return MatrixTravel(*minutes);
  }
  return ModelTravel(site, domain::HaversineKm(q_.position, site.position));
}

double Search::Bound() const { return best_.size() < k_ ? kInfinity : best_.back().cost; }

bool Search::Hopeless(double cost_bound) const { return cost_bound * (1 - kSlack) - kSlack > Bound(); }

void Search::Enter(const Found& found) {
  // best_ holds the current pass only: earlier ranks were moved out of the way by Best.
  if (best_.size() == k_) {
    if (!Before(found, best_.back())) return;
    best_.pop_back();
  }
  best_.insert(std::upper_bound(best_.begin(), best_.end(), found, Before), found);
}

void Search::Consider(const Pass& pass, const Shard& shard, uint32_t slot, const Travel& travel) {
  const domain::SlotFacts& s = shard.facts(slot);
  const Site& site = shard.sites()[shard.site_of(slot)];
  if (!site.known) return;
  const Circle circle = domain::CircleOf(q_, s, site.facts);
  if (q_.rank[static_cast<int>(circle)] != pass.rank) return;
  const Way way = circle == Circle::kOwnGp ? Way::kOwnGp : circle == Circle::kSameStructure ? Way::kStructure : Way::kBase;
  if (way != pass.way) return;
  const double minutes = s.modality == Modality::kTele ? 0 : s.modality == Modality::kVisit ? travel.car : travel.patient;
  if (domain::Judge(q_, s, site.facts, circle, minutes) != Refusal::kNone) return;
  Found found{&shard, slot, circle, 0, minutes, domain::SeenAt(q_, s, minutes), travel.by_matrix && s.modality != Modality::kTele};
  found.cost = domain::CostOf(q_, s, circle, minutes, found.seen);
  if (found.cost > Bound() || Excluded(shard, slot)) return;
  Enter(found);
}

void Search::ConsiderList(const Pass& pass, const Shard& shard, const SlotLists& lists, const Travel& travel, double least_travel) {
  const double fixed = q_.travel_weight * least_travel + pass.extra;
  auto scan = [&](const std::vector<SlotRef>& list, int64_t from) {
    auto it = std::lower_bound(list.begin(), list.end(), from, [](const SlotRef& ref, int64_t start) { return ref.start < start; });
    for (; it != list.end() && it->start <= q_.latest; ++it) {
      if (Hopeless(fixed + q_.wait_weight * domain::WaitMinutes(q_, std::max(it->start, q_.earliest)))) return;
      if ((q_.capabilities & ~it->capabilities) != 0) continue;
      Consider(pass, shard, it->slot, travel);
    }
  };
  int64_t earliest = q_.earliest;
  if (q_.reachable) earliest = std::max(earliest, q_.now + domain::MinutesToNanos(least_travel));
  scan(lists.routine, earliest);
  // A walk-in range may have begun long before the patient can be there.
  if (!lists.walkin.empty()) scan(lists.walkin, q_.reachable ? earliest - shard.longest_walkin() : earliest);
}

void Search::ConsiderSite(const Pass& pass, const Shard& shard, uint32_t index) {
  const Promise promise = PromiseOf(pass, shard.open(index), shard.open_width());
  if (!promise.open) return;
  const Site& site = shard.sites()[index];
  if (!matrix_) {
    const double least = ChordKm(unit_, site.unit) * least_per_km_;
    if (Hopeless(pass, promise, least)) return;
  }
  const Travel travel = TravelTo(site);
  if (Hopeless(pass, promise, travel.car)) return;
  ConsiderList(pass, shard, site.lists, travel, travel.car);
}

void Search::VisitTrees(const Pass& pass) {
  steps_.clear();
  auto push = [&](const Shard* shard, int32_t index) {
    const SiteTree::Node& node = shard->tree().node(index);
    const Promise promise = PromiseOf(pass, shard->tree().open(index), shard->tree().width());
    if (!promise.open) return;
    const double least = SiteTree::BoundKm(node, unit_) * least_per_km_;
    if (Hopeless(pass, promise, least)) return;
    steps_.push_back({domain::CostBound(q_, pass.extra, promise.visits ? least : least / q_.car_factor, promise.least_wait), index, shard});
    std::push_heap(steps_.begin(), steps_.end(), LaterBound<Step, Step>);
  };
  auto visit = [&](const Shard& shard, uint32_t index) {
    // Pairs of the matrix were visited along its row.
    if (matrix_ && matrix_->Minutes(matrix_from_, shard.sites()[index].matrix_commune)) return;
    ConsiderSite(pass, shard, index);
  };
  for (const Shard* shard : shards_) {
    if (!shard->tree().empty()) push(shard, 0);
    for (uint32_t index : shard->loose()) visit(*shard, index);
  }
  while (!steps_.empty()) {
    std::pop_heap(steps_.begin(), steps_.end(), LaterBound<Step, Step>);
    const Step step = steps_.back();
    steps_.pop_back();
    if (Hopeless(step.bound)) return;
    const SiteTree::Node& node = step.shard->tree().node(step.node);
    if (node.left >= 0) {
      push(step.shard, node.left);
      push(step.shard, node.left + 1);
      continue;
    }
    for (uint32_t p = node.first; p < node.first + node.count; ++p) visit(*step.shard, step.shard->tree().site(p));
  }
}

void Search::VisitRow(const Pass& pass) {
  if (!matrix_) return;
  for (const auto& [minutes, commune] : matrix_->Row(matrix_from_)) {
    if (Hopeless(pass, {true, true, 0}, minutes)) return;
    for (const Shard* shard : shards_) {
      const auto* sites = shard->SitesOfMatrixCommune(commune);
      if (!sites) continue;
      for (uint32_t index : *sites) ConsiderSite(pass, *shard, index);
    }
  }
}

void Search::VisitTele(const Pass& pass) {
  if (((q_.modalities >> static_cast<int>(Modality::kTele)) & 1u) == 0) return;
  for (const Shard* shard : shards_) ConsiderList(pass, *shard, shard->tele(), Travel(), 0);
}

void Search::VisitOwnGp(const Pass& pass) {
  for (const Shard* shard : shards_) {
    const auto* slots = shard->SlotsOf(q_.own_gp);
    if (!slots) continue;
    uint32_t last = std::numeric_limits<uint32_t>::max();
    Travel travel;
    for (uint32_t slot : *slots) {
      const uint32_t site = shard->site_of(slot);
      if (site != last) travel = TravelTo(shard->sites()[site]);
      last = site;
      Consider(pass, *shard, slot, travel);
    }
  }
}

void Search::VisitStructures(const Pass& pass) {
  bool tele = false;
  for (uint32_t structure : q_.structures) {
    for (const Shard* shard : shards_) {
      const auto* sites = shard->SitesOfStructure(structure);
      if (!sites) continue;
      for (uint32_t index : *sites) {
        ConsiderSite(pass, *shard, index);
        tele = tele || shard->sites()[index].tele_open > 0;
      }
    }
  }
  // The structure's tele-consultations stand among the shards' own: seldom worth reading them all.
  if (tele) VisitTele(pass);
}

std::vector<Found> Search::Best(int k) {
  std::vector<Found> all;
  if (q_.unknown_capability || window_ == 0) return all;
  std::vector<int> ranks;
  for (int c = q_.flat ? 0 : 1; c < (q_.flat ? 1 : domain::kCircleCount); ++c) ranks.push_back(q_.rank[c]);
  std::sort(ranks.begin(), ranks.end());
  ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());

  for (const int rank : ranks) {
    best_.clear();
    k_ = static_cast<size_t>(k) - all.size();
    auto at = [&](Circle c) { return q_.rank[static_cast<int>(c)] == rank; };
    auto limit = [&](Circle c) { return q_.limit[static_cast<int>(c)]; };
    auto extra = [&](Circle c) { return q_.extra[static_cast<int>(c)]; };
    if (!q_.flat && at(Circle::kOwnGp) && q_.own_gp != domain::kNoId && q_.own_gp != domain::kUnknownId) {
      VisitOwnGp({rank, Way::kOwnGp, ~uint64_t{0}, extra(Circle::kOwnGp), limit(Circle::kOwnGp)});
    }
    if (!q_.flat && at(Circle::kSameStructure) && !q_.structures.empty()) {
      VisitStructures({rank, Way::kStructure, ~uint64_t{0}, extra(Circle::kSameStructure), limit(Circle::kSameStructure)});
    }
    Pass base{rank, Way::kBase, 0, kInfinity, 0};
    bool tele = false;
    for (int kind = 1; kind < domain::kPlaceKindCount; ++kind) {
      for (int modality = 1; modality < domain::kModalityCount; ++modality) {
        for (const bool of_cpts : {false, true}) {
          if (of_cpts && modality != static_cast<int>(Modality::kCabinet)) continue;
          // Asks the rule itself, so that it is written once.
          domain::SlotFacts s;
          s.modality = static_cast<Modality>(modality);
          domain::PlaceFacts p;
          p.kind = static_cast<domain::PlaceKind>(kind);
          if (of_cpts) {
            s.visibility = static_cast<uint8_t>(domain::VisibilitySet().Add(domain::Visibility::kCpts).mask());
            p.cpts = 1;
          }
          const Circle circle = domain::CircleOf(q_, s, p);
          if (!at(circle)) continue;
          base.extra = std::min(base.extra, extra(circle));
          if (s.modality == Modality::kTele) {
            tele = true;
            continue;
          }
          base.shapes |= ShapeBit(p.kind, s.modality, of_cpts);
          if (s.modality == Modality::kCabinet) base.patient_limit = std::max(base.patient_limit, limit(circle));
        }
      }
    }
    if (base.shapes != 0) {
      VisitRow(base);
      VisitTrees(base);
    }
    if (tele) VisitTele(base);
    all.insert(all.end(), best_.begin(), best_.end());
    if (all.size() == static_cast<size_t>(k)) break;
  }
  return all;
}

void Search::Count(const Shard& shard, uint32_t first, uint32_t count, bool tele, domain::RefusalCounts* counts) const {
  auto judge = [&](uint32_t slot, const Site& site, const Travel& travel, double km) {
    const domain::SlotFacts& s = shard.facts(slot);
    const Circle circle = domain::CircleOf(q_, s, site.facts);
    const double minutes = s.modality == Modality::kTele ? 0 : s.modality == Modality::kVisit ? travel.car : travel.patient;
    const double limit = domain::TravelLimit(q_, s.modality, circle);
    if (minutes > limit) {
      // The straight line that the limit allows at this pair's speed, and some more: beyond that a slot is nobody's near miss.
      const double factor = s.modality == Modality::kVisit ? 1 : q_.car_factor;
      const double per_km = model_.Minutes(1, from_kmh_, model_.SpeedKmh(site.density)) / factor;
      if (km > limit / per_km + kExplainMarginKm) return;
    }
    Refusal refusal = domain::Judge(q_, s, site.facts, circle, minutes);
    if (refusal == Refusal::kNone && Excluded(shard, slot)) refusal = Refusal::kExcluded;
    ++(*counts)[static_cast<int>(refusal)];
  };
  auto judge_lists = [&](const SlotLists& lists, auto&& fn) {
    for (const SlotRef& ref : lists.routine) fn(ref.slot);
    for (const SlotRef& ref : lists.walkin) fn(ref.slot);
    for (const uint32_t slot : lists.full) fn(slot);
  };
  // No slot beyond this straight line can be in scope, whatever its circle and the speeds.
  const double farthest_km = std::max(q_.visit_limit, *std::max_element(q_.limit.begin(), q_.limit.end())) / least_per_km_ + kExplainMarginKm;
  const uint32_t end = static_cast<uint32_t>(std::min<uint64_t>(shard.sites().size(), uint64_t{first} + count));
  for (uint32_t i = first; i < end; ++i) {
    const Site& site = shard.sites()[i];
    if (!site.known || (!matrix_ && ChordKm(unit_, site.unit) > farthest_km)) continue;
    const Travel travel = TravelTo(site);
    const double km = domain::HaversineKm(q_.position, site.position);
    judge_lists(site.lists, [&](uint32_t slot) { judge(slot, site, travel, km); });
  }
  if (!tele) return;
  judge_lists(shard.tele(), [&](uint32_t slot) {
    const Site& site = shard.sites()[shard.site_of(slot)];
    if (site.known) judge(slot, site, Travel(), 0);
  });
}

}  // namespace snp::matcher
