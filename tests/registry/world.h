// A registry as it ships, for tests: the real service behind its door on a loopback port, over a redis-server of its own, on a clock that the test
// moves.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "platform/app/app.h"
#include "platform/auth/token.h"
#include "platform/clock.h"
#include "platform/error.h"
#include "platform/rpc/status_mapping.h"
#include "registry/registry.h"
#include "snp/registry/v1/registry.pb.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"
#include "support/redis_fixture.h"

namespace snp::registry {

using Stub = v1::RegistryService::Stub;

// A client with one identity.
class Desk {
 public:
  Desk(std::shared_ptr<grpc::Channel> channel, std::string token) : stub_(v1::RegistryService::NewStub(channel)), token_(std::move(token)) {}

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Request& request) const {
    grpc::ClientContext context;
    Identify(&context);
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return platform::FromGrpc(status);
    return response;
  }
  // Adds the token and a deadline of a minute.
  void Identify(grpc::ClientContext* context) const;
  Stub& stub() const { return *stub_; }

 private:
  std::unique_ptr<Stub> stub_;
  std::string token_;
};

// An open WatchSlots.
class Watcher {
 public:
  Watcher(const Desk& desk, const std::string& parent, int64_t cursor);
  // Cancels.
  ~Watcher();
  // The next message, heartbeats too. False: the stream ended, see Finish.
  bool Next(v1::WatchSlotsResponse* message) { return reader_->Read(message); }
  // The next that is no heartbeat. Fails the test when the stream ends.
  v1::WatchSlotsResponse NextChange();
  absl::Status Finish() { return platform::FromGrpc(reader_->Finish()); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchSlotsResponse>> reader_;
};

class World {
 public:
  explicit World(Config config = {}, testing::RedisSettings redis = {});
  ~World();

  Desk As(platform::Role role, std::vector<std::string> places = {}) const;
  // Service, over a connection of its own that takes only a few kilobytes before its reader reads.
  Desk OverNarrowConnection() const;
  // The process goes and a new one comes, over the same Redis.
  void Restart();
  platform::App& app() { return *app_; }
  std::shared_ptr<grpc::Channel> channel() const { return channel_; }

  platform::FakeClock clock;
  testing::RedisFixture redis;

 private:
  void Start();
  std::string TokenOf(platform::Role role, std::vector<std::string> places) const;
  Config config_;
  platform::DevIssuer issuer_;
  std::unique_ptr<platform::App> app_;
  std::shared_ptr<grpc::Channel> channel_;
};

// 2027-01-15 08:00 UTC, a Friday.
absl::Time Morning();

// "departments/95/places/<id>" and so on.
std::string PlaceNamed(const std::string& id);
std::string SlotNamed(const std::string& id);

// A cabinet in Cergy.
v1::Place GoodPlace(const std::string& id);
// A slot of a quarter of an hour, an hour after Morning, capacity 1, SNP.
v1::Slot GoodSlot(const std::string& id, const std::string& place);

// Puts places p1 and p2; fails the test when it cannot.
void PutTwoPlaces(const World& world);
// Publishes; returns it as stored.
v1::Slot Publish(const World& world, const v1::Slot& slot);
absl::StatusOr<v1::HoldSlotResponse> Hold(const Desk& desk, const std::string& request_id, const std::vector<v1::Slot>& candidates,
                                          absl::Duration duration = absl::Minutes(5));
absl::StatusOr<v1::BookSlotResponse> Book(const Desk& desk, const std::string& request_id, const v1::Slot& slot, const std::string& case_name = "");

// A request id that no other call of this process has.
std::string NewRequestId();

// The reason of an error, INTERNAL for one without; fails the test on OK.
platform::Reason ReasonOf(const absl::Status& status);
// Fields named by a FIELD_INVALID.
std::vector<std::string> FieldsOf(const absl::Status& status);

}  // namespace snp::registry
