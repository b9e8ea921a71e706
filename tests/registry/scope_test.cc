// A practice acts on its own places, sees its own bookings without their case, and learns nothing of the others'.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "registry/world.h"

namespace snp::registry {
namespace {

using platform::Reason;
using platform::Role;
using ::testing::ElementsAre;

// Place p1 is the practice's, p2 is not; each has a slot with one booking.
class Scope : public ::testing::Test {
 protected:
  Scope() : practice_(world_.As(Role::kPractice, {PlaceNamed("p1")})), regulator_(world_.As(Role::kRegulator)) {
    PutTwoPlaces(world_);
    for (const std::string which : {"mine", "theirs"}) {
      v1::Slot definition = GoodSlot(which, which == "mine" ? "p1" : "p2");
      definition.set_capacity(2);
      const v1::Slot slot = Publish(world_, definition);
      const auto booked = Book(world_.As(Role::kService), "book-" + which, slot, "departments/95/cases/c-" + which);
      EXPECT_TRUE(booked.ok()) << booked.status();
      (which == "mine" ? mine_ : theirs_) = booked->booking().name();
    }
  }

  template <typename Request, typename Response>
  void ExpectNotYours(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Request& theirs, const Request& unknown) {
    const absl::Status a = practice_.Call(method, theirs).status(), b = practice_.Call(method, unknown).status();
    EXPECT_EQ(ReasonOf(a), Reason::kNotYours) << Request::descriptor()->name();
    // Word for word the same: an answer that differs tells which ids exist.
    EXPECT_EQ(a.ToString(), b.ToString()) << Request::descriptor()->name();
  }

