// The RPC service: each method hands its call to the door, and the door to a verb.
#pragma once

#include <memory>
#include <utility>

#include "platform/rpc/door.h"
#include "registry/booking.h"
#include "registry/directory.h"
#include "registry/hold.h"
#include "registry/publish.h"
#include "registry/slots.h"
#include "registry/watch.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"

namespace snp::registry {

class Service final : public v1::RegistryService::CallbackService {
 public:
  Service(std::unique_ptr<platform::Door> door, const Ports& ports, std::unique_ptr<WatchVerb> watch)
      : door_(std::move(door)), directory_(ports), publish_(ports), hold_(ports), booking_(ports), slots_(ports), watch_(std::move(watch)) {}

  grpc::ServerUnaryReactor* PutPlaces(grpc::CallbackServerContext* context, const v1::PutPlacesRequest* request,
                                      v1::PutPlacesResponse* response) override;
  grpc::ServerUnaryReactor* PutPractitioners(grpc::CallbackServerContext* context, const v1::PutPractitionersRequest* request,
                                             v1::PutPractitionersResponse* response) override;
  grpc::ServerUnaryReactor* GetPlace(grpc::CallbackServerContext* context, const v1::GetPlaceRequest* request,
                                     v1::GetPlaceResponse* response) override;
  grpc::ServerUnaryReactor* ListPlaces(grpc::CallbackServerContext* context, const v1::ListPlacesRequest* request,
                                       v1::ListPlacesResponse* response) override;
  grpc::ServerUnaryReactor* GetPractitioner(grpc::CallbackServerContext* context, const v1::GetPractitionerRequest* request,
                                            v1::GetPractitionerResponse* response) override;
  grpc::ServerUnaryReactor* PublishSlot(grpc::CallbackServerContext* context, const v1::PublishSlotRequest* request,
                                        v1::PublishSlotResponse* response) override;
  grpc::ServerUnaryReactor* BatchPublishSlots(grpc::CallbackServerContext* context, const v1::BatchPublishSlotsRequest* request,
                                              v1::BatchPublishSlotsResponse* response) override;
  grpc::ServerUnaryReactor* WithdrawSlot(grpc::CallbackServerContext* context, const v1::WithdrawSlotRequest* request,
                                         v1::WithdrawSlotResponse* response) override;
  grpc::ServerUnaryReactor* ConfirmFresh(grpc::CallbackServerContext* context, const v1::ConfirmFreshRequest* request,
                                         v1::ConfirmFreshResponse* response) override;
  grpc::ServerUnaryReactor* HoldSlot(grpc::CallbackServerContext* context, const v1::HoldSlotRequest* request,
                                     v1::HoldSlotResponse* response) override;
  grpc::ServerUnaryReactor* ConfirmHold(grpc::CallbackServerContext* context, const v1::ConfirmHoldRequest* request,
                                        v1::ConfirmHoldResponse* response) override;
  grpc::ServerUnaryReactor* BookSlot(grpc::CallbackServerContext* context, const v1::BookSlotRequest* request,
                                     v1::BookSlotResponse* response) override;
  grpc::ServerUnaryReactor* OverbookSlot(grpc::CallbackServerContext* context, const v1::OverbookSlotRequest* request,
                                         v1::OverbookSlotResponse* response) override;
  grpc::ServerUnaryReactor* ReleaseHold(grpc::CallbackServerContext* context, const v1::ReleaseHoldRequest* request,
                                        v1::ReleaseHoldResponse* response) override;
  grpc::ServerUnaryReactor* CancelBooking(grpc::CallbackServerContext* context, const v1::CancelBookingRequest* request,
                                          v1::CancelBookingResponse* response) override;
  grpc::ServerUnaryReactor* AcknowledgeBooking(grpc::CallbackServerContext* context, const v1::AcknowledgeBookingRequest* request,
                                               v1::AcknowledgeBookingResponse* response) override;
  grpc::ServerUnaryReactor* RecordOutcome(grpc::CallbackServerContext* context, const v1::RecordOutcomeRequest* request,
                                          v1::RecordOutcomeResponse* response) override;
  grpc::ServerUnaryReactor* GetSlot(grpc::CallbackServerContext* context, const v1::GetSlotRequest* request, v1::GetSlotResponse* response) override;
  grpc::ServerUnaryReactor* ListSlots(grpc::CallbackServerContext* context, const v1::ListSlotsRequest* request,
                                      v1::ListSlotsResponse* response) override;
  grpc::ServerUnaryReactor* GetBooking(grpc::CallbackServerContext* context, const v1::GetBookingRequest* request,
                                       v1::GetBookingResponse* response) override;
  grpc::ServerUnaryReactor* ListBookings(grpc::CallbackServerContext* context, const v1::ListBookingsRequest* request,
                                         v1::ListBookingsResponse* response) override;
  grpc::ServerReadReactor<v1::StreamPublishSlotsRequest>* StreamPublishSlots(grpc::CallbackServerContext* context,
                                                                             v1::StreamPublishSlotsResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchSlotsResponse>* WatchSlots(grpc::CallbackServerContext* context, const v1::WatchSlotsRequest* request) override;

 private:
  std::unique_ptr<platform::Door> door_;
  DirectoryVerbs directory_;
  PublishVerbs publish_;
  HoldVerbs hold_;
  BookingVerbs booking_;
  SlotVerbs slots_;
  std::unique_ptr<WatchVerb> watch_;
};

}  // namespace snp::registry
