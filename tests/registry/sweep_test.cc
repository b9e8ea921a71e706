// What time does: holds end, unacknowledged bookings are flagged, the past is forgotten. The clock is the test's; each test waits for the event
// itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "registry/world.h"

namespace snp::registry {
namespace {

using platform::Reason;
using platform::Role;

v1::WatchSlotsResponse NextOf(Watcher& watcher, v1::ChangeKind kind) {
  v1::WatchSlotsResponse change;
  do change = watcher.NextChange();
  while (change.kind() != kind && !::testing::Test::HasFailure());
  return change;
}

// A deadline of a hold that is not there: all that the sweeper does about it is to take it off its list. A trace of one turn, for tests of what it
// leaves.
void AddHold(const World& world, const std::string& department, const std::string& id, absl::Time deadline) {
  world.redis.Do({"ZADD", absl::StrCat("snp:{", department, "}:holds"), absl::StrCat(absl::ToUnixMillis(deadline)), id});
}
bool HasHold(const World& world, const std::string& department, const std::string& id) {
  return !world.redis.Do({"ZSCORE", absl::StrCat("snp:{", department, "}:holds"), id}).is_nil();
}

TEST(Sweep, AHoldEndsAtItsDeadlineAndItsPlaceIsFree) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  const Desk regulation = world.As(Role::kService);
  Watcher watcher(regulation, "departments/95", slot.sequence());
  const auto held = Hold(regulation, "hold", {slot}, absl::Minutes(5));
  ASSERT_TRUE(held.ok());
  world.clock.Advance(absl::Minutes(5));
  const auto expired = NextOf(watcher, v1::CHANGE_KIND_EXPIRED);
  EXPECT_EQ(expired.booking(), held->booking().name());
  EXPECT_EQ(expired.remaining(), 1);
  v1::GetBookingRequest get;
  get.set_name(held->booking().name());
  EXPECT_EQ(regulation.Call(&Stub::GetBooking, get)->booking().state(), v1::BOOKING_STATE_EXPIRED);
  EXPECT_TRUE(Hold(regulation, "hold-2", {slot}).ok());
}

TEST(Sweep, ThousandHoldsEndAndNotOneEarly) {
  World world;
  PutTwoPlaces(world);
  const Desk regulation = world.As(Role::kService);
  v1::Slot definition = GoodSlot("s1", "p1");
  definition.set_capacity(500);
  const v1::Slot slot = Publish(world, definition);
  for (int i = 0; i < 499; ++i) ASSERT_TRUE(Hold(regulation, absl::StrCat("hold-", i), {slot}, absl::Minutes(1)).ok());
  ASSERT_TRUE(Hold(regulation, "long", {slot}, absl::Minutes(10)).ok());
  Watcher watcher(regulation, "departments/95", slot.sequence() + 500);
  world.clock.Advance(absl::Minutes(1));
  for (int i = 0; i < 499; ++i) EXPECT_EQ(NextOf(watcher, v1::CHANGE_KIND_EXPIRED).remaining(), i + 1);
  world.clock.Advance(absl::Minutes(9));
  EXPECT_EQ(NextOf(watcher, v1::CHANGE_KIND_EXPIRED).remaining(), 500);
}

TEST(Sweep, AHoldMadeByAProcessThatDiedEndsToo) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  ASSERT_TRUE(Hold(world.As(Role::kService), "hold", {slot}, absl::Minutes(5)).ok());
  world.Restart();
  // The new process never heard of department 95; it finds it by itself.
  Watcher watcher(world.As(Role::kRegulator), "departments/95", slot.sequence() + 1);
  world.clock.Advance(absl::Minutes(6));
  EXPECT_EQ(NextOf(watcher, v1::CHANGE_KIND_EXPIRED).slot(), slot.name());
}

