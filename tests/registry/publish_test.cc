// What a publisher does: publish one, many, thousands; change, withdraw, confirm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "registry/world.h"

namespace snp::registry {
namespace {

using google::protobuf::util::MessageDifferencer;
using platform::Reason;
using platform::Role;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::Slot FullSlot() {
  v1::Slot slot = GoodSlot("s1", "p1");
  slot.set_practitioner("10000000001");
  slot.set_capacity(12);
  slot.set_mode(type::v1::SLOT_MODE_WALKIN);
  slot.add_visibility(type::v1::VISIBILITY_CPTS);
  slot.add_capabilities("suture");
  slot.add_capabilities("xray");
  slot.set_specialty("SM26");
  slot.set_min_age_months(3);
  slot.set_max_age_months(215);
  slot.set_regulated_only(true);
  slot.mutable_release_rule()->mutable_before_start()->set_seconds(7200);
  return slot;
}

TEST(Publish, EveryFieldIsKeptAndTheRegistryAddsItsOwn) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot stored = Publish(world, FullSlot());
  EXPECT_EQ(stored.revision(), 1);
  EXPECT_EQ(stored.remaining(), 12);
  EXPECT_EQ(stored.overbooked(), 0);
  EXPECT_EQ(stored.state(), v1::SLOT_STATE_OPEN);
  EXPECT_GT(stored.sequence(), 0);
  EXPECT_EQ(stored.confirmed_time().seconds(), absl::ToUnixSeconds(Morning()));
  v1::Slot stated = stored;
  for (const char* own : {"confirmed_time", "revision", "remaining", "overbooked", "state", "sequence"}) {
    stated.GetReflection()->ClearField(&stated, stated.GetDescriptor()->FindFieldByName(own));
  }
  EXPECT_TRUE(MessageDifferencer::Equals(stated, FullSlot())) << stated.DebugString();
  v1::GetSlotRequest get;
  get.set_name(stored.name());
  EXPECT_TRUE(MessageDifferencer::Equals(world.As(Role::kOsnp).Call(&Stub::GetSlot, get)->slot(), stored));
}

TEST(Publish, TheSameAgainIsNoChangeButIsFreshAgain) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot first = Publish(world, FullSlot());
  world.clock.Advance(absl::Minutes(5));
  const v1::Slot second = Publish(world, FullSlot());
  EXPECT_EQ(second.revision(), first.revision());
  EXPECT_EQ(second.confirmed_time().seconds(), absl::ToUnixSeconds(Morning() + absl::Minutes(5)));
  v1::Slot changed = FullSlot();
  changed.set_capacity(13);
  EXPECT_EQ(Publish(world, changed).revision(), first.revision() + 1);
}

TEST(Publish, ASlotOfAnUnknownPlaceIsRefused) {
  World world;
  v1::PublishSlotRequest request;
  request.set_request_id("r1");
  *request.mutable_slot() = GoodSlot("s1", "p1");
  EXPECT_EQ(ReasonOf(world.As(Role::kService).Call(&Stub::PublishSlot, request).status()), Reason::kNotFound);
}

TEST(Publish, AChangeThatConcernsBookingsNeedsConsentAndLosesNone) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  const auto booked = Book(world.As(Role::kService), "book-1", slot, "departments/95/cases/c1");
  ASSERT_TRUE(booked.ok()) << booked.status();
  v1::PublishSlotRequest change;
  change.set_request_id("change-1");
  *change.mutable_slot() = GoodSlot("s1", "p1");
  change.mutable_slot()->mutable_end_time()->set_seconds(change.slot().end_time().seconds() + 900);
  change.mutable_slot()->mutable_start_time()->set_seconds(change.slot().start_time().seconds() + 900);
  const Desk service = world.As(Role::kService);
  EXPECT_EQ(ReasonOf(service.Call(&Stub::PublishSlot, change).status()), Reason::kSlotHasBookings);
  change.set_request_id("change-2");
  change.set_keep_bookings(true);
  const auto changed = service.Call(&Stub::PublishSlot, change);
  ASSERT_TRUE(changed.ok()) << changed.status();
  ASSERT_EQ(changed->affected_bookings_size(), 1);
  EXPECT_EQ(changed->affected_bookings(0).name(), booked->booking().name());
  EXPECT_EQ(changed->affected_bookings(0).case_(), "departments/95/cases/c1");
  EXPECT_TRUE(changed->affected_bookings(0).slot_changed());
  EXPECT_EQ(changed->affected_bookings(0).state(), v1::BOOKING_STATE_BOOKED);
}

