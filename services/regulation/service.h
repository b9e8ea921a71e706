// The RPC service: each method hands its call to the door, and the door to a verb.
#pragma once

#include <memory>
#include <utility>

#include "platform/rpc/door.h"
#include "regulation/queue_hub.h"
#include "regulation/verbs/verbs.h"
#include "snp/regulation/v1/regulation_service.grpc.pb.h"

namespace snp::regulation {

class Service final : public pb::RegulationService::CallbackService {
 public:
  // All outlive it.
  Service(std::unique_ptr<platform::Door> door, Office& office, QueueHub& queue) : door_(std::move(door)), office_(office), queue_(queue) {}

  grpc::ServerUnaryReactor* OpenCase(grpc::CallbackServerContext* context, const pb::OpenCaseRequest* request,
                                     pb::OpenCaseResponse* response) override;
  grpc::ServerUnaryReactor* QualifyCase(grpc::CallbackServerContext* context, const pb::QualifyCaseRequest* request,
                                        pb::QualifyCaseResponse* response) override;
  grpc::ServerUnaryReactor* ProposePlaces(grpc::CallbackServerContext* context, const pb::ProposePlacesRequest* request,
                                          pb::ProposePlacesResponse* response) override;
  grpc::ServerUnaryReactor* HoldPlace(grpc::CallbackServerContext* context, const pb::HoldPlaceRequest* request,
                                      pb::HoldPlaceResponse* response) override;
  grpc::ServerUnaryReactor* ConfirmPlace(grpc::CallbackServerContext* context, const pb::ConfirmPlaceRequest* request,
                                         pb::ConfirmPlaceResponse* response) override;
  grpc::ServerUnaryReactor* ReleasePlace(grpc::CallbackServerContext* context, const pb::ReleasePlaceRequest* request,
                                         pb::ReleasePlaceResponse* response) override;
  grpc::ServerUnaryReactor* DispatchCase(grpc::CallbackServerContext* context, const pb::DispatchCaseRequest* request,
                                         pb::DispatchCaseResponse* response) override;
  grpc::ServerUnaryReactor* RefusePlace(grpc::CallbackServerContext* context, const pb::RefusePlaceRequest* request,
                                        pb::RefusePlaceResponse* response) override;
  grpc::ServerUnaryReactor* RedispatchCase(grpc::CallbackServerContext* context, const pb::RedispatchCaseRequest* request,
                                           pb::RedispatchCaseResponse* response) override;
  grpc::ServerUnaryReactor* AdviseCase(grpc::CallbackServerContext* context, const pb::AdviseCaseRequest* request,
                                       pb::AdviseCaseResponse* response) override;
  grpc::ServerUnaryReactor* CloseCase(grpc::CallbackServerContext* context, const pb::CloseCaseRequest* request,
                                      pb::CloseCaseResponse* response) override;
  grpc::ServerUnaryReactor* ClaimCase(grpc::CallbackServerContext* context, const pb::ClaimCaseRequest* request,
                                      pb::ClaimCaseResponse* response) override;
  grpc::ServerUnaryReactor* HandOverCase(grpc::CallbackServerContext* context, const pb::HandOverCaseRequest* request,
                                         pb::HandOverCaseResponse* response) override;
  grpc::ServerUnaryReactor* GetCase(grpc::CallbackServerContext* context, const pb::GetCaseRequest* request, pb::GetCaseResponse* response) override;
  grpc::ServerUnaryReactor* ListQueue(grpc::CallbackServerContext* context, const pb::ListQueueRequest* request,
                                      pb::ListQueueResponse* response) override;
  grpc::ServerUnaryReactor* GetAudit(grpc::CallbackServerContext* context, const pb::GetAuditRequest* request,
                                     pb::GetAuditResponse* response) override;
  grpc::ServerUnaryReactor* PurgeAudit(grpc::CallbackServerContext* context, const pb::PurgeAuditRequest* request,
                                       pb::PurgeAuditResponse* response) override;
  grpc::ServerWriteReactor<pb::WatchQueueResponse>* WatchQueue(grpc::CallbackServerContext* context, const pb::WatchQueueRequest* request) override;

 private:
  std::unique_ptr<platform::Door> door_;
  Office& office_;
  QueueHub& queue_;
};

}  // namespace snp::regulation
