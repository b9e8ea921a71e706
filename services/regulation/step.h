// Steps towards the registry. A step is written into the case first, then taken, then its result is recorded: whoever finds one that is not recorded
// (a retry, another verb, the reconciler after a crash) ends it the same way, because the registry answers a repeated request_id as it did the first
// time.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "platform/async/task.h"
#include "regulation/case_desk.h"
#include "regulation/ports/registry_client.h"

namespace snp::regulation {

// How a step ended.
struct StepEnd {
  OpenedCase opened;
  // OK, or why the registry refused for good (SLOT_TAKEN, HOLD_EXPIRED...): recorded as well. A safety refusal: the case was re-qualified meanwhile
  // and what the step took went back.
  absl::Status outcome;
  // Serialised answer of the verb that began it, when it succeeded.
  std::string answer;
  // Slots that the step tried.
  std::vector<std::string> tried;
  // Somebody else recorded it first: the case as it now stands, outcome and answer unknown.
  bool elsewhere = false;
};

// Thread-safe.
class StepRunner {
 public:
  // A hold or booking begun longer ago than this is not wanted any more when the reconciler finds it: the caller has long hung up.
  static constexpr absl::Duration kAbandonAfter = absl::Minutes(2);

  StepRunner(CaseDesk& desk, RegistryClient& registry) : desk_(desk), registry_(registry) {}

  // While it lives, this process is at the step: the reconciler leaves it alone however fast the clock runs. Taken before the step is written.
  class Owned {
   public:
    Owned(StepRunner& runner, std::string step_id);
    ~Owned();
    Owned(const Owned&) = delete;

   private:
    StepRunner& runner_;
    const std::string step_id_;
  };
  bool IsOwned(const std::string& step_id) const;

  // Ends the step `step_id` of a case. An error (the registry or the store does not answer): it stays pending. `recovering`: nobody waits for the
  // answer; a place that is recorded then raises STEP_RECOVERED.
  platform::Task<absl::StatusOr<StepEnd>> End(domain::CaseName name, std::string step_id, bool recovering, absl::Time deadline);

  // Gives back a hold or booking that no case and no step knows of. OK also when it had ended already.
  platform::Task<absl::Status> GiveBackOrphan(std::string booking, absl::Time deadline);

 private:
  platform::Task<absl::StatusOr<registry::v1::Booking>> Take(pb::PendingStep step, std::string case_name, absl::Time deadline);
  platform::Task<absl::StatusOr<registry::v1::Booking>> GiveBack(pb::PendingStep step, absl::Time deadline);

  CaseDesk& desk_;
  RegistryClient& registry_;
  mutable std::mutex mutex_;
  std::multiset<std::string> owned_;
};

}  // namespace snp::regulation
