#include "store/redis/case_store.h"

#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "platform/error.h"
#include "platform/status_macros.h"
#include "store/redis/keys.h"
#include "store/redis/page.h"
#include "store/redis/script.h"

namespace snp::store::redis {
namespace {

using domain::CaseId;
using domain::CaseName;
using domain::Department;
using platform::MakeError;
using platform::Reason;
using platform::Task;

constexpr int kLogLength = 50'000;
// Records of one case's audit: steps that change nothing stop at the first, those that change the case go on and push the oldest out at the second.
constexpr int kMaxDecisions = 1'000;
constexpr int kMaxAuditRecords = 2'000;
// Beyond it a double (a sorted set's score) skips integers.
constexpr int64_t kMaxOrder = int64_t{1} << 53;

std::string Millis(absl::Time t) { return absl::StrCat(absl::ToUnixMillis(t)); }
std::string MillisOrNothing(const std::optional<absl::Time>& t) { return t ? Millis(*t) : ""; }

// The arguments that every step begins with, see lib.lua.
std::vector<std::string> ArgsOf(const Request& request) { return {Millis(request.now), absl::StrCat(kLogLength), request.id, request.fingerprint}; }

absl::StatusOr<StoredCase> DecodeCase(CaseName name, Reply& fields) {
  StoredCase stored;
  if (fields.items.size() != 2 || fields.items[0].is_nil()) return MakeError(Reason::kNotFound, absl::StrCat("no ", domain::ToString(name)));
  if (!absl::SimpleAtoi(fields.items[0].text, &stored.revision)) return MakeError(Reason::kInternal, "a case's revision is not a number");
  stored.name = std::move(name);
  stored.record = std::move(fields.items[1].text);
  return stored;
}

std::vector<std::string> ReadCase(const Keys& keys, const CaseId& id) { return {"HMGET", keys.Case(id), "rev", "record"}; }

}  // namespace

RedisCaseStore::RedisCaseStore(Client& client, ClientOptions blocking, int max_followers)
    : client_(client), pool_(std::move(blocking), max_followers), log_(client_, pool_) {}

Task<absl::StatusOr<std::string>> RedisCaseStore::Put(Request request, CaseChange change) {
  if (change.next.revision < 1) co_return MakeError(Reason::kInternal, "a stored case has a revision of 1 or more");
  if (change.queue_order && (*change.queue_order > kMaxOrder || *change.queue_order < -kMaxOrder)) {
    co_return MakeError(Reason::kInternal, "queue order out of range");
  }
  std::vector<std::string> keys = {Keys(change.next.name.department).root()};
  std::vector<std::string> args = ArgsOf(request);
  args.push_back(change.next.name.id.value());
  args.push_back(absl::StrCat(change.next.revision - 1));
  args.push_back(std::move(change.next.record));
  args.push_back(change.queue_order ? absl::StrCat(*change.queue_order) : "");
  args.push_back(MillisOrNothing(change.due));
  args.push_back(MillisOrNothing(change.purgeable));
  args.push_back(std::move(change.audit));
  args.push_back(std::move(change.event));
  args.push_back(std::move(change.booking));
  args.push_back(std::move(change.answer));
  args.push_back(absl::StrCat(kMaxAuditRecords));
  static const Script& usual = Script::Named("put_case");
  static const Script& even_when_full = Script::Named("put_case_even_when_full");
  const Script& script = change.even_when_full ? even_when_full : usual;
  co_return PayloadOf(co_await script.Run(client_, std::move(keys), std::move(args), request.deadline));
}

Task<absl::StatusOr<std::string>> RedisCaseStore::Audit(Request request, CaseName name, std::string audit, std::string answer) {
  std::vector<std::string> keys = {Keys(name.department).root()};
  std::vector<std::string> args = ArgsOf(request);
  args.push_back(name.id.value());
  args.push_back(std::move(audit));
  args.push_back(std::move(answer));
  args.push_back(absl::StrCat(kMaxDecisions));
  static const Script& script = Script::Named("audit_case");
  co_return PayloadOf(co_await script.Run(client_, std::move(keys), std::move(args), request.deadline));
}

Task<absl::StatusOr<std::optional<std::string>>> RedisCaseStore::FindAnswer(Request request, Department department) {
  std::vector<std::string> command = {"GET", Keys(department).CaseRequest(request.id)};
  CO_ASSIGN_OR_RETURN(Reply reply, co_await client_.Command(std::move(command), request.deadline));
  if (reply.is_nil()) co_return std::optional<std::string>();
  // As lib.lua writes it: fingerprint, newline, '+' and the answer.
  absl::string_view marker = reply.text;
  if (!absl::ConsumePrefix(&marker, request.fingerprint) || !absl::ConsumePrefix(&marker, "\n")) {
    co_return MakeError(Reason::kRequestIdReused, "request_id was used before with another body");
  }
  CO_ASSIGN_OR_RETURN(std::string answer, PayloadOf(std::string(marker)));
  co_return std::optional<std::string>(std::move(answer));
}

Task<absl::StatusOr<StoredCase>> RedisCaseStore::Get(CaseName name, absl::Time deadline) {
  CO_ASSIGN_OR_RETURN(Reply reply, co_await client_.Command(ReadCase(Keys(name.department), name.id), deadline));
  co_return DecodeCase(std::move(name), reply);
}

Task<absl::StatusOr<std::optional<CaseName>>> RedisCaseStore::FindByBooking(Department department, domain::BookingName booking, absl::Time deadline) {
  std::vector<std::string> command = {"HGET", Keys(department).CaseBookings(), domain::ToString(booking)};
  CO_ASSIGN_OR_RETURN(Reply reply, co_await client_.Command(std::move(command), deadline));
  if (reply.is_nil()) co_return std::optional<CaseName>();
  co_return std::optional<CaseName>(CaseName{std::move(department), CaseId(std::move(reply.text))});
}

Task<absl::StatusOr<Page<StoredCase>>> RedisCaseStore::ListQueue(Department department, int page_size, std::string token, absl::Time deadline) {
  CO_ASSIGN_OR_RETURN(IdPage ids, co_await ReadScoredPage(client_, Keys(department).Queue(), -kMaxOrder, std::numeric_limits<int64_t>::max(),
                                                          page_size, std::move(token), deadline));
  Page<StoredCase> page;
  page.next_token = std::move(ids.next_token);
  std::vector<std::vector<std::string>> commands;
  for (const std::string& id : ids.ids) commands.push_back(ReadCase(Keys(department), CaseId(id)));
  if (commands.empty()) co_return page;
  CO_ASSIGN_OR_RETURN(std::vector<Reply> replies, co_await client_.Pipeline(std::move(commands), deadline));
  for (size_t i = 0; i < replies.size(); ++i) {
    CO_ASSIGN_OR_RETURN(Reply fields, Checked(std::move(replies[i])));
    auto stored = DecodeCase({department, CaseId(std::move(ids.ids[i]))}, fields);
    if (absl::IsNotFound(stored.status())) continue;  // Purged since the queue was read.
    if (!stored.ok()) co_return stored.status();
    page.items.push_back(*std::move(stored));
  }
  co_return page;
}

Task<absl::StatusOr<std::vector<CaseId>>> RedisCaseStore::ListDue(Department department, absl::Time now, int limit, absl::Time deadline) {
  std::vector<std::string> command = {"ZRANGEBYSCORE", Keys(department).Due(), "-inf", Millis(now), "LIMIT", "0", absl::StrCat(limit)};
  CO_ASSIGN_OR_RETURN(Reply reply, co_await client_.Command(std::move(command), deadline));
  std::vector<CaseId> due;
  for (Reply& item : reply.items) due.emplace_back(std::move(item.text));
  co_return due;
}

Task<absl::StatusOr<std::vector<std::string>>> RedisCaseStore::ReadAudit(CaseName name, absl::Time deadline) {
  std::vector<std::string> command = {"LRANGE", Keys(name.department).Audit(name.id), "0", "-1"};
  CO_ASSIGN_OR_RETURN(Reply reply, co_await client_.Command(std::move(command), deadline));
  std::vector<std::string> records;
  for (Reply& item : reply.items) records.push_back(std::move(item.text));
  co_return records;
}

Task<absl::StatusOr<int64_t>> RedisCaseStore::Purge(Department department, absl::Time before, int limit, absl::Time deadline) {
  std::vector<std::string> keys = {Keys(department).root()};
  std::vector<std::string> args = ArgsOf({.id = "", .fingerprint = "", .now = before, .deadline = deadline});
  args.push_back(Millis(before));
  args.push_back(absl::StrCat(limit));
  static const Script& script = Script::Named("purge_cases");
  CO_ASSIGN_OR_RETURN(std::string text, PayloadOf(co_await script.Run(client_, std::move(keys), std::move(args), deadline)));
  int64_t records = 0;
  if (!absl::SimpleAtoi(text, &records)) co_return MakeError(Reason::kInternal, "a purge answered no number");
  co_return records;
}

Task<absl::StatusOr<int64_t>> RedisCaseStore::ReadHead(Department department, absl::Time deadline) {
  std::vector<std::string> command = {"GET", Keys(department).CaseSequence()};
  CO_ASSIGN_OR_RETURN(Reply reply, co_await client_.Command(std::move(command), deadline));
  int64_t head = 0;
  if (!reply.is_nil() && !absl::SimpleAtoi(reply.text, &head)) co_return MakeError(Reason::kInternal, "a sequence counter is not a number");
  co_return head;
}

Task<absl::StatusOr<std::vector<CaseEvent>>> RedisCaseStore::ReadLog(Department department, int64_t cursor, int limit, absl::Duration wait) {
  const Keys keys(department);
  LogKeys log{keys.CaseLog(), keys.CaseSequence(), ""};
  CO_ASSIGN_OR_RETURN(std::vector<LogEntry> entries, co_await log_.Read(std::move(log), "", cursor, limit, wait));
  std::vector<CaseEvent> events;
  events.reserve(entries.size());
  for (const LogEntry& entry : entries) {
    events.push_back({entry.sequence, CaseId(std::string(FieldOf(entry, "case"))), std::string(FieldOf(entry, "event"))});
  }
  co_return events;
}

}  // namespace snp::store::redis
