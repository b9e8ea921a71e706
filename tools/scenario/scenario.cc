#include "scenario/scenario.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace snp::scenario {

absl::StatusOr<domain::CommuneTable> LoadCommunes(const std::string& data_directory) {
  const std::string path = absl::StrCat(data_directory, "/communes.csv");
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::stringstream text;
  text << in.rdbuf();
  auto table = domain::CommuneTable::Parse(text.str());
  if (!table.ok()) return absl::Status(table.status().code(), absl::StrCat(path, ": ", table.status().message()));
  return table;
}

absl::StatusOr<Scenario> LoadScenario(const ScenarioOptions& options) {
  const std::string path =
      absl::EndsWith(options.scenario, ".yaml") ? options.scenario : absl::StrCat(options.data_directory, "/", options.scenario, ".yaml");
  auto config = LoadConfig(path);
  if (!config.ok()) return config.status();
  if (options.date) config->date = *options.date;
  auto communes = LoadCommunes(options.data_directory);
  if (!communes.ok()) return communes.status();
  auto territory = MakeTerritory(*config, *communes, options.seed);
  if (!territory.ok()) return territory.status();
  auto day = MakeDay(*config, *territory, options.seed);
  if (!day.ok()) return day.status();
  return Scenario{*std::move(config), *std::move(communes), *std::move(territory), *std::move(day)};
}

}  // namespace snp::scenario
