// The services as separate processes on loopback with a private redis-server on a unix socket: what `bench` measures and what the crash tests kill.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "loadgen/child.h"
#include "platform/auth/token.h"

namespace snp::loadgen {

struct FleetOptions {
  std::string build_dir;     // Where the binaries are: build/release.
  std::string source_dir;    // The checkout: redis.conf, policies, communes.
  std::string work_dir;      // Data, keys, logs; made by the caller.
  std::string redis_socket;  // Empty: redis.sock in work_dir, whose path must then be short.
  std::vector<std::string> departments = {"95"};
  bool regulation = true;
  std::vector<std::string> redis_overrides;  // "--appendfsync", "no"...
};

// Thread-safe except for Kill/Restart of the same process at the same time.
class Fleet {
 public:
  static absl::StatusOr<std::unique_ptr<Fleet>> Start(FleetOptions options);
  ~Fleet();

  // "redis", "registry", "matcher", "regulation".
  std::vector<std::string> Names() const;
  void Kill(const std::string& name);
  absl::Status Restart(const std::string& name);
  // Until every service answers SERVING on grpc.health.v1.
  absl::Status WaitServing(absl::Duration timeout);
  // Process id, for memory figures; -1 when not running.
  int Pid(const std::string& name) const;

  // gRPC address of a service, or the redis address ("unix:...").
  std::string Address(const std::string& name) const;
  // A bearer token of the development issuer.
  std::string Token(platform::Role role, const std::string& subject, std::vector<std::string> places = {}) const;
  const FleetOptions& options() const { return options_; }

 private:
  explicit Fleet(FleetOptions options) : options_(std::move(options)) {}
  absl::Status StartOne(const std::string& name);

  FleetOptions options_;
  std::unique_ptr<platform::DevIssuer> issuer_;
  std::map<std::string, std::vector<std::string>> commands_;
  std::map<std::string, std::string> addresses_;
  std::map<std::string, Child> children_;
};

// A fresh folder under /tmp, removed by the caller.
absl::StatusOr<std::string> MakeWorkDir();

}  // namespace snp::loadgen
