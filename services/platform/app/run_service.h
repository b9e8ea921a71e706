// The main of a service, in one place: common flags, environment (SNP_<NAME>_...), config file, keys, App, exit codes.
//
//   int main(int argc, char** argv) {
//     snp::matcher::Config config;
//     return snp::platform::RunService(argc, argv, {.name = "matcher", .about = "ranks open slots for a patient", .listen = "127.0.0.1:7702",
//         .metrics_listen = "127.0.0.1:9102", .add_flags = [&](CLI::App& cli) { cli.add_option("--redis", config.redis)->required(); },
//         .bind = [&](snp::platform::App& app) { return snp::matcher::Bind(config, app); }});
//   }
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "platform/app/app.h"

namespace CLI {
class App;
}

namespace snp::platform {

struct ServiceMain {
  std::string name;            // "registry": the program is snp-registry, its environment SNP_REGISTRY_LISTEN and so on.
  std::string about;           // One line of help.
  std::string listen;          // Default gRPC address.
  std::string metrics_listen;  // Default metrics address.
  std::function<void(CLI::App&)> add_flags;
  // Called once the flags are parsed.
  std::function<absl::Status(App&)> bind;
};

// Returns the exit code: 0 after a clean stop, 1 when it could not start (said on stderr), 2 for bad flags. Blocks signals first thing: call it first
// thing in main.
int RunService(int argc, char** argv, const ServiceMain& service);

// A whole file. NOT_FOUND names it.
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace snp::platform