TEST(Publish, AWithdrawnSlotReturnsItsBookingsAndTakesNobodyMore) {
  World world;
  PutTwoPlaces(world);
  v1::Slot definition = GoodSlot("s1", "p1");
  definition.set_capacity(3);
  const v1::Slot slot = Publish(world, definition);
  const Desk regulation = world.As(Role::kService);
  const auto booked = Book(regulation, "book-1", slot);
  const auto held = Hold(regulation, "hold-1", {slot});
  ASSERT_TRUE(booked.ok() && held.ok());
  v1::WithdrawSlotRequest withdraw;
  withdraw.set_request_id("withdraw-1");
  withdraw.set_name(slot.name());
  const auto withdrawn = world.As(Role::kService).Call(&Stub::WithdrawSlot, withdraw);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_EQ(withdrawn->slot().state(), v1::SLOT_STATE_WITHDRAWN);
  EXPECT_EQ(withdrawn->affected_bookings_size(), 2);
  for (const auto& booking : withdrawn->affected_bookings()) EXPECT_TRUE(booking.slot_changed());
  EXPECT_EQ(ReasonOf(Book(regulation, "book-2", withdrawn->slot()).status()), Reason::kSlotTaken);
  v1::GetBookingRequest get;
  get.set_name(booked->booking().name());
  EXPECT_EQ(regulation.Call(&Stub::GetBooking, get)->booking().state(), v1::BOOKING_STATE_BOOKED);
}

TEST(Publish, InABatchEachSlotStandsOrFallsAlone) {
  World world;
  PutTwoPlaces(world);
  v1::BatchPublishSlotsRequest batch;
  batch.set_request_id("batch-1");
  *batch.add_slots() = GoodSlot("s0", "p1");
  *batch.add_slots() = GoodSlot("s1", "nowhere");
  v1::Slot& bad = *batch.add_slots() = GoodSlot("s2", "p1");
  bad.set_capacity(0);
  bad.mutable_end_time()->set_seconds(bad.start_time().seconds());
  *batch.add_slots() = GoodSlot("s3", "p2");
  *batch.add_slots() = GoodSlot("s0", "p2");
  (*batch.add_slots() = GoodSlot("s5", "p1")).set_name(std::string(10240, 'x'));
  const auto answer = world.As(Role::kService).Call(&Stub::BatchPublishSlots, batch);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->published_count(), 2);
  std::vector<std::string> told;
  for (const auto& r : answer->results()) {
    told.push_back(absl::StrCat(r.index(), " ", r.reason(), " ", r.field()));
    EXPECT_LE(r.slot().size(), 200u);
    EXPECT_FALSE(r.description().empty());
  }
  EXPECT_THAT(told, ElementsAre("1 NOT_FOUND ", "2 FIELD_INVALID slots[2].end_time", "2 FIELD_INVALID slots[2].capacity",
                                "4 FIELD_INVALID slots[4].name", "5 FIELD_INVALID slots[5].name"));
  v1::ListSlotsRequest list;
  list.set_parent("departments/95");
  EXPECT_EQ(world.As(Role::kService).Call(&Stub::ListSlots, list)->slots_size(), 2);
}

TEST(Publish, ABatchAgainIsTheFirstAnswer) {
  World world;
  PutTwoPlaces(world);
  v1::BatchPublishSlotsRequest batch;
  batch.set_request_id("batch-1");
  for (int i = 0; i < 250; ++i) *batch.add_slots() = GoodSlot(absl::StrCat("s", i), i % 2 == 0 ? "p1" : "nowhere");
  const Desk service = world.As(Role::kService);
  const auto first = service.Call(&Stub::BatchPublishSlots, batch);
  const auto again = service.Call(&Stub::BatchPublishSlots, batch);
  ASSERT_TRUE(first.ok() && again.ok()) << first.status() << again.status();
  EXPECT_EQ(first->published_count(), 125);
  EXPECT_TRUE(MessageDifferencer::Equals(*first, *again));
  batch.mutable_slots(0)->set_capacity(2);
  EXPECT_EQ(ReasonOf(service.Call(&Stub::BatchPublishSlots, batch).status()), Reason::kRequestIdReused);
}

