// Ends what a crash or a silent peer left half-way, and compares what cases believe with what the registry says.
//
// A turn takes the cases that are due: a step still pending is ended (step.h); a hold past its deadline, or a booking not heard of for long, is read
// from the registry and mirrored. Safe to run from several processes at once: every change is a compare-and-set.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "domain/names.h"
#include "platform/async/task.h"
#include "regulation/case_desk.h"
#include "regulation/ports/registry_client.h"
#include "regulation/step.h"

namespace snp::regulation {

// A failure that says nothing for good: asked again later, the same may succeed (silence, no room, a token that has just expired).
bool MayPass(const absl::Status& status);

// Thread-safe.
class Reconciler {
 public:
  Reconciler(CaseDesk& desk, StepRunner& steps, RegistryClient& registry) : desk_(desk), steps_(steps), registry_(registry) {}

  struct Turn {
    int seen = 0;   // Cases that were due.
    int ended = 0;  // Steps ended or cases put right.
    bool more = false;
    bool registry_silent = false;  // It did not answer: try again later.
  };
  // One turn over a department's due cases.
  platform::Task<Turn> Run(domain::Department department);
  // Every case with a place or a step, due or not: after a gap in the registry's events. `news`: what may have been
  // said in the gap. False: not all could be looked at, repeat.
  platform::Task<bool> CompareAll(domain::Department department, News news);
  // Mirrors the registry's word on the case's place. OK when there was nothing to do, or when the case no longer exists.
  platform::Task<absl::Status> Compare(domain::CaseName name, News news, bool push_check);
  // A live hold or booking in a case's name that neither the case nor a step of it knows of goes back. False: a step of the case is under way, ask
  // again once it has ended.
  platform::Task<absl::StatusOr<bool>> GiveBackOrphan(domain::CaseName name, std::string booking);

 private:
  platform::Task<absl::Status> PutRight(domain::CaseName name);
  // The due cases that a turn looks at: those that failed in the last turn come last, so that they never keep the others waiting.
  std::vector<domain::CaseId> Choose(const domain::Department& department, std::vector<domain::CaseId> due);

  CaseDesk& desk_;
  StepRunner& steps_;
  RegistryClient& registry_;
  std::mutex mutex_;
  std::map<domain::Department, std::set<domain::CaseId>> failed_;  // In the last turn.
};

}  // namespace snp::regulation
