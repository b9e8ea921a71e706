// Parameters of a scenario, read from YAML: everything that is not arithmetic is a parameter (data/val-doise-winter.yaml shows and explains each).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "domain/care.h"

namespace snp::scenario {

// Kinds of days; a holiday is a Sunday.
struct DaySet {
  bool weekday = false, saturday = false, sunday = false;
};

// Minutes since midnight, civil time; `to` may be 1440.
struct Hours {
  int from = 0, to = 0;
};

// "On these days, from ... to ..., one slot every `minutes`."
struct SlotRule {
  DaySet days;
  Hours hours;
  int minutes = 0;
  int capacity = 1;
  domain::SlotMode mode = domain::SlotMode::kWalkin;
  int pick = 0;  // Only so many of them, drawn at random each day; 0: all.
  domain::VisibilitySet visibility;
};

struct FacilityConfig {
  std::string id;  // Prefix of the place ids.
  domain::PlaceKind kind = domain::PlaceKind::kMsp;
  std::string name;  // Start of the displayed name.
  int count = 0;
  double spacing_km = 0;
  int liberal_gps = 0;   // GPs of the town's total who work here.
  int salaried_gps = 0;  // GPs in addition.
  bool pmr = true;
  bool regulated_only = false;
  domain::Modality modality = domain::Modality::kCabinet;
  std::vector<std::string> capabilities;
  std::vector<SlotRule> rules;
};

struct TownConfig {
  int gps = 0;
  double publish_share = 0;
  int session_minutes = 0;
  int sessions_per_week = 0;
  int slot_minutes = 0;
  Hours weekday, saturday;
  double saturday_weight = 0;
  std::vector<double> cabinet_sizes;
  double pmr_share = 0;
  double no_toddlers_share = 0;
  int release_before_minutes = 0;
  int cpts = 0;
};

struct AgeBand {
  int from = 0, to = 0;  // Years, `to` excluded.
  double share = 0;
};
struct MotiveWeight {
  std::string code;
  double child = 0, adult = 0, senior = 0;
};
struct CapabilityShare {
  std::string motive, capability;
  double share = 0;
};
// Codes and the share of each, in the order of the file.
using Mix = std::vector<std::pair<std::string, double>>;

struct DemandConfig {
  double requests_per_day = 0;
  std::vector<double> day_weights;  // 7, Monday first.
  double season = 1;
  std::vector<double> hour_weights;  // 24.
  Mix care_levels, priorities, delays, origins;
  double r4_examination_share = 0;
  double own_gp_share = 0;
  double own_gp_radius_km = 0;
  double female_share = 0;
  double unknown_age_share = 0;
  std::vector<AgeBand> ages;
  double pmr_share = 0, pmr_share_from_75 = 0;
  double no_car_share = 0;
  std::vector<MotiveWeight> motives;
  std::vector<CapabilityShare> capabilities;
};

struct Config {
  std::string name;
  std::string department;
  std::string time_zone;
  absl::CivilDay date;
  std::vector<absl::CivilDay> holidays;
  int supply_days = 1;
  TownConfig town;
  std::vector<FacilityConfig> facilities;
  DemandConfig demand;
};

// INVALID_ARGUMENT names the key and the line: a missing or unknown key, a value of the wrong type or out of range, shares of a mix that do not add
// up to 1.
absl::StatusOr<Config> ParseConfig(absl::string_view yaml);
// NOT_FOUND when the file cannot be read.
absl::StatusOr<Config> LoadConfig(const std::string& path);

// Folder of the data shipped with the project: $SNP_SCENARIO_DATA, or where it was at build time.
std::string DataDirectory();

}  // namespace snp::scenario
