// What becomes of a booking after the call: acknowledged or not, cancelled, withdrawn, re-qualified, seen; and the regulators' screen meanwhile.
#include <gtest/gtest.h>

#include "journeys/town.h"

namespace snp::journeys {
namespace {

using Regulation = gpb::RegulationService::Stub;
using Registry = rpb::RegistryService::Stub;

constexpr char kTerritory[] = R"(
 . A . 1 . B .
)";

class BookingLives : public ::testing::Test {
 protected:
  BookingLives() : town(kTerritory), doctor(town.doctor()) {
    town.Settle('A', type::v1::PLACE_KIND_CABINET);
    town.Settle('B', type::v1::PLACE_KIND_CABINET);
    town.Offers('A', "10:00");
    town.Offers('B', "11:00");
    town.Opens();
  }

  gpb::Case Dispatched() {
    gpb::OpenCaseRequest open;
    open.set_request_id(town.NewRequestId());
    open.set_parent("departments/95");
    open.set_priority(type::v1::CALL_PRIORITY_P2);
    open.set_motive("M03.20");
    open.mutable_patient()->set_age_months(400);
    *open.mutable_patient()->mutable_location() = town.At('1');
    const auto opened = town.assistant().Does(&Regulation::OpenCase, open);
    EXPECT_TRUE(opened.ok()) << opened.status();
    EXPECT_TRUE(Qualify(opened->case_().name(), type::v1::CARE_LEVEL_R3).ok());
    gpb::DispatchCaseRequest dispatch;
    dispatch.set_request_id(town.NewRequestId());
    dispatch.set_name(opened->case_().name());
    const auto done = doctor.Does(&Regulation::DispatchCase, dispatch);
    EXPECT_TRUE(done.ok()) << done.status();
    EXPECT_EQ(town.Spoken(done->booking()), "A 10:00");
    return done->case_();
  }
  absl::StatusOr<gpb::QualifyCaseResponse> Qualify(const std::string& name, type::v1::CareLevel level) {
    gpb::QualifyCaseRequest qualify;
    qualify.set_request_id(town.NewRequestId());
    qualify.set_name(name);
    qualify.set_care_level(level);
    if (level == type::v1::CARE_LEVEL_R3) qualify.mutable_need()->set_delay("8H");
    return doctor.Does(&Regulation::QualifyCase, qualify);
  }
  gpb::Case Now(const gpb::Case& c) {
    gpb::GetCaseRequest get;
    get.set_name(c.name());
    const auto found = doctor.Does(&Regulation::GetCase, get);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? found->case_() : gpb::Case();
  }
  // Of its first alert.
  gpb::AlertKind AlertOf(const gpb::Case& c) {
    const gpb::Case now = Now(c);
    return now.alerts_size() == 0 ? gpb::ALERT_KIND_UNSPECIFIED : now.alerts(0).kind();
  }
  rpb::Booking BookingOf(const std::string& name) {
    rpb::GetBookingRequest get;
    get.set_name(name);
    const auto found = town.practice('A').Does(&Registry::GetBooking, get);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? found->booking() : rpb::Booking();
  }

