// CursorStore over Redis: one key per department and consumer.
#pragma once

#include <string>

#include "store/case_store.h"
#include "store/redis/client.h"

namespace snp::store::redis {

// Thread-safe. Load of a cursor never saved: empty.
class RedisCursorStore final : public CursorStore {
 public:
  explicit RedisCursorStore(Client& client) : client_(client) {}
  platform::Task<absl::StatusOr<std::string>> Load(domain::Department department, std::string consumer, absl::Time deadline) override;
  platform::Task<absl::Status> Save(domain::Department department, std::string consumer, std::string cursor, absl::Time deadline) override;

 private:
  Client& client_;
};

}  // namespace snp::store::redis
