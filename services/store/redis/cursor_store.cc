#include "store/redis/cursor_store.h"

#include <utility>

#include "platform/status_macros.h"
#include "store/redis/keys.h"

namespace snp::store::redis {

platform::Task<absl::StatusOr<std::string>> RedisCursorStore::Load(domain::Department department, std::string consumer, absl::Time deadline) {
  std::vector<std::string> command = {"GET", Keys(department).Cursor(consumer)};
  CO_ASSIGN_OR_RETURN(Reply reply, co_await client_.Command(std::move(command), deadline));
  co_return std::move(reply.text);
}

platform::Task<absl::Status> RedisCursorStore::Save(domain::Department department, std::string consumer, std::string cursor, absl::Time deadline) {
  std::vector<std::string> command = {"SET", Keys(department).Cursor(consumer), std::move(cursor)};
  const auto reply = co_await client_.Command(std::move(command), deadline);
  co_return reply.status();
}

}  // namespace snp::store::redis
