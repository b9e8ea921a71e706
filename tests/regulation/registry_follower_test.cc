// What the registry's events do to the cases concerned.
#include "regulation/registry_follower.h"

#include "regulation/times.h"
#include "regulation/world.h"

namespace snp::regulation {
namespace {

using domain::ChangeKind;

class Follower : public ::testing::Test {
 protected:
  Follower() : cursors(*w.client) { Restart(); }
  void Restart() {
    follower =
        std::make_unique<RegistryFollower>(w.department, std::vector{w.department}, w.process->desk, w.process->reconciler, w.registry, log, cursors);
  }
  absl::Status Turn() { return platform::SyncWait(follower->Turn(absl::ZeroDuration())); }
  pb::Case Booked() {
    const auto done = w.Dispatch(w.R3(), w.doctor());
    EXPECT_TRUE(done.ok()) << done.status();
    return done->case_();
  }
  void Hear(ChangeKind kind, const pb::Case& c) { log.Append(kind, c.slot(), c.booking(), c.name(), w.clock.Now()); }

  World w;
  FakeLog log;
  store::redis::RedisCursorStore cursors;
  std::unique_ptr<RegistryFollower> follower;
};

TEST_F(Follower, APracticeThatCancelsSendsTheCaseBackToTheQueue) {
  ASSERT_TRUE(Turn().ok());
  const pb::Case c = Booked();
  EXPECT_TRUE(w.Queue().empty());
  w.registry.EndBooking(c.booking(), rpb::BOOKING_STATE_CANCELLED);
  Hear(ChangeKind::kCancelled, c);
  ASSERT_TRUE(Turn().ok());
  const pb::Case now = w.Now(c);
  EXPECT_EQ(now.state(), pb::CASE_STATE_QUALIFIED);
  ASSERT_EQ(now.alerts_size(), 1);
  EXPECT_EQ(now.alerts(0).kind(), pb::ALERT_KIND_BOOKING_CANCELLED);
  EXPECT_EQ(now.alerts(0).booking(), c.booking());
  EXPECT_EQ(w.Queue().size(), 1u);
  // Anybody may take it; the slot that was taken away is not offered again.
  const auto next = w.Redispatch(c, w.other_doctor());
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(next->booking().slot(), SlotName(2));
  EXPECT_EQ(next->case_().alerts_size(), 0);
}

TEST_F(Follower, AnEventHeardTwiceDoesNothingMore) {
  ASSERT_TRUE(Turn().ok());
  const pb::Case c = Booked();
  w.registry.EndBooking(c.booking(), rpb::BOOKING_STATE_CANCELLED);
  Hear(ChangeKind::kCancelled, c);
  Hear(ChangeKind::kCancelled, c);
  ASSERT_TRUE(Turn().ok());
  const pb::Case once = w.Now(c);
  Hear(ChangeKind::kCancelled, c);
  ASSERT_TRUE(Turn().ok());
  EXPECT_EQ(w.Now(c).revision(), once.revision());
}

TEST_F(Follower, OurOwnCancellationIsNoNews) {
  ASSERT_TRUE(Turn().ok());
  const pb::Case c = Booked();
  const auto next = w.Redispatch(c, w.doctor());
  ASSERT_TRUE(next.ok());
  Hear(ChangeKind::kCancelled, c);
  ASSERT_TRUE(Turn().ok());
  const pb::Case now = w.Now(c);
  EXPECT_EQ(now.state(), pb::CASE_STATE_BOOKED);
  EXPECT_EQ(now.booking(), next->booking().name());
  EXPECT_EQ(now.alerts_size(), 0);
}

TEST_F(Follower, AWithdrawnSlotAlertsAndKeepsTheBooking) {
  ASSERT_TRUE(Turn().ok());
  const pb::Case c = Booked();
  w.registry.Change(c.booking(), [](rpb::Booking& b) { b.set_slot_changed(true); });
  Hear(ChangeKind::kSlotWithdrawn, c);
  ASSERT_TRUE(Turn().ok());
  const pb::Case now = w.Now(c);
  EXPECT_EQ(now.state(), pb::CASE_STATE_BOOKED);
  EXPECT_EQ(now.booking(), c.booking());
  ASSERT_EQ(now.alerts_size(), 1);
  EXPECT_EQ(now.alerts(0).kind(), pb::ALERT_KIND_SLOT_CHANGED);
  EXPECT_EQ(w.Queue().size(), 1u);
  // Dealt with by telephone: handed back to nobody, the case leaves the queue.
  pb::HandOverCaseRequest done;
  done.set_request_id(w.NewRequestId());
  done.set_name(c.name());
  ASSERT_TRUE(w.Do(&HandOverCase, w.doctor(), done).ok());
  EXPECT_TRUE(w.Queue().empty());
}

TEST_F(Follower, ABookingNobodyAcknowledgedAlertsUntilItIs) {
  ASSERT_TRUE(Turn().ok());
  const pb::Case c = Booked();
  w.clock.Advance(absl::Minutes(46));
  Hear(ChangeKind::kUnacknowledged, c);
  ASSERT_TRUE(Turn().ok());
  ASSERT_EQ(w.Now(c).alerts_size(), 1);
  EXPECT_EQ(w.Now(c).alerts(0).kind(), pb::ALERT_KIND_UNACKNOWLEDGED);
  w.registry.Change(c.booking(), [&](rpb::Booking& b) { *b.mutable_acknowledge_time() = ToProto(w.clock.Now()); });
  Hear(ChangeKind::kAcknowledged, c);
  ASSERT_TRUE(Turn().ok());
  EXPECT_EQ(w.Now(c).alerts_size(), 0);
  EXPECT_TRUE(w.Queue().empty());
}

TEST_F(Follower, WhatBecameOfThePatientClosesTheCase) {
  ASSERT_TRUE(Turn().ok());
  for (const bool seen : {true, false}) {
    const pb::Case c = Booked();
    w.registry.Change(c.booking(), [&](rpb::Booking& b) { b.set_state(seen ? rpb::BOOKING_STATE_SEEN : rpb::BOOKING_STATE_NO_SHOW); });
    Hear(seen ? ChangeKind::kSeen : ChangeKind::kNoShow, c);
    ASSERT_TRUE(Turn().ok());
    EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_CLOSED);
    EXPECT_EQ(w.Now(c).outcome(), seen ? pb::OUTCOME_SEEN : pb::OUTCOME_NO_SHOW);
  }
}

TEST_F(Follower, AHoldThatExpiredIsLost) {
  ASSERT_TRUE(Turn().ok());
  const auto held = w.Hold(w.R3(), w.doctor());
  ASSERT_TRUE(held.ok());
  w.registry.EndBooking(held->booking().name(), rpb::BOOKING_STATE_EXPIRED);
  Hear(ChangeKind::kExpired, held->case_());
  ASSERT_TRUE(Turn().ok());
  EXPECT_EQ(w.Now(held->case_()).alerts(0).kind(), pb::ALERT_KIND_HOLD_EXPIRED);
}

TEST_F(Follower, GoesOnWhereItStoodAfterARestart) {
  ASSERT_TRUE(Turn().ok());
  const pb::Case first = Booked();
  Hear(ChangeKind::kBooked, first);
  ASSERT_TRUE(Turn().ok());
  const pb::Case c = Booked();
  w.registry.EndBooking(c.booking(), rpb::BOOKING_STATE_CANCELLED);
  Hear(ChangeKind::kCancelled, c);
  Restart();
  ASSERT_TRUE(Turn().ok());
  EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_QUALIFIED);
}

