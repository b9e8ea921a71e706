// Port to regulation's shared state. The rules of a case are pure code (domain/case_life.h); the store keeps opaque records and changes one only
// when nobody changed it in between, together with the queue, the case's event and the audit record: one atomic step.
//
// Answers are kept 24 h with their request's marker, and hold a case as it was then: no purge reaches them, they end by themselves.
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
  std::optional<int64_t> queue_order;   // Where it stands in the queue, within +-2^53; nullopt: not in the queue.
  std::optional<absl::Time> due;        // The reconciler looks at it then (a step is pending); nullopt: nothing pending.
  std::optional<absl::Time> purgeable;  // When its retention begins; nullopt: never purged.
  std::string audit;                    // Serialised AuditRecord; empty: none.
  std::string event;                    // Verb for the queue's log; ids and codes only.
  std::string answer;                   // Serialised answer to keep with the request marker; empty: none is kept, and the request may come again.
  std::string booking;                  // Booking the case now has: full name, kept so that a registry event finds its case; empty: none.
  // Written although Redis' memory is full, where any other change is refused with STORE_FULL. For the changes that a patient must not wait for,
  // those that give a place back: an R1/R2, a refusal, a closing.
  bool even_when_full = false;
};

struct CaseEvent {
  int64_t sequence = 0;
  domain::CaseId id;
  std::string event;
};

class CaseStore {
 public:
  virtual ~CaseStore() = default;
  // REVISION_MISMATCH (ABORTED) when it changed since it was read, NOT_FOUND when it was purged meanwhile, ALREADY_EXISTS for a creation whose id is
  // taken. `request` empty id: no marker (reconciler). Returns the kept answer when this request was answered before (then nothing is changed),
  // else an empty string. Never refused for the length of the audit: beyond 2,000 records the case's oldest goes.
  virtual platform::Task<absl::StatusOr<std::string>> Put(Request request, CaseChange change) = 0;
  // The kept answer of a request, if it was answered; REQUEST_ID_REUSED when the fingerprint differs.
  virtual platform::Task<absl::StatusOr<std::optional<std::string>>> FindAnswer(Request request, domain::Department department) = 0;
  virtual platform::Task<absl::StatusOr<StoredCase>> Get(domain::CaseName name, absl::Time deadline) = 0;
  // The case that has or had this booking (of any department), by CaseChange::booking; nullopt: none that is known.
  virtual platform::Task<absl::StatusOr<std::optional<domain::CaseName>>> FindByBooking(domain::Department department, domain::BookingName booking,
                                                                                        absl::Time deadline) = 0;
  // Cases of the queue by (order, id). FIELD_INVALID (page_token) for a token that is not ours.
  virtual platform::Task<absl::StatusOr<Page<StoredCase>>> ListQueue(domain::Department department, int page_size, std::string token,
                                                                     absl::Time deadline) = 0;
  // Ids whose `due` is at or before `now`.
  virtual platform::Task<absl::StatusOr<std::vector<domain::CaseId>>> ListDue(domain::Department department, absl::Time now, int limit,
                                                                              absl::Time deadline) = 0;
  // Appends an audit record without changing the case (propose, refusals). Keeps `answer` with the request marker. NOT_FOUND; OVERLOADED when the
  // case already has 1,000 records. Returns as Put does.
  virtual platform::Task<absl::StatusOr<std::string>> Audit(Request request, domain::CaseName name, std::string audit, std::string answer) = 0;
  virtual platform::Task<absl::StatusOr<std::vector<std::string>>> ReadAudit(domain::CaseName name, absl::Time deadline) = 0;
  // Deletes up to `limit` cases that are closed since before `before`, with their audit; returns the number of audit records deleted. Live cases
  // stay. Nothing left to delete: 0, unless no deleted case had an audit record.
  virtual platform::Task<absl::StatusOr<int64_t>> Purge(domain::Department department, absl::Time before, int limit, absl::Time deadline) = 0;
  // The queue's own log, for WatchQueue: same contract as EventLog::Read, but its data set is told apart by its numbers: a new log starts at the time
  // (ms) it is made. Head 0 and cursor 0: a log without any entry yet.
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
