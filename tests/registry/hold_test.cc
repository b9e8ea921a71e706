// A place is taken for one patient, and what becomes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "registry/world.h"

namespace snp::registry {
namespace {

using google::protobuf::util::MessageDifferencer;
using platform::Reason;
using platform::Role;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

template <typename Request>
Request Named(const std::string& request_id, const std::string& name) {
  Request request;
  request.set_request_id(request_id);
  request.set_name(name);
  return request;
}

v1::CancelBookingRequest CancelOf(const std::string& request_id, const std::string& name, v1::CancelledBy by) {
  auto request = Named<v1::CancelBookingRequest>(request_id, name);
  request.set_cancelled_by(by);
  return request;
}

v1::Slot Read(const World& world, const std::string& id) {
  v1::GetSlotRequest get;
  get.set_name(SlotNamed(id));
  return world.As(Role::kService).Call(&Stub::GetSlot, get)->slot();
}

TEST(Hold, TakesTheFirstCandidateThatIsFreeAtItsRevision) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot taken = Publish(world, GoodSlot("taken", "p1"));
  const v1::Slot before = Publish(world, GoodSlot("changed", "p1"));
  v1::Slot change = GoodSlot("changed", "p1");
  change.set_regulated_only(true);
  Publish(world, change);
  const v1::Slot free = Publish(world, GoodSlot("free", "p2"));
  const Desk regulation = world.As(Role::kService);
  ASSERT_TRUE(Book(regulation, "book-1", taken).ok());
  const auto held = Hold(regulation, "hold-1", {taken, before, free}, absl::Minutes(3));
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_EQ(held->candidate_index(), 2);
  const v1::Booking& hold = held->booking();
  EXPECT_EQ(hold.slot(), free.name());
  EXPECT_EQ(hold.place(), PlaceNamed("p2"));
  EXPECT_EQ(hold.state(), v1::BOOKING_STATE_HELD);
  EXPECT_EQ(hold.hold_deadline().seconds(), absl::ToUnixSeconds(Morning() + absl::Minutes(3)));
  EXPECT_EQ(hold.create_time().seconds(), absl::ToUnixSeconds(Morning()));
  EXPECT_EQ(hold.start_time().seconds(), free.start_time().seconds());
  EXPECT_THAT(hold.reference(), MatchesRegex("[23456789ABCDEFGHJKMNPQRSTUVWXYZ]{6}"));
  EXPECT_EQ(Read(world, "free").remaining(), 0);
  EXPECT_EQ(ReasonOf(Hold(regulation, "hold-2", {taken, before, free}).status()), Reason::kSlotTaken);
}

TEST(Hold, IsConfirmedReleasedOrExpires) {
  World world;
  PutTwoPlaces(world);
  v1::Slot range = GoodSlot("range", "p1");
  range.set_capacity(3);
  const v1::Slot slot = Publish(world, range);
  const Desk regulation = world.As(Role::kService);
  const auto a = Hold(regulation, "a", {slot}, absl::Minutes(2)), b = Hold(regulation, "b", {slot}, absl::Minutes(2)),
             c = Hold(regulation, "c", {slot}, absl::Minutes(2));
  ASSERT_TRUE(a.ok() && b.ok() && c.ok());
  const auto confirmed = regulation.Call(&Stub::ConfirmHold, Named<v1::ConfirmHoldRequest>("confirm-a", a->booking().name()));
  ASSERT_TRUE(confirmed.ok()) << confirmed.status();
  EXPECT_EQ(confirmed->booking().state(), v1::BOOKING_STATE_BOOKED);
  EXPECT_FALSE(confirmed->booking().has_hold_deadline());
  EXPECT_EQ(confirmed->booking().reference(), a->booking().reference());
  const auto released = regulation.Call(&Stub::ReleaseHold, Named<v1::ReleaseHoldRequest>("release-b", b->booking().name()));
  ASSERT_TRUE(released.ok()) << released.status();
  EXPECT_EQ(released->booking().state(), v1::BOOKING_STATE_RELEASED);
  EXPECT_EQ(Read(world, "range").remaining(), 1);
  // A booking is not released, an ended hold is not confirmed.
  EXPECT_EQ(ReasonOf(regulation.Call(&Stub::ReleaseHold, Named<v1::ReleaseHoldRequest>("release-a", a->booking().name())).status()),
            Reason::kBookingState);
  EXPECT_EQ(ReasonOf(regulation.Call(&Stub::ConfirmHold, Named<v1::ConfirmHoldRequest>("confirm-b", b->booking().name())).status()),
            Reason::kBookingState);
  world.clock.Advance(absl::Minutes(2) + absl::Seconds(1));
  EXPECT_EQ(ReasonOf(regulation.Call(&Stub::ConfirmHold, Named<v1::ConfirmHoldRequest>("confirm-c", c->booking().name())).status()),
            Reason::kHoldExpired);
}

TEST(Hold, ARetryGetsTheFirstAnswerAndAnotherBodyIsRefused) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot one = Publish(world, GoodSlot("one", "p1")), two = Publish(world, GoodSlot("two", "p1"));
  const Desk regulation = world.As(Role::kService);
  const auto first = Hold(regulation, "same", {one, two});
  world.clock.Advance(absl::Seconds(30));
  const auto again = Hold(regulation, "same", {one, two});
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_TRUE(MessageDifferencer::Equals(*first, *again)) << first->DebugString() << again->DebugString();
  EXPECT_EQ(Read(world, "two").remaining(), 1);
  EXPECT_EQ(ReasonOf(Hold(regulation, "same", {two, one}).status()), Reason::kRequestIdReused);
  EXPECT_EQ(Read(world, "two").remaining(), 1);

