#include <CLI/CLI.hpp>

#include "platform/app/run_service.h"
#include "registry/registry.h"

int main(int argc, char** argv) {
  snp::registry::Config config;
  int64_t lead_minutes = absl::ToInt64Minutes(config.acknowledge_lead);
  int64_t forget_days = absl::ToInt64Hours(config.forget_after) / 24;
  return snp::platform::RunService(
      argc, argv,
      {.name = "registry",
       .about = "the truth about places, slots and bookings",
       .listen = "127.0.0.1:7701",
       .metrics_listen = "127.0.0.1:9101",
       .add_flags =
           [&](CLI::App& cli) {
             cli.add_option("--redis", config.redis, "unix:/path or host:port")->envname("SNP_REDIS")->required();
             cli.add_option("--communes", config.communes_csv, "communes.csv")->envname("SNP_COMMUNES")->required();
             cli.add_option("--departments", config.departments, "departments to sweep; none: all that have data")
                 ->envname("SNP_DEPARTMENTS")
                 ->delimiter(',');
             cli.add_option("--log-length", config.log_length, "events kept per department")->capture_default_str();
             cli.add_option("--acknowledge-lead", lead_minutes, "minutes before its start at which a booking not acknowledged is flagged")
                 ->capture_default_str();
             cli.add_option("--forget-after", forget_days, "days after its end at which a slot is forgotten")->capture_default_str();
           },
       .bind =
           [&](snp::platform::App& app) {
             config.acknowledge_lead = absl::Minutes(lead_minutes);
             config.forget_after = absl::Hours(24 * forget_days);
             return snp::registry::Bind(config, app);
           }});
}