TEST_F(Follower, WhatWasSaidInAGapIsFoundOut) {
  // Begins to follow only now: the withdrawal and the missing acknowledgement were said before.
  const pb::Case changed = Booked(), silent = Booked();
  w.registry.Change(changed.booking(), [](rpb::Booking& b) { b.set_slot_changed(true); });
  w.registry.Change(changed.booking(), [&](rpb::Booking& b) { *b.mutable_acknowledge_time() = ToProto(w.clock.Now()); });
  w.clock.Advance(absl::Minutes(46));
  ASSERT_TRUE(Turn().ok());
  ASSERT_EQ(w.Now(changed).alerts_size(), 1);
  EXPECT_EQ(w.Now(changed).alerts(0).kind(), pb::ALERT_KIND_SLOT_CHANGED);
  ASSERT_EQ(w.Now(silent).alerts_size(), 1);
  EXPECT_EQ(w.Now(silent).alerts(0).kind(), pb::ALERT_KIND_UNACKNOWLEDGED);
}

TEST_F(Follower, APlaceThatNoCaseKnowsOfGoesBackEvenAfterARestart) {
  ASSERT_TRUE(Turn().ok());
  // A process took it for a step that another had ended, and died before it could give it back.
  const pb::Case c = w.R3();
  rpb::BookSlotRequest book;
  book.set_request_id("orphan");
  book.set_case_(c.name());
  book.add_candidates()->set_slot(SlotName(1));
  const auto orphan = platform::SyncWait(w.registry.Book(book, absl::InfiniteFuture()));
  ASSERT_TRUE(orphan.ok());
  log.Append(ChangeKind::kBooked, SlotName(1), orphan->booking().name(), c.name(), w.clock.Now());
  const pb::Case mine = Booked();
  Hear(ChangeKind::kBooked, mine);
  ASSERT_TRUE(Turn().ok());
  // Whoever took it may yet record it.
  EXPECT_EQ(w.registry.Live().size(), 2u);
  Restart();
  ASSERT_TRUE(Turn().ok());
  w.clock.Advance(absl::Seconds(11));
  ASSERT_TRUE(Turn().ok());
  ASSERT_EQ(w.registry.Live().size(), 1u);
  EXPECT_EQ(w.registry.Live()[0].name(), mine.booking());
  EXPECT_EQ(w.Now(mine).revision(), mine.revision());
}

