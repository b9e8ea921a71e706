// Slots and bookings as Redis keeps them (keys.h says where).
//
// A booking's hash has always all of: slot, place, case, ref, st (domain::BookingState), dl (deadline of the hold in ms, empty when not held), t
// (made, ms), ack (ms or empty), by (domain::CancelledBy), over (0/1), chg (0/1: its slot was changed), start (of the slot, ms), motive. Its line, as
// scripts answer it, is the id and these, in this order, separated by newlines: none of them may hold a control character.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "domain/supply.h"
#include "store/redis/client.h"

namespace snp::store::redis {

// SlotDefinition <-> serialised SlotRecord. Equal definitions have equal bytes (scripts compare them).
std::string EncodeDefinition(const domain::SlotDefinition& definition);
// DATA_LOSS-like INTERNAL when the bytes are not a record.
absl::StatusOr<domain::SlotDefinition> DecodeDefinition(absl::string_view bytes);

// What to ask of a slot's hash with HMGET: DecodeSlot takes the answer in this order.
inline constexpr const char* kSlotFields[] = {"def", "rev", "seq", "rem", "over", "st", "fresh"};
// NOT_FOUND when there is none. A withdrawn slot has remaining 0: it takes nobody.
absl::StatusOr<domain::Slot> DecodeSlot(const domain::SlotName& name, const std::vector<Reply>& fields);

// What to ask of a booking's hash with HMGET: DecodeBooking takes the answer in this order.
inline constexpr const char* kBookingFields[] = {"slot", "place", "case", "ref", "st", "dl", "t", "ack", "by", "over", "chg", "start", "motive"};
// NOT_FOUND when there is none.
absl::StatusOr<domain::Booking> DecodeBooking(const domain::BookingName& name, const std::vector<Reply>& fields);
absl::StatusOr<domain::Booking> DecodeBookingLine(const domain::Department& department, absl::string_view line);

// Milliseconds since 1970 as text; empty for infinite.
std::string EncodeTime(absl::Time time);
// Infinite past when empty; INTERNAL when malformed.
absl::StatusOr<absl::Time> DecodeTime(absl::string_view text);
absl::StatusOr<int64_t> DecodeInteger(absl::string_view text);

}  // namespace snp::store::redis
