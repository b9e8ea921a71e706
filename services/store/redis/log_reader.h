// Reads a Redis stream whose entries are numbered `<sequence>-0` without holes, and notices when it cannot be followed any more.
//
// A blocked XREAD blocks its whole connection, so it never goes through the shared client: each call that waits borrows a connection of its own,
// kept for the next one (each costs a socket and a thread). At most `max_connections` wait at once, the others get RESOURCE_EXHAUSTED OVERLOADED.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "platform/async/task.h"
#include "store/redis/client.h"

namespace snp::store::redis {

// Where one log lives.
struct LogKeys {
  std::string stream;
  std::string sequence;  // Counter: number of the last entry.
  std::string epoch;     // Empty: this log has none.
};

struct LogEntry {
  int64_t sequence = 0;
  std::vector<std::pair<std::string, std::string>> fields;
};

// Connections of the callers that wait or read much, apart from the shared one. Thread-safe.
class ConnectionPool {
 public:
  // Longest time one command of these connections may take to answer.
  static constexpr absl::Duration kMaxBlock = absl::Seconds(10);

  ConnectionPool(ClientOptions options, int max_connections);
  // Closes the connections (what waits on them fails with UNAVAILABLE) and waits until every lease is given back. Must not run on a thread of a
  // client.
  ~ConnectionPool();
  ConnectionPool(const ConnectionPool&) = delete;

  class Lease {
   public:
    Lease(Lease&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), client_(other.client_) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Client& client() const { return *client_; }

   private:
    friend class ConnectionPool;
    Lease(ConnectionPool* pool, Client* client) : pool_(pool), client_(client) {}
    ConnectionPool* pool_;
    Client* client_;
  };
  absl::StatusOr<Lease> Borrow();

 private:
  struct State;
  void GiveBack(Client* client);
  ClientOptions options_;
  std::unique_ptr<State> state_;
};

// Thread-safe. Must outlive its calls' use of `shared` and `pool`.
class LogReader {
 public:
  LogReader(Client& shared, ConnectionPool& pool) : shared_(shared), pool_(pool) {}

  // Entries after `cursor`, oldest first, at most `limit`. None there: waits up to `wait` of real time (at most kMaxBlock) for the first one, which
  // ends the wait at once; an idle wait may end 100 ms late (Redis looks at them ten times a second). Empty: none came, and the log was seen whole.
  // CURSOR_TRIMMED: trimmed past the cursor, a hole, a head behind the cursor, or another epoch than `epoch`.
  platform::Task<absl::StatusOr<std::vector<LogEntry>>> Read(LogKeys keys, std::string epoch, int64_t cursor, int limit, absl::Duration wait);

 private:
  platform::Task<absl::StatusOr<std::vector<LogEntry>>> Fetch(LogKeys keys, std::string epoch, int64_t cursor, int limit);
  Client& shared_;
  ConnectionPool& pool_;
};

// A field of an entry, empty when absent.
absl::string_view FieldOf(const LogEntry& entry, absl::string_view name);

}  // namespace snp::store::redis
