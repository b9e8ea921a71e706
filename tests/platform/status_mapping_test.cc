#include "platform/rpc/status_mapping.h"

#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace snp::platform {
namespace {

TEST(StatusMappingTest, AReasonWithMetadataGoesThereAndBack) {
  absl::Status status = MakeError(Reason::kSlotHasBookings, "two bookings");
  status = WithMetadata(status, "booking", "departments/95/bookings/b1");
  status = WithMetadata(status, "count", "2");
  const grpc::Status wire = ToGrpc(status);
  EXPECT_EQ(wire.error_code(), grpc::StatusCode::FAILED_PRECONDITION);

  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(wire.error_details()));
  EXPECT_EQ(details.code(), wire.error_code());
  google::rpc::ErrorInfo info;
  ASSERT_EQ(details.details_size(), 1);
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "SLOT_HAS_BOOKINGS");
  EXPECT_EQ(info.domain(), "snp");
  EXPECT_EQ(info.metadata().at("count"), "2");

  const absl::Status back = FromGrpc(wire);
  EXPECT_EQ(back.code(), status.code());
  EXPECT_EQ(back.message(), status.message());
  EXPECT_EQ(ReasonOf(back), Reason::kSlotHasBookings);
  EXPECT_EQ(MetadataOf(back), MetadataOf(status));
}

TEST(StatusMappingTest, EveryReasonGoesThereAndBack) {
  for (int i = 1; i <= static_cast<int>(Reason::kInternal); ++i) {
    const absl::Status back = FromGrpc(ToGrpc(MakeError(static_cast<Reason>(i), "m")));
    EXPECT_EQ(static_cast<int>(ReasonOf(back)), i);
    EXPECT_EQ(back.code(), CodeOf(static_cast<Reason>(i)));
  }
}

TEST(StatusMappingTest, ViolationsGoThereAndBack) {
  const absl::Status back = FromGrpc(ToGrpc(MakeFieldError({{"slot.capacity", "must be at least 1"}, {"slot.end_time", "é before start"}})));
  EXPECT_EQ(ReasonOf(back), Reason::kFieldInvalid);
  const auto violations = ViolationsOf(back);
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].field, "slot.capacity");
  EXPECT_EQ(violations[1].description, "é before start");
}

TEST(StatusMappingTest, FitsTheHeaderLimitHoweverMuchIsWrong) {
  std::vector<FieldViolation> many;
  for (int i = 0; i < 1000; ++i) many.push_back({"slots[" + std::to_string(i) + "]", std::string(10000, 'x') + "é"});
  const grpc::Status wire = ToGrpc(WithMetadata(MakeFieldError(many), "k", std::string(100000, 'y')));
  EXPECT_LT(wire.error_details().size() + wire.error_message().size(), 5500u);
  const auto violations = ViolationsOf(FromGrpc(wire));
  ASSERT_FALSE(violations.empty());
  EXPECT_EQ(violations[0].field, "slots[0]");
}

TEST(StatusMappingTest, NeverCutsACharacterInTwo) {
  const std::string accents = [] {
    std::string s = "x";
    for (int i = 0; i < 400; ++i) s += "é";
    return s;
  }();
  const grpc::Status wire = ToGrpc(MakeError(Reason::kNotFound, accents));
  EXPECT_EQ(wire.error_message().size() % 2, 1u);
}

TEST(StatusMappingTest, AnUnlabelledErrorShowsNothing) {
  const grpc::Status wire = ToGrpc(absl::UnknownError("Mrs Martin, 12 rue des Lilas"));
  EXPECT_EQ(wire.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(wire.error_message(), "internal error");
  EXPECT_EQ(wire.error_details().find("Martin"), std::string::npos);
  EXPECT_EQ(ReasonOf(FromGrpc(wire)), Reason::kInternal);
}

TEST(StatusMappingTest, CancelledKeepsItsCode) {
  const absl::Status back = FromGrpc(ToGrpc(absl::CancelledError("x")));
  EXPECT_EQ(back.code(), absl::StatusCode::kCancelled);
}

TEST(StatusMappingTest, TheTransportsOwnErrorsGetAReason) {
  EXPECT_EQ(ReasonOf(FromGrpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "connect failed"))), Reason::kPeerUnavailable);
  EXPECT_EQ(ReasonOf(FromGrpc(grpc::Status(grpc::StatusCode::CANCELLED, ""))), Reason::kPeerUnavailable);
  EXPECT_EQ(ReasonOf(FromGrpc(grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, ""))), Reason::kDeadline);
  EXPECT_EQ(ReasonOf(FromGrpc(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, ""))), Reason::kUnimplemented);
  EXPECT_TRUE(FromGrpc(grpc::Status::OK).ok());
}

TEST(StatusMappingTest, DetailsOfSomebodyElseAreNotOurs) {
  google::rpc::Status wire;
  google::rpc::ErrorInfo info;
  info.set_reason("SLOT_TAKEN");
  info.set_domain("example.com");
  wire.add_details()->PackFrom(info);
  const absl::Status back = FromGrpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "x", wire.SerializeAsString()));
  EXPECT_EQ(ReasonOf(back), Reason::kPeerUnavailable);
  EXPECT_EQ(ReasonOf(FromGrpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "x", "not a Status"))), Reason::kPeerUnavailable);
}

}  // namespace
}  // namespace snp::platform
