// snp-matcher: the matcher as a process of its own.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "matcher/matcher.h"
#include "platform/app/app.h"

int main(int argc, char** argv) {
  snp::platform::App::BlockSignals();
  snp::platform::AppConfig app_config;
  app_config.listen = "127.0.0.1:7702";
  app_config.metrics_listen = "127.0.0.1:9102";
  snp::matcher::Config config;
  std::string public_key;

  CLI::App cli("snp-matcher: ranks open slots for a patient");
  cli.set_config("--config");
  cli.add_option("--listen", app_config.listen, "gRPC address")->envname("SNP_MATCHER_LISTEN")->capture_default_str();
  cli.add_option("--metrics", app_config.metrics_listen, "metrics address, empty for none")->envname("SNP_MATCHER_METRICS")->capture_default_str();
  cli.add_option("--redis", config.redis, "unix:/path or host:port")->envname("SNP_REDIS")->required();
  cli.add_option("--public-key", public_key, "PEM file of the token issuer's public key")->envname("SNP_PUBLIC_KEY")->required();
  cli.add_option("--issuer", app_config.verifier.issuer, "token issuer")->envname("SNP_ISSUER")->capture_default_str();
  cli.add_option("--communes", config.communes_csv, "communes.csv")->envname("SNP_COMMUNES")->required();
  cli.add_option("--departments", config.departments, "departments to follow from the start")->envname("SNP_DEPARTMENTS")->delimiter(',');
  cli.add_flag("--discover,!--no-discover", config.discover, "follow also departments that get data later");
  cli.add_option("--policy", config.policies, "policy file (YAML); may be given several times")->envname("SNP_POLICIES")->delimiter(',');
  cli.add_option("--default-policy", config.default_policy, "policy of a request that names none")->envname("SNP_DEFAULT_POLICY")->capture_default_str();
  cli.add_option("--travel-matrix", config.travel_matrix_csv, "CSV from,to,minutes between communes")->envname("SNP_TRAVEL_MATRIX");
  cli.add_flag("--reflection", app_config.reflection, "serve gRPC reflection");
  CLI11_PARSE(cli, argc, argv);

  std::ifstream key(public_key);
  std::stringstream pem;
  pem << key.rdbuf();
  app_config.verifier.public_key_pem = pem.str();
  snp::platform::SystemClock clock;
  snp::platform::App app(app_config, clock);
  if (absl::Status status = snp::matcher::Bind(config, app); !status.ok()) {
    std::fprintf(stderr, "snp-matcher: %s\n", std::string(status.message()).c_str());
    return 1;
  }
  return app.Run();
}
