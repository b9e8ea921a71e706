#include "loadgen/floor_server.h"

#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "domain/names.h"
#include "platform/async/task.h"
#include "platform/ids.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"
#include "store/redis/client.h"
#include "store/redis/registry_store.h"

namespace snp::loadgen {
namespace {

namespace pb = snp::registry::v1;

class FloorService final : public pb::RegistryService::CallbackService {
 public:
  FloorService(store::RegistryStore& store, store::redis::Client& client) : store_(store), client_(client) {}

  grpc::ServerUnaryReactor* GetSlot(grpc::CallbackServerContext* context, const pb::GetSlotRequest*, pb::GetSlotResponse*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerUnaryReactor* HoldSlot(grpc::CallbackServerContext* context, const pb::HoldSlotRequest* request,
                                     pb::HoldSlotResponse* response) override {
    auto* reactor = context->DefaultReactor();
    auto slot = domain::ParseSlotName(request->candidates(0).slot());
    const absl::Time now = absl::Now();
    store::HoldArgs args;
    args.home = slot->department;
    args.candidates.push_back({*slot, request->candidates(0).revision()});
    args.hold_deadline = now + absl::Minutes(30);
    args.reference = request->motive();
    store::Request meta{request->request_id(), "floor", now, now + absl::Seconds(5)};
    platform::Spawn(store_.Hold(std::move(meta), std::move(args)), [reactor, response](absl::StatusOr<store::HoldResult> held) {
      if (held.ok()) response->mutable_booking()->set_name(domain::ToString(held->booking.name));
      reactor->Finish(held.ok() ? grpc::Status::OK : grpc::Status(grpc::StatusCode::ABORTED, held.status().ToString()));
    });
    return reactor;
  }

  grpc::ServerUnaryReactor* BookSlot(grpc::CallbackServerContext* context, const pb::BookSlotRequest* request, pb::BookSlotResponse*) override {
    auto* reactor = context->DefaultReactor();
    platform::Spawn(client_.Command({"SET", absl::StrCat("floor:{976}:", request->request_id()), "1", "NX"}),
                    [reactor](absl::StatusOr<store::redis::Reply> reply) {
                      reactor->Finish(reply.ok() && !reply->is_nil() ? grpc::Status::OK : grpc::Status(grpc::StatusCode::ABORTED, "taken"));
                    });
    return reactor;
  }

 private:
  store::RegistryStore& store_;
  store::redis::Client& client_;
};

}  // namespace

int RunFloorServer(const std::string& listen, const std::string& redis) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  store::redis::Client client({.address = redis});
  if (!client.WaitConnected(absl::Seconds(5))) {
    std::fprintf(stderr, "floor: no redis at %s\n", redis.c_str());
    return 1;
  }
  platform::RandomIdSource ids;
  store::redis::RedisRegistryStore store(client, ids);
  FloorService service(store, client);
  grpc::ServerBuilder builder;
  builder.AddChannelArgument("grpc.http2.bdp_probe", 0);  // As the services do.
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  auto server = builder.BuildAndStart();
  if (!server) return 1;
  int signal = 0;
  sigwait(&signals, &signal);
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(2));
  return 0;
}

}  // namespace snp::loadgen
