#include "store/redis/reader.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "platform/error.h"
#include "platform/status_macros.h"
#include "store/redis/keys.h"
#include "store/redis/page.h"
#include "store/redis/slot_codec.h"

namespace snp::store::redis {
namespace {

template <size_t n>
std::vector<std::string> ReadFields(std::string key, const char* const (&fields)[n]) {
  std::vector<std::string> command = {"HMGET", std::move(key)};
  command.insert(command.end(), std::begin(fields), std::end(fields));
  return command;
}

}  // namespace

Task<absl::StatusOr<domain::Slot>> RedisRegistryReader::GetSlot(domain::SlotName name, absl::Time deadline) {
  CO_ASSIGN_OR_RETURN(Reply reply, co_await client_.Command(ReadFields(Keys(name.department).Slot(name.id), kSlotFields), deadline));
  co_return DecodeSlot(name, reply.items);
}

Task<absl::StatusOr<domain::Booking>> RedisRegistryReader::GetBooking(domain::BookingName name, absl::Time deadline) {
  CO_ASSIGN_OR_RETURN(Reply reply, co_await client_.Command(ReadFields(Keys(name.department).Booking(name.id), kBookingFields), deadline));
  co_return DecodeBooking(name, reply.items);
}

Task<absl::StatusOr<Page<domain::Slot>>> RedisRegistryReader::ListSlots(domain::Department department, domain::PlaceId place, absl::Time from,
                                                                        absl::Time to, int page_size, std::string token, absl::Time deadline) {
  const Keys keys(department);
  std::string list = keys.Slots();
  if (!place.empty()) list = keys.PlaceSlots(place);
  CO_ASSIGN_OR_RETURN(IdPage ids, co_await ReadScoredPage(client_, std::move(list), absl::ToUnixMillis(from), absl::ToUnixMillis(to), page_size,
                                                          std::move(token), deadline));
  Page<domain::Slot> page;
  page.next_token = std::move(ids.next_token);
  if (ids.ids.empty()) co_return page;
  std::vector<std::vector<std::string>> commands;
  for (const std::string& id : ids.ids) commands.push_back(ReadFields(keys.Slot(domain::SlotId(id)), kSlotFields));
  CO_ASSIGN_OR_RETURN(std::vector<Reply> replies, co_await client_.Pipeline(std::move(commands), deadline));
  for (size_t i = 0; i < replies.size(); ++i) {
    CO_ASSIGN_OR_RETURN(Reply fields, Checked(std::move(replies[i])));
    auto slot = DecodeSlot({department, domain::SlotId(std::move(ids.ids[i]))}, fields.items);
    if (absl::IsNotFound(slot.status())) continue;  // Forgotten since the list was read.
    if (!slot.ok()) co_return slot.status();
    page.items.push_back(*std::move(slot));
  }
  co_return page;
}

Task<absl::StatusOr<std::vector<domain::Booking>>> RedisRegistryReader::ListBookings(domain::SlotName slot, absl::Time deadline) {
  const Keys keys(slot.department);
  // Those that take a place before those that gave it back: one that moves in between is then in both, not in none.
  std::vector<std::vector<std::string>> lists = {{"HKEYS", keys.Slot(slot.id)}, {"SMEMBERS", keys.Ended(slot.id)}};
  CO_ASSIGN_OR_RETURN(std::vector<Reply> replies, co_await client_.Pipeline(std::move(lists), deadline));
  for (Reply& reply : replies) {
    CO_ASSIGN_OR_RETURN(reply, Checked(std::move(reply)));
  }
  if (replies[0].items.empty()) co_return platform::MakeError(platform::Reason::kNotFound, absl::StrCat("no ", domain::ToString(slot)));
  std::set<std::string> ids;
  for (const Reply& field : replies[0].items) {
    absl::string_view id = field.text;
    if (absl::ConsumePrefix(&id, "b:")) ids.emplace(id);
  }
  for (const Reply& id : replies[1].items) ids.insert(id.text);

  std::vector<domain::Booking> bookings;
  if (ids.empty()) co_return bookings;
  std::vector<std::vector<std::string>> commands;
  for (const std::string& id : ids) commands.push_back(ReadFields(keys.Booking(domain::BookingId(id)), kBookingFields));
  CO_ASSIGN_OR_RETURN(std::vector<Reply> records, co_await client_.Pipeline(std::move(commands), deadline));
  auto id = ids.begin();
  for (Reply& record : records) {
    CO_ASSIGN_OR_RETURN(Reply fields, Checked(std::move(record)));
    auto booking = DecodeBooking({slot.department, domain::BookingId(*id++)}, fields.items);
    if (absl::IsNotFound(booking.status())) continue;  // Forgotten with its slot since.
    if (!booking.ok()) co_return booking.status();
    bookings.push_back(*std::move(booking));
  }
  // Ids are in order already.
  std::stable_sort(bookings.begin(), bookings.end(), [](const auto& a, const auto& b) { return a.created < b.created; });
  co_return bookings;
}

}  // namespace snp::store::redis
