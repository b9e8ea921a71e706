#include "platform/error.h"

#include <algorithm>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace snp::platform {
namespace {

// Payloads of the status: "snp.reason" holds the number; "snp.field.N" and "snp.meta.KEY" the rest, with '\0' between field and description.
constexpr absl::string_view kReasonUrl = "snp.reason";
constexpr absl::string_view kFieldUrl = "snp.field.";
constexpr absl::string_view kMetaUrl = "snp.meta.";

bool HasPrefix(absl::string_view s, absl::string_view prefix) { return s.substr(0, prefix.size()) == prefix; }

}  // namespace

absl::StatusCode CodeOf(Reason reason) {
  switch (reason) {
    case Reason::kTokenInvalid:
      return absl::StatusCode::kUnauthenticated;
    case Reason::kRoleForbidden:
    case Reason::kNotYours:
      return absl::StatusCode::kPermissionDenied;
    case Reason::kFieldInvalid:
    case Reason::kRequestIdReused:
      return absl::StatusCode::kInvalidArgument;
    case Reason::kNotFound:
      return absl::StatusCode::kNotFound;
    case Reason::kAlreadyExists:
      return absl::StatusCode::kAlreadyExists;
    case Reason::kSlotTaken:
    case Reason::kRevisionMismatch:
      return absl::StatusCode::kAborted;
    case Reason::kSlotClosed:
    case Reason::kSlotHasBookings:
    case Reason::kHoldExpired:
    case Reason::kBookingState:
    case Reason::kCaseState:
    case Reason::kCaseClaimed:
    case Reason::kSafetyR1:
    case Reason::kSafetyR2:
    case Reason::kSafetyNotQualified:
    case Reason::kSafetyDoctorFirst:
    case Reason::kNoCandidate:
      return absl::StatusCode::kFailedPrecondition;
    case Reason::kStoreUnavailable:
    case Reason::kPeerUnavailable:
    case Reason::kIndexLoading:
      return absl::StatusCode::kUnavailable;
    case Reason::kStoreFull:
    case Reason::kOverloaded:
      return absl::StatusCode::kResourceExhausted;
    case Reason::kCursorTrimmed:
      return absl::StatusCode::kOutOfRange;
    case Reason::kDeadline:
      return absl::StatusCode::kDeadlineExceeded;
    case Reason::kUnimplemented:
      return absl::StatusCode::kUnimplemented;
    case Reason::kInternal:
      return absl::StatusCode::kInternal;
  }
  return absl::StatusCode::kInternal;
}

absl::Status MakeError(Reason reason, absl::string_view message) {
  absl::Status status(CodeOf(reason), message);
  status.SetPayload(kReasonUrl, absl::Cord(absl::StrCat(static_cast<int>(reason))));
  return status;
}

absl::Status MakeFieldError(std::vector<FieldViolation> violations) {
  std::string message;
  for (const auto& v : violations) absl::StrAppend(&message, message.empty() ? "" : "; ", v.field, ": ", v.description);
  absl::Status status = MakeError(Reason::kFieldInvalid, message.substr(0, 1000));
  int i = 0;
  for (auto& v : violations) {
    std::string packed = v.field;
    packed.push_back('\0');
    packed += v.description;
    // Padded so that the payloads' order by name is the order of the violations.
    status.SetPayload(absl::StrCat(kFieldUrl, 100000 + i++), absl::Cord(packed));
  }
  return status;
}

absl::Status MakeFieldError(absl::string_view field, absl::string_view description) {
  return MakeFieldError({{std::string(field), std::string(description)}});
}

absl::Status WithMetadata(absl::Status status, absl::string_view key, absl::string_view value) {
  status.SetPayload(absl::StrCat(kMetaUrl, key), absl::Cord(value));
  return status;
}

Reason ReasonOf(const absl::Status& status) {
  int value = 0;
  const auto payload = status.GetPayload(kReasonUrl);
  if (!payload || !absl::SimpleAtoi(std::string(*payload), &value)) return Reason::kInternal;
  return static_cast<Reason>(value);
}

std::vector<FieldViolation> ViolationsOf(const absl::Status& status) {
  std::vector<std::pair<std::string, FieldViolation>> found;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    if (!HasPrefix(url, kFieldUrl)) return;
    const std::string packed(payload);
    const size_t cut = packed.find('\0');
    if (cut == std::string::npos) return;
    found.push_back({std::string(url), {packed.substr(0, cut), packed.substr(cut + 1)}});
  });
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<FieldViolation> violations;
  for (auto& f : found) violations.push_back(std::move(f.second));
  return violations;
}

std::vector<std::pair<std::string, std::string>> MetadataOf(const absl::Status& status) {
  std::vector<std::pair<std::string, std::string>> found;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    if (HasPrefix(url, kMetaUrl)) found.emplace_back(std::string(url.substr(kMetaUrl.size())), std::string(payload));
  });
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace snp::platform
