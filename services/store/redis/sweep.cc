#include "store/redis/sweep.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_split.h"
#include "platform/status_macros.h"
#include "store/redis/keys.h"
#include "store/redis/script.h"
#include "store/redis/slot_codec.h"

namespace snp::store::redis {
namespace {

// A slot that is forgotten costs tens of calls; more in one script would be felt by a hold.
constexpr int kForgetAtOnce = 50;

}  // namespace

Task<absl::StatusOr<std::string>> RedisRegistrySweep::Run(const char* script, domain::Department department, absl::Time now,
                                                          std::vector<std::string> more) {
  std::vector<std::string> keys(1, Keys(department).root());
  // No request id: a sweep is not a request, and doing it again finds nothing more to do.
  std::vector<std::string> args = {EncodeTime(now), log_length_, "", ""};
  for (auto& arg : more) args.push_back(std::move(arg));
  absl::StatusOr<Reply> reply = co_await Script::Named(script).Run(client_, std::move(keys), std::move(args), absl::InfiniteFuture());
  co_return PayloadOf(std::move(reply));
}

Task<absl::StatusOr<int>> RedisRegistrySweep::ExpireHolds(domain::Department department, absl::Time now, int limit) {
  std::vector<std::string> more(1, std::to_string(limit));
  CO_ASSIGN_OR_RETURN(const std::string count, co_await Run("expire_holds", std::move(department), now, std::move(more)));
  CO_ASSIGN_OR_RETURN(const int64_t n, DecodeInteger(count));
  co_return static_cast<int>(n);
}

Task<absl::StatusOr<int>> RedisRegistrySweep::FlagUnacknowledged(domain::Department department, absl::Time now, absl::Duration lead, int limit) {
  std::vector<std::string> more;
  more.push_back(EncodeTime(now + lead));
  more.push_back(std::to_string(limit));
  CO_ASSIGN_OR_RETURN(const std::string count, co_await Run("flag_unacknowledged", std::move(department), now, std::move(more)));
  CO_ASSIGN_OR_RETURN(const int64_t n, DecodeInteger(count));
  co_return static_cast<int>(n);
}

Task<absl::StatusOr<int>> RedisRegistrySweep::ForgetPast(domain::Department department, absl::Time before, int limit) {
  int forgotten = 0;
  int64_t skip = 0;  // Slots that started before but stay: they ended later, or have a hold.
  while (forgotten < limit) {
    const int ask = std::min(kForgetAtOnce, limit - forgotten);
    std::vector<std::string> more;
    more.push_back(EncodeTime(before));
    more.push_back(std::to_string(ask));
    more.push_back(std::to_string(skip));
    CO_ASSIGN_OR_RETURN(const std::string counts, co_await Run("forget_past", department, before, std::move(more)));
    const std::vector<std::string> parts = absl::StrSplit(counts, '\n');
    if (parts.size() != 2) co_return absl::InternalError("a step answered something unknown");
    CO_ASSIGN_OR_RETURN(const int64_t done, DecodeInteger(parts[0]));
    CO_ASSIGN_OR_RETURN(const int64_t seen, DecodeInteger(parts[1]));
    forgotten += static_cast<int>(done);
    skip += seen - done;
    if (seen < ask) break;
  }
  co_return forgotten;
}

}  // namespace snp::store::redis
