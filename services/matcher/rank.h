// Rank: the k best candidates for a demand, and why.
#pragma once

#include <map>
#include <string>

#include "absl/time/time.h"
#include "domain/commune.h"
#include "matcher/departments.h"
#include "matcher/index/index.h"
#include "matcher/policy_file.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "platform/clock.h"

namespace snp::matcher {

namespace v1 {
class RankRequest;
class RankResponse;
}  // namespace v1

class RankVerb {
 public:
  struct Parts {
    const Index& index;
    const Departments& departments;
    const domain::CommuneTable& communes;
    const Policies& policies;
    const std::string& default_policy;
    const platform::Clock& clock;
    absl::TimeZone zone;
  };
  // The parts outlive it.
  explicit RankVerb(Parts parts) : parts_(parts) {}

  // Never suspends: all is in memory.
  platform::Task<absl::StatusOr<v1::RankResponse>> Rank(platform::Caller caller, const v1::RankRequest& request) const;

 private:
  absl::StatusOr<v1::RankResponse> Answer(const platform::Caller& caller, const v1::RankRequest& request) const;
  const Parts parts_;
};

}  // namespace snp::matcher
