#include "store/redis/page.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "platform/status_macros.h"

namespace snp::store::redis {
namespace {

struct Position {
  int64_t score = 0;
  std::string id;
};

std::string TokenOf(const Position& position) { return absl::WebSafeBase64Escape(absl::StrCat(position.score, " ", position.id)); }

std::optional<Position> PositionOf(const std::string& token) {
  std::string text;
  if (token.size() > 256 || !absl::WebSafeBase64Unescape(token, &text)) return std::nullopt;
  const size_t space = text.find(' ');
  Position position;
  if (space == std::string::npos || !absl::SimpleAtoi(absl::string_view(text).substr(0, space), &position.score)) return std::nullopt;
  position.id = text.substr(space + 1);
  return position;
}

absl::Status NotOurs() { return platform::MakeFieldError("page_token", "not a token of this list"); }

}  // namespace

platform::Task<absl::StatusOr<IdPage>> ReadScoredPage(Client& client, std::string key, int64_t min, int64_t max, int page_size, std::string token,
                                                      absl::Time deadline) {
  Position after{min, ""};  // No member is empty, so this is before them all.
  if (!token.empty()) {
    auto parsed = PositionOf(token);
    if (!parsed) co_return NotOurs();
    if (parsed->score >= after.score) after = *std::move(parsed);
  }
  const size_t wanted = static_cast<size_t>(std::max(page_size, 1));
  // Members of one score come in the order of their bytes; those up to `after` are read again and dropped. One answer must show the whole page (two
  // might miss what moved between them), so a page full of them is read again, longer.
  for (size_t count = wanted + 2;; count *= 4) {
    std::vector<std::string> command = {"ZRANGEBYSCORE", key, absl::StrCat(after.score), absl::StrCat("(", max), "WITHSCORES",
                                        "LIMIT",         "0", absl::StrCat(count)};
    CO_ASSIGN_OR_RETURN(Reply reply, co_await client.Command(std::move(command), deadline));
    IdPage page;
    Position last;
    bool more = false;
    for (size_t i = 0; i + 1 < reply.items.size(); i += 2) {
      double score = 0;
      if (!absl::SimpleAtod(reply.items[i + 1].text, &score)) co_return platform::MakeError(platform::Reason::kInternal, "a score is not a number");
      Position here{static_cast<int64_t>(score), std::move(reply.items[i].text)};
      if (here.score == after.score && here.id <= after.id) continue;
      if (page.ids.size() == wanted) {
        more = true;
        break;
      }
      page.ids.push_back(here.id);
      last = std::move(here);
    }
    const bool seen_to_the_end = reply.items.size() < 2 * count;
    if (!more && !seen_to_the_end) continue;
    if (more) page.next_token = TokenOf(last);
    co_return page;
  }
}

platform::Task<absl::StatusOr<IdPage>> ReadNamedPage(Client& client, std::string key, int page_size, std::string token, absl::Time deadline) {
  std::string from = "-";
  if (!token.empty()) {
    const auto parsed = PositionOf(token);
    if (!parsed) co_return NotOurs();
    from = absl::StrCat("(", parsed->id);
  }
  const size_t wanted = static_cast<size_t>(std::max(page_size, 1));
  std::vector<std::string> command = {"ZRANGEBYLEX", std::move(key), from, "+", "LIMIT", "0", absl::StrCat(wanted + 1)};
  CO_ASSIGN_OR_RETURN(Reply reply, co_await client.Command(std::move(command), deadline));
  IdPage page;
  for (size_t i = 0; i < std::min(reply.items.size(), wanted); ++i) page.ids.push_back(std::move(reply.items[i].text));
  if (reply.items.size() > wanted) page.next_token = TokenOf({0, page.ids.back()});
  co_return page;
}

}  // namespace snp::store::redis
