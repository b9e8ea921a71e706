#include "platform/app/run_service.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "platform/clock.h"
#include "platform/status_macros.h"

namespace snp::platform {
namespace {

absl::Status Start(const ServiceMain& service, AppConfig config, const std::string& token_key, int* exit_code) {
  ASSIGN_OR_RETURN(config.verifier.public_key_pem, ReadFile(token_key));
  const SystemClock clock;
  App app(std::move(config), clock);
  RETURN_IF_ERROR(app.init_status());
  RETURN_IF_ERROR(service.bind(app));
  *exit_code = app.Run();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return absl::NotFoundError("cannot read " + path);
  return text.str();
}

int RunService(int argc, char** argv, const ServiceMain& service) {
  App::BlockSignals();
  // Debian builds Abseil with its search for lock cycles on, in every lock that gRPC takes: some 3 % of a service's time for a check of gRPC's own
  // code.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const std::string program = "snp-" + service.name;
  const std::string prefix = absl::StrCat("SNP_", absl::AsciiStrToUpper(service.name), "_");
  AppConfig config;
  config.listen = service.listen;
  config.metrics_listen = service.metrics_listen;
  std::string token_key;

  CLI::App cli(absl::StrCat(program, ": ", service.about));
  cli.set_config("--config", "", "read flags from a file of `name=value` lines");
  cli.add_option("--listen", config.listen, "gRPC address")->envname(prefix + "LISTEN")->capture_default_str();
  cli.add_option("--metrics-listen", config.metrics_listen, "Prometheus address; empty: none")
      ->envname(prefix + "METRICS_LISTEN")
      ->capture_default_str();
  cli.add_option("--token-key", token_key, "PEM file of the token issuer's public key")->envname("SNP_TOKEN_KEY")->required();
  cli.add_option("--token-issuer", config.verifier.issuer, "claim `iss` that tokens must carry")->envname("SNP_TOKEN_ISSUER")->capture_default_str();
  cli.add_option("--token-audience", config.verifier.audience, "claim `aud` that tokens must carry")
      ->envname("SNP_TOKEN_AUDIENCE")
      ->capture_default_str();
  cli.add_flag("--reflection", config.reflection, "serve gRPC reflection (not in production)");
  cli.add_flag("--log-successes", config.log_successes, "a log line for every call, not only for errors");
  service.add_flags(cli);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return cli.exit(e) == 0 ? 0 : 2;
  }
  int exit_code = 0;
  if (absl::Status status = Start(service, std::move(config), token_key, &exit_code); !status.ok()) {
    std::fprintf(stderr, "%s: %s\n", program.c_str(), std::string(status.message()).c_str());
    return 1;
  }
  return exit_code;
}

}  // namespace snp::platform
