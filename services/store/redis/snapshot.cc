// A department as it stands, for those who then follow its log.
#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "platform/error.h"
#include "platform/status_macros.h"
#include "store/redis/event_log.h"
#include "store/redis/keys.h"
#include "store/redis/page.h"
#include "store/redis/place_codec.h"
#include "store/redis/slot_codec.h"

namespace snp::store::redis {
namespace {

using domain::Department;
using platform::MakeError;
using platform::Reason;
using platform::Task;

constexpr int kIdsPerPage = 5'000;
constexpr size_t kSlotsPerTrip = 500;
constexpr int kFieldsPerScan = 1'000;
// The longest a slot may last (SlotDefinition's end): one that ends after `from` starts after this much before it.
constexpr absl::Duration kLongestSlot = absl::Hours(24);
// Of each command: a snapshot may wait longer than a person.
constexpr absl::Duration kPatience = absl::Seconds(10);

// Every field of a hash that stays in it meanwhile, some perhaps twice.
Task<absl::StatusOr<std::vector<std::pair<std::string, std::string>>>> ScanHash(Client& client, std::string key) {
  std::vector<std::pair<std::string, std::string>> fields;
  std::string cursor = "0";
  do {
    std::vector<std::string> command = {"HSCAN", key, cursor, "COUNT", absl::StrCat(kFieldsPerScan)};
    CO_ASSIGN_OR_RETURN(Reply reply, co_await client.Command(std::move(command), absl::Now() + kPatience));
    if (reply.items.size() != 2) co_return MakeError(Reason::kInternal, "HSCAN answered something else");
    cursor = std::move(reply.items[0].text);
    std::vector<Reply>& items = reply.items[1].items;
    for (size_t i = 0; i + 1 < items.size(); i += 2) fields.emplace_back(std::move(items[i].text), std::move(items[i + 1].text));
  } while (cursor != "0");
  std::stable_sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  // Of two readings of one field, the later.
  const auto twice = std::unique(fields.rbegin(), fields.rend(), [](const auto& a, const auto& b) { return a.first == b.first; });
  fields.erase(fields.begin(), twice.base());
  co_return fields;
}

Task<absl::Status> ReadDirectory(Client& client, Department department, DepartmentSnapshot& snapshot) {
  const Keys keys(department);
  CO_ASSIGN_OR_RETURN(auto places, co_await ScanHash(client, keys.Places()));
  for (auto& [id, record] : places) {
    CO_ASSIGN_OR_RETURN(domain::Place place, DecodePlace({department, domain::PlaceId(std::move(id))}, record));
    snapshot.places.push_back(std::move(place));
  }
  CO_ASSIGN_OR_RETURN(auto practitioners, co_await ScanHash(client, keys.Practitioners()));
  for (auto& [rpps, record] : practitioners) {
    CO_ASSIGN_OR_RETURN(domain::Practitioner practitioner, DecodePractitioner({department, domain::Rpps(std::move(rpps))}, record));
    snapshot.practitioners.push_back(std::move(practitioner));
  }
  co_return absl::OkStatus();
}

// Appends the open ones of ids[begin, end).
Task<absl::Status> ReadSlots(Client& client, Department department, absl::Time from, const std::vector<std::string>& ids, size_t begin, size_t end,
                             DepartmentSnapshot& snapshot) {
  const Keys keys(department);
  std::vector<std::vector<std::string>> commands;
  commands.reserve(end - begin);
  for (size_t i = begin; i < end; ++i) {
    std::vector<std::string>& command = commands.emplace_back();
    command = {"HMGET", keys.Slot(domain::SlotId(ids[i]))};
    command.insert(command.end(), std::begin(kSlotFields), std::end(kSlotFields));
  }
  CO_ASSIGN_OR_RETURN(std::vector<Reply> replies, co_await client.Pipeline(std::move(commands), absl::Now() + kPatience));
  for (size_t i = 0; i < replies.size(); ++i) {
    CO_ASSIGN_OR_RETURN(Reply fields, Checked(std::move(replies[i])));
    auto slot = DecodeSlot({department, domain::SlotId(ids[begin + i])}, fields.items);
    if (absl::IsNotFound(slot.status())) continue;  // Forgotten since the list was read.
    if (!slot.ok()) co_return slot.status();
    if (!slot->withdrawn && slot->definition.end > from) snapshot.slots.push_back(*std::move(slot));
  }
  co_return absl::OkStatus();
}

}  // namespace

Task<absl::StatusOr<DepartmentSnapshot>> RedisEventLog::Snapshot(Department department, absl::Time from,
                                                                 std::function<void(int64_t, int64_t)> progress) {
  CO_ASSIGN_OR_RETURN(ConnectionPool::Lease lease, pool_.Borrow());
  Client& client = lease.client();
  const Keys keys(department);
  DepartmentSnapshot snapshot;
  CO_RETURN_IF_ERROR(co_await ReadDirectory(client, department, snapshot));

  const int64_t first = absl::ToUnixMillis(from - kLongestSlot);
  std::vector<std::string> count = {"ZCOUNT", keys.Slots(), absl::StrCat(first), "+inf"};
  CO_ASSIGN_OR_RETURN(Reply total, co_await client.Command(std::move(count), absl::Now() + kPatience));
  snapshot.slots.reserve(static_cast<size_t>(total.integer));
  int64_t read = 0;
  std::string token;
  do {
    CO_ASSIGN_OR_RETURN(IdPage page, co_await ReadScoredPage(client, keys.Slots(), first, std::numeric_limits<int64_t>::max(), kIdsPerPage,
                                                             std::move(token), absl::Now() + kPatience));
    for (size_t begin = 0; begin < page.ids.size(); begin += kSlotsPerTrip) {
      const size_t end = std::min(begin + kSlotsPerTrip, page.ids.size());
      CO_RETURN_IF_ERROR(co_await ReadSlots(client, department, from, page.ids, begin, end, snapshot));
      read += static_cast<int64_t>(end - begin);
      // More may have come since they were counted.
      if (progress) progress(read, std::max(read, total.integer));
    }
    token = std::move(page.next_token);
  } while (!token.empty());
  co_return snapshot;
}

}  // namespace snp::store::redis
