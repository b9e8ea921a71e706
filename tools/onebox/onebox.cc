#include "onebox/onebox.h"

#include <signal.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "matcher/matcher.h"
#include "platform/rpc/client.h"
#include "platform/status_macros.h"
#include "registry/registry.h"
#include "regulation/regulation.h"
#include "snp/matcher/v1/matcher_service.grpc.pb.h"
#include "store/redis/client.h"

namespace snp::onebox {

absl::StatusOr<std::unique_ptr<Onebox>> Onebox::Start(const OneboxOptions& options, const platform::Clock& clock) {
  ASSIGN_OR_RETURN(platform::DevIssuer issuer, platform::DevIssuer::Generate());
  auto box = std::unique_ptr<Onebox>(new Onebox(std::move(issuer), clock));
  const std::string socket = options.redis_socket.empty() ? options.work_dir + "/redis.sock" : options.redis_socket;
  const std::string redis = "unix:" + socket;
  ASSIGN_OR_RETURN(box->redis_, loadgen::Child::Start({"redis-server", options.source_dir + "/deploy/redis/redis.conf", "--port", "0", "--unixsocket",
                                                       socket, "--dir", options.work_dir, "--daemonize", "no", "--logfile", ""},
                                                      options.work_dir + "/redis.log"));
  {
    store::redis::Client probe({.address = redis});
    if (!probe.WaitConnected(absl::Seconds(10))) return absl::UnavailableError("redis-server does not start: see " + options.work_dir + "/redis.log");
  }
  ASSIGN_OR_RETURN(const int port, loadgen::FreePort());
  box->address_ = absl::StrCat("127.0.0.1:", port);

  platform::AppConfig app_config;
  app_config.listen = box->address_;
  app_config.verifier.public_key_pem = box->issuer_.public_key_pem();
  app_config.reflection = true;
  box->app_ = std::make_unique<platform::App>(app_config, clock);
  const std::string communes = options.source_dir + "/tools/scenario/data/communes.csv";

  registry::Config registry_config;
  registry_config.redis = redis;
  registry_config.communes_csv = communes;
  registry_config.departments = {options.department};
  RETURN_IF_ERROR(registry::Bind(registry_config, *box->app_));

  matcher::Config matcher_config;
  matcher_config.redis = redis;
  matcher_config.communes_csv = communes;
  matcher_config.policies = options.source_dir + "/services/matcher/policies";
  matcher_config.departments = {options.department};
  RETURN_IF_ERROR(matcher::Bind(matcher_config, *box->app_));

  regulation::Config regulation_config;
  regulation_config.redis = redis;
  regulation_config.departments = {options.department};
  regulation_config.communes_csv = communes;
  regulation_config.registry = box->address_;
  regulation_config.matcher = box->address_;
  regulation_config.service_token =
      platform::MakeTokenSource(box->issuer_, {.role = platform::Role::kService, .subject = "regulation", .places = {}, .cpts = ""}, clock);
  RETURN_IF_ERROR(regulation::Bind(regulation_config, *box->app_));
  RETURN_IF_ERROR(box->app_->Start());

  // Ready once the matcher has its first snapshot: a Rank before that would be refused.
  auto stub = matcher::v1::MatcherService::NewStub(box->Channel());
  const std::string token = box->Token(platform::Role::kAdmin, "onebox", "");
  for (const absl::Time give_up = absl::Now() + absl::Seconds(20); absl::Now() < give_up; absl::SleepFor(absl::Milliseconds(20))) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token);
    matcher::v1::GetIndexStatusResponse response;
    if (!stub->GetIndexStatus(&context, {}, &response).ok()) continue;
    bool ready = response.departments_size() > 0;
    for (const auto& department : response.departments()) ready = ready && department.ready();
    if (ready) return box;
  }
  return absl::DeadlineExceededError("the services are not ready after 20 s");
}

Onebox::~Onebox() {
  if (app_) app_->Stop();
  app_.reset();
  redis_.End(SIGTERM);
}

std::shared_ptr<grpc::Channel> Onebox::Channel() const { return platform::MakeChannel(address_, /*own_subchannel_pool=*/true); }

std::string Onebox::Token(platform::Role role, const std::string& subject, const std::string& place) const {
  platform::TokenClaims claims;
  claims.role = role;
  claims.subject = subject;
  if (!place.empty()) claims.places.push_back(place);
  // The played day runs fast: a token must outlive it.
  claims.lifetime = absl::Hours(24 * 7);
  auto token = issuer_.Sign(claims, clock_.Now());
  return token.ok() ? *token : std::string();
}

}  // namespace snp::onebox
