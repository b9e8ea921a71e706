// absl::Status <-> grpc::Status. On the wire an error carries a google.rpc.Status with ErrorInfo{reason, domain "snp", metadata} and, for
// FIELD_INVALID, BadRequest.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "platform/error.h"

namespace snp::platform {

// "SLOT_TAKEN": the name in snp.error.v1.Reason without its prefix. Valid for ever.
absl::string_view ReasonName(Reason reason);
// "ABORTED".
absl::string_view CodeName(absl::StatusCode code);

// The reason an error leaves with: its own, or for one that carries none, what its code implies (DEADLINE_EXCEEDED, UNAVAILABLE, UNIMPLEMENTED),
// else INTERNAL. Precondition: not OK.
Reason WireReason(const absl::Status& status);

// An error without a reason is a defect of ours: unless its code implies one it leaves as INTERNAL with a fixed message, so that nothing unforeseen
// is shown to a caller (CANCELLED keeps its code).
grpc::Status ToGrpc(const absl::Status& status);

// The reverse, for clients: reason, metadata and violations are kept. Without details (the transport's own errors): UNAVAILABLE and CANCELLED ->
// PEER_UNAVAILABLE, DEADLINE_EXCEEDED -> DEADLINE, UNIMPLEMENTED -> UNIMPLEMENTED; others keep their code, with no reason.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace snp::platform
