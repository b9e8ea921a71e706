// Reads a case, judges a change on what was read, writes it when nobody else wrote in between, and judges again when somebody did.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "domain/names.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "platform/clock.h"
#include "regulation/case_rules.h"
#include "store/case_store.h"

namespace snp::regulation {

// A case as it was read.
struct OpenedCase {
  domain::CaseName name;
  int64_t revision = 0;
  pb::CaseRecord record;
  // What becomes of the change when memory is full. By its state: written when it ends the case, makes it an emergency or gives a place back. Write:
  // it says what the registry did. Refuse: it gives a place back only to take another, for which there would be no room.
  enum class WhenFull { kByState, kWrite, kRefuse };
  WhenFull when_full = WhenFull::kByState;
};

// Who asks for what: identity, idempotency key with its fingerprint, deadline.
struct Asker {
  platform::Caller caller;
  store::Request request;

  absl::Time deadline() const { return request.deadline; }
};

// What a verb does to a case.
struct CaseVerb {
  // For the audit and the queue's log.
  std::string name;
  // Changes the record and fills the audit record, or refuses. Called anew for each try, on a fresh record: it keeps nothing.
  std::function<absl::Status(pb::CaseRecord&, pb::AuditRecord&)> judge;
  // Serialised answer to keep for a retry; null: the request is answered later (a step follows).
  std::function<std::string(const pb::Case&)> answer;
};

struct Written {
  OpenedCase opened;  // As it now stands.
  std::string kept;   // Not empty: this request was answered before, thus; nothing was written now.
};

// Thread-safe.
class CaseDesk {
 public:
  // A verb ends its own step within its caller's deadline; the reconciler takes over after this.
  static constexpr absl::Duration kStepPatience = absl::Seconds(5);

  CaseDesk(store::CaseStore& store, const platform::Clock& clock) : store_(store), clock_(clock) {}

  platform::Task<absl::StatusOr<OpenedCase>> Read(domain::CaseName name, absl::Time deadline);
  // The answer kept for this request, empty when there is none.
  platform::Task<absl::StatusOr<std::string>> FindAnswer(Asker asker, domain::Department department);
  // Reads, judges, writes; up to 6 times, then REVISION_MISMATCH. A refusal that is a decision (safety, state, claim, no place) is audited.
  platform::Task<absl::StatusOr<Written>> Apply(Asker asker, domain::CaseName name, CaseVerb verb);
  // Writes `opened.record` as the next revision. REVISION_MISMATCH when the case changed since it was read. An audit record without a case is not
  // kept (a step is begun: its decision is recorded once it is known how it ended); its verb still names the event.
  platform::Task<absl::StatusOr<Written>> Write(store::Request request, OpenedCase opened, pb::AuditRecord audit,
                                                std::function<std::string(const pb::Case&)> answer);
  // Records a refusal; a failure to do so changes nothing for the caller.
  platform::Task<bool> AuditRefusal(Asker asker, domain::CaseName name, pb::AuditRecord audit, absl::Status refusal);

  // A record begun: who, when, which verb.
  pb::AuditRecord BeginAudit(const platform::Caller& caller, const domain::CaseName& name, absl::string_view verb) const;
  absl::Time Now() const { return clock_.Now(); }
  store::CaseStore& store() { return store_; }

 private:
  store::CaseStore& store_;
  const platform::Clock& clock_;
};

// request_id of the step that the next change of the case begins: the same for every try to end it, another for every other step.
std::string NextStepId(const domain::CaseName& name, const pb::CaseRecord& record);

}  // namespace snp::regulation
