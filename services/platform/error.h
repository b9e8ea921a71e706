// Errors below the door: absl::Status carrying one machine-readable reason and, for INVALID_ARGUMENT, the fields at fault. The door turns them
// into grpc::Status with google.rpc.ErrorInfo and BadRequest (platform/rpc/status_mapping.h).
//
// Codes: INVALID_ARGUMENT never retry; FAILED_PRECONDITION state forbids; ABORTED lost the race, take the next candidate; UNAVAILABLE the only
// one retried, with the same request_id; RESOURCE_EXHAUSTED shed.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace snp::platform {

// Numeric values of snp.error.v1.Reason (checked by tests/platform/error_test.cc): spelled here so that headers need no generated code.
enum class Reason {
  kTokenInvalid = 1,
  kRoleForbidden = 2,
  kNotYours = 3,
  kFieldInvalid = 4,
  kRequestIdReused = 5,
  kNotFound = 6,
  kAlreadyExists = 7,
  kSlotTaken = 8,
  kRevisionMismatch = 9,
  kSlotClosed = 10,
  kSlotHasBookings = 11,
  kHoldExpired = 12,
  kBookingState = 13,
  kCaseState = 14,
  kCaseClaimed = 15,
  kSafetyR1 = 16,
  kSafetyR2 = 17,
  kSafetyNotQualified = 18,
  kSafetyDoctorFirst = 19,
  kNoCandidate = 20,
  kStoreUnavailable = 21,
  kPeerUnavailable = 22,
  kIndexLoading = 23,
  kStoreFull = 24,
  kOverloaded = 25,
  kCursorTrimmed = 26,
  kDeadline = 27,
  kUnimplemented = 28,
  kInternal = 29,
};

// The canonical code of each reason, as reason.proto documents it.
absl::StatusCode CodeOf(Reason reason);

// One wrong field: its path in the request and what to mend.
struct FieldViolation {
  std::string field;
  std::string description;
};

// An error with its reason; the code follows from the reason. `message` is for developers, in English: ids and codes only, never a person.
absl::Status MakeError(Reason reason, absl::string_view message);

// INVALID_ARGUMENT FIELD_INVALID with every violation found. Precondition: not empty.
absl::Status MakeFieldError(std::vector<FieldViolation> violations);

// The same with one violation.
absl::Status MakeFieldError(absl::string_view field, absl::string_view description);

// Adds a key/value (ids and codes only) to the ErrorInfo's metadata, e.g. affected bookings. No effect on an OK status.
absl::Status WithMetadata(absl::Status status, absl::string_view key, absl::string_view value);

// kInternal when the status carries none; must not be called on an OK status.
Reason ReasonOf(const absl::Status& status);
std::vector<FieldViolation> ViolationsOf(const absl::Status& status);
std::vector<std::pair<std::string, std::string>> MetadataOf(const absl::Status& status);

}  // namespace snp::platform
