// The Redis client: one pipelined connection per Client, awaitable, thread-safe.
//
// A caller's thread formats the command, appends it to the pipeline and writes it out at once; one reader thread parses replies (hiredis' reader) and
// resumes the awaiting coroutines in order. Commands of concurrent callers share the connection, so Redis sees them together and fsyncs the AOF once
// for all of them.
//
// Failure: while disconnected every command fails at once with UNAVAILABLE (nothing is queued); a broken connection fails all commands in flight with
// UNAVAILABLE (taken or not is unknown: callers retry with the same request_id); a reply that does not come by the command's deadline fails that
// command and, after `stall_timeout` without any reply, the connection; once a command has passed its deadline and nothing came for 250 ms, new ones
// fail at once with UNAVAILABLE until something comes. Reconnection is by itself, with backoff. Errors of Redis: OOM, MISCONF and "disk" ->
// RESOURCE_EXHAUSTED STORE_FULL; LOADING, READONLY, CLUSTERDOWN, MASTERDOWN, TRYAGAIN, BUSY -> UNAVAILABLE; others -> INTERNAL. A deadline already
// past is DEADLINE and nothing is sent. What does not fit the socket waits in memory, 64 MB at most, beyond that UNAVAILABLE.
//
// On a Redis Cluster the address is that of any node: a command that it answers with MOVED goes to the node that has the key (its hash tag's slot),
// over one connection more for each node, and so do all later ones of that slot. The first of them may fail with UNAVAILABLE while that connection is
// made. A slot that is being moved (ASK) and a node that is gone are UNAVAILABLE too, until the cluster has settled.
//
// Deadlines are of the machine's clock and kept to about `tick`. A command that blocks in Redis (XREAD BLOCK) blocks every other command of its
// Client: give it a Client of its own. An idle connection is tried with a PING each second.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "platform/async/task.h"

namespace snp::store::redis {

// A RESP2 reply.
struct Reply {
  enum class Kind { kNil, kInteger, kString, kStatus, kArray, kError };
  Kind kind = Kind::kNil;
  int64_t integer = 0;
  std::string text;  // kString, kStatus, kError.
  std::vector<Reply> items;

  bool is_nil() const { return kind == Kind::kNil; }
};

struct ClientOptions {
  // "unix:/path/redis.sock" or "host:port".
  std::string address;
  absl::Duration connect_timeout = absl::Seconds(1);
  absl::Duration default_timeout = absl::Seconds(2);
  absl::Duration stall_timeout = absl::Seconds(2);
  absl::Duration min_backoff = absl::Milliseconds(20);
  absl::Duration max_backoff = absl::Seconds(1);
  // How exactly deadlines are kept: the reader of a silent connection wakes this often. 1 ms to 1 s.
  absl::Duration tick = absl::Milliseconds(20);
  // Every connection begins by loading the scripts, so that no hot path meets NOSCRIPT.
  bool load_scripts = true;
};

// An error reply as an error status; other replies and statuses as they are.
absl::StatusOr<Reply> Checked(absl::StatusOr<Reply> reply);

class Client {
 public:
  explicit Client(ClientOptions options);
  // Fails what is in flight, then joins the reader thread. Must not run on that thread.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // One command. `deadline` infinite: now + default_timeout. A Redis error reply becomes an error status.
  platform::Task<absl::StatusOr<Reply>> Command(std::vector<std::string> args, absl::Time deadline = absl::InfiniteFuture());
  // Several commands written together; replies in order. Error replies stay replies (Kind::kError); the status is about the connection.
  platform::Task<absl::StatusOr<std::vector<Reply>>> Pipeline(std::vector<std::vector<std::string>> commands,
                                                              absl::Time deadline = absl::InfiniteFuture());

  // One command whose error reply stays a reply. `args` outlives the task.
  platform::Task<absl::StatusOr<Reply>> Run(const std::vector<std::string>& args, absl::Time deadline = absl::InfiniteFuture());

  // False while there is no connection, and while a command has passed its deadline and Redis has said nothing since.
  bool connected() const;
  // Blocks up to `timeout` for the connection. For mains and tests.
  bool WaitConnected(absl::Duration timeout) const;

 private:
  struct Impl;
  // On this connection, whatever it answers.
  platform::Task<absl::StatusOr<Reply>> RunHere(const std::vector<std::string>& args, absl::Time deadline);
  platform::Task<absl::StatusOr<std::vector<Reply>>> PipelineHere(const std::vector<std::vector<std::string>>& commands, absl::Time deadline);
  std::unique_ptr<Impl> impl_;
};

}  // namespace snp::store::redis
