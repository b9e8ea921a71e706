#include "regulation/fakes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "platform/fingerprint.h"
#include "regulation/times.h"

namespace snp::regulation {
namespace {

using platform::MakeError;
using platform::Reason;

absl::Status Silence() { return MakeError(Reason::kPeerUnavailable, "the registry does not answer"); }

}  // namespace

void FakeRegistry::AddSlot(const std::string& slot, int capacity, absl::Duration starts_in) {
  std::lock_guard lock(mutex_);
  order_.push_back(slot);
  slots_[slot] = {capacity, clock_.Now() + starts_in};
}

int FakeRegistry::remaining(const std::string& slot) const {
  std::lock_guard lock(mutex_);
  return slots_.at(slot).remaining;
}

std::optional<rpb::Booking> FakeRegistry::booking(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto it = bookings_.find(name);
  if (it == bookings_.end()) return std::nullopt;
  return it->second;
}

std::vector<rpb::Booking> FakeRegistry::Live(const std::string& case_name) const {
  std::lock_guard lock(mutex_);
  std::vector<rpb::Booking> live;
  for (const auto& [name, b] : bookings_) {
    const bool counts = b.state() == rpb::BOOKING_STATE_HELD || b.state() == rpb::BOOKING_STATE_BOOKED;
    if (counts && (case_name.empty() || b.case_() == case_name)) live.push_back(b);
  }
  return live;
}

std::vector<rpb::Candidate> FakeRegistry::Free() const {
  std::lock_guard lock(mutex_);
  std::vector<rpb::Candidate> free;
  for (const std::string& slot : order_) {
    if (slots_.at(slot).remaining == 0) continue;
    rpb::Candidate candidate;
    candidate.set_slot(slot);
    candidate.set_revision(1);
    free.push_back(std::move(candidate));
  }
  return free;
}

void FakeRegistry::Change(const std::string& booking, const std::function<void(rpb::Booking&)>& change) {
  std::lock_guard lock(mutex_);
  change(bookings_.at(booking));
}

void FakeRegistry::EndBooking(const std::string& booking, rpb::BookingState state) {
  std::lock_guard lock(mutex_);
  rpb::Booking& b = bookings_.at(booking);
  Free(b);
  b.set_state(state);
}

std::string FakeRegistry::Rename(const std::string& booking, const std::string& name) {
  std::lock_guard lock(mutex_);
  rpb::Booking renamed = bookings_.at(booking);
  renamed.set_name(name);
  bookings_.erase(booking);
  bookings_[name] = std::move(renamed);
  return name;
}

void FakeRegistry::Forget(const std::string& booking) {
  std::lock_guard lock(mutex_);
  bookings_.erase(booking);
}

void FakeRegistry::Free(rpb::Booking& booking) { ++slots_.at(booking.slot()).remaining; }

Task<bool> FakeRegistry::Enter() {
  std::function<Task<bool>()> now;
  {
    std::lock_guard lock(mutex_);
    ++calls;
    std::swap(now, meanwhile);
  }
  if (now) co_await now();
  std::lock_guard lock(mutex_);
  if (silent_before == 0) co_return true;
  if (silent_before > 0) --silent_before;
  co_return false;
}

bool FakeRegistry::Lost() {
  std::lock_guard lock(mutex_);
  if (silent_after == 0) return false;
  if (silent_after > 0) --silent_after;
  return true;
}

absl::StatusOr<rpb::HoldSlotResponse> FakeRegistry::Take(const std::string& id, const std::string& body,
                                                         const google::protobuf::RepeatedPtrField<rpb::Candidate>& candidates, rpb::Booking booking) {
  std::lock_guard lock(mutex_);
  if (const auto it = kept_.find(id); it != kept_.end()) {
    if (it->second.body != body) return MakeError(Reason::kRequestIdReused, "another body");
    return it->second.answer;
  }
  for (int i = 0; i < candidates.size(); ++i) {
    const auto slot = slots_.find(candidates[i].slot());
    if (slot == slots_.end() || slot->second.remaining == 0) continue;
    --slot->second.remaining;
    booking.set_name(absl::StrCat("departments/95/bookings/b", ++last_booking_));
    booking.set_slot(slot->first);
    booking.set_place("departments/95/places/p1");
    booking.set_reference(absl::StrCat("AB", 2345 + last_booking_));
    *booking.mutable_create_time() = ToProto(clock_.Now());
    *booking.mutable_start_time() = ToProto(slot->second.start);
    bookings_[booking.name()] = booking;
    rpb::HoldSlotResponse response;
    *response.mutable_booking() = booking;
    response.set_candidate_index(i);
    kept_.emplace(id, Kept{body, response});
    return response;
  }
  // As the registry: a refusal is not kept, the same request may be served later.
  return MakeError(Reason::kSlotTaken, "every candidate is taken");
}

absl::StatusOr<rpb::Booking> FakeRegistry::Once(const std::string& id, const std::string& body, const std::string& name,
                                                const std::function<absl::Status(rpb::Booking&)>& step) {
  std::lock_guard lock(mutex_);
  if (const auto it = kept_.find(id); it != kept_.end()) {
    if (it->second.body != body) return MakeError(Reason::kRequestIdReused, "another body");
    if (!it->second.answer.ok()) return it->second.answer.status();
    return it->second.answer->booking();
  }
  const auto it = bookings_.find(name);
  if (it == bookings_.end()) return MakeError(Reason::kNotFound, "no such booking");
  const absl::Status status = step(it->second);
  if (!status.ok()) return status;
  rpb::HoldSlotResponse kept;
  *kept.mutable_booking() = it->second;
  kept_.emplace(id, Kept{body, kept});
  return it->second;
}

Task<absl::StatusOr<rpb::HoldSlotResponse>> FakeRegistry::Hold(rpb::HoldSlotRequest request, absl::Time) {
  const bool heard = co_await Enter();
  if (!heard) co_return Silence();
  rpb::Booking booking;
  booking.set_state(rpb::BOOKING_STATE_HELD);
  booking.set_case_(request.case_());
  booking.set_motive(request.motive());
  *booking.mutable_hold_deadline() = ToProto(clock_.Now() + FromProto(request.hold_duration()));
  auto answer = Take(request.request_id(), platform::Fingerprint(request), request.candidates(), std::move(booking));
  if (Lost()) co_return Silence();
  co_return answer;
}

Task<absl::StatusOr<rpb::BookSlotResponse>> FakeRegistry::Book(rpb::BookSlotRequest request, absl::Time) {
  const bool heard = co_await Enter();
  if (!heard) co_return Silence();
  rpb::Booking booking;
  booking.set_state(rpb::BOOKING_STATE_BOOKED);
  booking.set_case_(request.case_());
  booking.set_motive(request.motive());
  const auto answer = Take(request.request_id(), platform::Fingerprint(request), request.candidates(), std::move(booking));
  if (Lost()) co_return Silence();
  if (!answer.ok()) co_return answer.status();
  rpb::BookSlotResponse response;
  *response.mutable_booking() = answer->booking();
  response.set_candidate_index(answer->candidate_index());
  co_return response;
}

Task<absl::StatusOr<rpb::Booking>> FakeRegistry::Confirm(rpb::ConfirmHoldRequest request, absl::Time) {
  const bool heard = co_await Enter();
  if (!heard) co_return Silence();
  auto answer = Once(request.request_id(), platform::Fingerprint(request), request.name(), [this](rpb::Booking& b) {
    if (b.state() == rpb::BOOKING_STATE_EXPIRED) return MakeError(Reason::kHoldExpired, "expired");
    if (b.state() != rpb::BOOKING_STATE_HELD) return MakeError(Reason::kBookingState, "not held");
    if (FromProto(b.hold_deadline()) <= clock_.Now()) return MakeError(Reason::kHoldExpired, "expired");
    b.set_state(rpb::BOOKING_STATE_BOOKED);
    return absl::OkStatus();
  });
  if (Lost()) co_return Silence();
  co_return answer;
}

Task<absl::StatusOr<rpb::Booking>> FakeRegistry::Release(rpb::ReleaseHoldRequest request, absl::Time) {
  const bool heard = co_await Enter();
  if (!heard) co_return Silence();
  auto answer = Once(request.request_id(), platform::Fingerprint(request), request.name(), [this](rpb::Booking& b) {
    if (b.state() != rpb::BOOKING_STATE_HELD) return MakeError(Reason::kBookingState, "not held");
    Free(b);
    b.set_state(rpb::BOOKING_STATE_RELEASED);
    return absl::OkStatus();
  });
  if (Lost()) co_return Silence();
  co_return answer;
}

Task<absl::StatusOr<rpb::Booking>> FakeRegistry::Cancel(rpb::CancelBookingRequest request, absl::Time) {
  const bool heard = co_await Enter();
  if (!heard) co_return Silence();
  auto answer = Once(request.request_id(), platform::Fingerprint(request), request.name(), [this, &request](rpb::Booking& b) {
    if (b.state() != rpb::BOOKING_STATE_BOOKED) return MakeError(Reason::kBookingState, "not booked");
    Free(b);
    b.set_state(rpb::BOOKING_STATE_CANCELLED);
    b.set_cancelled_by(request.cancelled_by());
    return absl::OkStatus();
  });
  if (Lost()) co_return Silence();
  co_return answer;
}

Task<absl::StatusOr<rpb::Booking>> FakeRegistry::RecordOutcome(rpb::RecordOutcomeRequest request, absl::Time) {
  const bool heard = co_await Enter();
  if (!heard) co_return Silence();
  auto answer = Once(request.request_id(), platform::Fingerprint(request), request.name(), [&request](rpb::Booking& b) {
    if (b.state() != rpb::BOOKING_STATE_BOOKED) return MakeError(Reason::kBookingState, "not booked");
    b.set_state(request.outcome());
    return absl::OkStatus();
  });
  if (Lost()) co_return Silence();
  co_return answer;
}

Task<absl::StatusOr<rpb::Booking>> FakeRegistry::GetBooking(std::string name, absl::Time) {
  if (!read_error.ok()) co_return read_error;
  const auto found = booking(name);
  if (!found) co_return MakeError(Reason::kNotFound, "no such booking");
  co_return *found;
}

Task<absl::StatusOr<rpb::ListBookingsResponse>> FakeRegistry::ListBookings(rpb::ListBookingsRequest request, absl::Time) {
  std::lock_guard lock(mutex_);
  rpb::ListBookingsResponse response;
  for (const auto& [name, b] : bookings_) {
    if (b.slot() == request.parent()) *response.add_bookings() = b;
  }
  co_return response;
}

Task<absl::StatusOr<mpb::RankResponse>> FakeMatcher::Rank(mpb::RankRequest request, absl::Time) {
  ++calls;
  last = request;
  if (!error.ok()) co_return error;
  const auto& excluded = request.demand().excluded_slots();
  mpb::RankResponse response;
  int64_t refused = 0;
  const auto offer = [&](const std::string& slot) {
    const bool out = std::find(excluded.begin(), excluded.end(), slot) != excluded.end();
    if (out) ++refused;
    if (out || response.candidates_size() >= (request.limit() == 0 ? 8 : request.limit())) return;
    mpb::RankedCandidate& candidate = *response.add_candidates();
    candidate.set_slot(slot);
    candidate.set_revision(1);
    candidate.set_place_kind(type::v1::PLACE_KIND_CABINET);
    candidate.set_modality(type::v1::MODALITY_CABINET);
  };
  for (const std::string& slot : stale) offer(slot);
  for (const rpb::Candidate& free : registry_.Free()) {
    if (hidden.count(free.slot()) == 0) offer(free.slot());
  }
  if (request.explain() && refused > 0) {
    mpb::RefusalCount& count = *response.add_refusals();
    count.set_refusal(mpb::REFUSAL_EXCLUDED);
    count.set_slots(refused);
  }
  response.set_policy("fake@1");
  *response.mutable_index_age() = ToProto(absl::Milliseconds(7));
  co_return response;
}

void FakeLog::Append(domain::ChangeKind kind, const std::string& slot, const std::string& booking, const std::string& case_name, absl::Time time) {
  domain::Change change;
  change.sequence = ++head_.sequence;
  change.kind = kind;
  change.time = time;
  change.slot = domain::SlotId(slot.substr(slot.rfind('/') + 1));
  change.booking = domain::BookingId(booking.substr(booking.rfind('/') + 1));
  change.case_name = case_name;
  change.revision = 2;
  events_.push_back(std::move(change));
}

Task<absl::StatusOr<store::LogHead>> FakeLog::ReadHead(domain::Department, absl::Time) { co_return head_; }

Task<absl::StatusOr<std::vector<domain::Change>>> FakeLog::Read(domain::Department, store::LogHead cursor, int limit, absl::Duration) {
  if (cursor.epoch != head_.epoch || cursor.sequence + 1 < first_ || cursor.sequence > head_.sequence) {
    co_return MakeError(Reason::kCursorTrimmed, "trimmed");
  }
  std::vector<domain::Change> found;
  for (const auto& event : events_) {
    if (event.sequence > cursor.sequence && static_cast<int>(found.size()) < limit) found.push_back(event);
  }
  co_return found;
}

Task<absl::StatusOr<store::DepartmentSnapshot>> FakeLog::Snapshot(domain::Department, absl::Time, std::function<void(int64_t, int64_t)>) {
  co_return store::DepartmentSnapshot();
}

}  // namespace snp::regulation
