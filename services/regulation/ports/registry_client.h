// What regulation asks of the slot registry: the verbs it uses, nothing more.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "platform/async/task.h"

namespace snp::registry::v1 {
class Booking;
class BookSlotRequest;
class BookSlotResponse;
class CancelBookingRequest;
class ConfirmHoldRequest;
class HoldSlotRequest;
class HoldSlotResponse;
class ListBookingsRequest;
class ListBookingsResponse;
class RecordOutcomeRequest;
class ReleaseHoldRequest;
}  // namespace snp::registry::v1

namespace snp::regulation {

// Every mutation carries a request_id: sent again, it gets the first answer. Errors are the registry's own; PEER_UNAVAILABLE and DEADLINE: taken or
// not is unknown. `deadline` is real time. Thread-safe.
class RegistryClient {
 public:
  virtual ~RegistryClient() = default;
  virtual platform::Task<absl::StatusOr<registry::v1::HoldSlotResponse>> Hold(registry::v1::HoldSlotRequest request, absl::Time deadline) = 0;
  virtual platform::Task<absl::StatusOr<registry::v1::BookSlotResponse>> Book(registry::v1::BookSlotRequest request, absl::Time deadline) = 0;
  virtual platform::Task<absl::StatusOr<registry::v1::Booking>> Confirm(registry::v1::ConfirmHoldRequest request, absl::Time deadline) = 0;
  virtual platform::Task<absl::StatusOr<registry::v1::Booking>> Release(registry::v1::ReleaseHoldRequest request, absl::Time deadline) = 0;
  virtual platform::Task<absl::StatusOr<registry::v1::Booking>> Cancel(registry::v1::CancelBookingRequest request, absl::Time deadline) = 0;
  virtual platform::Task<absl::StatusOr<registry::v1::Booking>> RecordOutcome(registry::v1::RecordOutcomeRequest request, absl::Time deadline) = 0;
  virtual platform::Task<absl::StatusOr<registry::v1::Booking>> GetBooking(std::string name, absl::Time deadline) = 0;
  virtual platform::Task<absl::StatusOr<registry::v1::ListBookingsResponse>> ListBookings(registry::v1::ListBookingsRequest request,
                                                                                          absl::Time deadline) = 0;
};

}  // namespace snp::regulation
