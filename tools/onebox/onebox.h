// All services in one process, with a private redis-server: the same Bind calls that ship as separate processes. For the demo and a newcomer's first
// run.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "loadgen/child.h"
#include "platform/app/app.h"
#include "platform/auth/token.h"
#include "platform/clock.h"

namespace snp::onebox {

struct OneboxOptions {
  std::string source_dir;    // The checkout: redis.conf, policies, communes.
  std::string work_dir;      // Redis' data and log; made by the caller.
  std::string redis_socket;  // Empty: redis.sock in work_dir, whose path must then be short.
  std::string department = "95";
};

// Not thread-safe, but tokens may be made from any thread.
class Onebox {
 public:
  // `clock` outlives it. Returns when health is SERVING.
  static absl::StatusOr<std::unique_ptr<Onebox>> Start(const OneboxOptions& options, const platform::Clock& clock);
  ~Onebox();

  // A new connection to the services.
  std::shared_ptr<grpc::Channel> Channel() const;
  const std::string& address() const { return address_; }
  // Signed by the development issuer. `place`: full name, for a practice.
  std::string Token(platform::Role role, const std::string& subject, const std::string& place) const;

 private:
  Onebox(platform::DevIssuer issuer, const platform::Clock& clock) : issuer_(std::move(issuer)), clock_(clock) {}

  platform::DevIssuer issuer_;
  const platform::Clock& clock_;
  std::string address_;
  loadgen::Child redis_;
  std::unique_ptr<platform::App> app_;
};

}  // namespace snp::onebox