  const auto confirm = Named<v1::ConfirmHoldRequest>("confirm", first->booking().name());
  const auto c1 = regulation.Call(&Stub::ConfirmHold, confirm), c2 = regulation.Call(&Stub::ConfirmHold, confirm);
  ASSERT_TRUE(c1.ok() && c2.ok()) << c1.status() << c2.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*c1, *c2));
  const auto cancel = CancelOf("cancel", first->booking().name(), v1::CANCELLED_BY_PATIENT);
  const auto x1 = regulation.Call(&Stub::CancelBooking, cancel), x2 = regulation.Call(&Stub::CancelBooking, cancel);
  ASSERT_TRUE(x1.ok() && x2.ok()) << x1.status() << x2.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*x1, *x2));
}

TEST(Book, AtOnceForACaseWithItsMotive) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  v1::BookSlotRequest request;
  request.set_request_id("book");
  request.add_candidates()->set_slot(slot.name());
  request.mutable_candidates(0)->set_revision(slot.revision());
  request.set_case_("departments/95/cases/c1");
  request.set_motive("M02.03");
  const auto booked = world.As(Role::kService).Call(&Stub::BookSlot, request);
  ASSERT_TRUE(booked.ok()) << booked.status();
  EXPECT_EQ(booked->booking().state(), v1::BOOKING_STATE_BOOKED);
  EXPECT_EQ(booked->booking().case_(), "departments/95/cases/c1");
  EXPECT_EQ(booked->booking().motive(), "M02.03");
  v1::GetBookingRequest get;
  get.set_name(booked->booking().name());
  EXPECT_TRUE(MessageDifferencer::Equals(world.As(Role::kOsnp).Call(&Stub::GetBooking, get)->booking(), booked->booking()));
}

// The safety rule, the audit and what is given back are regulation's: people take a place through a case there, never here.
TEST(Book, OnlyAServiceTakesAPlaceOrEndsAHold) {
  World world;
  PutTwoPlaces(world);
  v1::Slot definition = GoodSlot("s1", "p1");
  definition.set_capacity(9);
  const v1::Slot slot = Publish(world, definition);
  const auto held = Hold(world.As(Role::kService), "hold", {slot});
  ASSERT_TRUE(held.ok()) << held.status();
  for (const Role role : {Role::kRegulator, Role::kOsnp}) {
    const Desk desk = world.As(role);
    EXPECT_EQ(ReasonOf(Hold(desk, "hold-2", {slot}).status()), Reason::kRoleForbidden);
    EXPECT_EQ(ReasonOf(Book(desk, "book", slot).status()), Reason::kRoleForbidden);
    EXPECT_EQ(ReasonOf(desk.Call(&Stub::ConfirmHold, Named<v1::ConfirmHoldRequest>("confirm", held->booking().name())).status()),
              Reason::kRoleForbidden);
    EXPECT_EQ(ReasonOf(desk.Call(&Stub::ReleaseHold, Named<v1::ReleaseHoldRequest>("release", held->booking().name())).status()),
              Reason::kRoleForbidden);
  }
  EXPECT_EQ(Read(world, "s1").remaining(), 8);
}

