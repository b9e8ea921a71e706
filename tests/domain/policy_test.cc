#include "domain/policy.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

namespace snp::domain {
namespace {

Policy Good() {
  Policy policy = Policy::Graded();
  policy.name = "p";
  policy.version = "1";
  return policy;
}

TEST(Policy, TheGradedOneFollowsTheOrderOfCare) {
  const Policy p = Good();
  EXPECT_EQ(Validate(p), absl::OkStatus());
  const auto circle = [&](PlaceKind kind, Modality modality) { return p.circle_of[static_cast<int>(kind)][static_cast<int>(modality)]; };
  for (const PlaceKind kind : {PlaceKind::kCabinet, PlaceKind::kMsp, PlaceKind::kCentreDeSante}) {
    EXPECT_EQ(circle(kind, Modality::kCabinet), Circle::kTown);
    EXPECT_EQ(circle(kind, Modality::kVisit), Circle::kRelief);
    EXPECT_EQ(circle(kind, Modality::kTele), Circle::kTele);
  }
  for (const PlaceKind kind : {PlaceKind::kMmg, PlaceKind::kPointFixe, PlaceKind::kSnpCentre, PlaceKind::kVisitEffector}) {
    EXPECT_EQ(circle(kind, Modality::kCabinet), Circle::kRelief);
  }
  for (const Modality modality : {Modality::kCabinet, Modality::kVisit, Modality::kTele}) {
    EXPECT_EQ(circle(PlaceKind::kEmergencyDepartment, modality), Circle::kEmergencyDepartment);
  }
  for (int c = 1; c + 1 < kCircleCount; ++c) EXPECT_LT(p.circles[c].rank, p.circles[c + 1].rank);
}

TEST(Policy, ValidateNamesTheField) {
  const struct {
    const char* field;
    std::function<void(Policy&)> spoil;
  } cases[] = {
      {"name", [](Policy& p) { p.name = "no spaces"; }},
      {"version", [](Policy& p) { p.version = ""; }},
      {"weights.travel", [](Policy& p) { p.travel_weight = -1; }},
      {"weights.wait", [](Policy& p) { p.wait_weight = std::numeric_limits<double>::quiet_NaN(); }},
      {"weights", [](Policy& p) { p.travel_weight = p.wait_weight = 0; }},
      {"max_travel_min", [](Policy& p) { p.max_travel = absl::ZeroDuration(); }},
      {"visit_max_travel_min", [](Policy& p) { p.visit_max_travel = absl::Hours(25); }},
      {"freshness.demote_after_min", [](Policy& p) { p.demote_after = absl::Minutes(-1); }},
      {"freshness.refuse_after_min", [](Policy& p) { p.refuse_after = absl::ZeroDuration(); }},
      {"freshness.refuse_after_min",
       [](Policy& p) {
         p.demote_after = absl::Minutes(10);
         p.refuse_after = absl::Minutes(9);
       }},
      {"freshness.stale_min", [](Policy& p) { p.stale_minutes = -1; }},
      {"no_car.speed_factor", [](Policy& p) { p.no_car_speed_factor = 0; }},
      {"no_car.speed_factor", [](Policy& p) { p.no_car_speed_factor = 1.5; }},
      {"no_car.max_travel_min", [](Policy& p) { p.no_car_max_travel = absl::ZeroDuration(); }},
      {"circles.rank", [](Policy& p) { p.circles[2].rank = 100; }},
      {"circles.extra_min", [](Policy& p) { p.circles[2].extra_minutes = -5; }},
      {"circles.max_travel_min", [](Policy& p) { p.circles[2].max_travel = absl::Hours(30); }},
      {"circles.by_kind", [](Policy& p) { p.circle_of[1][1] = Circle::kFlat; }},
      {"circles.emergency_department.rank", [](Policy& p) { p.circles[5].rank = 6; }},
      {"travel.detour", [](Policy& p) { p.travel.detour = 0.9; }},
      {"travel.speeds", [](Policy& p) { p.travel.speeds.clear(); }},
      {"travel.speeds.kmh",
       [](Policy& p) {
         p.travel.speeds = {{0, 0}};
       }},
      {"travel.speeds.density_from",
       [](Policy& p) {
         p.travel.speeds = {{100, 20}, {100, 30}, {0, 40}};
       }},
      {"travel.speeds.density_from",
       [](Policy& p) {
         p.travel.speeds = {{100, 20}};
       }},
  };
  for (const auto& c : cases) {
    Policy policy = Good();
    c.spoil(policy);
    const absl::Status status = Validate(policy);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.field;
    EXPECT_EQ(status.message().substr(0, status.message().find(':')), c.field) << status;
  }
}

}  // namespace
}  // namespace snp::domain
