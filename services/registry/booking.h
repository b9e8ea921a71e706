// Verbs on bookings: CancelBooking, AcknowledgeBooking, RecordOutcome, GetBooking, ListBookings.
#pragma once

#include "absl/status/statusor.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "registry/ports.h"

namespace snp::registry {

namespace v1 {
class AcknowledgeBookingRequest;
class AcknowledgeBookingResponse;
class CancelBookingRequest;
class CancelBookingResponse;
class GetBookingRequest;
class GetBookingResponse;
class ListBookingsRequest;
class ListBookingsResponse;
class RecordOutcomeRequest;
class RecordOutcomeResponse;
}  // namespace v1

// Promises: registry_service.proto. A practice gets its own bookings, without their case.
class BookingVerbs {
 public:
  explicit BookingVerbs(const Ports& ports) : ports_(ports) {}

  template <typename T>
  using Task = platform::Task<absl::StatusOr<T>>;
  Task<v1::CancelBookingResponse> CancelBooking(platform::Caller caller, const v1::CancelBookingRequest& request);
  Task<v1::AcknowledgeBookingResponse> AcknowledgeBooking(platform::Caller caller, const v1::AcknowledgeBookingRequest& request);
  Task<v1::RecordOutcomeResponse> RecordOutcome(platform::Caller caller, const v1::RecordOutcomeRequest& request);
  Task<v1::GetBookingResponse> GetBooking(platform::Caller caller, const v1::GetBookingRequest& request);
  // Of a place: a booking made while the list is paged through may be left out; none that was there before is, and one may come twice when slots are
  // published meanwhile.
  Task<v1::ListBookingsResponse> ListBookings(platform::Caller caller, const v1::ListBookingsRequest& request);

 private:
  const Ports ports_;
};

}  // namespace snp::registry
