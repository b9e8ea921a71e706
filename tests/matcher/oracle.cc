#include "matcher/oracle.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace snp::matcher::oracle {
namespace {

using domain::Circle;
using domain::Demand;
using domain::Modality;
using domain::Place;
using domain::PlaceKind;
using domain::Policy;
using domain::Refusal;
using domain::Slot;
using domain::SlotMode;
using domain::Visibility;

// Central angle by atan2: another form of the great circle than the product's.
double Kilometres(domain::LatLon a, domain::LatLon b) {
  const double rad = std::acos(-1.0) / 180;
  const double p = a.lat * rad, q = b.lat * rad, d = (b.lon - a.lon) * rad;
  const double h = std::pow(std::sin((q - p) / 2), 2) + std::cos(p) * std::cos(q) * std::pow(std::sin(d / 2), 2);
  return 6371.0088 * 2 * std::atan2(std::sqrt(h), std::sqrt(1 - h));
}

double SpeedAt(const World& w, const Policy& policy, const std::string& commune) {
  auto it = w.density.find(commune);
  if (it == w.density.end()) return policy.travel.speeds.front().kmh;
  for (const auto& speed : policy.travel.speeds) {
    if (speed.density_from <= it->second) return speed.kmh;
  }
  return -1;
}

double MinutesPerKm(const World& w, const Policy& policy, const std::string& a, const std::string& b) {
  return policy.travel.detour * 60 * (0.5 / SpeedAt(w, policy, a) + 0.5 / SpeedAt(w, policy, b));
}

std::optional<double> FromMatrix(const World& w, const std::string& a, const std::string& b) {
  if (auto it = w.matrix.find({a, b}); it != w.matrix.end()) return it->second;
  if (auto it = w.matrix.find({b, a}); it != w.matrix.end()) return it->second;
  return std::nullopt;
}

struct Verdict {
  Refusal refusal = Refusal::kNone;
  bool in_scope = true;
  Answer answer;
  double rank = 0;
};

std::string StructureOf(const Place& p) { return p.structure.empty() ? "place " + domain::ToString(p.name) : "structure " + p.structure; }

class Judge {
 public:
  Judge(const World& w, const Demand& d, const Policy& policy) : w_(w), d_(d), policy_(policy) {
    for (const Place& p : w.places) places_[domain::ToString(p.name)] = &p;
    for (const auto& doctor : w.practitioners) {
      if (d.own_gp.empty() || doctor.name.id != d.own_gp) continue;
      for (const auto& place : doctor.places) {
        if (auto it = places_.find(domain::ToString(place)); it != places_.end()) own_structures_.insert(StructureOf(*it->second));
      }
    }
    for (const auto& name : d.excluded) excluded_.insert(domain::ToString(name));
  }

  Verdict Of(const Slot& s) const {
    const auto& def = s.definition;
    const Place& place = *places_.at(domain::ToString(domain::PlaceName{s.name.department, def.place}));
    Verdict v;
    v.answer.slot = domain::ToString(s.name);
    const Circle circle = CircleFor(def, place);
    v.answer.circle = circle;
    v.rank = policy_.flat ? 0 : policy_.circles[static_cast<int>(circle)].rank;

    // Travel.
    const double km = Kilometres(d_.position, place.position);
    const bool visit = def.modality == Modality::kVisit, tele = def.modality == Modality::kTele;
    const double slower = d_.no_car && !visit ? policy_.no_car_speed_factor : 1;
    double per_km = MinutesPerKm(w_, policy_, d_.commune, place.commune) / slower;
    double travel = km * per_km;
    if (!policy_.flat) {
      if (auto minutes = FromMatrix(w_, d_.commune, place.commune)) travel = *minutes / slower;
    }
    double limit;
    if (visit) {
      limit = absl::ToDoubleMinutes(policy_.visit_max_travel);
    } else {
      absl::Duration most = policy_.max_travel;
      if (policy_.circles[static_cast<int>(circle)].max_travel) most = *policy_.circles[static_cast<int>(circle)].max_travel;
      if (d_.max_travel) most = *d_.max_travel;
      if (d_.no_car && policy_.no_car_max_travel < most) most = policy_.no_car_max_travel;
      limit = absl::ToDoubleMinutes(most);
    }
    if (tele) travel = 0;
    const bool far = !tele && travel > limit;
    v.in_scope = !far || km <= limit / per_km + 10;
    v.answer.travel = travel;

    // When the patient is seen.
    absl::Time seen = def.start;
    bool early;
    if (!policy_.require_reachable) {
      early = def.start < d_.earliest;
    } else if (def.mode == SlotMode::kWalkin) {
      if (d_.now + absl::Minutes(travel) > seen) seen = d_.now + absl::Minutes(travel);
      if (d_.earliest > seen) seen = d_.earliest;
      early = !(seen < def.end);
    } else {
      early = def.start < d_.earliest || def.start < d_.now + absl::Minutes(travel);
    }
    v.answer.seen = seen;

    const absl::Duration age = d_.now - s.confirmed;
    v.answer.cost = policy_.travel_weight * travel + policy_.wait_weight * absl::ToDoubleMinutes(seen - d_.earliest) +
                    policy_.circles[static_cast<int>(circle)].extra_minutes;
    if (policy_.demote_after && age > *policy_.demote_after) v.answer.cost += policy_.stale_minutes;

    if (far) {
      v.refusal = Refusal::kTooFar;
    } else if (seen > d_.latest) {
      v.refusal = Refusal::kTooLate;
    } else if (early) {
      v.refusal = Refusal::kTooEarly;
    } else if (!AgeFits(def)) {
      v.refusal = Refusal::kAge;
    } else if (!d_.modalities.empty() && !d_.modalities.Has(def.modality)) {
      v.refusal = Refusal::kModality;
    } else if (!CanDo(def)) {
      v.refusal = Refusal::kCapability;
    } else if (!Visible(def, place)) {
      v.refusal = Refusal::kNotVisible;
    } else if (policy_.refuse_after && age > *policy_.refuse_after) {
      v.refusal = Refusal::kStale;
    } else if (s.remaining < 1) {
      v.refusal = Refusal::kFull;
    } else if (d_.pmr && def.modality == Modality::kCabinet && !place.pmr_access) {
      v.refusal = Refusal::kPmr;
    } else if (excluded_.count(v.answer.slot) > 0) {
      v.refusal = Refusal::kExcluded;
    }
    return v;
  }

