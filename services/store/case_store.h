// Port to regulation's shared state. The rules of a case are pure code (domain/case_life.h); the store keeps opaque records and changes one only
// when nobody changed it in between, together with the queue, the case's event and the audit record: one atomic step.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "domain/names.h"
#include "platform/async/task.h"
#include "store/registry_store.h"

namespace snp::store {

// A case as stored.
struct StoredCase {
  domain::CaseName name;
  int64_t revision = 0;
  std::string record;  // Serialised snp.regulation.v1.CaseRecord; opaque here.
};

// One change of a case.
struct CaseChange {
  StoredCase next;                      // next.revision = expected + 1 (1: create).
  std::optional<int64_t> queue_order;   // Where it stands in the queue; nullopt: not in the queue.
  std::optional<absl::Time> due;        // The reconciler looks at it then (a step is pending); nullopt: nothing pending.
  std::optional<absl::Time> purgeable;  // Closed at; nullopt: live.
  std::string audit;                    // Serialised AuditRecord; empty: none.
  std::string event;                    // Verb for the queue's log; ids and codes only.
  std::string answer;                   // Serialised answer to keep with the request marker; empty: none is kept.
  std::string booking;                  // Booking the case now has: full name, kept so that a registry event finds its case; empty: none.
};

struct CaseEvent {
  int64_t sequence = 0;
  domain::CaseId id;
  std::string event;
};

class CaseStore {
 public:
  virtual ~CaseStore() = default;
  // REVISION_MISMATCH (ABORTED) when it changed since it was read. `request` empty id: no marker (reconciler). Returns the kept answer when
  // this request was answered before (then nothing is changed), else an empty string.
  virtual platform::Task<absl::StatusOr<std::string>> Put(Request request, CaseChange change) = 0;
  // The kept answer of a request, if it was answered; REQUEST_ID_REUSED when the fingerprint differs.
  virtual platform::Task<absl::StatusOr<std::optional<std::string>>> FindAnswer(Request request, domain::Department department) = 0;
  virtual platform::Task<absl::StatusOr<StoredCase>> Get(domain::CaseName name, absl::Time deadline) = 0;
  // Cases of the queue in order.
  virtual platform::Task<absl::StatusOr<Page<StoredCase>>> ListQueue(domain::Department department, int page_size, std::string token,
                                                                     absl::Time deadline) = 0;
  // Ids whose `due` is at or before `now`.
  virtual platform::Task<absl::StatusOr<std::vector<domain::CaseId>>> ListDue(domain::Department department, absl::Time now, int limit,
                                                                             absl::Time deadline) = 0;
  // Appends an audit record without changing the case (propose, refusals). Keeps `answer` with the request marker.
  virtual platform::Task<absl::StatusOr<std::string>> Audit(Request request, domain::CaseName name, std::string audit, std::string answer) = 0;
  virtual platform::Task<absl::StatusOr<std::vector<std::string>>> ReadAudit(domain::CaseName name, absl::Time deadline) = 0;
  // Deletes closed cases and their audit when closed before `before`; returns the number of audit records deleted.
  virtual platform::Task<absl::StatusOr<int64_t>> Purge(domain::Department department, absl::Time before, int limit, absl::Time deadline) = 0;
  // The queue's own log, for WatchQueue: same contract as EventLog::Read. `head` with cursor 0.
  virtual platform::Task<absl::StatusOr<int64_t>> ReadHead(domain::Department department, absl::Time deadline) = 0;
  virtual platform::Task<absl::StatusOr<std::vector<CaseEvent>>> ReadLog(domain::Department department, int64_t cursor, int limit,
                                                                        absl::Duration wait) = 0;
};

// Where a consumer of the registry's log stands, kept across restarts.
class CursorStore {
 public:
  virtual ~CursorStore() = default;
  virtual platform::Task<absl::StatusOr<std::string>> Load(domain::Department department, std::string consumer, absl::Time deadline) = 0;
  virtual platform::Task<absl::Status> Save(domain::Department department, std::string consumer, std::string cursor, absl::Time deadline) = 0;
};

}  // namespace snp::store
