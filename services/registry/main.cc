// snp-registry: the slot registry as a process of its own.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "platform/app/app.h"
#include "registry/registry.h"

int main(int argc, char** argv) {
  snp::platform::App::BlockSignals();
  snp::platform::AppConfig app_config;
  app_config.listen = "127.0.0.1:7701";
  app_config.metrics_listen = "127.0.0.1:9101";
  snp::registry::Config config;
  std::string public_key;
  int64_t lead_minutes = absl::ToInt64Minutes(config.acknowledge_lead), forget_days = absl::ToInt64Hours(config.forget_after) / 24;

  CLI::App cli("snp-registry: the truth about places, slots and bookings");
  cli.set_config("--config");
  cli.add_option("--listen", app_config.listen, "gRPC address")->envname("SNP_REGISTRY_LISTEN")->capture_default_str();
  cli.add_option("--metrics", app_config.metrics_listen, "metrics address, empty for none")->envname("SNP_REGISTRY_METRICS")->capture_default_str();
  cli.add_option("--redis", config.redis, "unix:/path or host:port")->envname("SNP_REDIS")->required();
  cli.add_option("--public-key", public_key, "PEM file of the token issuer's public key")->envname("SNP_PUBLIC_KEY")->required();
  cli.add_option("--issuer", app_config.verifier.issuer, "token issuer")->envname("SNP_ISSUER")->capture_default_str();
  cli.add_option("--communes", config.communes_csv, "communes.csv")->envname("SNP_COMMUNES")->required();
  cli.add_option("--departments", config.departments, "departments to sweep; none: all that have data")->envname("SNP_DEPARTMENTS")->delimiter(',');
  cli.add_option("--log-length", config.log_length, "events kept per department")->capture_default_str();
  cli.add_option("--acknowledge-lead", lead_minutes, "minutes before its start at which a booking not acknowledged is flagged")->capture_default_str();
  cli.add_option("--forget-after", forget_days, "days after its end at which a slot is forgotten")->capture_default_str();
  cli.add_flag("--reflection", app_config.reflection, "serve gRPC reflection");
  cli.add_flag("--log-successes", app_config.log_successes, "one log line per call, not only per error");
  CLI11_PARSE(cli, argc, argv);

  config.acknowledge_lead = absl::Minutes(lead_minutes);
  config.forget_after = absl::Hours(24 * forget_days);
  std::ifstream key(public_key);
  std::stringstream pem;
  pem << key.rdbuf();
  app_config.verifier.public_key_pem = pem.str();
  snp::platform::SystemClock clock;
  snp::platform::App app(app_config, clock);
  if (absl::Status status = snp::registry::Bind(config, app); !status.ok()) {
    std::fprintf(stderr, "snp-registry: %s\n", std::string(status.message()).c_str());
    return 1;
  }
  return app.Run();
}