  Town town;
  Person doctor;
};

TEST_F(BookingLives, ThePracticeCancelsAndThePatientGoesElsewhere) {
  const gpb::Case c = Dispatched();
  rpb::CancelBookingRequest cancel;
  cancel.set_request_id(town.NewRequestId());
  cancel.set_name(c.booking());
  cancel.set_cancelled_by(rpb::CANCELLED_BY_PRACTICE);
  ASSERT_TRUE(town.practice('A').Does(&Registry::CancelBooking, cancel).ok());
  town.Until("the case to come back", [&] { return Now(c).state() == gpb::CASE_STATE_QUALIFIED; });
  EXPECT_EQ(AlertOf(c), gpb::ALERT_KIND_BOOKING_CANCELLED);
  gpb::RedispatchCaseRequest again;
  again.set_request_id(town.NewRequestId());
  again.set_name(c.name());
  const auto done = doctor.Does(&Regulation::RedispatchCase, again);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(town.Spoken(done->booking()), "B 11:00");
}

TEST_F(BookingLives, NobodyAcknowledgesAndTheRegulatorIsAlerted) {
  const gpb::Case c = Dispatched();
  town.clock.Advance(absl::Minutes(46));  // 14 minutes before the start.
  town.Until("the alert", [&] { return Now(c).alerts_size() == 1; });
  EXPECT_EQ(AlertOf(c), gpb::ALERT_KIND_UNACKNOWLEDGED);
  rpb::AcknowledgeBookingRequest acknowledge;
  acknowledge.set_request_id(town.NewRequestId());
  acknowledge.set_name(c.booking());
  ASSERT_TRUE(town.practice('A').Does(&Registry::AcknowledgeBooking, acknowledge).ok());
  town.Until("the alert to go", [&] { return Now(c).alerts_size() == 0; });
  EXPECT_EQ(Now(c).state(), gpb::CASE_STATE_BOOKED);
}

TEST_F(BookingLives, ASlotWithdrawnLosesNobodyAndIsSaid) {
  const gpb::Case c = Dispatched();
  rpb::WithdrawSlotRequest withdraw;
  withdraw.set_request_id(town.NewRequestId());
  withdraw.set_name(c.slot());
  const auto withdrawn = town.practice('A').Does(&Registry::WithdrawSlot, withdraw);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_EQ(withdrawn->affected_bookings_size(), 1);
  town.Until("the alert", [&] { return Now(c).alerts_size() == 1; });
  EXPECT_EQ(AlertOf(c), gpb::ALERT_KIND_SLOT_CHANGED);
  EXPECT_EQ(Now(c).booking(), c.booking());
}

TEST_F(BookingLives, WorseThanThought) {
  const gpb::Case c = Dispatched();
  const auto r1 = Qualify(c.name(), type::v1::CARE_LEVEL_R1);
  ASSERT_TRUE(r1.ok()) << r1.status();
  EXPECT_EQ(r1->case_().state(), gpb::CASE_STATE_EMERGENCY);
  EXPECT_NE(r1->case_().instruction().find("SMUR"), std::string::npos);
  // The practice sees it at once, and by whom.
  const rpb::Booking booking = BookingOf(c.booking());
  EXPECT_EQ(booking.state(), rpb::BOOKING_STATE_CANCELLED);
  EXPECT_EQ(booking.cancelled_by(), rpb::CANCELLED_BY_REGULATION);
}

TEST_F(BookingLives, WhatBecameOfThePatientComesBack) {
  const gpb::Case c = Dispatched();
  town.clock.Advance(absl::Minutes(75));
  rpb::RecordOutcomeRequest seen;
  seen.set_request_id(town.NewRequestId());
  seen.set_name(c.booking());
  seen.set_outcome(rpb::BOOKING_STATE_SEEN);
  const auto recorded = town.practice('A').Does(&Registry::RecordOutcome, seen);
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  town.Until("the case to close", [&] { return Now(c).state() == gpb::CASE_STATE_CLOSED; });
  EXPECT_EQ(Now(c).outcome(), gpb::OUTCOME_SEEN);
}

TEST_F(BookingLives, AHoldNobodyConfirmsRunsOut) {
  gpb::Case c = Dispatched();
  gpb::RefusePlaceRequest refuse;
  refuse.set_request_id(town.NewRequestId());
  refuse.set_name(c.name());
  refuse.set_slot(c.slot());
  refuse.set_reason(gpb::REFUSAL_REASON_TIME);
  ASSERT_TRUE(doctor.Does(&Regulation::RefusePlace, refuse).ok());
  gpb::HoldPlaceRequest hold;
  hold.set_request_id(town.NewRequestId());
  hold.set_name(c.name());
  const auto held = doctor.Does(&Regulation::HoldPlace, hold);
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_EQ(town.Spoken(held->booking()), "B 11:00");
  town.clock.Advance(absl::Minutes(3) + absl::Seconds(1));
  town.Until("the hold to run out", [&] { return Now(c).state() == gpb::CASE_STATE_QUALIFIED; });
  EXPECT_EQ(AlertOf(c), gpb::ALERT_KIND_HOLD_EXPIRED);
}

TEST_F(BookingLives, TheScreenFollowsTheQueue) {
  const auto open = [&](type::v1::CallPriority priority) {
    gpb::OpenCaseRequest request;
    request.set_request_id(town.NewRequestId());
    request.set_parent("departments/95");
    request.set_priority(priority);
    *request.mutable_patient()->mutable_location() = town.At('1');
    const auto opened = town.assistant().Does(&Regulation::OpenCase, request);
    EXPECT_TRUE(opened.ok()) << opened.status();
    town.clock.Advance(absl::Seconds(1));
    return opened->case_().name();
  };
  const std::string p2 = open(type::v1::CALL_PRIORITY_P2), p1 = open(type::v1::CALL_PRIORITY_P1), p3 = open(type::v1::CALL_PRIORITY_P3);

  grpc::ClientContext context;
  doctor.Identify(&context);
  gpb::WatchQueueRequest request;
  request.set_parent("departments/95");
  auto stream = doctor.regulation().WatchQueue(&context, request);
  gpb::WatchQueueResponse message;
  std::vector<std::string> names;
  int64_t order = 0;
  while (stream->Read(&message) && !message.snapshot_end()) {
    names.push_back(message.case_().name());
    EXPECT_GT(message.order(), order);
    order = message.order();
  }
  EXPECT_EQ(names, (std::vector<std::string>{p1, p2, p3}));
  int64_t cursor = message.cursor();

  // Each change comes once, in order, as the case is now.
  const auto next = [&] {
    do {
      if (!stream->Read(&message)) {
        ADD_FAILURE() << "the stream ended";
        return gpb::WatchQueueResponse();
      }
      EXPECT_GE(message.cursor(), cursor);
    } while (!message.has_case_());
    EXPECT_EQ(message.cursor(), cursor + 1);
    cursor = message.cursor();
    return message;
  };
  const std::string p0 = open(type::v1::CALL_PRIORITY_P0);
  EXPECT_EQ(next().case_().name(), p0);
  ASSERT_TRUE(Qualify(p2, type::v1::CARE_LEVEL_R3).ok());
  const gpb::WatchQueueResponse qualified = next();
  EXPECT_EQ(qualified.case_().name(), p2);
  EXPECT_EQ(qualified.case_().claimed_by(), "dr-a");
  EXPECT_FALSE(qualified.removed());
  const int64_t before_close = cursor;
  gpb::CloseCaseRequest close;
  close.set_request_id(town.NewRequestId());
  close.set_name(p3);
  close.set_outcome(gpb::OUTCOME_DUPLICATE);
  ASSERT_TRUE(doctor.Does(&Regulation::CloseCase, close).ok());
  EXPECT_TRUE(next().removed());
  // Quiet: a heartbeat says that the stream lives.
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_FALSE(message.has_case_());
  EXPECT_EQ(message.cursor(), cursor);
  context.TryCancel();

  // A screen that was away resumes where it was.
  grpc::ClientContext resumed;
  doctor.Identify(&resumed);
  request.set_cursor(before_close);
  auto again = doctor.regulation().WatchQueue(&resumed, request);
  ASSERT_TRUE(again->Read(&message));
  EXPECT_EQ(message.case_().name(), p3);
  EXPECT_TRUE(message.removed());
  resumed.TryCancel();

  // A cursor that no log reaches is said.
  grpc::ClientContext lost;
  doctor.Identify(&lost);
  request.set_cursor(int64_t{1} << 60);
  auto nothing = doctor.regulation().WatchQueue(&lost, request);
  EXPECT_FALSE(nothing->Read(&message));
  EXPECT_EQ(platform::ReasonOf(platform::FromGrpc(nothing->Finish())), platform::Reason::kCursorTrimmed);
}

}  // namespace
}  // namespace snp::journeys