TEST(Publish, ARetryThatWouldAcceptOtherSlotsIsRefusedNotMixedUp) {
  World world;
  PutTwoPlaces(world);
  v1::BatchPublishSlotsRequest batch;
  batch.set_request_id("batch-1");
  for (int i = 0; i < 3; ++i) *batch.add_slots() = GoodSlot(absl::StrCat("s", i), "p1");
  for (int i = 1; i < 3; ++i) batch.mutable_slots(i)->mutable_end_time()->set_seconds(batch.slots(i).end_time().seconds() + 7200);
  const Desk service = world.As(Role::kService);
  ASSERT_EQ(service.Call(&Stub::BatchPublishSlots, batch)->published_count(), 3);
  // The first slot is over now.
  world.clock.Advance(absl::Minutes(90));
  EXPECT_EQ(ReasonOf(service.Call(&Stub::BatchPublishSlots, batch).status()), Reason::kRequestIdReused);
}

TEST(Publish, ABatchMaySpanDepartments) {
  World world;
  PutTwoPlaces(world);
  v1::PutPlacesRequest put;
  put.set_request_id("put-60");
  v1::Place& place = *put.add_places() = GoodPlace("p1");
  place.set_name("departments/60/places/p1");
  place.mutable_location()->set_commune("60057");
  place.mutable_location()->set_latitude(49.43);
  place.mutable_location()->set_longitude(2.09);
  ASSERT_TRUE(world.As(Role::kAdmin).Call(&Stub::PutPlaces, put).ok());
  v1::BatchPublishSlotsRequest batch;
  batch.set_request_id("batch-1");
  *batch.add_slots() = GoodSlot("s0", "p1");
  v1::Slot& other = *batch.add_slots() = GoodSlot("s1", "p1");
  other.set_name("departments/60/slots/s1");
  other.set_place("departments/60/places/p1");
  EXPECT_EQ(world.As(Role::kService).Call(&Stub::BatchPublishSlots, batch)->published_count(), 2);
  v1::GetSlotRequest get;
  get.set_name("departments/60/slots/s1");
  EXPECT_TRUE(world.As(Role::kService).Call(&Stub::GetSlot, get).ok());
}

class PublishStream {
 public:
  explicit PublishStream(const Desk& desk) {
    desk.Identify(&context_);
    writer_ = desk.stub().StreamPublishSlots(&context_, &response_);
  }
  void Send(const v1::StreamPublishSlotsRequest& batch) { writer_->Write(batch); }
  absl::StatusOr<v1::StreamPublishSlotsResponse> Finish() {
    writer_->WritesDone();
    const grpc::Status status = writer_->Finish();
    if (!status.ok()) return platform::FromGrpc(status);
    return response_;
  }

 private:
  grpc::ClientContext context_;
  v1::StreamPublishSlotsResponse response_;
  std::unique_ptr<grpc::ClientWriter<v1::StreamPublishSlotsRequest>> writer_;
};

v1::StreamPublishSlotsRequest BatchOf(int number, int size) {
  v1::StreamPublishSlotsRequest batch;
  batch.set_request_id(absl::StrCat("stream-", number));
  for (int i = 0; i < size; ++i) *batch.add_slots() = GoodSlot(absl::StrCat("s", number, "-", i), "p1");
  return batch;
}