TEST(Book, ACasesBookingIsEndedOnTheCase) {
  World world;
  PutTwoPlaces(world);
  v1::Slot definition = GoodSlot("s1", "p1");
  definition.set_capacity(2);
  const v1::Slot slot = Publish(world, definition);
  const Desk regulation = world.As(Role::kService);
  const auto of_case = Book(regulation, "book-1", slot, "departments/95/cases/c1"), of_none = Book(regulation, "book-2", slot);
  ASSERT_TRUE(of_case.ok() && of_none.ok());
  world.clock.Advance(absl::Hours(1));
  for (const Role role : {Role::kRegulator, Role::kOsnp}) {
    const Desk desk = world.As(role);
    const auto cancelled = desk.Call(&Stub::CancelBooking, CancelOf("no", of_case->booking().name(), v1::CANCELLED_BY_PATIENT)).status();
    EXPECT_EQ(ReasonOf(cancelled), Reason::kNotYours);
    EXPECT_THAT(std::string(cancelled.message()), HasSubstr("on the case"));
    auto outcome = Named<v1::RecordOutcomeRequest>("no-2", of_case->booking().name());
    outcome.set_outcome(v1::BOOKING_STATE_SEEN);
    EXPECT_EQ(ReasonOf(desk.Call(&Stub::RecordOutcome, outcome).status()), Reason::kNotYours);
    EXPECT_EQ(ReasonOf(desk.Call(&Stub::CancelBooking, CancelOf("none", "departments/95/bookings/none", v1::CANCELLED_BY_PATIENT)).status()),
              Reason::kNotFound);
  }
  v1::GetBookingRequest get;
  get.set_name(of_case->booking().name());
  EXPECT_EQ(regulation.Call(&Stub::GetBooking, get)->booking().state(), v1::BOOKING_STATE_BOOKED);
  EXPECT_TRUE(world.As(Role::kOsnp).Call(&Stub::CancelBooking, CancelOf("cancel", of_none->booking().name(), v1::CANCELLED_BY_PATIENT)).ok());
  EXPECT_TRUE(world.As(Role::kPractice, {PlaceNamed("p1")})
                  .Call(&Stub::CancelBooking, CancelOf("theirs", of_case->booking().name(), v1::CANCELLED_BY_PRACTICE))
                  .ok());
}

TEST(Book, ACancelledPlaceIsFreeAgain) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  const Desk regulation = world.As(Role::kService);
  for (const auto by : {v1::CANCELLED_BY_PATIENT, v1::CANCELLED_BY_PRACTICE, v1::CANCELLED_BY_REGULATION}) {
    const auto booked = Book(regulation, absl::StrCat("book-", by), slot);
    ASSERT_TRUE(booked.ok()) << booked.status();
    const auto cancelled = regulation.Call(&Stub::CancelBooking, CancelOf(absl::StrCat("cancel-", by), booked->booking().name(), by));
    ASSERT_TRUE(cancelled.ok()) << cancelled.status();
    EXPECT_EQ(cancelled->booking().state(), v1::BOOKING_STATE_CANCELLED);
    EXPECT_EQ(cancelled->booking().cancelled_by(), by);
  }
}

TEST(Book, OverbookingIsItsOwnVerbAndOnlyOnAFullSlot) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  const Desk regulation = world.As(Role::kService);
  v1::OverbookSlotRequest overbook;
  overbook.set_request_id("over-1");
  overbook.set_slot(slot.name());
  EXPECT_EQ(ReasonOf(regulation.Call(&Stub::OverbookSlot, overbook).status()), Reason::kBookingState);
  ASSERT_TRUE(Book(regulation, "book-1", slot).ok());
  EXPECT_EQ(ReasonOf(Book(regulation, "book-2", slot).status()), Reason::kSlotTaken);
  overbook.set_request_id("over-2");
  const auto over = regulation.Call(&Stub::OverbookSlot, overbook);
  ASSERT_TRUE(over.ok()) << over.status();
  EXPECT_TRUE(over->booking().overbooked());
  EXPECT_EQ(over->booking().state(), v1::BOOKING_STATE_BOOKED);
  EXPECT_EQ(Read(world, "s1").remaining(), 0);
  EXPECT_EQ(Read(world, "s1").overbooked(), 1);
  EXPECT_EQ(ReasonOf(world.As(Role::kOsnp).Call(&Stub::OverbookSlot, overbook).status()), Reason::kRoleForbidden);
}

