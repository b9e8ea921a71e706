// One run of snpctl: where the services are, who calls, and how a call is made.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "platform/clock.h"
#include "platform/ids.h"

namespace snp::ctl {

// What a run takes from outside. References outlive the run.
struct World {
  std::ostream& out;  // Results.
  std::ostream& err;  // Progress and errors.
  const platform::Clock& clock;
  platform::IdSource& ids;
  std::function<void(absl::Duration)> sleep;
  std::function<std::string(const char*)> env;  // Empty when not set.
  const std::atomic<bool>& interrupted;         // Set by SIGINT: streams end.
};

// Options that every command takes.
struct Globals {
  std::string registry = "127.0.0.1:7701";
  std::string matcher = "127.0.0.1:7702";
  std::string regulation = "127.0.0.1:7703";
  std::string token;
  std::string token_file;
  absl::Duration deadline = absl::Seconds(10);
  std::string department = "95";
  std::string request_id;
  bool json = false;
};

// Runs `attempt` until it is something else than UNAVAILABLE, or until `deadline` on `world.clock`: then its last answer. Waits 50 ms, 100 ms, 200
// ms... at most 1 s between two attempts, never beyond the deadline. `attempt` gets the time that is left.
grpc::Status RetryUnavailable(World& world, absl::Time deadline, const std::function<grpc::Status(absl::Duration left)>& attempt);

class Session {
 public:
  Session(Globals globals, World& world) : globals_(std::move(globals)), world_(world) {}

  // One unary call with the token and the deadline. UNAVAILABLE is retried with the very same request, request_id included, which is what makes it
  // harmless.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Request& request) {
    Response response;
    absl::Status status = CallWithRetry([&](grpc::ClientContext* context) {
      response.Clear();
      return (stub.*method)(context, request, &response);
    });
    if (!status.ok()) return status;
    return response;
  }
  // Adds the token to the context of a stream.
  absl::Status Prepare(grpc::ClientContext* context);

  std::shared_ptr<grpc::Channel> Registry() { return Channel(globals_.registry); }
  std::shared_ptr<grpc::Channel> Matcher() { return Channel(globals_.matcher); }
  std::shared_ptr<grpc::Channel> Regulation() { return Channel(globals_.regulation); }

  // --request-id, or one made once for this run; `suffix` tells the calls of one run apart.
  std::string RequestId(absl::string_view suffix = "");
  // The id behind them; empty when this run changed nothing.
  const std::string& used_request_id() const { return request_id_; }

  const Globals& globals() const { return globals_; }
  World& world() { return world_; }
  absl::Time now() const { return world_.clock.Now(); }
  std::string parent() const { return "departments/" + globals_.department; }

  // The run is not a full success although its result has been shown: exit status 1.
  void Fail() { failed_ = true; }
  bool failed() const { return failed_; }

 private:
  std::shared_ptr<grpc::Channel> Channel(const std::string& address);
  absl::Status CallWithRetry(const std::function<grpc::Status(grpc::ClientContext*)>& call);
  absl::StatusOr<std::string> Token();

  Globals globals_;
  World& world_;
  std::string request_id_;
  std::string token_;
  bool failed_ = false;
};

}  // namespace snp::ctl
