#include "registry/booking.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/timestamp.pb.h"
#include "platform/error.h"
#include "platform/fingerprint.h"
#include "platform/status_macros.h"
#include "registry/convert.h"
#include "registry/scope.h"
#include "registry/validate.h"
#include "snp/registry/v1/registry_service.pb.h"

namespace snp::registry {
namespace {

using platform::Caller;

// Slots read at a time while the bookings of a place are listed.
constexpr int kSlotsPerRead = 50;

// Where a list of bookings goes on: `slots` leads to a page of slots, `slot` is the first whose bookings were not all given, `given` of them were.
struct ListPosition {
  std::string slots;
  domain::SlotId slot;
  size_t given = 0;
};

std::string TokenOf(const ListPosition& p) { return absl::StrCat(p.given, "~", p.slot.value(), "~", p.slots); }

std::optional<ListPosition> PositionOf(const std::string& token) {
  if (token.empty()) return ListPosition();
  const std::vector<std::string> parts = absl::StrSplit(token.substr(0, 1024), absl::MaxSplits('~', 2));
  ListPosition position;
  uint32_t given = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &given) || (!parts[1].empty() && !domain::IsId(parts[1]))) return std::nullopt;
  return ListPosition{parts[2], domain::SlotId(parts[1]), given};
}

}  // namespace

BookingVerbs::Task<v1::CancelBookingResponse> BookingVerbs::CancelBooking(Caller caller, const v1::CancelBookingRequest& request) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  const auto name = ReadName("name", domain::ParseBookingName(request.name()), &violations);
  if (request.cancelled_by() < v1::CANCELLED_BY_PATIENT || request.cancelled_by() > v1::CANCELLED_BY_REGULATION) {
    violations.Add("cancelled_by", "required: PATIENT, PRACTICE or REGULATION");
  } else if (caller.role == platform::Role::kPractice && request.cancelled_by() == v1::CANCELLED_BY_REGULATION) {
    violations.Add("cancelled_by", "a practice may only say PRACTICE or PATIENT");
  }
  CO_RETURN_IF_ERROR(violations.ToStatus());
  CO_RETURN_IF_ERROR(co_await CheckMayEnd(caller, ports_.reader, *name));
  store::Request key{request.request_id(), platform::Fingerprint(request), ports_.clock.Now(), caller.deadline};
  CO_ASSIGN_OR_RETURN(const domain::Booking booking,
                      co_await ports_.store.Cancel(std::move(key), *name, static_cast<domain::CancelledBy>(request.cancelled_by())));
  v1::CancelBookingResponse response;
  ToProto(booking, CaseFieldFor(caller), response.mutable_booking());
  co_return response;
}

BookingVerbs::Task<v1::AcknowledgeBookingResponse> BookingVerbs::AcknowledgeBooking(Caller caller, const v1::AcknowledgeBookingRequest& request) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  const auto name = ReadName("name", domain::ParseBookingName(request.name()), &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  CO_RETURN_IF_ERROR(co_await CheckBooking(caller, ports_.reader, *name));
  store::Request key{request.request_id(), platform::Fingerprint(request), ports_.clock.Now(), caller.deadline};
  CO_ASSIGN_OR_RETURN(const domain::Booking booking, co_await ports_.store.Acknowledge(std::move(key), *name));
  v1::AcknowledgeBookingResponse response;
  ToProto(booking, CaseFieldFor(caller), response.mutable_booking());
  co_return response;
}

BookingVerbs::Task<v1::RecordOutcomeResponse> BookingVerbs::RecordOutcome(Caller caller, const v1::RecordOutcomeRequest& request) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  const auto name = ReadName("name", domain::ParseBookingName(request.name()), &violations);
  if (request.outcome() != v1::BOOKING_STATE_SEEN && request.outcome() != v1::BOOKING_STATE_NO_SHOW) {
    violations.Add("outcome", "required: SEEN or NO_SHOW");
  }
  CO_RETURN_IF_ERROR(violations.ToStatus());
  CO_RETURN_IF_ERROR(co_await CheckMayEnd(caller, ports_.reader, *name));
  store::Request key{request.request_id(), platform::Fingerprint(request), ports_.clock.Now(), caller.deadline};
  CO_ASSIGN_OR_RETURN(const domain::Booking booking,
                      co_await ports_.store.RecordOutcome(std::move(key), *name, static_cast<domain::BookingState>(request.outcome())));
  v1::RecordOutcomeResponse response;
  ToProto(booking, CaseFieldFor(caller), response.mutable_booking());
  co_return response;
}

