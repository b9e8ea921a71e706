#include "matcher/random_world.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace snp::matcher::oracle {
namespace {

using domain::Department;

int Int(std::mt19937& r, int low, int high) { return std::uniform_int_distribution<int>(low, high)(r); }
double Real(std::mt19937& r, double low, double high) { return std::uniform_real_distribution<double>(low, high)(r); }
bool Chance(std::mt19937& r, double p) { return Real(r, 0, 1) < p; }

std::string Commune(int i) { return absl::StrCat(i % 2 == 0 ? "95" : "60", 100 + i); }
std::string Rpps(int i) { return absl::StrCat("9990000000", i % 10); }
// Above 64 of them, so that the codes beyond the index's bit mask are used too.
std::string Capability(std::mt19937& r) { return Chance(r, 0.5) ? absl::StrCat("c", Int(r, 0, 3)) : absl::StrCat("c", Int(r, 0, 89)); }

}  // namespace

World RandomWorld(std::mt19937& r, absl::Time now) {
  World w;
  for (int i = 0; i < 12; ++i) {
    if (i != 3) w.density[Commune(i)] = Real(r, 0, 1) < 0.5 ? Real(r, 20, 900) : Real(r, 900, 9000);
  }
  if (Chance(r, 0.5)) {
    for (int i = 0; i < 60; ++i) w.matrix[{Commune(Int(r, 0, 11)), Commune(Int(r, 0, 11))}] = Int(r, 0, 60);
  }
  const int places = Int(r, 3, 90);
  for (int i = 0; i < places; ++i) {
    domain::Place p;
    const Department department(Chance(r, 0.75) ? "95" : "60");
    p.name = {department, domain::PlaceId(absl::StrCat("p", i))};
    p.kind = static_cast<domain::PlaceKind>(Chance(r, 0.4) ? Int(r, 1, 3) : Int(r, 1, 9));
    p.commune = Commune(Int(r, 0, 11));
    p.position = {Real(r, 48.9, 49.3), Real(r, 1.8, 2.6)};
    // Some share a building.
    if (i > 0 && Chance(r, 0.15)) p.position = w.places[Int(r, 0, i - 1)].position;
    p.pmr_access = Chance(r, 0.6);
    if (Chance(r, 0.4)) p.cpts = absl::StrCat("cpts", Int(r, 0, 2));
    if (Chance(r, 0.4)) p.structure = absl::StrCat("msp", Int(r, 0, 4));
    w.places.push_back(p);
  }
  for (int i = 0; i < 8; ++i) {
    domain::Practitioner doctor;
    doctor.name = {Department("95"), domain::Rpps(Rpps(i))};
    for (int k = Int(r, 0, 2); k > 0; --k) doctor.places.push_back(w.places[Int(r, 0, places - 1)].name);
    w.practitioners.push_back(doctor);
  }
  const int slots = Int(r, 20, 700);
  for (int i = 0; i < slots; ++i) {
    const domain::Place& place = w.places[Int(r, 0, places - 1)];
    domain::Slot s;
    s.name = {place.name.department, domain::SlotId(absl::StrCat(i * 7 % 1009))};
    auto& d = s.definition;
    d.place = place.name.id;
    if (Chance(r, 0.5)) d.practitioner = domain::Rpps(Rpps(Int(r, 0, 9)));
    d.start = now + absl::Minutes(5 * Int(r, -60, 400));
    d.mode = Chance(r, 0.3) ? domain::SlotMode::kWalkin : domain::SlotMode::kRoutine;
    d.end = d.start + absl::Minutes(d.mode == domain::SlotMode::kWalkin ? 30 * Int(r, 1, 20) : 15);
    d.capacity = Int(r, 1, 4);
    d.modality = static_cast<domain::Modality>(Chance(r, 0.7) ? 1 : Int(r, 1, 3));
    for (int v = 1; v <= 4; ++v) {
      if (Chance(r, 0.4)) d.visibility.Add(static_cast<domain::Visibility>(v));
    }
    if (d.visibility.empty()) d.visibility.Add(domain::Visibility::kSnp);
    for (int k = Int(r, 0, 4); k > 0; --k) d.capabilities.push_back(Capability(r));
    const char* const specialties[] = {"", "", "", "SM26", "SM40", "SM54"};
    d.specialty = specialties[Int(r, 0, 5)];
    if (Chance(r, 0.2)) d.min_age_months = Int(r, 0, 216);
    if (Chance(r, 0.2)) d.max_age_months = d.min_age_months + Int(r, 1, 300);
    d.regulated_only = Chance(r, 0.2);
    if (Chance(r, 0.3)) d.release_before = absl::Minutes(30 * Int(r, 0, 20));
    s.revision = Int(r, 1, 9);
    s.sequence = i + 1;
    s.remaining = Chance(r, 0.15) ? 0 : Int(r, 1, d.capacity);
    s.withdrawn = Chance(r, 0.05);
    s.confirmed = now - absl::Minutes(Int(r, 0, 300));
    w.slots.push_back(s);
  }
  return w;
}

