// Follows the registry's event log of a department and tells the cases concerned: a practice that cancels, a slot withdrawn, a hold that ran out, a
// booking nobody acknowledged, a patient seen or not.
//
// An event is only a hint: the booking itself is read and mirrored into the case (Mirror), so that an event heard twice, or late, does no harm. The
// cursor is kept in the shared state; a log trimmed past it, or another data set, is answered by comparing every case that has a place.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "domain/names.h"
#include "domain/supply.h"
#include "platform/async/task.h"
#include "regulation/case_desk.h"
#include "regulation/ports/registry_client.h"
#include "regulation/reconciler.h"
#include "store/event_log.h"

namespace snp::regulation {

// One thread at a time.
class RegistryFollower {
 public:
  // `department`: whose events are heard; `served`: whose cases may have places there, not empty. Bookings that start within `lead` and are not
  // acknowledged are alerted.
  RegistryFollower(domain::Department department, std::vector<domain::Department> served, CaseDesk& desk, Reconciler& reconciler,
                   RegistryClient& registry, store::EventLog& log, store::CursorStore& cursors, absl::Duration lead = absl::Minutes(15));

  // Reads and applies what is new, waiting up to `wait` for it. An error: nothing is lost, the next turn begins where this one stopped.
  platform::Task<absl::Status> Turn(absl::Duration wait);

 private:
  platform::Task<absl::Status> LoadCursor();
  platform::Task<absl::Status> Restart();
  platform::Task<absl::Status> Apply(domain::Change change);
  platform::Task<absl::Status> TellBookingsOf(domain::SlotId slot, absl::Time happened);
  // Looks at places taken a while ago: what no case knows of by now goes back (Reconciler::GiveBackOrphan).
  platform::Task<absl::Status> CheckTaken();
  platform::Task<absl::Status> Tell(std::string booking, std::string case_name, News news, absl::Time happened);

  const domain::Department department_;
  const std::vector<domain::Department> served_;
  // Two Centres 15 may hear the same department: each has a cursor of its own.
  const std::string consumer_;
  CaseDesk& desk_;
  Reconciler& reconciler_;
  RegistryClient& registry_;
  store::EventLog& log_;
  store::CursorStore& cursors_;
  absl::Duration lead_;
  // Places taken whose case is still to be looked at, oldest first. Their events stay behind the saved cursor, so that a crash forgets none.
  struct Taken {
    int64_t sequence = 0;
    domain::CaseName case_name;
    std::string booking;
    absl::Time look;
  };
  std::deque<Taken> taken_;
  bool loaded_ = false;
  store::LogHead cursor_;
  int64_t saved_ = -1;
};

}  // namespace snp::regulation
