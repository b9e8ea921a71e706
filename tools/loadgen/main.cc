// snp-loadgen: the bench, and the floor it is held against. Called by `tools/snp bench`.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/synchronization/mutex.h"
#include "loadgen/floor_server.h"
#include "loadgen/match_bench.h"
#include "loadgen/match_generate.h"

int main(int argc, char** argv) {
  // As the services do, so that floor and work differ in nothing but the work.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  CLI::App app("snp-loadgen: benches of snp over the real services on loopback");
  app.require_subcommand(1);

  snp::loadgen::MatchBenchOptions match;
  bool json = false;
  bool no_floor = false;
  auto* match_command = app.add_subcommand("match", "assign requests to slots over the real services, against the floor of the same run");
  match_command->add_option("--slots", match.slots_csv, "CSV id,lat,lon,start_min,caps,site_type")->required()->check(CLI::ExistingFile);
  match_command->add_option("--requests", match.requests_csv, "CSV id,lat,lon,earliest_min,latest_min,need,max_travel_min")
      ->required()
      ->check(CLI::ExistingFile);
  match_command->add_option("--policy", match.policy, "flat-weighted or flat-nearest")
      ->check(CLI::IsMember({"flat-weighted", "flat-nearest"}))
      ->capture_default_str();
  match_command->add_option("--clients", match.clients, "closed-loop clients")->check(CLI::Range(1, 256))->capture_default_str();
  match_command->add_option("--out", match.out_csv, "CSV request_id,slot_id,cost to write");
  match_command->add_option("--build-dir", match.build_dir, "folder of the built binaries")->required();
  match_command->add_option("--source-dir", match.source_dir, "the checkout")->required();
  match_command->add_option("--work-dir", match.work_dir, "where a folder for its data is made while it runs")->required();
  match_command->add_flag("--json", json, "print the result as one JSON line");
  match_command->add_flag("--no-floor", no_floor, "the work only");

  snp::loadgen::GenerateOptions generate;
  auto* generate_command = app.add_subcommand("generate", "write slots.csv and requests.csv for `match`");
  generate_command->add_option("--slots", generate.slots)->check(CLI::Range(1, 10000000))->capture_default_str();
  generate_command->add_option("--requests", generate.requests)->check(CLI::Range(1, 10000000))->capture_default_str();
  generate_command->add_option("--seed", generate.seed)->capture_default_str();
  generate_command->add_option("--out", generate.out_dir, "folder, made if need be")->required();
  generate_command->add_flag("--json", json, "say what was written as one JSON line");

  std::string listen;
  std::string redis;
  auto* floor_command = app.add_subcommand("floor-server", "")->group("");
  floor_command->add_option("--listen", listen)->required();
  floor_command->add_option("--redis", redis)->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  if (generate_command->parsed()) {
    const absl::Status written = snp::loadgen::GenerateMatchFiles(generate);
    if (!written.ok()) {
      std::fprintf(stderr, "bench generate: %s\n", std::string(written.message()).c_str());
      return 1;
    }
    if (json) {
      const nlohmann::ordered_json said = {{"slots", generate.slots},
                                           {"requests", generate.requests},
                                           {"seed", generate.seed},
                                           {"slots_csv", generate.out_dir + "/slots.csv"},
                                           {"requests_csv", generate.out_dir + "/requests.csv"}};
      std::printf("%s\n", said.dump().c_str());
    } else {
      std::printf("%s/slots.csv and requests.csv: %lld slots, %lld requests\n", generate.out_dir.c_str(), static_cast<long long>(generate.slots),
                  static_cast<long long>(generate.requests));
    }
    return 0;
  }
  if (floor_command->parsed()) return snp::loadgen::RunFloorServer(listen, redis);
  match.floor = !no_floor;
  const auto result = snp::loadgen::RunMatchBench(match);
  if (!result.ok()) {
    std::fprintf(stderr, "bench match: %s\n", std::string(result.status().message()).c_str());
    return absl::IsCancelled(result.status()) ? 130 : 1;  // As a shell says of what Ctrl-C ended.
  }
  // The result is one line either way: it is already what a person wants to read.
  std::printf("%s\n", result->c_str());
  return 0;
}
