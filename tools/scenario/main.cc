// snp-scenario: writes the invented territory and day as CSV files for `snpctl import`, or only describes them.
#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "scenario/baseline.h"
#include "scenario/csv_export.h"
#include "scenario/scenario.h"
#include "scenario/words.h"

int main(int argc, char** argv) {
  snp::scenario::ScenarioOptions options;
  std::string out, date;
  bool json = false;
  CLI::App app{
      "Invented territory and day on the real communes of a department.\n\n"
      "Examples:\n"
      "  snp-scenario --out build/val-doise            writes places, practitioners, slots and cases as CSV\n"
      "  snp-scenario --date 2026-02-02 --seed 7 --json  only describes that day, on one line\n"};
  app.add_option("--scenario", options.scenario, "Name in the data folder, or path of a .yaml file")->capture_default_str();
  app.add_option("--seed", options.seed, "Same seed, same scenario")->capture_default_str();
  app.add_option("--date", date, "Day to generate, YYYY-MM-DD, instead of the file's");
  app.add_option("--data", options.data_directory, "Folder of communes.csv and of the scenarios")
      ->capture_default_str()
      ->envname("SNP_SCENARIO_DATA");
  app.add_option("--out", out, "Existing folder for places.csv, practitioners.csv, slots.csv, cases.csv");
  app.add_flag("--json", json, "One JSON object on one line");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? 0 : 2;
  }
  if (!date.empty()) {
    absl::CivilDay day;
    if (!absl::ParseCivilTime(date, &day)) {
      std::cerr << "--date: expected YYYY-MM-DD, got " << date << "\n";
      return 2;
    }
    options.date = day;
  }
  const auto scenario = snp::scenario::LoadScenario(options);
  if (!scenario.ok()) {
    std::cerr << scenario.status().message() << "\n";
    return 1;
  }
  if (!out.empty()) {
    if (const absl::Status written = snp::scenario::WriteCsv(scenario->territory, scenario->day, out); !written.ok()) {
      std::cerr << written.message() << "\n";
      return 1;
    }
  }
  const auto baseline = snp::scenario::Baseline(scenario->territory, scenario->day, options.seed,
                                                snp::scenario::ModelTravel(snp::domain::TravelModel{}, scenario->territory));
  std::map<std::string, int> places;
  for (const auto& p : scenario->territory.places) ++places[snp::scenario::ToWord(p.kind)];
  int emergency = 0, advice = 0;
  for (const auto& r : scenario->day.requests) {
    emergency += r.IsEmergency();
    advice += !r.IsEmergency() && !r.NeedsExamination();
  }
  nlohmann::json j = {{"scenario", scenario->config.name},
                      {"date", absl::FormatCivilTime(scenario->config.date)},
                      {"seed", options.seed},
                      {"places", places},
                      {"practitioners", scenario->territory.practitioners.size()},
                      {"slots", scenario->territory.slots.size()},
                      {"requests", scenario->day.requests.size()},
                      {"emergency", emergency},
                      {"advice", advice},
                      {"baseline",
                       {{"unplaced", baseline.unplaced},
                        {"travel_min", {{"p50", baseline.travel_min.p50}, {"p90", baseline.travel_min.p90}}},
                        {"delay_min", {{"p50", baseline.delay_min.p50}, {"p90", baseline.delay_min.p90}}}}}};
  if (!out.empty()) j["folder"] = out;
  std::cout << (json ? j.dump() : j.dump(2)) << "\n";
  return 0;
}
