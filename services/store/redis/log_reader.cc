#include "store/redis/log_reader.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "platform/error.h"
#include "platform/status_macros.h"

namespace snp::store::redis {
namespace {

using platform::MakeError;
using platform::Reason;

// Field of the entry before which its log was empty: a log need not begin at 1.
constexpr char kFirst[] = "first";

absl::Status Trimmed(absl::string_view why) { return MakeError(Reason::kCursorTrimmed, why); }

absl::StatusOr<int64_t> CounterOf(const Reply& reply) {
  if (reply.is_nil()) return 0;
  int64_t value = 0;
  if (!absl::SimpleAtoi(reply.text, &value)) return MakeError(Reason::kInternal, "a sequence counter is not a number");
  return value;
}

absl::StatusOr<LogEntry> EntryOf(Reply& reply) {
  LogEntry entry;
  if (reply.items.size() != 2 || !absl::SimpleAtoi(absl::StripSuffix(reply.items[0].text, "-0"), &entry.sequence)) {
    return MakeError(Reason::kInternal, "a log entry is malformed");
  }
  std::vector<Reply>& fields = reply.items[1].items;
  entry.fields.reserve(fields.size() / 2);
  for (size_t i = 0; i + 1 < fields.size(); i += 2) entry.fields.emplace_back(std::move(fields[i].text), std::move(fields[i + 1].text));
  return entry;
}

}  // namespace

absl::string_view FieldOf(const LogEntry& entry, absl::string_view name) {
  for (const auto& [key, value] : entry.fields) {
    if (key == name) return value;
  }
  return "";
}

struct ConnectionPool::State {
  std::mutex mutex;
  std::condition_variable all_back;
  bool closing = false;
  int leased = 0;
  int made = 0;
  int max_connections = 0;
  std::vector<Client*> idle;
  std::vector<std::unique_ptr<Client>> all;
};

ConnectionPool::ConnectionPool(ClientOptions options, int max_connections) : options_(std::move(options)), state_(std::make_unique<State>()) {
  // A connection on which nothing happens during a long poll is not a stalled one.
  options_.stall_timeout += kMaxBlock;
  // Long polls are many (one for each department followed) and their deadlines far: no need to look often.
  options_.tick = absl::Milliseconds(250);
  options_.load_scripts = false;
  state_->max_connections = max_connections;
}

ConnectionPool::~ConnectionPool() {
  std::vector<std::unique_ptr<Client>> all;
  {
    std::lock_guard lock(state_->mutex);
    state_->closing = true;
    all.swap(state_->all);
  }
  // Resumes whoever waits on them, with an error; the leases come back meanwhile.
  all.clear();
  std::unique_lock lock(state_->mutex);
  state_->all_back.wait(lock, [this] { return state_->leased == 0; });
}

absl::StatusOr<ConnectionPool::Lease> ConnectionPool::Borrow() {
  {
    std::lock_guard lock(state_->mutex);
    if (state_->closing) return MakeError(Reason::kStoreUnavailable, "closing");
    if (state_->idle.empty() && state_->made >= state_->max_connections) return MakeError(Reason::kOverloaded, "too many readers of a log at once");
    ++state_->leased;
    if (!state_->idle.empty()) {
      Client* client = state_->idle.back();
      state_->idle.pop_back();
      return Lease(this, client);
    }
    ++state_->made;
  }
  auto client = std::make_unique<Client>(options_);
  // Milliseconds, once per connection. One that cannot be made fails its first command.
  client->WaitConnected(options_.connect_timeout);
  Lease lease(this, client.get());
  std::lock_guard lock(state_->mutex);
  state_->all.push_back(std::move(client));
  return lease;
}

void ConnectionPool::GiveBack(Client* client) {
  std::lock_guard lock(state_->mutex);
  if (!state_->closing) state_->idle.push_back(client);
  // Notified under the lock: the destructor frees the state as soon as it can take it.
  if (--state_->leased == 0) state_->all_back.notify_all();
}

ConnectionPool::Lease::~Lease() {
  if (pool_ != nullptr) pool_->GiveBack(client_);
}

platform::Task<absl::StatusOr<std::vector<LogEntry>>> LogReader::Fetch(LogKeys keys, std::string epoch, int64_t cursor, int limit) {
  // In this order, without a transaction: the counter before the entries (else a step in between would look like a trimmed log), the epoch after
  // them (an epoch that still holds then held while they were read: none ever comes back).
  std::vector<std::vector<std::string>> commands = {
      {"GET", keys.sequence},
      {"XRANGE", keys.stream, absl::StrCat(cursor + 1, "-0"), "+", "COUNT", absl::StrCat(std::max(limit, 1))},
  };
  if (!keys.epoch.empty()) commands.push_back({"GET", keys.epoch});
  CO_ASSIGN_OR_RETURN(std::vector<Reply> replies, co_await shared_.Pipeline(std::move(commands)));
  for (Reply& reply : replies) {
    CO_ASSIGN_OR_RETURN(reply, Checked(std::move(reply)));
  }
  if (!keys.epoch.empty() && replies[2].text != epoch) co_return Trimmed("the log belongs to other data");
  CO_ASSIGN_OR_RETURN(const int64_t head, CounterOf(replies[0]));
  if (head < cursor) co_return Trimmed("the log ends before the cursor");
  std::vector<LogEntry> entries;
  entries.reserve(replies[1].items.size());
  int64_t expected = cursor + 1;
  for (Reply& item : replies[1].items) {
    CO_ASSIGN_OR_RETURN(LogEntry entry, EntryOf(item));
    const bool from_the_start = cursor == 0 && entries.empty() && !FieldOf(entry, kFirst).empty();
    if (entry.sequence != expected && !from_the_start) co_return Trimmed(absl::StrCat("the log has no entry ", expected));
    expected = entry.sequence + 1;
    entries.push_back(std::move(entry));
  }
  if (entries.empty() && head > cursor) co_return Trimmed("the log no longer reaches back to the cursor");
  co_return entries;
}

platform::Task<absl::StatusOr<std::vector<LogEntry>>> LogReader::Read(LogKeys keys, std::string epoch, int64_t cursor, int limit,
                                                                      absl::Duration wait) {
  auto entries = co_await Fetch(keys, epoch, cursor, limit);
  if (!entries.ok() || !entries->empty() || wait <= absl::ZeroDuration()) co_return entries;
  // Kept to the end: the pool's destructor then waits for this call.
  CO_ASSIGN_OR_RETURN(ConnectionPool::Lease lease, pool_.Borrow());
  const absl::Duration block = std::clamp(wait, absl::Milliseconds(1), ConnectionPool::kMaxBlock);
  std::vector<std::string> command = {
      "XREAD", "COUNT", "1", "BLOCK", absl::StrCat(absl::ToInt64Milliseconds(block)), "STREAMS", keys.stream, absl::StrCat(cursor, "-0")};
  const auto woken = co_await lease.client().Command(std::move(command), absl::Now() + block + absl::Seconds(1));
  if (!woken.ok()) co_return woken.status();
  // Whatever woke us: the same checks as for anybody (a flushed log wakes nobody).
  co_return co_await Fetch(std::move(keys), std::move(epoch), cursor, limit);
}

}  // namespace snp::store::redis
