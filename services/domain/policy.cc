#include "domain/policy.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domain/names.h"

namespace snp::domain {
namespace {

constexpr std::pair<const char*, Circle> kCircles[] = {{"flat", Circle::kFlat},
                                                       {"own_gp", Circle::kOwnGp},
                                                       {"same_structure", Circle::kSameStructure},
                                                       {"town", Circle::kTown},
                                                       {"relief", Circle::kRelief},
                                                       {"tele", Circle::kTele},
                                                       {"emergency_department", Circle::kEmergencyDepartment}};
constexpr std::pair<const char*, PlaceKind> kKinds[] = {{"cabinet", PlaceKind::kCabinet},
                                                        {"msp", PlaceKind::kMsp},
                                                        {"centre_de_sante", PlaceKind::kCentreDeSante},
                                                        {"mmg", PlaceKind::kMmg},
                                                        {"point_fixe", PlaceKind::kPointFixe},
                                                        {"snp_centre", PlaceKind::kSnpCentre},
                                                        {"tele_pool", PlaceKind::kTelePool},
                                                        {"visit_effector", PlaceKind::kVisitEffector},
                                                        {"emergency_department", PlaceKind::kEmergencyDepartment}};
constexpr std::pair<const char*, Modality> kModalities[] = {{"cabinet", Modality::kCabinet}, {"visit", Modality::kVisit}, {"tele", Modality::kTele}};

template <typename E, size_t n>
std::optional<E> Lookup(const std::pair<const char*, E> (&names)[n], absl::string_view name) {
  for (const auto& [text, value] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

Circle ByKind(PlaceKind kind) {
  switch (kind) {
    case PlaceKind::kCabinet:
    case PlaceKind::kMsp:
    case PlaceKind::kCentreDeSante:
      return Circle::kTown;
    case PlaceKind::kMmg:
    case PlaceKind::kPointFixe:
    case PlaceKind::kSnpCentre:
    case PlaceKind::kVisitEffector:
      return Circle::kRelief;
    case PlaceKind::kTelePool:
      return Circle::kTele;
    case PlaceKind::kEmergencyDepartment:
      return Circle::kEmergencyDepartment;
  }
  return Circle::kEmergencyDepartment;
}

absl::Status Wrong(absl::string_view field, absl::string_view what) { return absl::InvalidArgumentError(absl::StrCat(field, ": ", what)); }

bool InRange(double x, double low, double high) { return std::isfinite(x) && x >= low && x <= high; }
bool InRange(absl::Duration d, absl::Duration low, absl::Duration high) { return d >= low && d <= high; }

}  // namespace

Policy Policy::Graded() {
  Policy policy;
  for (int kind = 0; kind < kPlaceKindCount; ++kind) {
    const Circle base = kind == 0 ? Circle::kEmergencyDepartment : ByKind(static_cast<PlaceKind>(kind));
    for (int modality = 0; modality < kModalityCount; ++modality) {
      Circle circle = base;
      if (base != Circle::kEmergencyDepartment) {
        if (static_cast<Modality>(modality) == Modality::kTele) circle = Circle::kTele;
        if (static_cast<Modality>(modality) == Modality::kVisit) circle = Circle::kRelief;
      }
      policy.circle_of[kind][modality] = circle;
    }
  }
  policy.cpts_circle = Circle::kTown;
  for (int c = 0; c < kCircleCount; ++c) policy.circles[c].rank = c;
  return policy;
}

Policy Policy::Flat() {
  Policy policy;
  policy.flat = true;
  for (auto& row : policy.circle_of) row.fill(Circle::kFlat);
  policy.require_reachable = false;
  return policy;
}

absl::Status Validate(const Policy& p) {
  const absl::Duration day = absl::Hours(24);
  if (!IsId(p.name)) return Wrong("name", "expected 1 to 64 characters of A-Z a-z 0-9 _ -");
  if (p.version.empty() || p.version.size() > 32) return Wrong("version", "expected 1 to 32 characters");
  if (!InRange(p.travel_weight, 0, 1000)) return Wrong("weights.travel", "expected 0 to 1000");
  if (!InRange(p.wait_weight, 0, 1000)) return Wrong("weights.wait", "expected 0 to 1000");
  if (p.travel_weight == 0 && p.wait_weight == 0) return Wrong("weights", "one of travel and wait must count");
  if (!InRange(p.max_travel, absl::Minutes(1), day)) return Wrong("max_travel_min", "expected 1 to 1440 minutes");
  if (!InRange(p.visit_max_travel, absl::Minutes(1), day)) return Wrong("visit_max_travel_min", "expected 1 to 1440 minutes");
  if (p.demote_after && *p.demote_after < absl::ZeroDuration()) return Wrong("freshness.demote_after_min", "must not be negative");
  if (p.refuse_after && *p.refuse_after <= absl::ZeroDuration()) return Wrong("freshness.refuse_after_min", "must be positive");
  if (p.demote_after && p.refuse_after && *p.refuse_after < *p.demote_after) {
    return Wrong("freshness.refuse_after_min", "must not be below demote_after_min");
  }
  if (!InRange(p.stale_minutes, 0, 100000)) return Wrong("freshness.stale_min", "expected 0 to 100000");
  if (!InRange(p.no_car_speed_factor, 0.01, 1)) return Wrong("no_car.speed_factor", "expected 0.01 to 1");
  if (p.no_car_max_travel < absl::Minutes(1)) return Wrong("no_car.max_travel_min", "expected 1 minute or more");
  for (const CircleRule& circle : p.circles) {
    if (circle.rank < 0 || circle.rank > 99) return Wrong("circles.rank", "expected 0 to 99");
    if (!InRange(circle.extra_minutes, 0, 100000)) return Wrong("circles.extra_min", "expected 0 to 100000");
    if (circle.max_travel && !InRange(*circle.max_travel, absl::Minutes(1), day))
      return Wrong("circles.max_travel_min", "expected 1 to 1440 minutes");
  }
  if (!p.flat) {
    for (int kind = 1; kind < kPlaceKindCount; ++kind) {
      for (int modality = 1; modality < kModalityCount; ++modality) {
        if (p.circle_of[kind][modality] == Circle::kFlat) return Wrong("circles.by_kind", "every kind of place needs a circle");
      }
    }
    const int last = p.circles[static_cast<int>(Circle::kEmergencyDepartment)].rank;
    for (int c = 1; c < static_cast<int>(Circle::kEmergencyDepartment); ++c) {
      if (p.circles[c].rank >= last)
        return Wrong("circles.emergency_department.rank", "the emergency department is the last resort: the highest rank");
    }
  }
  if (!InRange(p.travel.detour, 1, 10)) return Wrong("travel.detour", "expected 1 to 10");
  if (p.travel.speeds.empty()) return Wrong("travel.speeds", "at least one is needed");
  for (size_t i = 0; i < p.travel.speeds.size(); ++i) {
    const SpeedClass& speed = p.travel.speeds[i];
    if (!InRange(speed.kmh, 1, 200)) return Wrong("travel.speeds.kmh", "expected 1 to 200");
    if (!InRange(speed.density_from, 0, 1e6)) return Wrong("travel.speeds.density_from", "expected 0 to 1000000");
    if (i > 0 && speed.density_from >= p.travel.speeds[i - 1].density_from) return Wrong("travel.speeds.density_from", "densest first");
  }
  if (p.travel.speeds.back().density_from != 0) return Wrong("travel.speeds.density_from", "the last one must be 0");
  return absl::OkStatus();
}

std::optional<Circle> CircleFromName(absl::string_view name) { return Lookup(kCircles, name); }
std::optional<PlaceKind> PlaceKindFromName(absl::string_view name) { return Lookup(kKinds, name); }
std::optional<Modality> ModalityFromName(absl::string_view name) { return Lookup(kModalities, name); }

}  // namespace snp::domain
