// The RPC service: each method hands its call to the door, and the door to a verb.
#pragma once

#include <memory>
#include <utility>

#include "matcher/index_status.h"
#include "matcher/rank.h"
#include "platform/rpc/door.h"
#include "snp/matcher/v1/matcher_service.grpc.pb.h"

namespace snp::matcher {

class Service final : public v1::MatcherService::CallbackService {
 public:
  Service(std::unique_ptr<platform::Door> door, RankVerb rank, IndexStatusVerb status) : door_(std::move(door)), rank_(rank), status_(status) {}

  grpc::ServerUnaryReactor* Rank(grpc::CallbackServerContext* context, const v1::RankRequest* request, v1::RankResponse* response) override {
    return door_->Unary(context, request, response, "Rank",
                        [this](platform::Caller caller, const v1::RankRequest& r) { return rank_.Rank(std::move(caller), r); });
  }
  grpc::ServerUnaryReactor* GetIndexStatus(grpc::CallbackServerContext* context, const v1::GetIndexStatusRequest* request,
                                           v1::GetIndexStatusResponse* response) override {
    return door_->Unary(context, request, response, "GetIndexStatus",
                        [this](platform::Caller caller, const v1::GetIndexStatusRequest& r) { return status_.GetIndexStatus(std::move(caller), r); });
  }

 private:
  std::unique_ptr<platform::Door> door_;
  RankVerb rank_;
  IndexStatusVerb status_;
};

}  // namespace snp::matcher