BookingVerbs::Task<v1::GetBookingResponse> BookingVerbs::GetBooking(Caller caller, const v1::GetBookingRequest& request) {
  Violations violations;
  const auto name = ReadName("name", domain::ParseBookingName(request.name()), &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  CO_RETURN_IF_ERROR(co_await CheckBooking(caller, ports_.reader, *name));
  CO_ASSIGN_OR_RETURN(const domain::Booking booking, co_await ports_.reader.GetBooking(*name, caller.deadline));
  v1::GetBookingResponse response;
  ToProto(booking, CaseFieldFor(caller), response.mutable_booking());
  co_return response;
}

BookingVerbs::Task<v1::ListBookingsResponse> BookingVerbs::ListBookings(Caller caller, const v1::ListBookingsRequest& request) {
  Violations violations;
  std::optional<domain::PlaceName> place;
  std::optional<domain::SlotName> slot;
  if (absl::StrContains(request.parent(), "/slots/")) {
    slot = ReadName("parent", domain::ParseSlotName(request.parent()), &violations);
  } else {
    place = ReadName("parent", domain::ParsePlaceName(request.parent()), &violations);
  }
  absl::Time from = ports_.clock.Now(), to = absl::InfiniteFuture();
  if (request.has_start_time()) from = ReadTime("start_time", request.start_time(), &violations).value_or(from);
  if (request.has_end_time()) to = ReadTime("end_time", request.end_time(), &violations).value_or(to);
  const size_t page_size = static_cast<size_t>(ReadPageSize(request.page_size(), &violations));
  auto position = PositionOf(request.page_token());
  if (!position) violations.Add("page_token", "not a token of this list");
  CO_RETURN_IF_ERROR(violations.ToStatus());

  v1::ListBookingsResponse response;
  // Adds what is left of one slot's bookings; true when the page is full and something of this slot is left over.
  const auto add = [&](const std::vector<domain::Booking>& bookings) {
    while (position->given < bookings.size() && static_cast<size_t>(response.bookings_size()) < page_size) {
      ToProto(bookings[position->given++], CaseFieldFor(caller), response.add_bookings());
    }
    return position->given < bookings.size();
  };
  if (slot) {
    CO_RETURN_IF_ERROR(co_await CheckSlot(caller, ports_.reader, *slot));
    CO_ASSIGN_OR_RETURN(const std::vector<domain::Booking> bookings, co_await ports_.reader.ListBookings(*slot, caller.deadline));
    if (add(bookings)) response.set_next_page_token(TokenOf(*position));
    co_return response;
  }
  if (!MayActOn(caller, *place)) co_return NotYours();
  for (;;) {
    CO_ASSIGN_OR_RETURN(store::Page<domain::Slot> page,
                        co_await ports_.reader.ListSlots(place->department, place->id, from, to, kSlotsPerRead, position->slots, caller.deadline));
    auto begin = page.items.begin();
    if (!position->slot.empty()) {
      begin = std::find_if(page.items.begin(), page.items.end(), [&](const domain::Slot& s) { return s.name.id == position->slot; });
      // It is no longer there (forgotten, moved): rather some bookings twice than one left out.
      if (begin == page.items.end()) begin = page.items.begin(), position->given = 0;
    }
    for (auto it = begin; it != page.items.end(); ++it) {
      position->slot = it->name.id;
      if (static_cast<size_t>(response.bookings_size()) == page_size) {
        response.set_next_page_token(TokenOf(*position));
        co_return response;
      }
      const auto bookings = co_await ports_.reader.ListBookings(it->name, caller.deadline);
      // NOT_FOUND: forgotten since the list was read.
      if (!bookings.ok() && !absl::IsNotFound(bookings.status())) co_return bookings.status();
      if (bookings.ok() && add(*bookings)) {
        response.set_next_page_token(TokenOf(*position));
        co_return response;
      }
      position->given = 0;
    }
    if (page.next_token.empty()) co_return response;
    *position = {std::move(page.next_token), domain::SlotId(), 0};
  }
}

}  // namespace snp::registry
