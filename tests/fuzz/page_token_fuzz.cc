// Page tokens of lists: any text is either a place in the list or FIELD_INVALID of page_token; from any place the walk goes forward and ends.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "fuzz/check.h"
#include "fuzz/fake_client.h"
#include "platform/async/sync_wait.h"
#include "platform/error.h"
#include "store/redis/page.h"

namespace {

using snp::store::redis::Client;
using snp::store::redis::IdPage;
using snp::store::redis::Reply;

constexpr int kMembers = 20;

// A sorted set of s00 to s19; four members have each score.
int64_t ScoreOf(int i) { return i / 4 * 1000; }
std::string Member(int i) { return absl::StrCat("s", i / 10, i % 10); }

Reply Answer(const std::vector<std::string>& command) {
  Reply reply;
  reply.kind = Reply::Kind::kArray;
  if (command[0] == "ZRANGEBYSCORE") {
    int64_t min = 0;
    size_t count = 0;
    FUZZ_CHECK(absl::SimpleAtoi(command[2], &min) && absl::SimpleAtoi(command[7], &count));
    for (int i = 0; i < kMembers && reply.items.size() < 2 * count; ++i) {
      if (ScoreOf(i) < min) continue;
      reply.items.push_back(snp::fuzz::Text(Member(i)));
      reply.items.push_back(snp::fuzz::Text(absl::StrCat(ScoreOf(i))));
    }
  } else {
    size_t count = 0;
    FUZZ_CHECK(command[0] == "ZRANGEBYLEX" && (command[2] == "-" || command[2][0] == '(') && absl::SimpleAtoi(command[6], &count));
    for (int i = 0; i < kMembers && reply.items.size() < count; ++i) {
      if (command[2] == "-" || Member(i) > command[2].substr(1)) reply.items.push_back(snp::fuzz::Text(Member(i)));
    }
  }
  return reply;
}

// Walks on from `token` to the end.
template <typename Read>
void Walk(std::string token, Read read) {
  std::string last;
  for (int page = 0;; ++page) {
    const absl::StatusOr<IdPage> got = snp::platform::SyncWait(read(token));
    if (!got.ok()) {
      const auto violations = snp::platform::ViolationsOf(got.status());
      FUZZ_CHECK(page == 0 && violations.size() == 1 && violations[0].field == "page_token");
      return;
    }
    FUZZ_CHECK(page <= kMembers);
    for (const std::string& id : got->ids) {
      FUZZ_CHECK(id > last);
      last = id;
    }
    if (got->next_token.empty()) return;
    token = got->next_token;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  snp::fuzz::answer = Answer;
  static auto& client = *new Client({});
  if (size == 0) return 0;
  const int page_size = data[0] % 8;
  const std::string token(reinterpret_cast<const char*>(data) + 1, size - 1);
  Walk(token, [&](std::string t) {
    return snp::store::redis::ReadScoredPage(client, "key", 0, int64_t{1} << 50, page_size, std::move(t), absl::InfiniteFuture());
  });
  Walk(token, [&](std::string t) { return snp::store::redis::ReadNamedPage(client, "key", page_size, std::move(t), absl::InfiniteFuture()); });
  return 0;
}
