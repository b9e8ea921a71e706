// Policy: the figures by which eligible slots are ordered, as data. Read from YAML by the matcher (services/matcher/policy_file.h); pure here.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "domain/care.h"
#include "domain/travel.h"

namespace snp::domain {

inline constexpr int kPlaceKindCount = 10;  // Values are 1..9.
inline constexpr int kModalityCount = 4;    // 1..3.
inline constexpr int kCircleCount = 7;      // 0..6.

// What a policy says of one circle.
struct CircleRule {
  // Lower is asked first. Circles of one rank compete on cost; across ranks the order never inverts.
  int rank = 0;
  // Added to the cost: matters between circles that share a rank.
  double extra_minutes = 0;
  // Instead of the policy's, when the demand states none.
  std::optional<absl::Duration> max_travel;
  bool operator==(const CircleRule&) const = default;
};

struct Policy {
  std::string name;     // Id of 1 to 64 characters.
  std::string version;  // For the audit record.

  // Flat: no circles; every slot competes on cost alone.
  bool flat = false;
  // Circle of a slot that is neither the own GP's nor of the same structure: by its place's kind and its modality. An emergency department is never
  // above kEmergencyDepartment, whose slot it may be.
  std::array<std::array<Circle, kModalityCount>, kPlaceKindCount> circle_of;
  // Slots published in a CPTS's name (visibility CPTS, place of a CPTS) that the patient travels to: this circle when it is better. kFlat: no such
  // rule.
  Circle cpts_circle = Circle::kFlat;
  std::array<CircleRule, kCircleCount> circles;

  // Cost in weighted minutes: travel_weight x travel + wait_weight x wait, plus extra_minutes and, when stale, stale_minutes.
  double travel_weight = 1;
  double wait_weight = 0.1;

  // When the demand states none. A visit is bounded by visit_max_travel alone: it is the doctor who travels.
  absl::Duration max_travel = absl::Minutes(45);
  absl::Duration visit_max_travel = absl::Minutes(45);

  // A slot that its source has not confirmed for longer than this costs stale_minutes more, or is refused. nullopt: never.
  std::optional<absl::Duration> demote_after;
  double stale_minutes = 0;
  std::optional<absl::Duration> refuse_after;

  // Without a car: speed times this factor (0 to 1], and never farther than that.
  double no_car_speed_factor = 1;
  absl::Duration no_car_max_travel = absl::InfiniteDuration();

  // The patient must be able to be there: now + travel. Off: a slot is seen at its start whatever the travel, walk-in ranges too.
  bool require_reachable = true;

  TravelModel travel;

  // Circles as the issue of care orders them (own GP, same structure, town, relief, tele, emergency department), one rank each.
  static Policy Graded();
  // One circle for everything.
  static Policy Flat();
};

// INVALID_ARGUMENT that names the field: weights and times finite and not negative, at least one weight, speeds as TravelModel wants them, factors in
// range.
absl::Status Validate(const Policy& policy);

// Names as policy files and reasons spell them: "own_gp", "town", "cabinet", "tele" ...; nullopt: no such name.
std::optional<Circle> CircleFromName(absl::string_view name);
std::optional<PlaceKind> PlaceKindFromName(absl::string_view name);
std::optional<Modality> ModalityFromName(absl::string_view name);

}  // namespace snp::domain
