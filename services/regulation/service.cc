#include "regulation/service.h"

namespace snp::regulation {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

ServerUnaryReactor* Service::OpenCase(CallbackServerContext* context, const pb::OpenCaseRequest* request, pb::OpenCaseResponse* response) {
  return door_->Unary(context, request, response, "OpenCase",
                      [this](Caller caller, const pb::OpenCaseRequest& r) { return regulation::OpenCase(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::QualifyCase(CallbackServerContext* context, const pb::QualifyCaseRequest* request, pb::QualifyCaseResponse* response) {
  return door_->Unary(context, request, response, "QualifyCase",
                      [this](Caller caller, const pb::QualifyCaseRequest& r) { return regulation::QualifyCase(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::ProposePlaces(CallbackServerContext* context, const pb::ProposePlacesRequest* request,
                                           pb::ProposePlacesResponse* response) {
  return door_->Unary(context, request, response, "ProposePlaces",
                      [this](Caller caller, const pb::ProposePlacesRequest& r) { return regulation::ProposePlaces(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::HoldPlace(CallbackServerContext* context, const pb::HoldPlaceRequest* request, pb::HoldPlaceResponse* response) {
  return door_->Unary(context, request, response, "HoldPlace",
                      [this](Caller caller, const pb::HoldPlaceRequest& r) { return regulation::HoldPlace(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::ConfirmPlace(CallbackServerContext* context, const pb::ConfirmPlaceRequest* request,
                                          pb::ConfirmPlaceResponse* response) {
  return door_->Unary(context, request, response, "ConfirmPlace",
                      [this](Caller caller, const pb::ConfirmPlaceRequest& r) { return regulation::ConfirmPlace(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::ReleasePlace(CallbackServerContext* context, const pb::ReleasePlaceRequest* request,
                                          pb::ReleasePlaceResponse* response) {
  return door_->Unary(context, request, response, "ReleasePlace",
                      [this](Caller caller, const pb::ReleasePlaceRequest& r) { return regulation::ReleasePlace(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::DispatchCase(CallbackServerContext* context, const pb::DispatchCaseRequest* request,
                                          pb::DispatchCaseResponse* response) {
  return door_->Unary(context, request, response, "DispatchCase",
                      [this](Caller caller, const pb::DispatchCaseRequest& r) { return regulation::DispatchCase(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::RefusePlace(CallbackServerContext* context, const pb::RefusePlaceRequest* request, pb::RefusePlaceResponse* response) {
  return door_->Unary(context, request, response, "RefusePlace",
                      [this](Caller caller, const pb::RefusePlaceRequest& r) { return regulation::RefusePlace(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::RedispatchCase(CallbackServerContext* context, const pb::RedispatchCaseRequest* request,
                                            pb::RedispatchCaseResponse* response) {
  return door_->Unary(context, request, response, "RedispatchCase", [this](Caller caller, const pb::RedispatchCaseRequest& r) {
    return regulation::RedispatchCase(office_, std::move(caller), r);
  });
}
ServerUnaryReactor* Service::AdviseCase(CallbackServerContext* context, const pb::AdviseCaseRequest* request, pb::AdviseCaseResponse* response) {
  return door_->Unary(context, request, response, "AdviseCase",
                      [this](Caller caller, const pb::AdviseCaseRequest& r) { return regulation::AdviseCase(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::CloseCase(CallbackServerContext* context, const pb::CloseCaseRequest* request, pb::CloseCaseResponse* response) {
  return door_->Unary(context, request, response, "CloseCase",
                      [this](Caller caller, const pb::CloseCaseRequest& r) { return regulation::CloseCase(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::ClaimCase(CallbackServerContext* context, const pb::ClaimCaseRequest* request, pb::ClaimCaseResponse* response) {
  return door_->Unary(context, request, response, "ClaimCase",
                      [this](Caller caller, const pb::ClaimCaseRequest& r) { return regulation::ClaimCase(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::HandOverCase(CallbackServerContext* context, const pb::HandOverCaseRequest* request,
                                          pb::HandOverCaseResponse* response) {
  return door_->Unary(context, request, response, "HandOverCase",
                      [this](Caller caller, const pb::HandOverCaseRequest& r) { return regulation::HandOverCase(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::GetCase(CallbackServerContext* context, const pb::GetCaseRequest* request, pb::GetCaseResponse* response) {
  return door_->Unary(context, request, response, "GetCase",
                      [this](Caller caller, const pb::GetCaseRequest& r) { return regulation::GetCase(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::ListQueue(CallbackServerContext* context, const pb::ListQueueRequest* request, pb::ListQueueResponse* response) {
  return door_->Unary(context, request, response, "ListQueue",
                      [this](Caller caller, const pb::ListQueueRequest& r) { return regulation::ListQueue(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::GetAudit(CallbackServerContext* context, const pb::GetAuditRequest* request, pb::GetAuditResponse* response) {
  return door_->Unary(context, request, response, "GetAudit",
                      [this](Caller caller, const pb::GetAuditRequest& r) { return regulation::GetAudit(office_, std::move(caller), r); });
}
ServerUnaryReactor* Service::PurgeAudit(CallbackServerContext* context, const pb::PurgeAuditRequest* request, pb::PurgeAuditResponse* response) {
  return door_->Unary(context, request, response, "PurgeAudit",
                      [this](Caller caller, const pb::PurgeAuditRequest& r) { return regulation::PurgeAudit(office_, std::move(caller), r); });
}

grpc::ServerWriteReactor<pb::WatchQueueResponse>* Service::WatchQueue(CallbackServerContext* context, const pb::WatchQueueRequest* request) {
  return door_->ServerStream<pb::WatchQueueRequest, pb::WatchQueueResponse>(
      context, request, "WatchQueue",
      [this](Caller caller, const pb::WatchQueueRequest& r, auto& writer) { return queue_.Watch(std::move(caller), r, writer); });
}

}  // namespace snp::regulation
