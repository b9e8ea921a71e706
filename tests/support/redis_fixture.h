// A private redis-server for one test: on a unix socket in a temporary folder of its own, no TCP port, ready in milliseconds, gone with the object.
// It touches no other server, file or port.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "store/redis/client.h"

namespace snp::testing {

struct RedisSettings {
  // AOF with appendfsync always, as shipped: what was acknowledged survives Kill. Off: nothing is kept.
  bool durable = false;
  // More lines of redis.conf: {"maxmemory", "4mb"}.
  std::vector<std::pair<std::string, std::string>> more;
};

// Not thread-safe. Start it from a thread that outlives it (the server dies with the thread that started it, so that a test that crashes leaves
// none).
class RedisFixture {
 public:
  // Starts the server; ends the process with a message when it does not come up (no redis-server installed).
  explicit RedisFixture(RedisSettings settings = {});
  ~RedisFixture();
  RedisFixture(const RedisFixture&) = delete;
  RedisFixture& operator=(const RedisFixture&) = delete;

  // "unix:/..." for ClientOptions.
  std::string address() const { return "unix:" + folder_ + "/redis.sock"; }
  const std::string& folder() const { return folder_; }
  pid_t pid() const { return pid_; }

  // kill -9. Precondition: running.
  void Kill();
  // Starts again on the same folder, after Kill, and waits until it serves.
  void Start();
  // SIGSTOP and SIGCONT: a server that is there but does not answer.
  void Freeze();
  void Thaw();

  // A connected client; ends the process when it cannot connect within 10 s.
  std::unique_ptr<store::redis::Client> NewClient() const { return NewClient(store::redis::ClientOptions()); }
  // The same with these options (the address is filled in).
  std::unique_ptr<store::redis::Client> NewClient(store::redis::ClientOptions options) const;
  // One command on a connection of its own, for looking behind the product's back. Error replies stay replies.
  store::redis::Reply Do(std::vector<std::string> args) const;

 private:
  RedisSettings settings_;
  std::string folder_;
  pid_t pid_ = -1;
};

}  // namespace snp::testing