TEST(Book, AcknowledgedThenSeenOrNoShow) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  const auto booked = Book(world.As(Role::kService), "book-1", slot);
  ASSERT_TRUE(booked.ok());
  const Desk practice = world.As(Role::kPractice, {PlaceNamed("p1")});
  world.clock.Advance(absl::Minutes(5));
  const auto acknowledged = practice.Call(&Stub::AcknowledgeBooking, Named<v1::AcknowledgeBookingRequest>("ack-1", booked->booking().name()));
  ASSERT_TRUE(acknowledged.ok()) << acknowledged.status();
  EXPECT_EQ(acknowledged->booking().acknowledge_time().seconds(), absl::ToUnixSeconds(Morning() + absl::Minutes(5)));
  auto outcome = Named<v1::RecordOutcomeRequest>("outcome-1", booked->booking().name());
  outcome.set_outcome(v1::BOOKING_STATE_SEEN);
  world.clock.Advance(absl::Hours(1));
  const auto seen = practice.Call(&Stub::RecordOutcome, outcome);
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(seen->booking().state(), v1::BOOKING_STATE_SEEN);
  EXPECT_EQ(ReasonOf(practice.Call(&Stub::CancelBooking, CancelOf("cancel-1", booked->booking().name(), v1::CANCELLED_BY_PRACTICE)).status()),
            Reason::kBookingState);
}

TEST(Book, BookingsOfAPlaceArePagedByStartWithoutHoleOrDouble) {
  World world;
  PutTwoPlaces(world);
  const Desk regulation = world.As(Role::kService);
  std::set<std::string> expected;
  for (int i = 0; i < 60; ++i) {
    v1::Slot definition = GoodSlot(absl::StrCat("s", i), "p1");
    definition.mutable_start_time()->set_seconds(definition.start_time().seconds() + i);
    definition.set_capacity(3);
    const v1::Slot slot = Publish(world, definition);
    for (int k = 0; k < i % 4; ++k) {
      const auto booked = Book(regulation, absl::StrCat("book-", i, "-", k), slot);
      ASSERT_TRUE(booked.ok()) << booked.status();
      expected.insert(booked->booking().name());
    }
  }
  for (const int page_size : {1, 2, 7, 1000}) {
    std::set<std::string> listed;
    v1::ListBookingsRequest list;
    list.set_parent(PlaceNamed("p1"));
    list.set_page_size(page_size);
    int64_t last_start = 0;
    do {
      const auto page = regulation.Call(&Stub::ListBookings, list);
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_LE(page->bookings_size(), page_size);
      for (const auto& booking : page->bookings()) {
        EXPECT_TRUE(listed.insert(booking.name()).second) << booking.name();
        EXPECT_GE(booking.start_time().seconds(), last_start);
        last_start = booking.start_time().seconds();
      }
      list.set_page_token(page->next_page_token());
    } while (!list.page_token().empty());
    EXPECT_EQ(listed, expected) << "pages of " << page_size;
  }
  v1::ListBookingsRequest of_slot;
  of_slot.set_parent(SlotNamed("s3"));
  EXPECT_EQ(regulation.Call(&Stub::ListBookings, of_slot)->bookings_size(), 3);
  of_slot.set_page_size(2);
  const auto first = regulation.Call(&Stub::ListBookings, of_slot);
  EXPECT_EQ(first->bookings_size(), 2);
  of_slot.set_page_token(first->next_page_token());
  const auto last = regulation.Call(&Stub::ListBookings, of_slot);
  EXPECT_EQ(last->bookings_size(), 1);
  EXPECT_EQ(last->next_page_token(), "");
}

}  // namespace
}  // namespace snp::registry