TEST(Publish, AStreamTakesThousands) {
  World world;
  PutTwoPlaces(world);
  PublishStream stream(world.As(Role::kService));
  for (int n = 0; n < 6; ++n) {
    v1::StreamPublishSlotsRequest batch = BatchOf(n, 500);
    batch.mutable_slots(7)->set_capacity(501);
    stream.Send(batch);
  }
  const auto answer = stream.Finish();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->published_count(), 6 * 499);
  EXPECT_EQ(answer->refused_count(), 6);
  ASSERT_EQ(answer->results_size(), 6);
  // Counted from the stream's first slot; the field's path is inside its batch.
  EXPECT_EQ(answer->results(2).index(), 2 * 500 + 7);
  EXPECT_EQ(answer->results(2).field(), "slots[7].capacity");

  int listed = 0;
  v1::ListSlotsRequest list;
  list.set_parent(PlaceNamed("p1"));
  list.set_page_size(1000);
  do {
    const auto page = world.As(Role::kService).Call(&Stub::ListSlots, list);
    ASSERT_TRUE(page.ok()) << page.status();
    listed += page->slots_size();
    list.set_page_token(page->next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(listed, 6 * 499);
}

TEST(Publish, ABrokenStreamKeepsWhatWasWrittenAndSendingAgainIsHarmless) {
  World world;
  PutTwoPlaces(world);
  {
    PublishStream stream(world.As(Role::kService));
    stream.Send(BatchOf(0, 20));
    v1::StreamPublishSlotsRequest bad = BatchOf(1, 20);
    bad.clear_request_id();
    stream.Send(bad);
    EXPECT_THAT(FieldsOf(stream.Finish().status()), ElementsAre("request_id"));
  }
  v1::ListSlotsRequest list;
  list.set_parent("departments/95");
  EXPECT_EQ(world.As(Role::kService).Call(&Stub::ListSlots, list)->slots_size(), 20);
  PublishStream again(world.As(Role::kService));
  again.Send(BatchOf(0, 20));
  again.Send(BatchOf(1, 20));
  EXPECT_EQ(again.Finish()->published_count(), 40);
  EXPECT_EQ(world.As(Role::kService).Call(&Stub::ListSlots, list)->slots_size(), 40);
}

TEST(Publish, ConfirmFreshSaysWhichItDoesNotKnow) {
  World world;
  PutTwoPlaces(world);
  Publish(world, GoodSlot("s1", "p1"));
  Publish(world, GoodSlot("s2", "p1"));
  v1::WithdrawSlotRequest withdraw;
  withdraw.set_request_id("withdraw-1");
  withdraw.set_name(SlotNamed("s2"));
  const Desk service = world.As(Role::kService);
  ASSERT_TRUE(service.Call(&Stub::WithdrawSlot, withdraw).ok());
  world.clock.Advance(absl::Minutes(10));
  v1::ConfirmFreshRequest confirm;
  confirm.set_request_id("confirm-1");
  for (const char* id : {"s1", "s2", "none"}) confirm.add_names(SlotNamed(id));
  const auto confirmed = service.Call(&Stub::ConfirmFresh, confirm);
  ASSERT_TRUE(confirmed.ok()) << confirmed.status();
  EXPECT_EQ(confirmed->confirmed_count(), 1);
  EXPECT_THAT(confirmed->unknown(), ElementsAre(SlotNamed("s2"), SlotNamed("none")));
  v1::GetSlotRequest get;
  get.set_name(SlotNamed("s1"));
  EXPECT_EQ(service.Call(&Stub::GetSlot, get)->slot().confirmed_time().seconds(), absl::ToUnixSeconds(Morning() + absl::Minutes(10)));
}

TEST(Publish, ListsAreByStartWithPagesAndAWindow) {
  World world;
  PutTwoPlaces(world);
  for (int i = 0; i < 9; ++i) {
    v1::Slot slot = GoodSlot(absl::StrCat("s", i), i % 2 == 0 ? "p1" : "p2");
    slot.mutable_start_time()->set_seconds(slot.start_time().seconds() + 60 * (9 - i));
    const v1::Slot stored = Publish(world, slot);
    if (i == 2 || i == 5) {
      ASSERT_TRUE(Book(world.As(Role::kService), absl::StrCat("book-", i), stored).ok());
    }
  }
  const auto ids = [&](v1::ListSlotsRequest list) {
    std::string found;
    do {
      const auto page = world.As(Role::kRegulator).Call(&Stub::ListSlots, list);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      for (const auto& slot : page->slots()) absl::StrAppend(&found, slot.name().substr(SlotNamed("s").size()));
      EXPECT_LE(page->slots_size(), 2);
      list.set_page_token(page->next_page_token());
    } while (!list.page_token().empty());
    return found;
  };
  v1::ListSlotsRequest list;
  list.set_parent("departments/95");
  list.set_page_size(2);
  EXPECT_EQ(ids(list), "876543210");
  list.set_open_only(true);
  EXPECT_EQ(ids(list), "8764310");
  list.set_parent(PlaceNamed("p1"));
  EXPECT_EQ(ids(list), "8640");
  list.mutable_start_time()->set_seconds(absl::ToUnixSeconds(Morning() + absl::Minutes(63)));
  list.mutable_end_time()->set_seconds(absl::ToUnixSeconds(Morning() + absl::Minutes(69)));
  EXPECT_EQ(ids(list), "64");
}

}  // namespace
}  // namespace snp::registry
