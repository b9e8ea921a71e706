#include "store/redis/slot_codec.h"

#include <array>
#include <iterator>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "platform/error.h"
#include "platform/status_macros.h"
#include "snp/record/v1/record.pb.h"

namespace snp::store::redis {
namespace {

using platform::MakeError;
using platform::Reason;

absl::Status Malformed(absl::string_view what) { return MakeError(Reason::kInternal, absl::StrCat("stored ", what, " is malformed")); }

constexpr size_t kBookingFieldCount = std::size(kBookingFields);

absl::StatusOr<domain::Booking> MakeBooking(const domain::BookingName& name, const std::array<absl::string_view, kBookingFieldCount>& f) {
  domain::Booking booking;
  booking.name = name;
  booking.slot = {name.department, domain::SlotId(std::string(f[0]))};
  booking.place = domain::PlaceId(std::string(f[1]));
  booking.case_name = std::string(f[2]);
  booking.reference = std::string(f[3]);
  ASSIGN_OR_RETURN(const int64_t state, DecodeInteger(f[4]));
  if (state < 1 || state > 7) return Malformed("booking state");
  booking.state = static_cast<domain::BookingState>(state);
  ASSIGN_OR_RETURN(booking.hold_deadline, DecodeTime(f[5]));
  ASSIGN_OR_RETURN(booking.created, DecodeTime(f[6]));
  if (!f[7].empty()) {
    ASSIGN_OR_RETURN(const absl::Time acknowledged, DecodeTime(f[7]));
    booking.acknowledged = acknowledged;
  }
  ASSIGN_OR_RETURN(const int64_t by, DecodeInteger(f[8]));
  if (by < 0 || by > 3) return Malformed("canceller");
  booking.cancelled_by = static_cast<domain::CancelledBy>(by);
  booking.overbooked = f[9] == "1";
  booking.slot_changed = f[10] == "1";
  ASSIGN_OR_RETURN(booking.start, DecodeTime(f[11]));
  booking.motive = std::string(f[12]);
  return booking;
}

}  // namespace

std::string EncodeTime(absl::Time time) {
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) return "";
  return absl::StrCat(absl::ToUnixMillis(time));
}

absl::StatusOr<absl::Time> DecodeTime(absl::string_view text) {
  if (text.empty()) return absl::InfinitePast();
  ASSIGN_OR_RETURN(const int64_t ms, DecodeInteger(text));
  return absl::FromUnixMillis(ms);
}

absl::StatusOr<int64_t> DecodeInteger(absl::string_view text) {
  int64_t value = 0;
  if (!absl::SimpleAtoi(text, &value)) return Malformed("number");
  return value;
}

std::string EncodeDefinition(const domain::SlotDefinition& d) {
  record::v1::SlotRecord r;
  r.set_place(d.place.value());
  r.set_practitioner(d.practitioner.value());
  r.set_start_ms(absl::ToUnixMillis(d.start));
  r.set_end_ms(absl::ToUnixMillis(d.end));
  r.set_capacity(d.capacity);
  r.set_mode(static_cast<int>(d.mode));
  r.set_modality(static_cast<int>(d.modality));
  r.set_visibility_mask(d.visibility.mask());
  for (const auto& capability : d.capabilities) r.add_capabilities(capability);
  r.set_specialty(d.specialty);
  r.set_min_age_months(d.min_age_months);
  r.set_max_age_months(d.max_age_months);
  r.set_regulated_only(d.regulated_only);
  r.set_source(d.source);
  r.set_release_before_ms(d.release_before ? absl::ToInt64Milliseconds(*d.release_before) : -1);
  return r.SerializeAsString();
}

absl::StatusOr<domain::SlotDefinition> DecodeDefinition(absl::string_view bytes) {
  record::v1::SlotRecord r;
  if (!r.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return Malformed("slot");
  domain::SlotDefinition d;
  d.place = domain::PlaceId(std::move(*r.mutable_place()));
  d.practitioner = domain::Rpps(std::move(*r.mutable_practitioner()));
  d.start = absl::FromUnixMillis(r.start_ms());
  d.end = absl::FromUnixMillis(r.end_ms());
  d.capacity = r.capacity();
  d.mode = static_cast<domain::SlotMode>(r.mode());
  d.modality = static_cast<domain::Modality>(r.modality());
  d.visibility = domain::VisibilitySet(r.visibility_mask());
  d.capabilities.assign(std::make_move_iterator(r.mutable_capabilities()->begin()), std::make_move_iterator(r.mutable_capabilities()->end()));
  d.specialty = std::move(*r.mutable_specialty());
  d.min_age_months = r.min_age_months();
  d.max_age_months = r.max_age_months();
  d.regulated_only = r.regulated_only();
  d.source = std::move(*r.mutable_source());
  if (r.release_before_ms() >= 0) d.release_before = absl::Milliseconds(r.release_before_ms());
  return d;
}

absl::StatusOr<domain::Slot> DecodeSlot(const domain::SlotName& name, const std::vector<Reply>& fields) {
  if (fields.size() != std::size(kSlotFields)) return Malformed("slot");
  if (fields[0].is_nil()) return MakeError(Reason::kNotFound, "no such slot");
  domain::Slot slot;
  slot.name = name;
  ASSIGN_OR_RETURN(slot.definition, DecodeDefinition(fields[0].text));
  ASSIGN_OR_RETURN(slot.revision, DecodeInteger(fields[1].text));
  ASSIGN_OR_RETURN(slot.sequence, DecodeInteger(fields[2].text));
  ASSIGN_OR_RETURN(const int64_t remaining, DecodeInteger(fields[3].text));
  ASSIGN_OR_RETURN(const int64_t overbooked, DecodeInteger(fields[4].text));
  slot.withdrawn = fields[5].text == "1";
  slot.remaining = slot.withdrawn ? 0 : static_cast<int>(remaining);
  slot.overbooked = static_cast<int>(overbooked);
  ASSIGN_OR_RETURN(slot.confirmed, DecodeTime(fields[6].text));
  return slot;
}

absl::StatusOr<domain::Booking> DecodeBooking(const domain::BookingName& name, const std::vector<Reply>& fields) {
  if (fields.size() != kBookingFieldCount) return Malformed("booking");
  if (fields[0].is_nil()) return MakeError(Reason::kNotFound, "no such booking");
  std::array<absl::string_view, kBookingFieldCount> texts;
  for (size_t i = 0; i < kBookingFieldCount; ++i) texts[i] = fields[i].text;
  return MakeBooking(name, texts);
}

absl::StatusOr<domain::Booking> DecodeBookingLine(const domain::Department& department, absl::string_view line) {
  const size_t id = line.find('\n');
  if (id == absl::string_view::npos) return Malformed("booking");
  domain::BookingName name{department, domain::BookingId(std::string(line.substr(0, id)))};
  line.remove_prefix(id + 1);
  std::array<absl::string_view, kBookingFieldCount> texts;
  size_t i = 0;
  for (absl::string_view text : absl::StrSplit(line, '\n')) {
    if (i == kBookingFieldCount) return Malformed("booking");
    texts[i++] = text;
  }
  if (i != kBookingFieldCount) return Malformed("booking");
  return MakeBooking(name, texts);
}

}  // namespace snp::store::redis