  World world_;
  Desk practice_, regulator_;
  std::string mine_, theirs_;
  const std::string none_ = "departments/95/bookings/none";
};

TEST_F(Scope, BookingsOfOthersLookLikeBookingsThatDoNotExist) {
  const auto get = [](const std::string& name) {
    v1::GetBookingRequest r;
    r.set_name(name);
    return r;
  };
  ExpectNotYours(&Stub::GetBooking, get(theirs_), get(none_));
  const auto cancel = [](const std::string& name) {
    v1::CancelBookingRequest r;
    r.set_request_id(NewRequestId());
    r.set_name(name);
    r.set_cancelled_by(v1::CANCELLED_BY_PRACTICE);
    return r;
  };
  ExpectNotYours(&Stub::CancelBooking, cancel(theirs_), cancel(none_));
  const auto acknowledge = [](const std::string& name) {
    v1::AcknowledgeBookingRequest r;
    r.set_request_id(NewRequestId());
    r.set_name(name);
    return r;
  };
  ExpectNotYours(&Stub::AcknowledgeBooking, acknowledge(theirs_), acknowledge(none_));
  const auto outcome = [](const std::string& name) {
    v1::RecordOutcomeRequest r;
    r.set_request_id(NewRequestId());
    r.set_name(name);
    r.set_outcome(v1::BOOKING_STATE_NO_SHOW);
    return r;
  };
  ExpectNotYours(&Stub::RecordOutcome, outcome(theirs_), outcome(none_));
  v1::GetBookingRequest check;
  check.set_name(theirs_);
  EXPECT_EQ(regulator_.Call(&Stub::GetBooking, check)->booking().state(), v1::BOOKING_STATE_BOOKED);
}

TEST_F(Scope, SlotsOfOthersToo) {
  const auto withdraw = [](const std::string& id) {
    v1::WithdrawSlotRequest r;
    r.set_request_id(NewRequestId());
    r.set_name(SlotNamed(id));
    return r;
  };
  ExpectNotYours(&Stub::WithdrawSlot, withdraw("theirs"), withdraw("none"));
  const auto overbook = [](const std::string& id) {
    v1::OverbookSlotRequest r;
    r.set_request_id(NewRequestId());
    r.set_slot(SlotNamed(id));
    return r;
  };
  ExpectNotYours(&Stub::OverbookSlot, overbook("theirs"), overbook("none"));
  const auto get = [](const std::string& id) {
    v1::GetSlotRequest r;
    r.set_name(SlotNamed(id));
    return r;
  };
  ExpectNotYours(&Stub::GetSlot, get("theirs"), get("none"));
  const auto bookings = [](const std::string& id) {
    v1::ListBookingsRequest r;
    r.set_parent(SlotNamed(id));
    return r;
  };
  ExpectNotYours(&Stub::ListBookings, bookings("theirs"), bookings("none"));
  v1::ConfirmFreshRequest confirm;
  confirm.set_request_id(NewRequestId());
  confirm.add_names(SlotNamed("mine"));
  confirm.add_names(SlotNamed("theirs"));
  EXPECT_EQ(ReasonOf(practice_.Call(&Stub::ConfirmFresh, confirm).status()), Reason::kNotYours);
}

TEST_F(Scope, PublishesOnItsOwnPlacesOnly) {
  v1::PublishSlotRequest publish;
  publish.set_request_id(NewRequestId());
  *publish.mutable_slot() = GoodSlot("new", "p2");
  EXPECT_EQ(ReasonOf(practice_.Call(&Stub::PublishSlot, publish).status()), Reason::kNotYours);
  // Nor does it take another's slot by its name.
  publish.set_request_id(NewRequestId());
  *publish.mutable_slot() = GoodSlot("theirs", "p1");
  publish.set_keep_bookings(true);
  EXPECT_EQ(ReasonOf(practice_.Call(&Stub::PublishSlot, publish).status()), Reason::kNotYours);
  publish.set_request_id(NewRequestId());
  *publish.mutable_slot() = GoodSlot("new", "p1");
  EXPECT_TRUE(practice_.Call(&Stub::PublishSlot, publish).ok());

  v1::BatchPublishSlotsRequest batch;
  batch.set_request_id(NewRequestId());
  *batch.add_slots() = GoodSlot("new-1", "p1");
  *batch.add_slots() = GoodSlot("new-2", "p2");
  *batch.add_slots() = GoodSlot("theirs", "p1");
  const auto answer = practice_.Call(&Stub::BatchPublishSlots, batch);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->published_count(), 1);
  ASSERT_EQ(answer->results_size(), 2);
  EXPECT_EQ(answer->results(0).reason(), "NOT_YOURS");
  EXPECT_EQ(answer->results(1).reason(), "NOT_YOURS");
  v1::GetSlotRequest get;
  get.set_name(SlotNamed("theirs"));
  EXPECT_EQ(regulator_.Call(&Stub::GetSlot, get)->slot().place(), PlaceNamed("p2"));
}

// A patient's own GP stands first in a ranking: nobody publishes under the number of a doctor who does not work there.
TEST_F(Scope, PublishesUnderItsOwnPractitionersOnly) {
  v1::PutPractitionersRequest put;
  put.set_request_id(NewRequestId());
  for (const auto& [rpps, place] : {std::pair("10000000001", "p1"), std::pair("10000000002", "p2")}) {
    auto* practitioner = put.add_practitioners();
    practitioner->set_name(absl::StrCat("departments/95/practitioners/", rpps));
    practitioner->set_profession("MG");
    practitioner->add_places(PlaceNamed(place));
  }
  const auto known = world_.As(Role::kAdmin).Call(&Stub::PutPractitioners, put);
  ASSERT_TRUE(known.ok()) << known.status();
  const auto slot = [](const std::string& id, const std::string& rpps) {
    v1::Slot slot = GoodSlot(id, "p1");
    slot.set_practitioner(rpps);
    return slot;
  };
  v1::PublishSlotRequest publish;
  for (const std::string rpps : {"10000000002", "10000000003"}) {
    publish.set_request_id(NewRequestId());
    *publish.mutable_slot() = slot("new", rpps);
    EXPECT_THAT(FieldsOf(practice_.Call(&Stub::PublishSlot, publish).status()), ElementsAre("slot.practitioner")) << rpps;
  }
  publish.set_request_id(NewRequestId());
  *publish.mutable_slot() = slot("new", "10000000001");
  EXPECT_TRUE(practice_.Call(&Stub::PublishSlot, publish).ok());
  v1::BatchPublishSlotsRequest batch;
  batch.set_request_id(NewRequestId());
  *batch.add_slots() = slot("b0", "10000000001");
  *batch.add_slots() = slot("b1", "10000000002");
  const auto answer = practice_.Call(&Stub::BatchPublishSlots, batch);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->published_count(), 1);
  ASSERT_EQ(answer->results_size(), 1);
  EXPECT_EQ(answer->results(0).field(), "slots[1].practitioner");
  // Who fills the directory may publish for anybody.
  publish.set_request_id(NewRequestId());
  *publish.mutable_slot() = slot("imported", "10000000003");
  EXPECT_TRUE(world_.As(Role::kAdmin).Call(&Stub::PublishSlot, publish).ok());
}

