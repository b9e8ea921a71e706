#include "store/redis/health.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "platform/async/sync_wait.h"

namespace snp::store::redis {
namespace {

constexpr absl::Duration kPeriod = absl::Milliseconds(250);
constexpr absl::Duration kPatience = absl::Milliseconds(500);

int64_t FieldOf(const std::string& info, absl::string_view name) {
  for (absl::string_view line : absl::StrSplit(info, '\n')) {
    int64_t value = 0;
    if (absl::ConsumePrefix(&line, name) && absl::ConsumePrefix(&line, ":") && absl::SimpleAtoi(absl::StripSuffix(line, "\r"), &value)) return value;
  }
  return 0;
}

}  // namespace

absl::Duration Health::Ask() {
  healthy_.store(IsHealthy(), std::memory_order_relaxed);
  return kPeriod;
}

bool Health::IsHealthy() {
  // A Redis that cannot write to its disk refuses PING too.
  std::vector<std::string> ping = {"PING"};
  if (!platform::SyncWait(client_.Command(std::move(ping), absl::Now() + kPatience)).ok()) return false;
  std::vector<std::string> memory = {"INFO", "memory"};
  const auto info = platform::SyncWait(client_.Command(std::move(memory), absl::Now() + kPatience));
  if (!info.ok()) return false;
  const int64_t limit = FieldOf(info->text, "maxmemory");
  // Refusals begin at the limit itself; within its last hundredth they come and go with the size of Redis' own buffers.
  return limit == 0 || static_cast<double>(FieldOf(info->text, "used_memory")) < 0.99 * static_cast<double>(limit);
}

}  // namespace snp::store::redis
