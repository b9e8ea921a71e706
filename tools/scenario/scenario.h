// A whole scenario from its files: what the demo, the tools and the tests start from.
//
//   ASSIGN_OR_RETURN(Scenario s, LoadScenario({.seed = 1, .date = absl::CivilDay(2026, 1, 12)}));
//   publish s.territory, play s.day, compare with Baseline(s.territory, s.day, 1, ModelTravel(policy.travel, s.territory)).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "domain/commune.h"
#include "scenario/config.h"
#include "scenario/day.h"
#include "scenario/territory.h"

namespace snp::scenario {

struct ScenarioOptions {
  // Name of a file of the data folder without ".yaml", or a path that ends with it.
  std::string scenario = "val-doise-winter";
  uint64_t seed = 1;
  std::optional<absl::CivilDay> date;  // Instead of the file's.
  std::string data_directory = DataDirectory();
};

struct Scenario {
  Config config;
  domain::CommuneTable communes;  // All of them, as in communes.csv.
  Territory territory;
  Day day;
};

// Errors name the file at fault.
absl::StatusOr<Scenario> LoadScenario(const ScenarioOptions& options = {});
// Only data_directory/communes.csv.
absl::StatusOr<domain::CommuneTable> LoadCommunes(const std::string& data_directory = DataDirectory());

}  // namespace snp::scenario
