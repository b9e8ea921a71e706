#include "store/redis/event_log.h"

#include <random>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "platform/status_macros.h"
#include "store/redis/event_codec.h"
#include "store/redis/keys.h"
#include "store/redis/place_codec.h"
#include "store/redis/slot_codec.h"

namespace snp::store::redis {
namespace {

using domain::Change;
using domain::Department;
using platform::MakeError;
using platform::Reason;
using platform::Task;

// Only has to differ from every other data set's: nothing is computed from it.
std::string NewEpoch() {
  std::random_device random;
  return absl::StrCat(absl::Hex(random(), absl::kZeroPad8), absl::Hex(random(), absl::kZeroPad8), absl::Hex(random(), absl::kZeroPad8));
}

absl::Status Malformed(int64_t sequence) { return MakeError(Reason::kInternal, absl::StrCat("event ", sequence, " is malformed")); }

// What was put into the directory: `P` or `R`, id, newline, record.
absl::Status DecodePut(const Department& department, absl::string_view put, int64_t sequence, Change* change) {
  const size_t end = put.find('\n');
  if (end == absl::string_view::npos || end < 2) return Malformed(sequence);
  std::string id(put.substr(1, end - 1));
  const absl::string_view record = put.substr(end + 1);
  if (put[0] == 'P') {
    ASSIGN_OR_RETURN(change->put_place, DecodePlace({department, domain::PlaceId(std::move(id))}, record));
  } else if (put[0] == 'R') {
    ASSIGN_OR_RETURN(change->put_practitioner, DecodePractitioner({department, domain::Rpps(std::move(id))}, record));
  } else {
    return Malformed(sequence);
  }
  return absl::OkStatus();
}

absl::StatusOr<Change> DecodeChange(const Department& department, const LogEntry& entry) {
  Change change;
  change.sequence = entry.sequence;
  int kind = 0, state = 0;
  int64_t time = 0, fresh = 0;
  bool numbers = true;
  for (const auto& [name, value] : entry.fields) {
    if (name == kEventKind) {
      numbers &= absl::SimpleAtoi(value, &kind);
    } else if (name == kEventSlot) {
      change.slot = domain::SlotId(value);
    } else if (name == kEventPlace) {
      change.place = domain::PlaceId(value);
    } else if (name == kEventBooking) {
      change.booking = domain::BookingId(value);
    } else if (name == kEventCase) {
      change.case_name = value;
    } else if (name == kEventRemaining) {
      numbers &= absl::SimpleAtoi(value, &change.remaining);
    } else if (name == kEventRevision) {
      numbers &= absl::SimpleAtoi(value, &change.revision);
    } else if (name == kEventState) {
      numbers &= absl::SimpleAtoi(value, &state);
    } else if (name == kEventFresh) {
      numbers &= absl::SimpleAtoi(value, &fresh);
    } else if (name == kEventTime) {
      numbers &= absl::SimpleAtoi(value, &time);
    } else if (name == kEventDefinition) {
      ASSIGN_OR_RETURN(change.definition, DecodeDefinition(value));
    } else if (name == kEventPut) {
      RETURN_IF_ERROR(DecodePut(department, value, entry.sequence, &change));
    }
    // A field of a later version: it does not concern this one.
  }
  if (!numbers || kind < 1) return Malformed(entry.sequence);
  change.kind = static_cast<domain::ChangeKind>(kind);
  change.withdrawn = state == 1;
  change.time = absl::FromUnixMillis(time);
  change.confirmed = absl::FromUnixMillis(fresh);
  return change;
}

}  // namespace

RedisEventLog::RedisEventLog(Client& client, ClientOptions blocking, int max_followers)
    : client_(client), pool_(std::move(blocking), max_followers), log_(client_, pool_) {}

Task<absl::StatusOr<LogHead>> RedisEventLog::ReadHead(Department department, absl::Time deadline) {
  const Keys keys(department);
  for (bool named = false;; named = true) {
    // One command, so that the number is of this data set.
    std::vector<std::string> command = {"MGET", keys.Epoch(), keys.Sequence()};
    CO_ASSIGN_OR_RETURN(Reply reply, co_await client_.Command(std::move(command), deadline));
    if (reply.items.size() != 2) co_return MakeError(Reason::kInternal, "MGET of two keys gave something else");
    LogHead head;
    head.epoch = std::move(reply.items[0].text);
    if (!reply.items[1].is_nil() && !absl::SimpleAtoi(reply.items[1].text, &head.sequence)) {
      co_return MakeError(Reason::kInternal, "a sequence counter is not a number");
    }
    if (!head.epoch.empty() || named) co_return head;
    std::vector<std::string> name = {"SET", keys.Epoch(), NewEpoch(), "NX"};
    CO_ASSIGN_OR_RETURN(Reply set, co_await client_.Command(std::move(name), deadline));
  }
}

Task<absl::StatusOr<std::vector<Change>>> RedisEventLog::Read(Department department, LogHead cursor, int limit, absl::Duration wait) {
  const Keys keys(department);
  LogKeys log{keys.Log(), keys.Sequence(), keys.Epoch()};
  CO_ASSIGN_OR_RETURN(std::vector<LogEntry> entries, co_await log_.Read(std::move(log), std::move(cursor.epoch), cursor.sequence, limit, wait));
  std::vector<Change> changes;
  changes.reserve(entries.size());
  for (const LogEntry& entry : entries) {
    CO_ASSIGN_OR_RETURN(Change change, DecodeChange(department, entry));
    changes.push_back(std::move(change));
  }
  co_return changes;
}

}  // namespace snp::store::redis
