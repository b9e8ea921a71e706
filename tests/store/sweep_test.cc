#include "store/redis/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "platform/async/sync_wait.h"
#include "platform/error.h"
#include "store/redis/keys.h"
#include "support/registry_fixture.h"

namespace snp::store::redis {
namespace {

using domain::Booking;
using domain::BookingState;
using domain::CancelledBy;
using domain::ChangeKind;
using platform::Reason;
using platform::ReasonOf;
using platform::SyncWait;
using ::testing::IsEmpty;
using testing::RegistryFixture;

class SweepTest : public ::testing::Test, public RegistryFixture {
 protected:
  void TearDown() override { EXPECT_THAT(Violations(), IsEmpty()); }
  int Expire(int limit = 100) { return *SyncWait(sweep.ExpireHolds(department, now, limit)); }
  int Flag(int limit = 100) { return *SyncWait(sweep.FlagUnacknowledged(department, now, absl::Minutes(15), limit)); }
  int Forget(absl::Time before, int limit = 100) { return *SyncWait(sweep.ForgetPast(department, before, limit)); }
};

TEST_F(SweepTest, AHoldEndsAtItsDeadlineAndThePlaceIsFreeAgain) {
  Publish("s1", Definition());
  const Booking held = Hold({"s1"})->booking;
  now = held.hold_deadline - absl::Milliseconds(1);
  EXPECT_EQ(Expire(), 0);
  now = held.hold_deadline;
  EXPECT_EQ(ReasonOf(SyncWait(store.Confirm(NewRequest(), held.name)).status()), Reason::kHoldExpired) << "also before it is swept";
  EXPECT_EQ(Expire(), 1);
  EXPECT_EQ(Expire(), 0);
  EXPECT_EQ(ReadBooking(held.name)->state, BookingState::kExpired);
  EXPECT_EQ(ReasonOf(SyncWait(store.Confirm(NewRequest(), held.name)).status()), Reason::kHoldExpired);
  EXPECT_EQ(ReasonOf(SyncWait(store.Release(NewRequest(), held.name)).status()), Reason::kHoldExpired);
  EXPECT_EQ(Kinds().back(), ChangeKind::kExpired);
  EXPECT_TRUE(Hold({"s1"}).ok());
}

TEST_F(SweepTest, ConfirmedHoldsAreNotSwept) {
  Publish("s1", Definition(2));
  const Booking held = Hold({"s1"})->booking;
  ASSERT_TRUE(SyncWait(store.Confirm(NewRequest(), held.name)).ok());
  Book("s1");
  now += absl::Hours(3);
  EXPECT_EQ(Expire(), 0);
  EXPECT_EQ(ReadBooking(held.name)->state, BookingState::kBooked);
}

TEST_F(SweepTest, ASweepEndsAtItsLimitOldestFirst) {
  Publish("s1", Definition(10));
  const Booking first = Hold({"s1"})->booking;
  now += absl::Seconds(1);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(Hold({"s1"}).ok());
  now += absl::Minutes(10);
  EXPECT_EQ(Expire(1), 1);
  EXPECT_EQ(ReadBooking(first.name)->state, BookingState::kExpired);
  EXPECT_EQ(Expire(3), 3);
  EXPECT_EQ(Expire(3), 1);
  EXPECT_EQ(ReadSlot(SlotNamed("s1"))->remaining, 10);
}

TEST_F(SweepTest, FlagsEachBookingThatNobodyAcknowledgedOnce) {
  const domain::SlotDefinition d = Definition(5);
  Publish("s1", d);
  const Booking forgotten = Book("s1");
  const Booking acknowledged = Book("s1");
  const Booking cancelled = Book("s1");
  const Booking seen = Book("s1");
  ASSERT_TRUE(Hold({"s1"}).ok()) << "a hold is nothing to acknowledge";
  ASSERT_TRUE(SyncWait(store.Acknowledge(NewRequest(), acknowledged.name)).ok());
  ASSERT_TRUE(SyncWait(store.Cancel(NewRequest(), cancelled.name, CancelledBy::kPatient)).ok());
  now = d.start - absl::Minutes(20);
  ASSERT_TRUE(SyncWait(store.RecordOutcome(NewRequest(), seen.name, BookingState::kSeen)).ok());
  now = d.start - absl::Minutes(15) - absl::Milliseconds(1);
  EXPECT_EQ(Flag(), 0);
  now = d.start - absl::Minutes(15);
  EXPECT_EQ(Flag(), 1);
  EXPECT_EQ(Flag(), 0);
  const testing::LogEntry event = Log().back();
  now -= absl::Hours(1);
  const Booking confirmed = Hold({"s1"})->booking;
  ASSERT_TRUE(SyncWait(store.Confirm(NewRequest(), confirmed.name)).ok());
  now += absl::Hours(1);
  EXPECT_EQ(Flag(), 1) << "a hold that became a booking waits for it too";
  EXPECT_EQ(Log().back().at("booking"), confirmed.name.id.value());
  EXPECT_EQ(event.at("kind"), std::to_string(static_cast<int>(ChangeKind::kUnacknowledged)));
  EXPECT_EQ(event.at("booking"), forgotten.name.id.value());
  EXPECT_EQ(event.at("case"), forgotten.case_name);
  // Late, but it still counts.
  EXPECT_TRUE(SyncWait(store.Acknowledge(NewRequest(), forgotten.name)).ok());
}

TEST_F(SweepTest, ABookingThatWasFlaggedIsFlaggedAgainWhenItsSlotMoves) {
  domain::SlotDefinition d = Definition(4);
  Publish("s1", d);
  const Booking unseen = Book("s1"), acknowledged = Book("s1");
  ASSERT_TRUE(Hold({"s1"}).ok()) << "a hold is nothing to acknowledge, wherever it moves";
  ASSERT_TRUE(SyncWait(store.Acknowledge(NewRequest(), acknowledged.name)).ok());
  now = d.start - absl::Minutes(10);
  EXPECT_EQ(Flag(), 1);
  d.start += absl::Hours(2);
  d.end += absl::Hours(2);
  ASSERT_TRUE(TryPublish("s1", d, /*keep_bookings=*/true).ok());
  EXPECT_EQ(Flag(), 0);
  now = d.start - absl::Minutes(10);
  EXPECT_EQ(Flag(), 1);
  EXPECT_EQ(Log().back().at("booking"), unseen.name.id.value());
  EXPECT_EQ(Flag(), 0);
  EXPECT_EQ(Expire(), 1);
}

TEST_F(SweepTest, ForgetsSlotsOfThePastWithTheirBookings) {
  domain::SlotDefinition d = Definition(9);
  d.mode = domain::SlotMode::kWalkin;
  Publish("old", d);
  Book("old");
  ASSERT_TRUE(SyncWait(store.Cancel(NewRequest(), Book("old").name, CancelledBy::kPatient)).ok());
  const Booking missed = Book("old");
  domain::SlotDefinition held = d;
  held.start -= absl::Minutes(1);
  Publish("held", held);
  ASSERT_TRUE(Hold({"held"}).ok());
  domain::SlotDefinition longer = d;
  longer.start -= absl::Minutes(2);
  longer.end += absl::Hours(5);
  Publish("longer", longer);
  Book("longer");
  const absl::Time before = d.end + absl::Hours(1);
  now = before;
  ASSERT_TRUE(SyncWait(store.RecordOutcome(NewRequest(), missed.name, BookingState::kNoShow)).ok());
  EXPECT_EQ(Forget(d.end), 0) << "ended at, not before";
  EXPECT_EQ(Forget(before, 1), 1) << "those that stay are not in the way";
  EXPECT_EQ(ReasonOf(ReadSlot(SlotNamed("old")).status()), Reason::kNotFound);
  EXPECT_TRUE(ReadSlot(SlotNamed("held")).ok()) << "its hold is not swept yet";
  EXPECT_TRUE(ReadSlot(SlotNamed("longer")).ok());
  EXPECT_EQ(Expire(), 1);
  EXPECT_EQ(Forget(before), 1);
  EXPECT_EQ(Forget(longer.end + absl::Seconds(1)), 1);
  const Keys keys(department);
  for (const auto& [key, content] : Dump()) {
    EXPECT_FALSE(key.rfind(keys.Booking(domain::BookingId("")), 0) == 0) << key;
    EXPECT_FALSE(key.rfind(keys.Slot(domain::SlotId("")), 0) == 0) << key;
    EXPECT_FALSE(key.rfind(keys.Ended(domain::SlotId("")), 0) == 0) << key;
  }
  EXPECT_EQ(
      redis.Do({"EXISTS", keys.References(), keys.Slots(), keys.PlaceSlots(domain::PlaceId("p1")), keys.Unacknowledged(), keys.Holds()}).integer, 0);
}

TEST_F(SweepTest, GivesPlacesBackWhenMemoryIsFull) {
  Publish("s1", Definition());
  const Booking held = Hold({"s1"})->booking;
  now = held.hold_deadline;
  redis.Do({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_EQ(Expire(), 1);
  EXPECT_EQ(ReadSlot(SlotNamed("s1"))->remaining, 1);
}

TEST_F(SweepTest, FlagsAndForgetsWhenMemoryIsFull) {
  const domain::SlotDefinition d = Definition();
  Publish("s1", d);
  const Booking unseen = Book("s1");
  redis.Do({"CONFIG", "SET", "maxmemory", "1"});
  now = d.start;
  EXPECT_EQ(Flag(), 1);
  EXPECT_EQ(Log().back().at("booking"), unseen.name.id.value());
  EXPECT_EQ(Forget(d.end + absl::Hours(1)), 1);
}

TEST_F(SweepTest, WithoutRedisTheErrorSaysSo) {
  redis.Kill();
  EXPECT_EQ(ReasonOf(SyncWait(sweep.ExpireHolds(department, now, 1)).status()), Reason::kStoreUnavailable);
  redis.Start();
  ASSERT_TRUE(client->WaitConnected(absl::Seconds(10)));
}

}  // namespace
}  // namespace snp::store::redis
