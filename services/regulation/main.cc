// snp-regulation: regulation as a process of its own.
#include <CLI/CLI.hpp>

#include "platform/app/run_service.h"
#include "platform/rpc/client.h"
#include "platform/status_macros.h"
#include "regulation/regulation.h"

int main(int argc, char** argv) {
  snp::regulation::Config config;
  std::string service_key;
  std::string issuer = "snp-dev";
  return snp::platform::RunService(
      argc, argv,
      {.name = "regulation",
       .about = "cases of medical regulation, from the call to their outcome",
       .listen = "127.0.0.1:7703",
       .metrics_listen = "127.0.0.1:9103",
       .add_flags =
           [&](CLI::App& cli) {
             cli.add_option("--redis", config.redis, "unix:/path or host:port")->envname("SNP_REDIS")->required();
             cli.add_option("--departments", config.departments, "departments of this Centre 15")
                 ->envname("SNP_DEPARTMENTS")
                 ->delimiter(',')
                 ->required();
             cli.add_option("--neighbours", config.neighbours, "further departments whose places the matcher offers to cases here")
                 ->envname("SNP_NEIGHBOURS")
                 ->delimiter(',');
             cli.add_option("--registry", config.registry, "address of the registry")->envname("SNP_REGISTRY")->required();
             cli.add_option("--matcher", config.matcher, "address of the matcher")->envname("SNP_MATCHER")->required();
             cli.add_option("--service-key", service_key, "private key (PEM) that signs this service's own calls")
                 ->envname("SNP_SERVICE_KEY")
                 ->required();
             cli.add_option("--service-issuer", issuer, "issuer named in those tokens")->capture_default_str();
             cli.add_option("--communes", config.communes_csv, "communes.csv; none: commune codes are checked by form only")->envname("SNP_COMMUNES");
             cli.add_option("--audit-retention-days", config.audit_retention_days, "days that cases and their audit are kept after their end")
                 ->capture_default_str();
           },
       .bind = [&](snp::platform::App& app) -> absl::Status {
         ASSIGN_OR_RETURN(const std::string pem, snp::platform::ReadFile(service_key));
         ASSIGN_OR_RETURN(auto signer, snp::platform::DevIssuer::FromPem(pem, issuer));
         snp::platform::TokenClaims claims;
         claims.role = snp::platform::Role::kService;
         claims.subject = "regulation";
         config.service_token = snp::platform::MakeTokenSource(std::move(signer), std::move(claims), app.clock());
         return snp::regulation::Bind(config, app);
       }});
}
