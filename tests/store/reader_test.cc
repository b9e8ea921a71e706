#include "store/redis/reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "platform/async/sync_wait.h"
#include "platform/error.h"
#include "platform/ids.h"
#include "store/redis/directory.h"
#include "store/redis/registry_store.h"
#include "support/redis_fixture.h"

namespace snp::store::redis {
namespace {

using domain::BookingState;
using domain::Department;
using domain::PlaceId;
using domain::SlotId;
using platform::Reason;
using platform::ReasonOf;
using platform::SyncWait;

const Department kVal("95");
const absl::Time kNow = absl::FromUnixSeconds(1'767'600'000);
const absl::Time kSoon = absl::InfiniteFuture();

class ReaderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::vector<domain::Place> places(2);
    places[0].name = {kVal, PlaceId("a")};
    places[1].name = {kVal, PlaceId("b")};
    ASSERT_TRUE(SyncWait(directory_.PutPlaces(Ask(), kVal, places)).ok());
  }
  Request Ask() { return {absl::StrCat("r", ++requests_), "f", kNow, kSoon}; }
  static PublishItem Item(std::string id, int minute, std::string place = "a", int capacity = 1) {
    PublishItem item;
    item.name = {kVal, SlotId(std::move(id))};
    item.definition.place = PlaceId(std::move(place));
    item.definition.start = kNow + absl::Minutes(minute);
    item.definition.end = item.definition.start + absl::Minutes(15);
    item.definition.capacity = capacity;
    item.definition.visibility.Add(domain::Visibility::kSnp);
    item.definition.capabilities = {"suture"};
    item.definition.release_before = absl::Minutes(30);
    item.definition.source = "manual";
    return item;
  }
  void Publish(std::vector<PublishItem> items) {
    const auto outcomes = SyncWait(registry_.Publish(Ask(), kVal, std::move(items), true));
    ASSERT_TRUE(outcomes.ok()) << outcomes.status();
    for (const auto& outcome : *outcomes) ASSERT_TRUE(outcome.ok()) << outcome.status();
  }
  domain::Booking Hold(const std::string& slot, bool book = false) {
    HoldArgs args;
    args.candidates = {{{kVal, SlotId(slot)}, 1}};
    args.home = kVal;
    args.hold_deadline = kNow + absl::Minutes(5);
    args.book = book;
    args.case_name = "departments/95/cases/c1";
    args.motive = "M02.01";
    args.reference = absl::StrCat("REF", requests_);
    auto held = SyncWait(registry_.Hold(Ask(), args));
    EXPECT_TRUE(held.ok()) << held.status();
    return held.ok() ? held->booking : domain::Booking();
  }
  absl::StatusOr<Page<domain::Slot>> List(int page_size, std::string token, std::string place = "", int from = 0, int to = 1'000'000) {
    return SyncWait(
        reader_.ListSlots(kVal, PlaceId(std::move(place)), kNow + absl::Minutes(from), kNow + absl::Minutes(to), page_size, std::move(token), kSoon));
  }
  std::vector<std::string> ListAll(int page_size, const std::string& place = "", int from = 0, int to = 1'000'000) {
    std::vector<std::string> ids;
    std::string token;
    for (int pages = 0; pages < 1000; ++pages) {
      auto page = List(page_size, token, place, from, to);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      EXPECT_LE(page->items.size(), static_cast<size_t>(page_size));
      for (const domain::Slot& slot : page->items) ids.push_back(slot.name.id.value());
      token = page->next_token;
      if (token.empty()) break;
    }
    return ids;
  }

