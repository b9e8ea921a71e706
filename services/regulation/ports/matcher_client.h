// What regulation asks of the matcher.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "platform/async/task.h"

namespace snp::matcher::v1 {
class RankRequest;
class RankResponse;
}  // namespace snp::matcher::v1

namespace snp::regulation {

// Advice only: what it ranks may be taken by the time it is asked for. Thread-safe.
class MatcherClient {
 public:
  virtual ~MatcherClient() = default;
  // INDEX_LOADING and PEER_UNAVAILABLE: ask again later. FIELD_INVALID: a commune that nobody knows.
  virtual platform::Task<absl::StatusOr<matcher::v1::RankResponse>> Rank(matcher::v1::RankRequest request, absl::Time deadline) = 0;
};

}  // namespace snp::regulation
