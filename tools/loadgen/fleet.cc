#include "loadgen/fleet.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "platform/status_macros.h"
#include "store/redis/client.h"

namespace snp::loadgen {
namespace {

absl::Status WriteFile(const std::string& path, const std::string& text) {
  std::ofstream out(path);
  out << text;
  out.close();
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return out ? absl::OkStatus() : absl::InternalError(absl::StrCat("cannot write ", path));
}

// grpc.health.v1 by hand (Check with an empty request; the answer's field 1 is 1 when SERVING): the service's generated code is not packaged.
bool Serving(const std::string& address) {
  auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::milliseconds(300))) return false;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(500));
  grpc::Slice nothing("", 0);
  const grpc::ByteBuffer request(&nothing, 1);
  grpc::ByteBuffer response;
  const grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check", grpc::internal::RpcMethod::NORMAL_RPC);
  const grpc::Status status =
      grpc::internal::BlockingUnaryCallImpl<grpc::ByteBuffer, grpc::ByteBuffer>(channel.get(), method, &context, request, &response).status();
  grpc::Slice slice;
  if (!status.ok() || !response.DumpToSingleSlice(&slice).ok() || slice.size() != 2) return false;
  return slice.begin()[0] == 0x08 && slice.begin()[1] == 1;
}

}  // namespace

absl::StatusOr<std::string> MakeWorkDir() {
  std::string path = "/tmp/snp-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) return absl::InternalError("cannot make a folder under /tmp");
  return path;
}

absl::StatusOr<std::unique_ptr<Fleet>> Fleet::Start(FleetOptions options) {
  auto fleet = std::unique_ptr<Fleet>(new Fleet(std::move(options)));
  const FleetOptions& o = fleet->options_;
  ASSIGN_OR_RETURN(platform::DevIssuer issuer, platform::DevIssuer::Generate());
  fleet->issuer_ = std::make_unique<platform::DevIssuer>(std::move(issuer));
  RETURN_IF_ERROR(WriteFile(o.work_dir + "/issuer.pem", fleet->issuer_->private_key_pem()));
  RETURN_IF_ERROR(WriteFile(o.work_dir + "/issuer.pub.pem", fleet->issuer_->public_key_pem()));

  const std::string socket = o.redis_socket.empty() ? o.work_dir + "/redis.sock" : o.redis_socket;
  fleet->addresses_["redis"] = "unix:" + socket;
  std::vector<std::string> redis = {"redis-server",
                                    o.source_dir + "/deploy/redis/redis.conf",
                                    "--port",
                                    "0",
                                    "--unixsocket",
                                    socket,
                                    "--dir",
                                    o.work_dir,
                                    "--daemonize",
                                    "no",
                                    "--logfile",
                                    "",
                                    "--auto-aof-rewrite-percentage",
                                    "0"};
  redis.insert(redis.end(), o.redis_overrides.begin(), o.redis_overrides.end());
  fleet->commands_["redis"] = std::move(redis);

  std::vector<std::string> services = {"registry", "matcher"};
  if (o.regulation) services.push_back("regulation");
  for (const std::string& name : services) {
    ASSIGN_OR_RETURN(const int port, FreePort());
    fleet->addresses_[name] = absl::StrCat("127.0.0.1:", port);
  }
  for (const std::string& name : services) {
    std::vector<std::string> command = {absl::StrCat(o.build_dir, "/services/", name, "/snp-", name),
                                        "--listen",
                                        fleet->addresses_[name],
                                        "--metrics-listen",
                                        "",
                                        "--redis",
                                        fleet->addresses_["redis"],
                                        "--departments",
                                        absl::StrJoin(o.departments, ","),
                                        "--token-key",
                                        o.work_dir + "/issuer.pub.pem"};
    command.insert(command.end(), {"--communes", o.source_dir + "/tools/scenario/data/communes.csv"});
    // Departments are given: none is looked for, so that the bench's floor is followed by nobody.
    if (name == "matcher") command.insert(command.end(), {"--policies", o.source_dir + "/services/matcher/policies", "--no-discover"});
    if (name == "regulation") {
      command.insert(command.end(), {"--registry", fleet->addresses_["registry"], "--matcher", fleet->addresses_["matcher"], "--service-key",
                                     o.work_dir + "/issuer.pem"});
    }
    fleet->commands_[name] = std::move(command);
  }
  RETURN_IF_ERROR(fleet->StartOne("redis"));
  store::redis::Client probe({.address = fleet->addresses_["redis"]});
  if (!probe.WaitConnected(absl::Seconds(10))) return absl::UnavailableError("redis-server does not start: see " + o.work_dir + "/redis.log");
  for (const std::string& name : services) RETURN_IF_ERROR(fleet->StartOne(name));
  return fleet;
}

Fleet::~Fleet() {
  for (auto& [name, child] : children_) {
    if (name != "redis") child.End(SIGTERM);
  }
  children_.clear();
}

std::vector<std::string> Fleet::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, command] : commands_) names.push_back(name);
  return names;
}

absl::Status Fleet::StartOne(const std::string& name) {
  ASSIGN_OR_RETURN(Child child, Child::Start(commands_.at(name), absl::StrCat(options_.work_dir, "/", name, ".log")));
  children_[name] = std::move(child);
  return absl::OkStatus();
}

void Fleet::Kill(const std::string& name) { children_.at(name).End(SIGKILL); }

absl::Status Fleet::Restart(const std::string& name) {
  if (children_.at(name).Running()) return absl::FailedPreconditionError(name + " is running");
  return StartOne(name);
}

absl::Status Fleet::WaitServing(absl::Duration timeout) {
  const absl::Time give_up = absl::Now() + timeout;
  for (const auto& [name, address] : addresses_) {
    if (name == "redis") continue;
    while (!Serving(address)) {
      if (!children_.at(name).Running()) return absl::InternalError(absl::StrCat(name, " has ended: see ", options_.work_dir, "/", name, ".log"));
      if (absl::Now() > give_up)
        return absl::DeadlineExceededError(absl::StrCat(name, " does not serve: see ", options_.work_dir, "/", name, ".log"));
      absl::SleepFor(absl::Milliseconds(50));
    }
  }
  return absl::OkStatus();
}

int Fleet::Pid(const std::string& name) const { return children_.at(name).pid(); }

std::string Fleet::Address(const std::string& name) const { return addresses_.at(name); }

std::string Fleet::Token(platform::Role role, const std::string& subject, std::vector<std::string> places) const {
  auto token = issuer_->Sign({.role = role, .subject = subject, .places = std::move(places)}, absl::Now());
  return token.ok() ? *token : std::string();
}

}  // namespace snp::loadgen