  testing::RedisFixture redis_;
  std::unique_ptr<Client> client_ = redis_.NewClient();
  RedisDirectoryStore directory_{*client_, 1'000'000};
  platform::SeededIdSource ids_{1};
  RedisRegistryStore registry_{*client_, ids_};
  RedisRegistryReader reader_{*client_};
  int requests_ = 0;
};

TEST_F(ReaderTest, GivesASlotAsItWasPublished) {
  const PublishItem item = Item("s1", 10, "a", 4);
  Publish({item});
  const auto slot = SyncWait(reader_.GetSlot(item.name, kSoon));
  ASSERT_TRUE(slot.ok()) << slot.status();
  EXPECT_EQ(slot->name, item.name);
  EXPECT_EQ(slot->definition, item.definition);
  EXPECT_EQ(slot->remaining, 4);
  EXPECT_EQ(slot->revision, 1);
  EXPECT_EQ(slot->confirmed, kNow);
  EXPECT_FALSE(slot->withdrawn);
  EXPECT_EQ(ReasonOf(SyncWait(reader_.GetSlot({kVal, SlotId("s2")}, kSoon)).status()), Reason::kNotFound);
  EXPECT_EQ(ReasonOf(SyncWait(reader_.GetSlot({Department("78"), SlotId("s1")}, kSoon)).status()), Reason::kNotFound);
}

TEST_F(ReaderTest, GivesABookingAsItWasMade) {
  Publish({Item("s1", 10)});
  const domain::Booking held = Hold("s1");
  const auto booking = SyncWait(reader_.GetBooking(held.name, kSoon));
  ASSERT_TRUE(booking.ok()) << booking.status();
  EXPECT_EQ(booking->name, held.name);
  EXPECT_EQ(booking->slot, held.slot);
  EXPECT_EQ(booking->reference, held.reference);
  EXPECT_EQ(booking->case_name, "departments/95/cases/c1");
  EXPECT_EQ(booking->state, BookingState::kHeld);
  EXPECT_EQ(booking->hold_deadline, kNow + absl::Minutes(5));
  EXPECT_EQ(booking->start, kNow + absl::Minutes(10));
  EXPECT_EQ(ReasonOf(SyncWait(reader_.GetBooking({kVal, domain::BookingId("none")}, kSoon)).status()), Reason::kNotFound);
}

TEST_F(ReaderTest, ListsByStartThenIdAtAnyDepth) {
  std::vector<PublishItem> items;
  std::vector<std::string> expected;
  // 30 at one minute, then 10 apart.
  for (int i = 0; i < 40; ++i) {
    items.push_back(Item(absl::StrCat("s", 100 + i), i < 30 ? 5 : i));
    expected.push_back(absl::StrCat("s", 100 + i));
  }
  std::reverse(items.begin(), items.end());
  Publish(items);
  for (int page_size : {1, 3, 10, 29, 30, 31, 40, 100}) EXPECT_EQ(ListAll(page_size), expected) << page_size;
}

TEST_F(ReaderTest, ListsWithinAPlaceAndATime) {
  Publish({Item("a1", 0), Item("a2", 10), Item("a3", 20), Item("b1", 10, "b")});
  EXPECT_EQ(ListAll(10, "a"), (std::vector<std::string>{"a1", "a2", "a3"}));
  EXPECT_EQ(ListAll(10, "b"), (std::vector<std::string>{"b1"}));
  EXPECT_EQ(ListAll(10, "unknown"), std::vector<std::string>());
  EXPECT_EQ(ListAll(1, "", 0, 20), (std::vector<std::string>{"a1", "a2", "b1"}));
  EXPECT_EQ(ListAll(1, "", 10, 10), std::vector<std::string>());
  EXPECT_EQ(ListAll(1, "a", 1, 21), (std::vector<std::string>{"a2", "a3"}));
}

TEST_F(ReaderTest, WithdrawnSlotsAreListedAsSuch) {
  Publish({Item("s1", 0)});
  ASSERT_TRUE(SyncWait(registry_.Withdraw(Ask(), {kVal, SlotId("s1")})).ok());
  const auto page = List(10, "");
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_TRUE(page->items[0].withdrawn);
}

TEST_F(ReaderTest, WhatComesOrMovesBetweenPagesMovesNothingElse) {
  Publish({Item("b", 5), Item("d", 5), Item("f", 5), Item("h", 9)});
  const auto first = List(2, "");
  ASSERT_EQ(first->items.size(), 2u);
  EXPECT_EQ(first->items[1].name.id, SlotId("d"));
  // Before and after the place where we stopped; and the last one seen moves away.
  Publish({Item("a", 5), Item("c", 5), Item("e", 5), Item("z", 1), Item("d", 30)});
  std::vector<std::string> rest;
  std::string token = first->next_token;
  while (!token.empty()) {
    const auto page = List(2, token);
    ASSERT_TRUE(page.ok());
    for (const domain::Slot& slot : page->items) rest.push_back(slot.name.id.value());
    token = page->next_token;
  }
  EXPECT_EQ(rest, (std::vector<std::string>{"e", "f", "h", "d"}));
}

TEST_F(ReaderTest, RefusesATokenThatIsNotOurs) {
  for (const char* token : {"x", "====", "bm90IG91cnM", "\xff"}) {
    const auto page = List(10, token);
    ASSERT_EQ(ReasonOf(page.status()), Reason::kFieldInvalid) << token;
    EXPECT_EQ(platform::ViolationsOf(page.status())[0].field, "page_token");
  }
}

TEST_F(ReaderTest, ListsLiveAndEndedBookingsOfASlot) {
  Publish({Item("s1", 10, "a", 3), Item("s2", 10)});
  EXPECT_TRUE(SyncWait(reader_.ListBookings({kVal, SlotId("s1")}, kSoon))->empty());
  const domain::Booking released = Hold("s1");
  const domain::Booking kept = Hold("s1");
  const domain::Booking booked = Hold("s1", true);
  Hold("s2");
  ASSERT_TRUE(SyncWait(registry_.Release(Ask(), released.name)).ok());
  const auto bookings = SyncWait(reader_.ListBookings({kVal, SlotId("s1")}, kSoon));
  ASSERT_TRUE(bookings.ok()) << bookings.status();
  std::map<std::string, BookingState> states;
  for (const domain::Booking& booking : *bookings) states[booking.name.id.value()] = booking.state;
  EXPECT_EQ(states, (std::map<std::string, BookingState>{{released.name.id.value(), BookingState::kReleased},
                                                         {kept.name.id.value(), BookingState::kHeld},
                                                         {booked.name.id.value(), BookingState::kBooked}}));
  EXPECT_EQ(ReasonOf(SyncWait(reader_.ListBookings({kVal, SlotId("none")}, kSoon)).status()), Reason::kNotFound);
}

}  // namespace
}  // namespace snp::store::redis
