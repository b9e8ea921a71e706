// The ports over gRPC.
#pragma once

#include <functional>
#include <memory>

#include "platform/rpc/client.h"
#include "regulation/ports/matcher_client.h"
#include "regulation/ports/registry_client.h"

namespace snp::regulation {

// Asked once, at the first call: in one process the server does not listen yet when its parts are put together.
using ChannelSource = std::function<std::shared_ptr<grpc::Channel>()>;

std::unique_ptr<RegistryClient> MakeGrpcRegistryClient(ChannelSource channel, platform::TokenSource token);
std::unique_ptr<MatcherClient> MakeGrpcMatcherClient(ChannelSource channel, platform::TokenSource token);

}  // namespace snp::regulation
