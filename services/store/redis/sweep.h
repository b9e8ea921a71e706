// RegistrySweep over Redis: what time does to holds and bookings. Steps: scripts/expire_holds.lua, flag_unacknowledged.lua, forget_past.lua.
#pragma once

#include <string>
#include <vector>

#include "store/redis/client.h"
#include "store/redis/registry_store.h"
#include "store/registry_store.h"

namespace snp::store::redis {

// Thread-safe. Each call is one script (ForgetPast: several), which finds its work itself: several processes may sweep the same department.
class RedisRegistrySweep final : public RegistrySweep {
 public:
  // `client` outlives it and its calls. `log_length` as the other writers of the log say.
  explicit RedisRegistrySweep(Client& client, int64_t log_length = kDefaultLogLength) : client_(client), log_length_(std::to_string(log_length)) {}

  Task<absl::StatusOr<int>> ExpireHolds(domain::Department department, absl::Time now, int limit) override;
  Task<absl::StatusOr<int>> FlagUnacknowledged(domain::Department department, absl::Time now, absl::Duration lead, int limit) override;
  Task<absl::StatusOr<int>> ForgetPast(domain::Department department, absl::Time before, int limit) override;

 private:
  Task<absl::StatusOr<std::string>> Run(const char* script, domain::Department department, absl::Time now, std::vector<std::string> more);

  Client& client_;
  const std::string log_length_;
};

}  // namespace snp::store::redis
