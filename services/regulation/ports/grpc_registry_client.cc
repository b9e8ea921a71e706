#include <mutex>
#include <utility>

#include "regulation/ports/grpc_clients.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"

namespace snp::regulation {
namespace {

namespace rpb = registry::v1;
using platform::CallUnary;
using platform::Task;

class GrpcRegistryClient final : public RegistryClient {
 public:
  GrpcRegistryClient(ChannelSource channel, platform::TokenSource token) : channel_(std::move(channel)), token_(std::move(token)) {}

  Task<absl::StatusOr<rpb::HoldSlotResponse>> Hold(rpb::HoldSlotRequest request, absl::Time deadline) override {
    co_return co_await CallUnary<rpb::HoldSlotResponse>(Options(deadline), std::move(request), [s = Stub()](auto* c, auto* q, auto* p, auto done) {
      s->async()->HoldSlot(c, q, p, std::move(done));
    });
  }
  Task<absl::StatusOr<rpb::BookSlotResponse>> Book(rpb::BookSlotRequest request, absl::Time deadline) override {
    co_return co_await CallUnary<rpb::BookSlotResponse>(Options(deadline), std::move(request), [s = Stub()](auto* c, auto* q, auto* p, auto done) {
      s->async()->BookSlot(c, q, p, std::move(done));
    });
  }
  Task<absl::StatusOr<rpb::Booking>> Confirm(rpb::ConfirmHoldRequest request, absl::Time deadline) override {
    co_return BookingOf(co_await CallUnary<rpb::ConfirmHoldResponse>(
        Options(deadline), std::move(request),
        [s = Stub()](auto* c, auto* q, auto* p, auto done) { s->async()->ConfirmHold(c, q, p, std::move(done)); }));
  }
  Task<absl::StatusOr<rpb::Booking>> Release(rpb::ReleaseHoldRequest request, absl::Time deadline) override {
    co_return BookingOf(co_await CallUnary<rpb::ReleaseHoldResponse>(
        Options(deadline), std::move(request),
        [s = Stub()](auto* c, auto* q, auto* p, auto done) { s->async()->ReleaseHold(c, q, p, std::move(done)); }));
  }
  Task<absl::StatusOr<rpb::Booking>> Cancel(rpb::CancelBookingRequest request, absl::Time deadline) override {
    co_return BookingOf(co_await CallUnary<rpb::CancelBookingResponse>(
        Options(deadline), std::move(request),
        [s = Stub()](auto* c, auto* q, auto* p, auto done) { s->async()->CancelBooking(c, q, p, std::move(done)); }));
  }
  Task<absl::StatusOr<rpb::Booking>> RecordOutcome(rpb::RecordOutcomeRequest request, absl::Time deadline) override {
    co_return BookingOf(co_await CallUnary<rpb::RecordOutcomeResponse>(
        Options(deadline), std::move(request),
        [s = Stub()](auto* c, auto* q, auto* p, auto done) { s->async()->RecordOutcome(c, q, p, std::move(done)); }));
  }
  Task<absl::StatusOr<rpb::Booking>> GetBooking(std::string name, absl::Time deadline) override {
    rpb::GetBookingRequest request;
    request.set_name(std::move(name));
    co_return BookingOf(co_await CallUnary<rpb::GetBookingResponse>(
        Options(deadline), std::move(request),
        [s = Stub()](auto* c, auto* q, auto* p, auto done) { s->async()->GetBooking(c, q, p, std::move(done)); }));
  }
  Task<absl::StatusOr<rpb::ListBookingsResponse>> ListBookings(rpb::ListBookingsRequest request, absl::Time deadline) override {
    co_return co_await CallUnary<rpb::ListBookingsResponse>(
        Options(deadline), std::move(request),
        [s = Stub()](auto* c, auto* q, auto* p, auto done) { s->async()->ListBookings(c, q, p, std::move(done)); });
  }

 private:
  template <typename Response>
  static absl::StatusOr<rpb::Booking> BookingOf(absl::StatusOr<Response> response) {
    if (!response.ok()) return response.status();
    return std::move(*response->mutable_booking());
  }
  rpb::RegistryService::Stub* Stub() {
    std::call_once(once_, [this] { stub_ = rpb::RegistryService::NewStub(channel_()); });
    return stub_.get();
  }
  platform::CallOptions Options(absl::Time deadline) const {
    platform::CallOptions options;
    options.deadline = deadline;
    options.token = token_();
    return options;
  }

  ChannelSource channel_;
  platform::TokenSource token_;
  std::once_flag once_;
  std::unique_ptr<rpb::RegistryService::Stub> stub_;
};

}  // namespace

std::unique_ptr<RegistryClient> MakeGrpcRegistryClient(ChannelSource channel, platform::TokenSource token) {
  return std::make_unique<GrpcRegistryClient>(std::move(channel), std::move(token));
}

}  // namespace snp::regulation