 private:
  Circle CircleFor(const domain::SlotDefinition& def, const Place& place) const {
    if (policy_.flat) return Circle::kFlat;
    if (place.kind == PlaceKind::kEmergencyDepartment) return Circle::kEmergencyDepartment;
    if (!d_.own_gp.empty() && def.practitioner == d_.own_gp) return Circle::kOwnGp;
    if (own_structures_.count(StructureOf(place)) > 0) return Circle::kSameStructure;
    Circle circle = policy_.circle_of[static_cast<int>(place.kind)][static_cast<int>(def.modality)];
    if (policy_.cpts_circle != Circle::kFlat && def.modality == Modality::kCabinet && !place.cpts.empty() && def.visibility.Has(Visibility::kCpts)) {
      circle = std::min(circle, policy_.cpts_circle);
    }
    return circle;
  }

  bool AgeFits(const domain::SlotDefinition& def) const {
    const bool limited = def.min_age_months > 0 || def.max_age_months > 0;
    if (!d_.age_months) return !limited;
    return *d_.age_months >= def.min_age_months && (def.max_age_months == 0 || *d_.age_months <= def.max_age_months);
  }

  bool CanDo(const domain::SlotDefinition& def) const {
    const auto canonical = [](const std::string& code) { return code == "SM26" || code == "SM53" || code == "SM54" ? std::string() : code; };
    if (canonical(def.specialty) != canonical(d_.specialty)) return false;
    for (const std::string& need : d_.capabilities) {
      if (std::find(def.capabilities.begin(), def.capabilities.end(), need) == def.capabilities.end()) return false;
    }
    return true;
  }

  bool Visible(const domain::SlotDefinition& def, const Place& place) const {
    if (d_.viewer.regulation) return true;
    const bool released = def.release_before && d_.now >= def.start - *def.release_before;
    if (released) return true;
    if (def.regulated_only) return false;
    if (def.visibility.Has(Visibility::kPublic)) return true;
    if (!d_.viewer.professional) return false;
    if (def.visibility.Has(Visibility::kPro)) return true;
    return def.visibility.Has(Visibility::kCpts) && !place.cpts.empty() && place.cpts == d_.viewer.cpts;
  }

  const World& w_;
  const Demand& d_;
  const Policy& policy_;
  std::map<std::string, const Place*> places_;
  std::set<std::string> own_structures_, excluded_;
};

bool NumericallyBefore(const std::string& a, const std::string& b) {
  const std::string x = a.substr(a.rfind('/') + 1), y = b.substr(b.rfind('/') + 1);
  if (x.size() != y.size()) return x.size() < y.size();
  if (x != y) return x < y;
  return a < b;
}

}  // namespace

std::vector<Answer> RankAll(const World& world, const Demand& demand, const Policy& policy) {
  const Judge judge(world, demand, policy);
  std::vector<Verdict> fit;
  for (const Slot& slot : world.slots) {
    if (slot.withdrawn) continue;
    Verdict v = judge.Of(slot);
    if (v.refusal == Refusal::kNone) fit.push_back(v);
  }
  std::sort(fit.begin(), fit.end(), [](const Verdict& a, const Verdict& b) {
    if (a.rank != b.rank) return a.rank < b.rank;
    if (a.answer.cost != b.answer.cost) return a.answer.cost < b.answer.cost;
    if (a.answer.seen != b.answer.seen) return a.answer.seen < b.answer.seen;
    return NumericallyBefore(a.answer.slot, b.answer.slot);
  });
  std::vector<Answer> answers;
  for (const Verdict& v : fit) answers.push_back(v.answer);
  return answers;
}

domain::RefusalCounts Refusals(const World& world, const Demand& demand, const Policy& policy) {
  const Judge judge(world, demand, policy);
  domain::RefusalCounts counts{};
  for (const Slot& slot : world.slots) {
    if (slot.withdrawn) continue;
    const Verdict v = judge.Of(slot);
    if (v.in_scope) ++counts[static_cast<int>(v.refusal)];
  }
  return counts;
}

}  // namespace snp::matcher::oracle
