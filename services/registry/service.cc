#include "registry/service.h"

#include <utility>

namespace snp::registry {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;
using platform::Caller;

ServerUnaryReactor* Service::PutPlaces(CallbackServerContext* context, const v1::PutPlacesRequest* request, v1::PutPlacesResponse* response) {
  return door_->Unary(context, request, response, "PutPlaces",
                      [this](Caller caller, const v1::PutPlacesRequest& r) { return directory_.PutPlaces(std::move(caller), r); });
}

ServerUnaryReactor* Service::PutPractitioners(CallbackServerContext* context, const v1::PutPractitionersRequest* request,
                                              v1::PutPractitionersResponse* response) {
  return door_->Unary(context, request, response, "PutPractitioners",
                      [this](Caller caller, const v1::PutPractitionersRequest& r) { return directory_.PutPractitioners(std::move(caller), r); });
}

ServerUnaryReactor* Service::GetPlace(CallbackServerContext* context, const v1::GetPlaceRequest* request, v1::GetPlaceResponse* response) {
  return door_->Unary(context, request, response, "GetPlace",
                      [this](Caller caller, const v1::GetPlaceRequest& r) { return directory_.GetPlace(std::move(caller), r); });
}

ServerUnaryReactor* Service::ListPlaces(CallbackServerContext* context, const v1::ListPlacesRequest* request, v1::ListPlacesResponse* response) {
  return door_->Unary(context, request, response, "ListPlaces",
                      [this](Caller caller, const v1::ListPlacesRequest& r) { return directory_.ListPlaces(std::move(caller), r); });
}

ServerUnaryReactor* Service::GetPractitioner(CallbackServerContext* context, const v1::GetPractitionerRequest* request,
                                             v1::GetPractitionerResponse* response) {
  return door_->Unary(context, request, response, "GetPractitioner",
                      [this](Caller caller, const v1::GetPractitionerRequest& r) { return directory_.GetPractitioner(std::move(caller), r); });
}

ServerUnaryReactor* Service::PublishSlot(CallbackServerContext* context, const v1::PublishSlotRequest* request, v1::PublishSlotResponse* response) {
  return door_->Unary(context, request, response, "PublishSlot",
                      [this](Caller caller, const v1::PublishSlotRequest& r) { return publish_.PublishSlot(std::move(caller), r); });
}

ServerUnaryReactor* Service::BatchPublishSlots(CallbackServerContext* context, const v1::BatchPublishSlotsRequest* request,
                                               v1::BatchPublishSlotsResponse* response) {
  return door_->Unary(context, request, response, "BatchPublishSlots",
                      [this](Caller caller, const v1::BatchPublishSlotsRequest& r) { return publish_.BatchPublishSlots(std::move(caller), r); });
}

ServerUnaryReactor* Service::WithdrawSlot(CallbackServerContext* context, const v1::WithdrawSlotRequest* request,
                                          v1::WithdrawSlotResponse* response) {
  return door_->Unary(context, request, response, "WithdrawSlot",
                      [this](Caller caller, const v1::WithdrawSlotRequest& r) { return publish_.WithdrawSlot(std::move(caller), r); });
}

ServerUnaryReactor* Service::ConfirmFresh(CallbackServerContext* context, const v1::ConfirmFreshRequest* request,
                                          v1::ConfirmFreshResponse* response) {
  return door_->Unary(context, request, response, "ConfirmFresh",
                      [this](Caller caller, const v1::ConfirmFreshRequest& r) { return publish_.ConfirmFresh(std::move(caller), r); });
}

ServerUnaryReactor* Service::HoldSlot(CallbackServerContext* context, const v1::HoldSlotRequest* request, v1::HoldSlotResponse* response) {
  return door_->Unary(context, request, response, "HoldSlot",
                      [this](Caller caller, const v1::HoldSlotRequest& r) { return hold_.HoldSlot(std::move(caller), r); });
}

ServerUnaryReactor* Service::ConfirmHold(CallbackServerContext* context, const v1::ConfirmHoldRequest* request, v1::ConfirmHoldResponse* response) {
  return door_->Unary(context, request, response, "ConfirmHold",
                      [this](Caller caller, const v1::ConfirmHoldRequest& r) { return hold_.ConfirmHold(std::move(caller), r); });
}

ServerUnaryReactor* Service::BookSlot(CallbackServerContext* context, const v1::BookSlotRequest* request, v1::BookSlotResponse* response) {
  return door_->Unary(context, request, response, "BookSlot",
                      [this](Caller caller, const v1::BookSlotRequest& r) { return hold_.BookSlot(std::move(caller), r); });
}

ServerUnaryReactor* Service::OverbookSlot(CallbackServerContext* context, const v1::OverbookSlotRequest* request,
                                          v1::OverbookSlotResponse* response) {
  return door_->Unary(context, request, response, "OverbookSlot",
                      [this](Caller caller, const v1::OverbookSlotRequest& r) { return hold_.OverbookSlot(std::move(caller), r); });
}

ServerUnaryReactor* Service::ReleaseHold(CallbackServerContext* context, const v1::ReleaseHoldRequest* request, v1::ReleaseHoldResponse* response) {
  return door_->Unary(context, request, response, "ReleaseHold",
                      [this](Caller caller, const v1::ReleaseHoldRequest& r) { return hold_.ReleaseHold(std::move(caller), r); });
}

ServerUnaryReactor* Service::CancelBooking(CallbackServerContext* context, const v1::CancelBookingRequest* request,
                                           v1::CancelBookingResponse* response) {
  return door_->Unary(context, request, response, "CancelBooking",
                      [this](Caller caller, const v1::CancelBookingRequest& r) { return booking_.CancelBooking(std::move(caller), r); });
}

ServerUnaryReactor* Service::AcknowledgeBooking(CallbackServerContext* context, const v1::AcknowledgeBookingRequest* request,
                                                v1::AcknowledgeBookingResponse* response) {
  return door_->Unary(context, request, response, "AcknowledgeBooking",
                      [this](Caller caller, const v1::AcknowledgeBookingRequest& r) { return booking_.AcknowledgeBooking(std::move(caller), r); });
}

ServerUnaryReactor* Service::RecordOutcome(CallbackServerContext* context, const v1::RecordOutcomeRequest* request,
                                           v1::RecordOutcomeResponse* response) {
  return door_->Unary(context, request, response, "RecordOutcome",
                      [this](Caller caller, const v1::RecordOutcomeRequest& r) { return booking_.RecordOutcome(std::move(caller), r); });
}

ServerUnaryReactor* Service::GetSlot(CallbackServerContext* context, const v1::GetSlotRequest* request, v1::GetSlotResponse* response) {
  return door_->Unary(context, request, response, "GetSlot",
                      [this](Caller caller, const v1::GetSlotRequest& r) { return slots_.GetSlot(std::move(caller), r); });
}

ServerUnaryReactor* Service::ListSlots(CallbackServerContext* context, const v1::ListSlotsRequest* request, v1::ListSlotsResponse* response) {
  return door_->Unary(context, request, response, "ListSlots",
                      [this](Caller caller, const v1::ListSlotsRequest& r) { return slots_.ListSlots(std::move(caller), r); });
}

ServerUnaryReactor* Service::GetBooking(CallbackServerContext* context, const v1::GetBookingRequest* request, v1::GetBookingResponse* response) {
  return door_->Unary(context, request, response, "GetBooking",
                      [this](Caller caller, const v1::GetBookingRequest& r) { return booking_.GetBooking(std::move(caller), r); });
}

ServerUnaryReactor* Service::ListBookings(CallbackServerContext* context, const v1::ListBookingsRequest* request,
                                          v1::ListBookingsResponse* response) {
  return door_->Unary(context, request, response, "ListBookings",
                      [this](Caller caller, const v1::ListBookingsRequest& r) { return booking_.ListBookings(std::move(caller), r); });
}

grpc::ServerReadReactor<v1::StreamPublishSlotsRequest>* Service::StreamPublishSlots(CallbackServerContext* context,
                                                                                    v1::StreamPublishSlotsResponse* response) {
  return door_->ClientStream<v1::StreamPublishSlotsRequest>(context, response, "StreamPublishSlots", [this](Caller caller, auto& reader) {
    return publish_.StreamPublishSlots(std::move(caller), reader);
  });
}

grpc::ServerWriteReactor<v1::WatchSlotsResponse>* Service::WatchSlots(CallbackServerContext* context, const v1::WatchSlotsRequest* request) {
  return door_->ServerStream<v1::WatchSlotsRequest, v1::WatchSlotsResponse>(
      context, request, "WatchSlots",
      [this](Caller caller, const v1::WatchSlotsRequest& r, auto& writer) { return watch_->WatchSlots(std::move(caller), r, writer); });
}

}  // namespace snp::registry
