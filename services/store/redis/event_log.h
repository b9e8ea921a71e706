// EventLog over Redis: a stream per department (fields: event_codec.h), its counter and the name of its data set.
//
// A Read that waits, and a Snapshot, use connections of their own (log_reader.h), so that neither a blocked XREAD nor megabytes of slots hold up the
// bookings on the shared one. A snapshot of 100,000 slots takes one or two seconds.
#pragma once

#include <functional>
#include <vector>

#include "store/event_log.h"
#include "store/redis/client.h"
#include "store/redis/log_reader.h"

namespace snp::store::redis {

// Thread-safe. Must outlive its calls; its destructor fails those that wait, and must not run on a client's thread.
class RedisEventLog final : public EventLog {
 public:
  // `client` must outlive it; `blocking` makes the connections of calls that wait or read much, at most `max_followers` at once (beyond: OVERLOADED).
  RedisEventLog(Client& client, ClientOptions blocking, int max_followers = 64);

  // Names the data set if nobody did yet, so that a cursor into an empty log holds when its first event comes.
  platform::Task<absl::StatusOr<LogHead>> ReadHead(domain::Department department, absl::Time deadline) override;
  // `wait` is real time, at most 10 s.
  platform::Task<absl::StatusOr<std::vector<domain::Change>>> Read(domain::Department department, LogHead cursor, int limit,
                                                                   absl::Duration wait) override;
  // In the order of (start, id). `progress` is called on the connection's thread. A slot that is published while this runs may be there or not: its
  // event says.
  platform::Task<absl::StatusOr<DepartmentSnapshot>> Snapshot(domain::Department department, absl::Time from,
                                                              std::function<void(int64_t, int64_t)> progress) override;

 private:
  Client& client_;
  ConnectionPool pool_;
  LogReader log_;
};

}  // namespace snp::store::redis