domain::Demand RandomDemand(std::mt19937& r, const World& w, absl::Time now) {
  domain::Demand d;
  d.position = {Real(r, 48.9, 49.3), Real(r, 1.8, 2.6)};
  if (Chance(r, 0.9)) d.commune = Commune(Int(r, 0, 11));
  d.now = now;
  d.earliest = now + absl::Minutes(Chance(r, 0.7) ? 0 : 10 * Int(r, -30, 60));
  d.latest = d.earliest + absl::Minutes(30 * Int(r, 1, 60));
  if (Chance(r, 0.4)) d.max_travel = absl::Minutes(5 * Int(r, 1, 14));
  if (Chance(r, 0.3)) d.modalities.Add(static_cast<domain::Modality>(Int(r, 1, 3))).Add(domain::Modality::kCabinet);
  const char* const specialties[] = {"", "", "", "SM26", "SM40", "SM53", "SM99"};
  d.specialty = specialties[Int(r, 0, 6)];
  if (Chance(r, 0.4)) d.capabilities.push_back(Capability(r));
  if (Chance(r, 0.1)) d.capabilities.push_back(Capability(r));
  if (Chance(r, 0.8)) d.age_months = Chance(r, 0.3) ? Int(r, 0, 60) : Int(r, 0, 1100);
  if (Chance(r, 0.6)) d.own_gp = domain::Rpps(Rpps(Int(r, 0, 9)));
  d.pmr = Chance(r, 0.2);
  d.no_car = Chance(r, 0.25);
  for (int k = Int(r, 0, 5); k > 0 && !w.slots.empty(); --k) d.excluded.push_back(w.slots[Int(r, 0, static_cast<int>(w.slots.size()) - 1)].name);
  d.viewer.regulation = Chance(r, 0.5);
  d.viewer.professional = Chance(r, 0.8);
  if (Chance(r, 0.7)) d.viewer.cpts = absl::StrCat("cpts", Int(r, 0, 3));
  return d;
}

domain::Policy RandomPolicy(std::mt19937& r) {
  domain::Policy p = Chance(r, 0.1) ? domain::Policy::Flat() : domain::Policy::Graded();
  p.name = "random";
  p.version = "1";
  if (Chance(r, 0.3)) p.cpts_circle = domain::Circle::kFlat;
  p.travel_weight = Chance(r, 0.1) ? 0 : Real(r, 0.1, 2);
  p.wait_weight = p.travel_weight > 0 && Chance(r, 0.1) ? 0 : Real(r, 0.01, 1);
  p.max_travel = absl::Minutes(Int(r, 10, 60));
  p.visit_max_travel = absl::Minutes(Int(r, 10, 60));
  if (Chance(r, 0.5)) {
    p.demote_after = absl::Minutes(Int(r, 0, 120));
    p.stale_minutes = Int(r, 0, 60);
  }
  if (Chance(r, 0.5)) p.refuse_after = absl::Minutes(Int(r, 120, 290));
  p.no_car_speed_factor = Real(r, 0.2, 1);
  p.no_car_max_travel = absl::Minutes(Int(r, 10, 90));
  p.require_reachable = Chance(r, 0.85);
  p.travel.detour = Real(r, 1, 1.6);
  p.travel.speeds = {{3000, Real(r, 15, 25)}, {500, Real(r, 25, 40)}, {0, Real(r, 40, 60)}};
  if (Chance(r, 0.3)) {
    // Circles that compete.
    for (int c = 1; c < domain::kCircleCount - 1; ++c) {
      p.circles[c].rank = Int(r, 1, 4);
      p.circles[c].extra_minutes = Int(r, 0, 30);
    }
  }
  for (auto& circle : p.circles) {
    if (Chance(r, 0.2)) circle.max_travel = absl::Minutes(Int(r, 5, 90));
  }
  return p;
}

}  // namespace snp::matcher::oracle
