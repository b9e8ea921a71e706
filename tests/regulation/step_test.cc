// Steps that break half-way: what a retry, another verb and the reconciler make of them.
#include <thread>

#include "regulation/times.h"
#include "regulation/world.h"

namespace snp::regulation {
namespace {

using type::v1::CARE_LEVEL_R3;

TEST(Step, ARetryAfterALostAnswerGetsTheBookingThatWasMade) {
  World w;
  const pb::Case c = w.R3();
  w.registry.silent_after = 1;
  EXPECT_EQ(Why(w.Dispatch(c, w.doctor(), "d1")), Reason::kPeerUnavailable);
  EXPECT_TRUE(w.Now(c).step_pending());
  EXPECT_EQ(w.registry.Live().size(), 1u);
  const auto again = w.Dispatch(c, w.doctor(), "d1");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->booking().name(), w.registry.Live()[0].name());
  EXPECT_EQ(again->case_().alerts_size(), 0);
  EXPECT_EQ(w.registry.Live().size(), 1u);
}

TEST(Step, TheReconcilerEndsADispatchWhoseProcessDied) {
  for (const bool taken : {false, true}) {
    World w;
    const pb::Case c = w.R3();
    (taken ? w.registry.silent_after : w.registry.silent_before) = 1;
    EXPECT_FALSE(w.Dispatch(c, w.doctor(), "d1").ok());
    // Not yet: it may still be at it.
    EXPECT_EQ(w.Reconcile().seen, 0);
    w.clock.Advance(absl::Seconds(6));
    EXPECT_EQ(w.Reconcile().ended, 1);
    const pb::Case now = w.Now(c);
    EXPECT_EQ(now.state(), pb::CASE_STATE_BOOKED);
    EXPECT_FALSE(now.step_pending());
    ASSERT_EQ(w.registry.Live().size(), 1u);
    EXPECT_EQ(w.registry.Live()[0].name(), now.booking());
    // Nobody told the caller: the case is back in the queue until somebody claims it.
    ASSERT_EQ(now.alerts_size(), 1);
    EXPECT_EQ(now.alerts(0).kind(), pb::ALERT_KIND_STEP_RECOVERED);
    EXPECT_EQ(w.Queue().size(), 1u);
    // The late retry gets the answer that the reconciler kept.
    const auto retry = w.Dispatch(c, w.doctor(), "d1");
    ASSERT_TRUE(retry.ok()) << retry.status();
    EXPECT_EQ(retry->booking().name(), now.booking());
    EXPECT_EQ(retry->candidate().slot(), SlotName(1));
    const pb::AuditRecord last = w.Audit(c).back();
    EXPECT_EQ(last.verb(), "dispatch");
    EXPECT_EQ(last.subject(), "dr-a");
    EXPECT_EQ(last.chosen_slot(), SlotName(1));
    pb::ClaimCaseRequest claim;
    claim.set_request_id(w.NewRequestId());
    claim.set_name(c.name());
    ASSERT_TRUE(w.Do(&ClaimCase, w.other_doctor(), claim).ok());
    EXPECT_TRUE(w.Queue().empty());
  }
}

TEST(Step, WhatNobodyWaitsForAnyMoreGoesBack) {
  World w;
  const pb::Case c = w.R3();
  w.registry.silent_after = 1;
  EXPECT_FALSE(w.Dispatch(c, w.doctor()).ok());
  w.clock.Advance(StepRunner::kAbandonAfter + absl::Seconds(1));
  EXPECT_EQ(w.Reconcile().ended, 1);
  EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_QUALIFIED);
  EXPECT_FALSE(w.Now(c).step_pending());
  EXPECT_TRUE(w.registry.Live().empty());
  EXPECT_TRUE(w.Dispatch(c, w.doctor()).ok());
}

TEST(Step, AConfirmationWithoutAnswerIsEnded) {
  World w;
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Hold(c, w.doctor()).ok());
  w.registry.silent_after = 1;
  EXPECT_EQ(Why(w.Confirm(c, w.doctor(), "c1")), Reason::kPeerUnavailable);
  w.clock.Advance(absl::Seconds(6));
  EXPECT_EQ(w.Reconcile().ended, 1);
  EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_BOOKED);
  EXPECT_TRUE(w.Confirm(c, w.doctor(), "c1").ok());
}

