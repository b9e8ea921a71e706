#include "matcher/departments.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "platform/async/sync_wait.h"

namespace snp::matcher {
namespace {

constexpr size_t kLooksPerTurn = 16;
constexpr absl::Duration kLookPatience = absl::Seconds(1);

std::vector<domain::Department> EveryDepartment() {
  std::vector<domain::Department> every;
  for (int i = 1; i <= 976; ++i) {
    const std::string code = absl::StrFormat("%02d", i);
    if (domain::IsDepartmentCode(code)) every.emplace_back(code);
  }
  every.emplace_back("2A");
  every.emplace_back("2B");
  return every;
}

}  // namespace

Departments::Departments(std::vector<domain::Department> fixed, bool discover, store::EventLog& log, Index& index, const platform::Clock& clock,
                         FollowOptions options)
    : fixed_(std::move(fixed)), discover_(discover), log_(log), index_(index), clock_(clock), options_(options), every_(EveryDepartment()) {}

Departments::~Departments() { Stop(); }

void Departments::Start() {
  for (const domain::Department& department : fixed_) Follow(department);
}

void Departments::Follow(const domain::Department& department) {
  std::lock_guard lock(mutex_);
  if (stopping_) return;
  for (const auto& known : following_) {
    if (known->follower->status().department == department) return;
  }
  auto following = std::make_unique<Following>();
  following->follower = std::make_unique<Follower>(department, log_, index_, clock_, options_);
  following->thread = std::thread([this, follower = following->follower.get()] {
    while (!stopping_) {
      const absl::Duration pause = follower->Turn();
      if (pause <= absl::ZeroDuration()) continue;
      std::unique_lock wait(mutex_);
      stop_.wait_for(wait, absl::ToChronoMilliseconds(pause), [this] { return stopping_.load(); });
    }
  });
  following_.push_back(std::move(following));
}

absl::Duration Departments::Discover() {
  if (!discover_) return absl::Hours(1);
  const size_t looks = looked_at_all_ ? kLooksPerTurn : every_.size();
  for (size_t i = 0; i < looks && !stopping_; ++i) {
    const domain::Department& department = every_[next_];
    const auto head = platform::SyncWait(log_.ReadHead(department, absl::Now() + kLookPatience));
    if (!head.ok()) return absl::Seconds(1);
    if (head->sequence > 0) Follow(department);
    if (++next_ == every_.size()) {
      next_ = 0;
      looked_at_all_ = true;
    }
  }
  return absl::Seconds(1);
}

void Departments::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  // Nobody is added any more; statuses() may still be asked while the threads end.
  for (const auto& following : following_) {
    if (following->thread.joinable()) following->thread.join();
  }
}

std::vector<FollowStatus> Departments::statuses() const {
  std::lock_guard lock(mutex_);
  std::vector<FollowStatus> statuses;
  for (const auto& following : following_) statuses.push_back(following->follower->status());
  std::sort(statuses.begin(), statuses.end(), [](const auto& a, const auto& b) { return a.department < b.department; });
  return statuses;
}

bool Departments::ready() const {
  if (ready_) return true;
  const std::vector<FollowStatus> all = statuses();
  if (all.size() < fixed_.size() || (discover_ && !looked_at_all_)) return false;
  if (!std::all_of(all.begin(), all.end(), [](const FollowStatus& s) { return s.ready; })) return false;
  ready_ = true;
  return true;
}

absl::Duration Departments::Age() const {
  absl::Time oldest = absl::InfiniteFuture();
  {
    std::lock_guard lock(mutex_);
    for (const auto& following : following_) {
      if (const auto whole_at = following->follower->whole_at()) oldest = std::min(oldest, *whole_at);
    }
  }
  return oldest == absl::InfiniteFuture() ? absl::ZeroDuration() : std::max(absl::ZeroDuration(), clock_.Now() - oldest);
}

}  // namespace snp::matcher