TEST_F(Follower, HearsOfABookingInANeighbouringDepartmentAndOfNobodyElsesCase) {
  const pb::Case c = Booked();
  FakeLog abroad;
  RegistryFollower neighbour(domain::Department("60"), {w.department}, w.process->desk, w.process->reconciler, w.registry, abroad, cursors);
  const auto turn = [&] { return platform::SyncWait(neighbour.Turn(absl::ZeroDuration())); };
  ASSERT_TRUE(turn().ok());
  // An event names its booking by id: in the neighbour's log that is a booking of the neighbour's.
  const std::string theirs = w.registry.Rename(c.booking(), "departments/60/bookings/b1");
  w.AdoptBooking(c, theirs);
  w.registry.EndBooking(theirs, rpb::BOOKING_STATE_CANCELLED);
  abroad.Append(ChangeKind::kCancelled, c.slot(), theirs, "departments/60/cases/theirs", w.clock.Now());
  ASSERT_TRUE(turn().ok());
  EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_BOOKED);
  abroad.Append(ChangeKind::kCancelled, c.slot(), theirs, c.name(), w.clock.Now());
  ASSERT_TRUE(turn().ok());
  EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_QUALIFIED);
}

TEST_F(Follower, ASlotThatMovesMovesTheStartThatTheCaseKnows) {
  ASSERT_TRUE(Turn().ok());
  const pb::Case c = Booked();
  const absl::Time later = FromProto(c.slot_start_time()) + absl::Hours(2);
  w.registry.Change(c.booking(), [&](rpb::Booking& b) {
    b.set_slot_changed(true);
    *b.mutable_start_time() = ToProto(later);
  });
  Hear(ChangeKind::kSlotPublished, c);
  ASSERT_TRUE(Turn().ok());
  EXPECT_EQ(FromProto(w.Now(c).slot_start_time()), later);
  w.clock.Advance(absl::Hours(1));
  EXPECT_EQ(Why(w.Close(c, pb::OUTCOME_SEEN, w.doctor())), Reason::kCaseState);
}

TEST_F(Follower, ABookingThatTheRegistryForgotClosesItsCase) {
  ASSERT_TRUE(Turn().ok());
  const pb::Case c = Booked();
  w.registry.Forget(c.booking());
  w.clock.Advance(absl::Hours(24 * 32));
  w.Reconcile();
  const pb::Case now = w.Now(c);
  EXPECT_EQ(now.state(), pb::CASE_STATE_CLOSED);
  EXPECT_EQ(now.outcome(), pb::OUTCOME_UNKNOWN);
  EXPECT_TRUE(w.Queue().empty());
}

TEST_F(Follower, AnEventWaitsWhileTheRegistryHasNoRoomToAnswer) {
  ASSERT_TRUE(Turn().ok());
  const pb::Case c = Booked();
  w.registry.EndBooking(c.booking(), rpb::BOOKING_STATE_CANCELLED);
  Hear(ChangeKind::kCancelled, c);
  w.registry.read_error = platform::MakeError(Reason::kOverloaded, "too many calls");
  EXPECT_FALSE(Turn().ok());
  EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_BOOKED);
  w.registry.read_error = absl::OkStatus();
  ASSERT_TRUE(Turn().ok());
  EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_QUALIFIED);
}

TEST_F(Follower, ATrimmedLogIsAnsweredByComparingEveryCase) {
  ASSERT_TRUE(Turn().ok());
  const pb::Case lost = Booked(), kept = Booked();
  w.registry.EndBooking(lost.booking(), rpb::BOOKING_STATE_CANCELLED);
  Hear(ChangeKind::kCancelled, lost);
  Hear(ChangeKind::kBooked, kept);
  log.Trim();
  ASSERT_TRUE(Turn().ok());
  EXPECT_EQ(w.Now(lost).state(), pb::CASE_STATE_QUALIFIED);
  EXPECT_EQ(w.Now(kept).state(), pb::CASE_STATE_BOOKED);
  EXPECT_EQ(w.Now(kept).revision(), kept.revision());
}

}  // namespace
}  // namespace snp::regulation
