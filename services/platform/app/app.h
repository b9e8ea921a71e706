// One process that serves: listen, health, reflection, metrics, drain. Services plug themselves in through their `Bind(config, app)`.
//
//   int main: App app(config, clock); RETURN_IF_ERROR(registry::Bind(registry_config, app)); return app.Run();
//
// Life: Bind calls happen before Start. Start listens and starts the background loops. Stop: health NOT_SERVING, drain (calls under way get
// `drain_timeout`), loops are stopped and joined in reverse order, the server shuts down. Run = Start + wait for SIGINT/SIGTERM + Stop.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "platform/auth/token.h"
#include "platform/clock.h"
#include "platform/rpc/door.h"

namespace prometheus {
class Registry;
}

namespace snp::platform {

struct AppConfig {
  // gRPC addresses: "127.0.0.1:7701", "127.0.0.1:0" (a free port, see port()), "unix:/path".
  std::string listen = "127.0.0.1:0";
  // "127.0.0.1:9101"; empty: no metrics endpoint.
  std::string metrics_listen = {};
  // Public key of the token issuer, PEM. Required: there is no way to serve without authentication.
  VerifierConfig verifier = {};
  // Off in production.
  bool reflection = false;
  bool log_successes = false;
  absl::Duration drain_timeout = absl::Seconds(5);
};

class App {
 public:
  // `clock` outlives the app.
  App(AppConfig config, const Clock& clock);
  ~App();

  const Clock& clock() const;
  prometheus::Registry& metrics();
  // Status of a failed construction (bad key); Start returns it too.
  absl::Status init_status() const;

  // For Bind only, before Start.
  std::unique_ptr<Door> MakeDoor(absl::string_view full_service_name);
  void AddService(std::unique_ptr<grpc::Service> service);
  // Polled every 100 ms; the health of the whole process is SERVING only while all return true (e.g. Redis answers).
  void AddHealthCheck(std::string name, std::function<bool()> healthy);
  // A loop with its own thread from Start to Stop: `body` returns how long to (really) wait before the next turn; it is woken early at Stop.
  void AddLoop(std::string name, std::function<absl::Duration()> body);
  // Runs at Stop, before the server shuts down, in reverse order of registration (end streams, close watchers).
  void OnStop(std::function<void()> fn);
  // Keeps an object alive until after the server has shut down; destroyed in reverse order.
  void Own(std::shared_ptr<void> object);

  absl::Status Start();
  void Stop();
  // Blocks until SIGINT or SIGTERM. Precondition: signals were blocked before any thread started (BlockSignals first thing in main).
  int Run();
  static void BlockSignals();
  // The TCP port bound, once started.
  int port() const;
  // A channel to this very process, once started; calls on it after Stop are UNAVAILABLE. Over a socket: on gRPC 1.51's in-process channel a call that
  // begins while the server shuts down uses what the server has freed.
  std::shared_ptr<grpc::Channel> ChannelToSelf() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace snp::platform
