// Paging through a sorted set by (score, member): each page starts after the last item of the one before, so that any depth costs the same (but for
// items of one score, which are read again), and what appears or goes in between makes no other item come twice or not at all.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "platform/async/task.h"
#include "store/redis/client.h"

namespace snp::store::redis {

struct IdPage {
  std::vector<std::string> ids;
  std::string next_token;  // Empty: nothing follows.
};

// Members with min <= score < max, after `token` (empty: from the start), at most `page_size` (1 at least). Scores within +-2^53. FIELD_INVALID
// (page_token) for a token that this function did not make.
platform::Task<absl::StatusOr<IdPage>> ReadScoredPage(Client& client, std::string key, int64_t min, int64_t max, int page_size, std::string token,
                                                      absl::Time deadline);

// The same through a sorted set whose scores are all 0: by member alone.
platform::Task<absl::StatusOr<IdPage>> ReadNamedPage(Client& client, std::string key, int page_size, std::string token, absl::Time deadline);

}  // namespace snp::store::redis