TEST_F(Scope, ListsAndWatchesItsOwnPlacesOnly) {
  for (const std::string& parent : {std::string("departments/95"), PlaceNamed("p2"), PlaceNamed("none")}) {
    v1::ListSlotsRequest slots;
    slots.set_parent(parent);
    EXPECT_EQ(ReasonOf(practice_.Call(&Stub::ListSlots, slots).status()), Reason::kNotYours) << parent;
    Watcher watcher(practice_, parent, 0);
    v1::WatchSlotsResponse message;
    EXPECT_FALSE(watcher.Next(&message));
    EXPECT_EQ(ReasonOf(watcher.Finish()), Reason::kNotYours) << parent;
  }
  v1::ListBookingsRequest bookings;
  bookings.set_parent(PlaceNamed("p2"));
  EXPECT_EQ(ReasonOf(practice_.Call(&Stub::ListBookings, bookings).status()), Reason::kNotYours);
  v1::ListSlotsRequest slots;
  slots.set_parent(PlaceNamed("p1"));
  EXPECT_EQ(practice_.Call(&Stub::ListSlots, slots)->slots_size(), 1);
}

TEST_F(Scope, NeverSeesTheCase) {
  v1::GetBookingRequest get;
  get.set_name(mine_);
  EXPECT_EQ(regulator_.Call(&Stub::GetBooking, get)->booking().case_(), "departments/95/cases/c-mine");
  const auto seen = practice_.Call(&Stub::GetBooking, get);
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(seen->booking().case_(), "");
  EXPECT_EQ(seen->booking().reference().size(), 6u);
  v1::ListBookingsRequest list;
  list.set_parent(PlaceNamed("p1"));
  const auto listed = practice_.Call(&Stub::ListBookings, list);
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->bookings_size(), 1);
  EXPECT_EQ(listed->bookings(0).case_(), "");

  // The watch, from before the booking on.
  Watcher watcher(practice_, PlaceNamed("p1"), 1);
  Watcher all(regulator_, PlaceNamed("p1"), 1);
  v1::WatchSlotsResponse theirs, ours;
  do theirs = watcher.NextChange();
  while (theirs.kind() != v1::CHANGE_KIND_BOOKED);
  do ours = all.NextChange();
  while (ours.kind() != v1::CHANGE_KIND_BOOKED);
  EXPECT_EQ(theirs.booking(), mine_);
  EXPECT_EQ(theirs.case_(), "");
  EXPECT_EQ(ours.case_(), "departments/95/cases/c-mine");

  // What a verb of its own answers.
  v1::WithdrawSlotRequest withdraw;
  withdraw.set_request_id(NewRequestId());
  withdraw.set_name(SlotNamed("mine"));
  const auto withdrawn = practice_.Call(&Stub::WithdrawSlot, withdraw);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  ASSERT_EQ(withdrawn->affected_bookings_size(), 1);
  EXPECT_EQ(withdrawn->affected_bookings(0).case_(), "");
}

TEST_F(Scope, SaysOnlyWhatIsForAPracticeToSay) {
  v1::CancelBookingRequest cancel;
  cancel.set_request_id(NewRequestId());
  cancel.set_name(mine_);
  cancel.set_cancelled_by(v1::CANCELLED_BY_REGULATION);
  EXPECT_THAT(FieldsOf(practice_.Call(&Stub::CancelBooking, cancel).status()), ElementsAre("cancelled_by"));
  v1::OverbookSlotRequest overbook;
  overbook.set_request_id(NewRequestId());
  overbook.set_slot(SlotNamed("mine"));
  overbook.set_case_("departments/95/cases/c1");
  EXPECT_THAT(FieldsOf(practice_.Call(&Stub::OverbookSlot, overbook).status()), ElementsAre("case"));
}

TEST_F(Scope, WorksOnItsOwnFromEndToEnd) {
  v1::AcknowledgeBookingRequest acknowledge;
  acknowledge.set_request_id(NewRequestId());
  acknowledge.set_name(mine_);
  EXPECT_TRUE(practice_.Call(&Stub::AcknowledgeBooking, acknowledge).ok());
  v1::ConfirmFreshRequest confirm;
  confirm.set_request_id(NewRequestId());
  confirm.add_names(SlotNamed("mine"));
  EXPECT_EQ(practice_.Call(&Stub::ConfirmFresh, confirm)->confirmed_count(), 1);
  v1::CancelBookingRequest cancel;
  cancel.set_request_id(NewRequestId());
  cancel.set_name(mine_);
  cancel.set_cancelled_by(v1::CANCELLED_BY_PRACTICE);
  EXPECT_EQ(practice_.Call(&Stub::CancelBooking, cancel)->booking().cancelled_by(), v1::CANCELLED_BY_PRACTICE);
}

}  // namespace
}  // namespace snp::registry
