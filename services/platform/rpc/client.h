// Calling another service from a coroutine: one awaitable unary call over a generated callback stub, channels and token sources.
//
//   CallOptions options{.deadline = caller.deadline, .token = token()};
//   absl::StatusOr<HoldSlotResponse> held = co_await CallUnary<HoldSlotResponse>(std::move(options), std::move(request),
//       [stub](auto* context, auto* request, auto* response, auto done) { stub->async()->HoldSlot(context, request, response, std::move(done)); });
#pragma once

#include <grpcpp/grpcpp.h>

#include <coroutine>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "platform/async/rendezvous.h"
#include "platform/async/task.h"
#include "platform/auth/token.h"
#include "platform/clock.h"
#include "platform/rpc/status_mapping.h"

namespace snp::platform {

struct CallOptions {
  // Wall clock, passed on to the server. Infinite: now + `timeout`.
  absl::Time deadline = absl::InfiniteFuture();
  absl::Duration timeout = absl::Seconds(5);
  // Bearer token; empty: none is sent.
  std::string token = {};
  // False: a server that cannot be reached fails the call at once (PEER_UNAVAILABLE). True: waits for it until the deadline.
  bool wait_for_ready = false;
};

// Keeps gRPC's library from shutting down when the last channel or server of the process goes: with a write still pending that shutdown waits 10 s
// for a poller (1.51). MakeChannel and App::Start call it.
void KeepGrpc();

// A channel without transport security (loopback or a private network behind TLS termination). Reconnects within a second of the server's return.
// Channels to one address share one connection unless `own_subchannel_pool`: set it to stand for independent clients.
std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address, bool own_subchannel_pool = false);

// Gives the token to send now. Thread-safe, cheap: called once per call.
using TokenSource = std::function<std::string()>;

// Signs with `issuer` and signs anew once half of the lifetime has passed on `clock` (which outlives it). Empty when signing fails (logged): the call
// is then refused as unauthenticated.
TokenSource MakeTokenSource(DevIssuer issuer, TokenClaims claims, const Clock& clock);

namespace internal {

void Prepare(const CallOptions& options, grpc::ClientContext* context);

template <typename Request, typename Response, typename Start>
struct UnaryAwaiter {
  grpc::ClientContext* context;
  const Request* request;
  Response* response;
  Start* start;
  grpc::Status* status;
  Rendezvous ended{};

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    (*start)(context, request, response, std::function<void(grpc::Status)>([this](grpc::Status s) {
               *status = std::move(s);
               ended.Completed();
             }));
    return ended.Started(handle);
  }
  void await_resume() const noexcept {}
};

}  // namespace internal

// One unary call. Errors come back as they left the server's door (reason, metadata, violations; see FromGrpc). Resumes on a gRPC thread. `start`
// only starts the call; it may capture, being kept until the call ends.
template <typename Response, typename Request, typename Start>
Task<absl::StatusOr<Response>> CallUnary(CallOptions options, Request request, Start start) {
  grpc::ClientContext context;
  internal::Prepare(options, &context);
  Response response;
  grpc::Status status;
  internal::UnaryAwaiter<Request, Response, Start> call{&context, &request, &response, &start, &status};
  co_await call;
  if (!status.ok()) co_return FromGrpc(status);
  co_return std::move(response);
}

}  // namespace snp::platform
