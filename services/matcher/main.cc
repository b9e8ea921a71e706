// snp-matcher: the matcher as a process of its own.
#include <CLI/CLI.hpp>

#include "matcher/matcher.h"
#include "platform/app/run_service.h"

int main(int argc, char** argv) {
  snp::matcher::Config config;
  return snp::platform::RunService(
      argc, argv,
      {.name = "matcher",
       .about = "ranks open slots for a patient",
       .listen = "127.0.0.1:7702",
       .metrics_listen = "127.0.0.1:9102",
       .add_flags =
           [&](CLI::App& cli) {
             cli.add_option("--redis", config.redis, "unix:/path or host:port")->envname("SNP_REDIS")->required();
             cli.add_option("--communes", config.communes_csv, "communes.csv")->envname("SNP_COMMUNES")->required();
             cli.add_option("--departments", config.departments, "departments to follow; none: all that have data")
                 ->envname("SNP_DEPARTMENTS")
                 ->delimiter(',');
             cli.add_flag("--discover,!--no-discover", config.discover, "find other departments even when some are listed");
             cli.add_option("--policies", config.policies, "folder of policies (*.yaml)")->envname("SNP_POLICIES")->required();
             cli.add_option("--default-policy", config.default_policy, "policy of a request that names none")->capture_default_str();
             cli.add_option("--travel-matrix", config.travel_matrix_csv, "CSV from,to,minutes between communes")->envname("SNP_TRAVEL_MATRIX");
           },
       .bind = [&](snp::platform::App& app) { return snp::matcher::Bind(config, app); }});
}
