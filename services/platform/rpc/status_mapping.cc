#include "platform/rpc/status_mapping.h"

#include <string>
#include <utility>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "snp/error/v1/reason.pb.h"

namespace snp::platform {
namespace {

constexpr absl::string_view kPrefix = "REASON_";
constexpr char kDomain[] = "snp";
// gRPC's metadata is limited to 8 kB by default, and the details go there in base64.
constexpr size_t kMaxViolations = 20;
constexpr size_t kMaxText = 300;
constexpr size_t kMaxDetails = 4096;

// No cut inside a UTF-8 sequence: protobuf strings must be valid UTF-8.
std::string Clip(absl::string_view text, size_t max) {
  if (text.size() <= max) return std::string(text);
  while (max > 0 && (static_cast<unsigned char>(text[max]) & 0xC0) == 0x80) --max;
  return std::string(text.substr(0, max));
}

bool HasReason(const absl::Status& status) { return status.GetPayload("snp.reason").has_value(); }

}  // namespace

absl::string_view ReasonName(Reason reason) {
  const std::string& name = error::v1::Reason_Name(static_cast<error::v1::Reason>(reason));
  if (name.size() <= kPrefix.size()) return "INTERNAL";
  return absl::string_view(name).substr(kPrefix.size());
}

absl::string_view CodeName(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return "OK";
    case absl::StatusCode::kCancelled:
      return "CANCELLED";
    case absl::StatusCode::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case absl::StatusCode::kDeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case absl::StatusCode::kNotFound:
      return "NOT_FOUND";
    case absl::StatusCode::kAlreadyExists:
      return "ALREADY_EXISTS";
    case absl::StatusCode::kPermissionDenied:
      return "PERMISSION_DENIED";
    case absl::StatusCode::kResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case absl::StatusCode::kFailedPrecondition:
      return "FAILED_PRECONDITION";
    case absl::StatusCode::kAborted:
      return "ABORTED";
    case absl::StatusCode::kOutOfRange:
      return "OUT_OF_RANGE";
    case absl::StatusCode::kUnimplemented:
      return "UNIMPLEMENTED";
    case absl::StatusCode::kInternal:
      return "INTERNAL";
    case absl::StatusCode::kUnavailable:
      return "UNAVAILABLE";
    case absl::StatusCode::kDataLoss:
      return "DATA_LOSS";
    case absl::StatusCode::kUnauthenticated:
      return "UNAUTHENTICATED";
    default:
      return "UNKNOWN";
  }
}

Reason WireReason(const absl::Status& status) {
  if (HasReason(status)) return ReasonOf(status);
  switch (status.code()) {
    case absl::StatusCode::kDeadlineExceeded:
      return Reason::kDeadline;
    case absl::StatusCode::kUnavailable:
      return Reason::kPeerUnavailable;
    case absl::StatusCode::kUnimplemented:
      return Reason::kUnimplemented;
    default:
      return Reason::kInternal;
  }
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const Reason reason = WireReason(status);
  auto code = static_cast<grpc::StatusCode>(status.code());
  std::string message = Clip(status.message(), kMaxText);
  if (!HasReason(status) && reason == Reason::kInternal) {
    if (status.code() != absl::StatusCode::kCancelled) code = grpc::StatusCode::INTERNAL;
    message = status.code() == absl::StatusCode::kCancelled ? "cancelled" : "internal error";
  }

  google::rpc::ErrorInfo info;
  info.set_reason(std::string(ReasonName(reason)));
  info.set_domain(kDomain);
  for (const auto& [key, value] : MetadataOf(status)) (*info.mutable_metadata())[Clip(key, 64)] = Clip(value, kMaxText);
  if (info.ByteSizeLong() > kMaxDetails) info.clear_metadata();

  google::rpc::Status wire;
  wire.set_code(code);
  wire.set_message(message);
  wire.add_details()->PackFrom(info);
  const std::vector<FieldViolation> violations = ViolationsOf(status);
  if (!violations.empty()) {
    google::rpc::BadRequest bad;
    for (size_t i = 0; i < violations.size() && i < kMaxViolations; ++i) {
      if (i > 0 && bad.ByteSizeLong() > kMaxDetails / 2) break;
      auto* v = bad.add_field_violations();
      v->set_field(Clip(violations[i].field, kMaxText));
      v->set_description(Clip(violations[i].description, kMaxText));
    }
    wire.add_details()->PackFrom(bad);
  }
  return grpc::Status(code, message, wire.SerializeAsString());
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  google::rpc::Status wire;
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
  bool have_info = false;
  if (!status.error_details().empty() && wire.ParseFromString(status.error_details())) {
    for (const auto& detail : wire.details()) {
      if (detail.Is<google::rpc::ErrorInfo>()) have_info = detail.UnpackTo(&info) || have_info;
      if (detail.Is<google::rpc::BadRequest>()) detail.UnpackTo(&bad);
    }
  }
  error::v1::Reason reason = error::v1::REASON_UNSPECIFIED;
  if (have_info && info.domain() == kDomain && error::v1::Reason_Parse(std::string(kPrefix) + info.reason(), &reason)) {
    absl::Status out;
    if (bad.field_violations_size() > 0) {
      std::vector<FieldViolation> violations;
      for (const auto& v : bad.field_violations()) violations.push_back({v.field(), v.description()});
      out = MakeFieldError(std::move(violations));
    } else {
      out = MakeError(static_cast<Reason>(reason), status.error_message());
    }
    // CANCELLED travels with reason INTERNAL; the code on the wire wins.
    if (out.code() != code) {
      absl::Status kept(code, status.error_message());
      out.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) { kept.SetPayload(url, payload); });
      out = std::move(kept);
    }
    for (const auto& [key, value] : info.metadata()) out = WithMetadata(std::move(out), key, value);
    return out;
  }
  switch (code) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kCancelled:
      return MakeError(Reason::kPeerUnavailable, status.error_message());
    case absl::StatusCode::kDeadlineExceeded:
      return MakeError(Reason::kDeadline, status.error_message());
    case absl::StatusCode::kUnimplemented:
      return MakeError(Reason::kUnimplemented, status.error_message());
    default:
      return absl::Status(code, status.error_message());
  }
}

}  // namespace snp::platform
