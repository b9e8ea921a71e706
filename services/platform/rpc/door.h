// The one door: every handler body of every service runs behind it.
//
// gRPC 1.51's interceptors cannot refuse a call, so each generated method override is one line that hands the call to a Door. In order: token ->
// caller; access rule from the method's descriptor (snp.type.v1.access; none = nobody); deadline (already past: DEADLINE; none: `default_deadline`
// for unary calls, none for streams; the handler gets it less a margin of a quarter, at most 200 ms: a handler that gives up in time says why, where
// gRPC would only say DEADLINE_EXCEEDED); too many calls at once: OVERLOADED; handler; status mapping with ErrorInfo/BadRequest; one metric; one log
// line (method, code, reason, role, microseconds: no token, subject or patient data).
//
// Handlers are coroutines `Task<absl::StatusOr<Response>>(Caller, const Request&)`; the request outlives the coroutine. Every handler must end: the
// reply goes out when it returns, cancelled or not, and the process does not stop before.
//
// Metrics: counter snp_rpc_total{service,method,code,reason}, histogram snp_rpc_seconds{service,method} (unary calls and client streams).
// Cost on success: a few microseconds, no lock beyond the token cache's and the histogram's, no log line.
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "platform/async/cancellation.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "platform/auth/token.h"

namespace prometheus {
class Registry;
}

namespace snp::platform {

struct DoorConfig {
  // Full service name, e.g. "snp.registry.v1.RegistryService".
  std::string service = {};
  // Applied to unary calls when the client set no deadline.
  absl::Duration default_deadline = absl::Seconds(10);
  // A line per call at this level and above is logged: errors always, successes only when set.
  bool log_successes = false;
  // Unary calls under way at once; one more is refused with OVERLOADED.
  int max_in_flight = 4096;
};

// What the door learns of one call; used by the templates of door_impl.h.
struct CallRecord {
  // The door's own; never null once admitted or refused.
  const void* method = nullptr;
  Role role = Role::kUnspecified;
  int64_t begin_nanos = 0;
  bool counted = false;
};

class Door {
 public:
  // `verifier` and `metrics` outlive the door. `metrics` may be null.
  Door(DoorConfig config, const TokenVerifier& verifier, prometheus::Registry* metrics);
  // Every call must have ended.
  ~Door();

  template <typename Request, typename Response>
  using UnaryHandler = std::function<Task<absl::StatusOr<Response>>(Caller, const Request&)>;

  // Unary: `return door_.Unary(context, request, response, "HoldSlot", [this](Caller c, const HoldSlotRequest& r) { return Hold(std::move(c), r);
  // });` The lambda must not itself be a coroutine: it calls one.
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context, const Request* request, Response* response, absl::string_view method,
                                  std::type_identity_t<UnaryHandler<Request, Response>> handler);

  // Server stream: the handler writes until it returns; `co_await writer.Write(m)` is false once the client has gone, the call is cancelled or the
  // process stops, or the caller's token has run out (the stream then ends with UNAUTHENTICATED). `return door_.ServerStream<WatchRequest,
  // WatchResponse>(context, request, "Watch", [this](Caller c, const WatchRequest& r, auto& w) { return Watch(std::move(c), r, w); });` with
  // `Task<absl::Status> Watch(Caller, const WatchRequest&, Door::Writer<WatchResponse>&)`. The caller's deadline is infinite when the client set
  // none: give each step of the stream a deadline of its own.
  template <typename Message>
  class Writer;
  template <typename Request, typename Response>
  using ServerStreamHandler = std::function<Task<absl::Status>(Caller, const Request&, Writer<Response>&)>;
  template <typename Request, typename Response>
  grpc::ServerWriteReactor<Response>* ServerStream(grpc::CallbackServerContext* context, const Request* request, absl::string_view method,
                                                   std::type_identity_t<ServerStreamHandler<Request, Response>> handler);

  // Client stream: `co_await reader.Read(&m)` is false at the end of the stream (reader.cancelled() tells a client that has gone from one that is
  // done).
  template <typename Message>
  class Reader;
  template <typename Request, typename Response>
  using ClientStreamHandler = std::function<Task<absl::StatusOr<Response>>(Caller, Reader<Request>&)>;
  template <typename Request, typename Response>
  grpc::ServerReadReactor<Request>* ClientStream(grpc::CallbackServerContext* context, Response* response, absl::string_view method,
                                                 std::type_identity_t<ClientStreamHandler<Request, Response>> handler);

  // For when the process stops: open server streams are cancelled and, whatever their handlers return, end with UNAVAILABLE; new ones are refused.
  // The function may outlive the door. Thread-safe. App::Stop calls it.
  std::function<void()> StreamEnder() const;

 private:
  struct Impl;
  template <typename Request, typename Response>
  class UnaryCall;
  template <typename Request, typename Response>
  class ServerStreamCall;
  template <typename Request, typename Response>
  class ClientStreamCall;
  enum class Kind { kUnary, kStream };

  // Token, access and deadline checks. OK: a caller with its deadline. `record` is filled in both cases.
  absl::StatusOr<Caller> Admit(grpc::CallbackServerContext* context, absl::string_view method, Kind kind, CallRecord* record);
  // Metric and log line; returns what goes on the wire. Once per Admit.
  grpc::Status Leave(const CallRecord& record, const absl::Status& status);
  // The token that opened a stream has run out since.
  bool TokenExpired(absl::Time expiry) const;
  // False: the process is stopping.
  bool EnterStream(const std::shared_ptr<Cancellation>& cancellation);
  // The stream's own status, or UNAVAILABLE when the process is stopping.
  absl::Status LeaveStream(const std::shared_ptr<Cancellation>& cancellation, absl::Status status);

  std::unique_ptr<Impl> impl_;
};

}  // namespace snp::platform

#include "platform/rpc/door_impl.h"  // IWYU pragma: export
