// GetIndexStatus: what the index holds and how old it is.
#pragma once

#include "matcher/departments.h"
#include "matcher/index/index.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "platform/clock.h"

namespace snp::matcher {

namespace v1 {
class GetIndexStatusRequest;
class GetIndexStatusResponse;
}  // namespace v1

class IndexStatusVerb {
 public:
  IndexStatusVerb(const Index& index, const Departments& departments, const platform::Clock& clock)
      : index_(index), departments_(departments), clock_(clock) {}
  platform::Task<absl::StatusOr<v1::GetIndexStatusResponse>> GetIndexStatus(platform::Caller caller, const v1::GetIndexStatusRequest& request) const;

 private:
  const Index& index_;
  const Departments& departments_;
  const platform::Clock& clock_;
};

}  // namespace snp::matcher
