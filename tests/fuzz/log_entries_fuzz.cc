// Entries of a département's event log, as Redis would send them: what is malformed is an error, never a crash, and what is read has no holes.
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "fuzz/check.h"
#include "fuzz/fake_client.h"
#include "fuzz/message.h"
#include "platform/async/sync_wait.h"
#include "store/redis/event_log.h"
#include "store/redis/reply_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace snp;
  using store::redis::Reply;
  fuzz::SilenceProtobuf();
  store::redis::ReplyReader reader;
  bool broken = false;
  if (!reader.Feed(reinterpret_cast<const char*>(data), size)) return 0;
  const std::unique_ptr<Reply> entries = reader.Next(&broken);
  if (!entries) return 0;
  fuzz::answer = [&](const std::vector<std::string>& command) {
    if (command[0] == "XRANGE") return *entries;
    return fuzz::Text(absl::EndsWith(command[1], "epoch") ? "e" : "1000000");
  };
  static auto& client = *new store::redis::Client({});
  static auto& log = *new store::redis::RedisEventLog(client, {});
  for (const int64_t cursor : {0, 41}) {
    const auto changes = platform::SyncWait(log.Read(domain::Department("95"), {"e", cursor}, 100, absl::ZeroDuration()));
    if (!changes.ok()) continue;
    for (size_t i = 0; i < changes->size(); ++i) {
      if (i > 0) FUZZ_CHECK((*changes)[i].sequence == (*changes)[i - 1].sequence + 1);
      if (cursor > 0) FUZZ_CHECK((*changes)[i].sequence > cursor);
    }
  }
  return 0;
}
