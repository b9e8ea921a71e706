#include "platform/rpc/client.h"

#include <grpc/grpc.h>

#include <mutex>

#include "absl/strings/str_cat.h"
#include "platform/log.h"

namespace snp::platform {

void KeepGrpc() {
  [[maybe_unused]] static const bool kKept = [] {
    grpc_init();
    return true;
  }();
}

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address, bool own_subchannel_pool) {
  KeepGrpc();
  grpc::ChannelArguments args;
  // gRPC's own backoff goes up to two minutes: too long for a service that restarts in a second.
  args.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  // Despite its name this is also how long one attempt may take: short, and a busy machine never connects.
  args.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 3000);
  args.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  // A peer that vanished without a word is noticed within half a minute, even by a stream that waits.
  args.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20000);
  args.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
  args.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  if (own_subchannel_pool) args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), args);
}

namespace {

struct SignedToken {
  std::mutex mutex;
  std::string token;
  absl::Time renew_at = absl::InfinitePast();
  absl::Time signed_at = absl::InfiniteFuture();
};

}  // namespace

TokenSource MakeTokenSource(DevIssuer issuer, TokenClaims claims, const Clock& clock) {
  auto held = std::make_shared<SignedToken>();
  return [issuer = std::move(issuer), claims = std::move(claims), &clock, held]() -> std::string {
    const absl::Time now = clock.Now();
    std::lock_guard lock(held->mutex);
    // A clock set back would make the token one of the future.
    if (now < held->renew_at && now >= held->signed_at) return held->token;
    absl::StatusOr<std::string> token = issuer.Sign(claims, now);
    if (!token.ok()) {
      Log(LogLevel::kError, "cannot sign a token", {{"error", token.status().message()}});
      return "";
    }
    held->token = *std::move(token);
    held->signed_at = now;
    held->renew_at = now + claims.lifetime / 2;
    return held->token;
  };
}

namespace internal {

void Prepare(const CallOptions& options, grpc::ClientContext* context) {
  const absl::Time deadline = options.deadline == absl::InfiniteFuture() ? absl::Now() + options.timeout : options.deadline;
  context->set_deadline(absl::ToChronoTime(deadline));
  if (!options.token.empty()) context->AddMetadata("authorization", absl::StrCat("Bearer ", options.token));
  context->set_wait_for_ready(options.wait_for_ready);
}

}  // namespace internal

}  // namespace snp::platform
