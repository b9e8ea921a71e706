#include "platform/error.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>

#include "platform/auth/caller.h"
#include "platform/rpc/status_mapping.h"
#include "snp/error/v1/reason.pb.h"
#include "snp/type/v1/access.pb.h"

namespace snp::platform {
namespace {

struct Row {
  Reason reason;
  const char* name;
  absl::StatusCode code;
};

// What outsiders depend on: a change here is a change of the contract.
const Row kRows[] = {
    {Reason::kTokenInvalid, "TOKEN_INVALID", absl::StatusCode::kUnauthenticated},
    {Reason::kRoleForbidden, "ROLE_FORBIDDEN", absl::StatusCode::kPermissionDenied},
    {Reason::kNotYours, "NOT_YOURS", absl::StatusCode::kPermissionDenied},
    {Reason::kFieldInvalid, "FIELD_INVALID", absl::StatusCode::kInvalidArgument},
    {Reason::kRequestIdReused, "REQUEST_ID_REUSED", absl::StatusCode::kInvalidArgument},
    {Reason::kNotFound, "NOT_FOUND", absl::StatusCode::kNotFound},
    {Reason::kAlreadyExists, "ALREADY_EXISTS", absl::StatusCode::kAlreadyExists},
    {Reason::kSlotTaken, "SLOT_TAKEN", absl::StatusCode::kAborted},
    {Reason::kRevisionMismatch, "REVISION_MISMATCH", absl::StatusCode::kAborted},
    {Reason::kSlotClosed, "SLOT_CLOSED", absl::StatusCode::kFailedPrecondition},
    {Reason::kSlotHasBookings, "SLOT_HAS_BOOKINGS", absl::StatusCode::kFailedPrecondition},
    {Reason::kHoldExpired, "HOLD_EXPIRED", absl::StatusCode::kFailedPrecondition},
    {Reason::kBookingState, "BOOKING_STATE", absl::StatusCode::kFailedPrecondition},
    {Reason::kCaseState, "CASE_STATE", absl::StatusCode::kFailedPrecondition},
    {Reason::kCaseClaimed, "CASE_CLAIMED", absl::StatusCode::kFailedPrecondition},
    {Reason::kSafetyR1, "SAFETY_R1", absl::StatusCode::kFailedPrecondition},
    {Reason::kSafetyR2, "SAFETY_R2", absl::StatusCode::kFailedPrecondition},
    {Reason::kSafetyNotQualified, "SAFETY_NOT_QUALIFIED", absl::StatusCode::kFailedPrecondition},
    {Reason::kSafetyDoctorFirst, "SAFETY_DOCTOR_FIRST", absl::StatusCode::kFailedPrecondition},
    {Reason::kNoCandidate, "NO_CANDIDATE", absl::StatusCode::kFailedPrecondition},
    {Reason::kStoreUnavailable, "STORE_UNAVAILABLE", absl::StatusCode::kUnavailable},
    {Reason::kPeerUnavailable, "PEER_UNAVAILABLE", absl::StatusCode::kUnavailable},
    {Reason::kIndexLoading, "INDEX_LOADING", absl::StatusCode::kUnavailable},
    {Reason::kStoreFull, "STORE_FULL", absl::StatusCode::kResourceExhausted},
    {Reason::kOverloaded, "OVERLOADED", absl::StatusCode::kResourceExhausted},
    {Reason::kCursorTrimmed, "CURSOR_TRIMMED", absl::StatusCode::kOutOfRange},
    {Reason::kDeadline, "DEADLINE", absl::StatusCode::kDeadlineExceeded},
    {Reason::kUnimplemented, "UNIMPLEMENTED", absl::StatusCode::kUnimplemented},
    {Reason::kInternal, "INTERNAL", absl::StatusCode::kInternal},
};

TEST(ReasonTest, EqualsTheContractValueForValue) {
  std::set<int> seen;
  for (const Row& row : kRows) {
    const int number = static_cast<int>(row.reason);
    EXPECT_EQ(error::v1::Reason_Name(static_cast<error::v1::Reason>(number)), std::string("REASON_") + row.name);
    EXPECT_EQ(std::string(ReasonName(row.reason)), row.name);
    EXPECT_EQ(CodeOf(row.reason), row.code) << row.name;
    EXPECT_EQ(MakeError(row.reason, "m").code(), row.code);
    EXPECT_EQ(ReasonOf(MakeError(row.reason, "m")), row.reason);
    seen.insert(number);
  }
  const auto* contract = error::v1::Reason_descriptor();
  for (int i = 0; i < contract->value_count(); ++i) {
    if (contract->value(i)->number() == 0) continue;
    EXPECT_TRUE(seen.count(contract->value(i)->number())) << contract->value(i)->name();
  }
}

TEST(RoleTest, EqualsTheContractValueForValue) {
  const std::pair<Role, const char*> rows[] = {{Role::kUnspecified, "ROLE_UNSPECIFIED"},
                                               {Role::kRegulator, "ROLE_REGULATOR"},
                                               {Role::kOsnp, "ROLE_OSNP"},
                                               {Role::kAssistant, "ROLE_ASSISTANT"},
                                               {Role::kPractice, "ROLE_PRACTICE"},
                                               {Role::kArs, "ROLE_ARS"},
                                               {Role::kAdmin, "ROLE_ADMIN"},
                                               {Role::kService, "ROLE_SERVICE"}};
  for (const auto& [role, name] : rows) EXPECT_EQ(type::v1::Role_Name(static_cast<type::v1::Role>(role)), name);
  EXPECT_EQ(type::v1::Role_descriptor()->value_count(), static_cast<int>(std::size(rows)));
}

TEST(ViolationsTest, KeepTheirOrderAndText) {
  std::vector<FieldViolation> many;
  for (int i = 0; i < 12; ++i) many.push_back({"slots[" + std::to_string(i) + "].capacity", "must be at least 1"});
  const std::vector<FieldViolation> back = ViolationsOf(MakeFieldError(many));
  ASSERT_EQ(back.size(), many.size());
  for (size_t i = 0; i < many.size(); ++i) EXPECT_EQ(back[i].field, many[i].field);
}

}  // namespace
}  // namespace snp::platform
