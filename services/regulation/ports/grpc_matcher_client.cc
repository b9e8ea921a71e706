#include <mutex>
#include <utility>

#include "regulation/ports/grpc_clients.h"
#include "snp/matcher/v1/matcher_service.grpc.pb.h"

namespace snp::regulation {
namespace {

namespace mpb = matcher::v1;

class GrpcMatcherClient final : public MatcherClient {
 public:
  GrpcMatcherClient(ChannelSource channel, platform::TokenSource token) : channel_(std::move(channel)), token_(std::move(token)) {}

  platform::Task<absl::StatusOr<mpb::RankResponse>> Rank(mpb::RankRequest request, absl::Time deadline) override {
    std::call_once(once_, [this] { stub_ = mpb::MatcherService::NewStub(channel_()); });
    platform::CallOptions options;
    options.deadline = deadline;
    options.token = token_();
    auto* stub = stub_.get();
    co_return co_await platform::CallUnary<mpb::RankResponse>(
        std::move(options), std::move(request),
        [stub](auto* context, auto* r, auto* response, auto done) { stub->async()->Rank(context, r, response, std::move(done)); });
  }

 private:
  ChannelSource channel_;
  platform::TokenSource token_;
  std::once_flag once_;
  std::unique_ptr<mpb::MatcherService::Stub> stub_;
};

}  // namespace

std::unique_ptr<MatcherClient> MakeGrpcMatcherClient(ChannelSource channel, platform::TokenSource token) {
  return std::make_unique<GrpcMatcherClient>(std::move(channel), std::move(token));
}

}  // namespace snp::regulation
