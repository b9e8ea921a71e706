// The one door: every handler body of every service runs behind it.
//
// gRPC 1.51's interceptors cannot refuse a call, so each generated method override is one line that hands the call to a Door. In order: token ->
// caller; access rule from the method's descriptor (snp.type.v1.access; none = nobody); deadline (already past: DEADLINE; none: `default_deadline`);
// handler; status mapping with ErrorInfo/BadRequest; one metric; one log line (method, code, reason, role, microseconds: no token, subject or patient data).
//
// Handlers are coroutines `Task<absl::StatusOr<Response>>(Caller, const Request&)`; the request outlives the coroutine.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "platform/auth/token.h"

namespace prometheus {
class Registry;
}

namespace snp::platform {

struct DoorConfig {
  // Full service name, e.g. "snp.registry.v1.RegistryService".
  std::string service;
  // Applied when the client set no deadline.
  absl::Duration default_deadline = absl::Seconds(10);
  // A line per call at this level and above is logged: errors always, successes only when set.
  bool log_successes = false;
};

// What the door learns of one call; used by the templates below.
class CallRecord;

class Door {
 public:
  // `verifier` and `metrics` outlive the door. `metrics` may be null.
  Door(DoorConfig config, const TokenVerifier& verifier, prometheus::Registry* metrics);
  ~Door();

  // Unary: `return door_.Unary(context, request, response, "HoldSlot", [this](Caller c, const HoldSlotRequest& r) { return Hold(std::move(c), r); });`
  // The lambda must not itself be a coroutine: it calls one.
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context, const Request* request, Response* response, absl::string_view method,
                                  std::function<Task<absl::StatusOr<Response>>(Caller, const Request&)> handler);

  // Server stream: the handler writes until it returns; `co_await writer.Write(m)` is false once the client has gone or the call is cancelled.
  template <typename Message>
  class Writer;
  template <typename Request, typename Response>
  grpc::ServerWriteReactor<Response>* ServerStream(grpc::CallbackServerContext* context, const Request* request, absl::string_view method,
                                                   std::function<Task<absl::Status>(Caller, const Request&, Writer<Response>&)> handler);

  // Client stream: `co_await reader.Read(&m)` is false at the end of the stream.
  template <typename Message>
  class Reader;
  template <typename Request, typename Response>
  grpc::ServerReadReactor<Request>* ClientStream(grpc::CallbackServerContext* context, Response* response, absl::string_view method,
                                                 std::function<Task<absl::StatusOr<Response>>(Caller, Reader<Request>&)> handler);

 private:
  struct Impl;
  // Token, access and deadline checks. OK: a caller with its deadline.
  absl::StatusOr<Caller> Admit(grpc::CallbackServerContext* context, absl::string_view method);
  // Metric and log line; returns what goes on the wire.
  grpc::Status Leave(absl::string_view method, Role role, absl::Time begin, const absl::Status& status);
  std::unique_ptr<Impl> impl_;
};

}  // namespace snp::platform

#include "platform/rpc/door_impl.h"  // IWYU pragma: export