TEST(Step, AnExpiredHoldCannotBeConfirmedAndTheCaseGoesOn) {
  World w;
  const pb::Case c = w.R3();
  const auto held = w.Hold(c, w.doctor());
  ASSERT_TRUE(held.ok());
  w.clock.Advance(absl::Minutes(4));
  w.registry.EndBooking(held->booking().name(), rpb::BOOKING_STATE_EXPIRED);
  EXPECT_EQ(Why(w.Confirm(c, w.doctor())), Reason::kHoldExpired);
  EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_QUALIFIED);
  EXPECT_TRUE(w.Dispatch(c, w.doctor()).ok());
}

TEST(Step, AHoldThatRanOutIsNoticedWithoutItsEvent) {
  World w;
  const pb::Case c = w.R3();
  const auto held = w.Hold(c, w.doctor());
  ASSERT_TRUE(held.ok());
  w.registry.EndBooking(held->booking().name(), rpb::BOOKING_STATE_EXPIRED);
  w.clock.Advance(absl::Minutes(3) + absl::Seconds(6));
  EXPECT_EQ(w.Reconcile().seen, 1);
  const pb::Case now = w.Now(c);
  EXPECT_EQ(now.state(), pb::CASE_STATE_QUALIFIED);
  ASSERT_EQ(now.alerts_size(), 1);
  EXPECT_EQ(now.alerts(0).kind(), pb::ALERT_KIND_HOLD_EXPIRED);
  EXPECT_TRUE(now.claimed_by().empty());
}

TEST(Step, AnotherVerbEndsTheStepItFinds) {
  World w;
  const pb::Case c = w.R3();
  w.registry.silent_after = 1;
  EXPECT_FALSE(w.Hold(c, w.doctor()).ok());
  // The doctor gives up on the hold and refuses the slot for the patient: the hold is recorded, then given back.
  const auto refused = w.Refuse(c, SlotName(1), w.doctor());
  ASSERT_TRUE(refused.ok()) << refused.status();
  EXPECT_EQ(refused->state(), pb::CASE_STATE_QUALIFIED);
  EXPECT_TRUE(w.registry.Live().empty());
  EXPECT_FALSE(w.Now(c).step_pending());
}

TEST(Step, ASilentRegistryStopsTheTurnAndIsAskedAgain) {
  World w;
  const pb::Case one = w.R3(), two = w.R3();
  w.registry.silent_before = -1;
  EXPECT_FALSE(w.Dispatch(one, w.doctor()).ok());
  EXPECT_FALSE(w.Dispatch(two, w.doctor()).ok());
  w.clock.Advance(absl::Seconds(6));
  const Reconciler::Turn silent = w.Reconcile();
  EXPECT_EQ(silent.seen, 2);
  EXPECT_EQ(silent.ended, 0);
  EXPECT_TRUE(silent.registry_silent);
  w.registry.silent_before = 0;
  EXPECT_EQ(w.Reconcile().ended, 2);
  EXPECT_EQ(w.registry.Live().size(), 2u);
}

TEST(Step, TwoReconcilersAtOnceEndItOnce) {
  World w;
  const pb::Case c = w.R3();
  w.registry.silent_before = 1;
  EXPECT_FALSE(w.Dispatch(c, w.doctor()).ok());
  w.clock.Advance(absl::Seconds(6));
  Process a(w.store, w.registry, w.matcher, w.clock), b(w.store, w.registry, w.matcher, w.clock);
  std::thread other([&] { platform::SyncWait(b.reconciler.Run(w.department)); });
  platform::SyncWait(a.reconciler.Run(w.department));
  other.join();
  EXPECT_EQ(w.registry.Live().size(), 1u);
  EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_BOOKED);
  int dispatched = 0;
  for (const auto& record : w.Audit(c)) dispatched += record.verb() == "dispatch" && record.result() == "ok";
  EXPECT_EQ(dispatched, 1);
}

TEST(Step, AnAssistantsChangeDoesNotDisturbAStep) {
  World w;
  const pb::Case c = w.R3();
  struct Amend {
    static Task<bool> Run(World* w, pb::QualifyCaseRequest request) {
      const auto answer = co_await QualifyCase(w->process->office, w->assistant(), request);
      co_return answer.ok();
    }
  };
  pb::QualifyCaseRequest amend;
  amend.set_request_id(w.NewRequestId());
  amend.set_name(c.name());
  amend.set_motive("M03.20");
  w.registry.meanwhile = [&w, &amend] { return Amend::Run(&w, amend); };
  const auto done = w.Dispatch(c, w.doctor());
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->case_().motive(), "M03.20");
  EXPECT_EQ(done->case_().state(), pb::CASE_STATE_BOOKED);
}

}  // namespace
}  // namespace snp::regulation
