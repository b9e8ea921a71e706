// CaseStore over Redis. Steps: scripts/put_case.lua, audit_case.lua, purge_cases.lua.
//
// A case is a hash (revision, record, bookings it had). Beside it, per department: the queue, the due and the closed cases (sorted sets), the queue's
// log (a stream), the index from booking to case. The audit of a case is a list under a prefix of its own, so that a Redis user can be kept from it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/case_store.h"
#include "store/redis/client.h"
#include "store/redis/log_reader.h"

namespace snp::store::redis {

// Thread-safe. Must outlive its calls; its destructor fails the ReadLog calls that wait, and must not run on a client's thread.
class RedisCaseStore final : public CaseStore {
 public:
  // `client` must outlive it; `blocking` makes the connections of ReadLog calls that wait.
  RedisCaseStore(Client& client, ClientOptions blocking, int max_followers = 64);

  platform::Task<absl::StatusOr<std::string>> Put(Request request, CaseChange change) override;
  platform::Task<absl::StatusOr<std::optional<std::string>>> FindAnswer(Request request, domain::Department department) override;
  platform::Task<absl::StatusOr<StoredCase>> Get(domain::CaseName name, absl::Time deadline) override;
  platform::Task<absl::StatusOr<std::optional<domain::CaseName>>> FindByBooking(domain::Department department, domain::BookingName booking,
                                                                                absl::Time deadline) override;
  platform::Task<absl::StatusOr<Page<StoredCase>>> ListQueue(domain::Department department, int page_size, std::string token,
                                                             absl::Time deadline) override;
  platform::Task<absl::StatusOr<std::vector<domain::CaseId>>> ListDue(domain::Department department, absl::Time now, int limit,
                                                                      absl::Time deadline) override;
  platform::Task<absl::StatusOr<std::string>> Audit(Request request, domain::CaseName name, std::string audit, std::string answer) override;
  platform::Task<absl::StatusOr<std::vector<std::string>>> ReadAudit(domain::CaseName name, absl::Time deadline) override;
  platform::Task<absl::StatusOr<int64_t>> Purge(domain::Department department, absl::Time before, int limit, absl::Time deadline) override;
  platform::Task<absl::StatusOr<int64_t>> ReadHead(domain::Department department, absl::Time deadline) override;
  platform::Task<absl::StatusOr<std::vector<CaseEvent>>> ReadLog(domain::Department department, int64_t cursor, int limit,
                                                                 absl::Duration wait) override;

 private:
  Client& client_;
  ConnectionPool pool_;
  LogReader log_;
};

}  // namespace snp::store::redis