TEST(Sweep, AStepThatFailsKeepsTheOthersFromNothing) {
  Config config;
  config.forget_after = absl::Hours(24);
  World world(config);
  PutTwoPlaces(world);
  v1::Slot definition = GoodSlot("s1", "p1");
  definition.set_capacity(2);
  const v1::Slot slot = Publish(world, definition);
  const Desk regulation = world.As(Role::kService);
  const auto held = Hold(regulation, "hold", {slot}, absl::Minutes(5));
  ASSERT_TRUE(held.ok());
  v1::ReleaseHoldRequest release;
  release.set_request_id("release");
  release.set_name(held->booking().name());
  ASSERT_TRUE(regulation.Call(&Stub::ReleaseHold, release).ok());
  // The key of unacknowledged bookings has gone wrong: flagging fails each time.
  world.redis.Do({"SET", "snp:{95}:unack", "wrong"});
  world.clock.Advance(absl::Hours(30));
  v1::GetSlotRequest get;
  get.set_name(slot.name());
  while (regulation.Call(&Stub::GetSlot, get).ok()) std::this_thread::yield();
  EXPECT_EQ(ReasonOf(regulation.Call(&Stub::GetSlot, get).status()), Reason::kNotFound);
}

TEST(Sweep, DepartmentsThatAreNotItsOwnAreLeftAlone) {
  Config config;
  config.departments = {"60"};
  World world(config);
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  const auto held = Hold(world.As(Role::kService), "hold", {slot}, absl::Minutes(5));
  ASSERT_TRUE(held.ok());
  world.clock.Advance(absl::Minutes(6));
  // Sixty is swept: each turn of the sweeper is seen by what it ends there, and after that turn 95 has had its chance too.
  for (int i = 0; i < 20; ++i) {
    const std::string id = absl::StrCat("turn-", i);
    AddHold(world, "60", id, world.clock.Now() + absl::Seconds(1));
    world.clock.Advance(absl::Seconds(1));
    while (HasHold(world, "60", id)) std::this_thread::yield();
  }
  v1::GetBookingRequest get;
  get.set_name(held->booking().name());
  EXPECT_EQ(world.As(Role::kRegulator).Call(&Stub::GetBooking, get)->booking().state(), v1::BOOKING_STATE_HELD);
}

TEST(Sweep, ABookingNotAcknowledgedIsFlaggedOnceAQuarterOfAnHourBefore) {
  World world;
  PutTwoPlaces(world);
  const Desk regulation = world.As(Role::kService);
  const auto seen = Book(regulation, "book-1", Publish(world, GoodSlot("seen", "p1")));
  const auto unseen = Book(regulation, "book-2", Publish(world, GoodSlot("unseen", "p1")));
  ASSERT_TRUE(seen.ok() && unseen.ok());
  v1::AcknowledgeBookingRequest acknowledge;
  acknowledge.set_request_id("ack");
  acknowledge.set_name(seen->booking().name());
  ASSERT_TRUE(world.As(Role::kPractice, {PlaceNamed("p1")}).Call(&Stub::AcknowledgeBooking, acknowledge).ok());
  Watcher watcher(regulation, "departments/95", 1);
  // Both start at +1 h.
  world.clock.Advance(absl::Minutes(45));
  const auto flagged = NextOf(watcher, v1::CHANGE_KIND_UNACKNOWLEDGED);
  EXPECT_EQ(flagged.booking(), unseen->booking().name());
  EXPECT_EQ(flagged.event_time().seconds(), absl::ToUnixSeconds(Morning() + absl::Minutes(45)));
  // Neither it again nor the other one: the next change is the one made here.
  world.clock.Advance(absl::Minutes(5));
  world.clock.Advance(absl::Minutes(5));
  const v1::Slot last = Publish(world, GoodSlot("last", "p1"));
  EXPECT_EQ(watcher.NextChange().slot(), last.name());
}

TEST(Sweep, ThePastIsForgotten) {
  Config config;
  config.forget_after = absl::Hours(48);
  World world(config);
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  const auto booked = Book(world.As(Role::kService), "book", slot);
  ASSERT_TRUE(booked.ok());
  v1::GetSlotRequest get;
  get.set_name(slot.name());
  const Desk service = world.As(Role::kService);
  world.clock.Advance(absl::Hours(24));
  EXPECT_TRUE(service.Call(&Stub::GetSlot, get).ok());
  world.clock.Advance(absl::Hours(30));
  while (service.Call(&Stub::GetSlot, get).ok()) std::this_thread::yield();
  EXPECT_EQ(ReasonOf(service.Call(&Stub::GetSlot, get).status()), Reason::kNotFound);
  v1::GetBookingRequest booking;
  booking.set_name(booked->booking().name());
  EXPECT_EQ(ReasonOf(service.Call(&Stub::GetBooking, booking).status()), Reason::kNotFound);
}

}  // namespace
}  // namespace snp::registry
