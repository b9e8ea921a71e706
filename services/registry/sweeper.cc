#include "registry/sweeper.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/async/sync_wait.h"
#include "platform/log.h"
#include "platform/status_macros.h"

namespace snp::registry {
namespace {

using platform::SyncWait;

// Steps of one script call: long enough to be quick in total, short enough not to hold Redis up.
constexpr int kBatch = 200;
// A clock that runs a thousand times as fast as the wall must not turn the sweeper into a busy loop.
constexpr absl::Duration kShortestWait = absl::Milliseconds(5);

std::vector<domain::Department> EveryDepartment() {
  std::vector<domain::Department> all;
  for (int i = 1; i < 980; ++i) {
    const std::string code = absl::StrCat(i < 10 ? "0" : "", i);
    if (domain::IsDepartmentCode(code)) all.emplace_back(code);
  }
  all.emplace_back("2A");
  all.emplace_back("2B");
  return all;
}

// Also when the clock was set back.
bool IsDue(absl::Time last, absl::Duration every, absl::Time now) { return now - last >= every || now < last; }

}  // namespace

Sweeper::Sweeper(store::RegistrySweep& sweep, store::DirectoryStore& directory, store::EventLog& log, ActiveDepartments& active,
                 const platform::Clock& clock, Metrics& metrics, SweepOptions options)
    : sweep_(sweep),
      directory_(directory),
      log_(log),
      active_(active),
      clock_(clock),
      metrics_(metrics),
      options_(options),
      every_department_(EveryDepartment()),
      looked_at_all_(active.fixed()),
      began_(clock.Now()) {}

absl::Duration Sweeper::Turn() {
  const absl::Duration wait = std::max(clock_.RealDuration(options_.expire_every), kShortestWait);
  const absl::Time now = clock_.Now();
  if (looked_at_all_ && !IsDue(last_turn_, options_.expire_every, now)) return wait;
  last_turn_ = now;
  Discover();
  absl::Status worst;
  absl::Duration lag;
  for (const domain::Department& department : active_.List()) {
    Done& done = done_[department];
    absl::Status status = Sweep(department, now, &done);
    if (!status.ok()) worst = std::move(status);
    lag = std::max(lag, now - std::max(done.expired, began_));
  }
  metrics_.SetSweepLag(absl::ToDoubleSeconds(lag));
  if (worst.ok() == failing_) {
    failing_ = !worst.ok();
    platform::Log(failing_ ? platform::LogLevel::kWarning : platform::LogLevel::kInfo, failing_ ? "sweep failing" : "sweep works again",
                  {{"error", worst.message()}});
  }
  return wait;
}

// At first all departments, then one per turn: what another process wrote to a department this one never heard of is found within seconds, and at
// once after a start. A department without a place has nothing to sweep.
void Sweeper::Discover() {
  if (active_.fixed()) return;
  do {
    const domain::Department& department = every_department_[next_look_];
    const auto places = SyncWait(directory_.ListPlaces(department, 1, std::string(), absl::InfiniteFuture()));
    if (!places.ok()) return;
    if (!places->items.empty()) active_.Touch(department);
    if (++next_look_ == every_department_.size()) {
      next_look_ = 0;
      looked_at_all_ = true;
    }
  } while (!looked_at_all_);
}

// Each step for itself: one that fails for a reason of its own must not keep the others from their work.
absl::Status Sweeper::Sweep(const domain::Department& department, absl::Time now, Done* done) {
  absl::Status worst;
  const auto step = [&](absl::Time* last, absl::Duration every, absl::Status (Sweeper::*take)(const domain::Department&, absl::Time)) {
    if (!IsDue(*last, every, now)) return;
    absl::Status status = (this->*take)(department, now);
    if (status.ok()) {
      *last = now;
    } else if (worst.ok()) {
      worst = std::move(status);
    }
  };
  step(&done->expired, options_.expire_every, &Sweeper::Expire);
  step(&done->flagged, options_.flag_every, &Sweeper::Flag);
  step(&done->forgotten, options_.forget_every, &Sweeper::Forget);
  return worst;
}

absl::Status Sweeper::Expire(const domain::Department& department, absl::Time now) {
  for (int ended = kBatch; ended == kBatch;) {
    ASSIGN_OR_RETURN(ended, SyncWait(sweep_.ExpireHolds(department, now, kBatch)));
    metrics_.CountExpired(ended);
  }
  return absl::OkStatus();
}

absl::Status Sweeper::Flag(const domain::Department& department, absl::Time now) {
  for (int flagged = kBatch; flagged == kBatch;) {
    ASSIGN_OR_RETURN(flagged, SyncWait(sweep_.FlagUnacknowledged(department, now, options_.acknowledge_lead, kBatch)));
    metrics_.CountUnacknowledged(flagged);
  }
  ASSIGN_OR_RETURN(const store::LogHead head, SyncWait(log_.ReadHead(department, absl::InfiniteFuture())));
  metrics_.SetLogHead(department, head.sequence);
  return absl::OkStatus();
}

absl::Status Sweeper::Forget(const domain::Department& department, absl::Time now) {
  for (int forgotten = kBatch; forgotten == kBatch;) {
    ASSIGN_OR_RETURN(forgotten, SyncWait(sweep_.ForgetPast(department, now - options_.forget_after, kBatch)));
    metrics_.CountForgotten(forgotten);
  }
  return absl::OkStatus();
}

}  // namespace snp::registry
