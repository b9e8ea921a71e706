// Small blocking client for the player's threads: a token, a deadline, absl errors.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "platform/rpc/status_mapping.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"
#include "snp/regulation/v1/regulation_service.grpc.pb.h"

namespace snp::onebox {

// One person at a desk. Thread-safe; `channel` may be shared.
class Desk {
 public:
  Desk(std::shared_ptr<grpc::Channel> channel, std::string token)
      : regulation(snp::regulation::v1::RegulationService::NewStub(channel)),
        registry(snp::registry::v1::RegistryService::NewStub(channel)),
        authorization_("Bearer " + token) {}

  // `desk.Call(*desk.regulation, &RegulationService::Stub::OpenCase, request)`. The response type is deduced from the method. UNAVAILABLE is
  // retried with the same request, hence the same request_id: the first answer comes back if the step was taken.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Request& request) {
    for (const absl::Time give_up = absl::Now() + absl::Seconds(20);; absl::SleepFor(absl::Milliseconds(20))) {
      grpc::ClientContext context;
      context.AddMetadata("authorization", authorization_);
      context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
      Response response;
      const grpc::Status status = (stub.*method)(&context, request, &response);
      if (status.ok()) return response;
      if (status.error_code() != grpc::StatusCode::UNAVAILABLE || absl::Now() > give_up) return platform::FromGrpc(status);
    }
  }

  const std::unique_ptr<snp::regulation::v1::RegulationService::Stub> regulation;
  const std::unique_ptr<snp::registry::v1::RegistryService::Stub> registry;
  const std::string& authorization() const { return authorization_; }

 private:
  std::string authorization_;
};

}  // namespace snp::onebox
