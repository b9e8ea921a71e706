// The safety rule through the verbs: what must never happen, whatever the order, whoever asks, whatever breaks meanwhile.
#include <random>

#include "regulation/world.h"

namespace snp::regulation {
namespace {

using type::v1::CARE_LEVEL_R1;
using type::v1::CARE_LEVEL_R2;
using type::v1::CARE_LEVEL_R3;
using type::v1::CARE_LEVEL_R4;

TEST(Safety, NoPlaceBeforeADoctorDecides) {
  World w;
  for (const auto& [priority, reason] :
       {std::pair{type::v1::CALL_PRIORITY_P2, Reason::kSafetyNotQualified}, std::pair{type::v1::CALL_PRIORITY_P1, Reason::kSafetyDoctorFirst},
        std::pair{type::v1::CALL_PRIORITY_P0, Reason::kSafetyDoctorFirst}}) {
    const pb::Case c = w.Open(priority);
    EXPECT_EQ(Why(w.Propose(c, w.doctor())), reason);
    EXPECT_EQ(Why(w.Hold(c, w.doctor())), reason);
    EXPECT_EQ(Why(w.Dispatch(c, w.doctor())), reason);
    EXPECT_EQ(Why(w.Redispatch(c, w.doctor())), reason);
    EXPECT_EQ(w.Audit(c).back().result(), reason == Reason::kSafetyDoctorFirst ? "SAFETY_DOCTOR_FIRST" : "SAFETY_NOT_QUALIFIED");
  }
  EXPECT_EQ(w.matcher.calls, 0);
  EXPECT_EQ(w.registry.calls, 0);
}

TEST(Safety, P1ThenR3IsOrdinary) {
  World w;
  const pb::Case c = w.Open(type::v1::CALL_PRIORITY_P1);
  ASSERT_TRUE(w.Qualify(c, CARE_LEVEL_R3, w.doctor()).ok());
  EXPECT_TRUE(w.Dispatch(c, w.doctor()).ok());
}

TEST(Safety, R4GetsAPlaceOnlyWithAnExamination) {
  World w;
  const pb::Case advice = w.Open();
  ASSERT_TRUE(w.Qualify(advice, CARE_LEVEL_R4, w.doctor(), false).ok());
  EXPECT_EQ(Why(w.Dispatch(advice, w.doctor())), Reason::kCaseState);
  const pb::Case seen = w.Open();
  ASSERT_TRUE(w.Qualify(seen, CARE_LEVEL_R4, w.doctor(), true).ok());
  EXPECT_TRUE(w.Dispatch(seen, w.doctor()).ok());
}

TEST(Safety, R1AndR2StopAndSayWhatToDo) {
  World w;
  const pb::Case c = w.Open();
  const auto r1 = w.Qualify(c, CARE_LEVEL_R1, w.doctor());
  ASSERT_TRUE(r1.ok()) << r1.status();
  EXPECT_EQ(r1->state(), pb::CASE_STATE_EMERGENCY);
  EXPECT_NE(r1->instruction().find("SMUR"), std::string::npos);
  const auto refused = w.Dispatch(c, w.doctor());
  EXPECT_EQ(Why(refused), Reason::kSafetyR1);
  EXPECT_NE(platform::MetadataOf(refused.status())[0].second.find("SMUR"), std::string::npos);
  const auto r2 = w.Qualify(c, CARE_LEVEL_R2, w.doctor());
  ASSERT_TRUE(r2.ok());
  EXPECT_NE(r2->instruction().find("VSAV"), std::string::npos);
  EXPECT_EQ(Why(w.Propose(c, w.doctor())), Reason::kSafetyR2);
  EXPECT_TRUE(w.Close(c, pb::OUTCOME_EMERGENCY, w.doctor()).ok());
}

TEST(Safety, RequalifyingReleasesAHoldAndCancelsABookingAtOnce) {
  for (const bool book : {false, true}) {
    World w;
    const pb::Case c = w.R3();
    std::string booking;
    if (book) {
      booking = w.Dispatch(c, w.doctor())->booking().name();
    } else {
      booking = w.Hold(c, w.doctor())->booking().name();
    }
    const auto r1 = w.Qualify(c, CARE_LEVEL_R1, w.doctor());
    ASSERT_TRUE(r1.ok()) << r1.status();
    EXPECT_EQ(r1->state(), pb::CASE_STATE_EMERGENCY);
    EXPECT_TRUE(r1->booking().empty());
    EXPECT_FALSE(r1->step_pending());
    EXPECT_TRUE(w.registry.Live().empty());
    const rpb::Booking ended = *w.registry.booking(booking);
    EXPECT_EQ(ended.state(), book ? rpb::BOOKING_STATE_CANCELLED : rpb::BOOKING_STATE_RELEASED);
    if (book) {
      EXPECT_EQ(ended.cancelled_by(), rpb::CANCELLED_BY_REGULATION);
    }
  }
}

TEST(Safety, DoesNotWaitForTheRegistry) {
  World w;
  const pb::Case c = w.R3();
  const std::string booking = w.Dispatch(c, w.doctor())->booking().name();
  w.registry.silent_before = -1;
  const auto r1 = w.Qualify(c, CARE_LEVEL_R1, w.doctor());
  ASSERT_TRUE(r1.ok()) << r1.status();
  EXPECT_EQ(r1->state(), pb::CASE_STATE_EMERGENCY);
  EXPECT_NE(r1->instruction().find("SMUR"), std::string::npos);
  EXPECT_TRUE(r1->step_pending());
  EXPECT_EQ(Why(w.Dispatch(c, w.doctor())), Reason::kPeerUnavailable);
  w.registry.silent_before = 0;
  w.clock.Advance(absl::Seconds(6));
  EXPECT_EQ(w.Reconcile().ended, 1);
  EXPECT_EQ(w.registry.booking(booking)->state(), rpb::BOOKING_STATE_CANCELLED);
  EXPECT_FALSE(w.Now(c).step_pending());
  EXPECT_EQ(Why(w.Dispatch(c, w.doctor())), Reason::kSafetyR1);
}

Task<bool> QualifyR1(World* w, pb::QualifyCaseRequest request) {
  const auto answer = co_await QualifyCase(w->process->office, w->doctor(), request);
  EXPECT_TRUE(answer.ok()) << answer.status();
  co_return answer.ok();
}

// The doctor re-qualifies while the hold (or booking, or confirmation) is on its way to the registry.
TEST(Safety, APlaceOnItsWayGoesBack) {
  for (const std::string kind : {"hold", "dispatch", "confirm"}) {
    for (const bool answer_lost : {false, true}) {
      World w;
      const pb::Case c = w.R3();
      if (kind == "confirm") {
        ASSERT_TRUE(w.Hold(c, w.doctor()).ok());
      }
      const pb::QualifyCaseRequest r1 = w.QualifyRequest(c, CARE_LEVEL_R1);
      w.registry.meanwhile = [&w, &r1] { return QualifyR1(&w, r1); };
      if (answer_lost) w.registry.silent_after = 1;
      absl::Status outcome;
      if (kind == "hold") outcome = w.Hold(c, w.doctor()).status();
      if (kind == "dispatch") outcome = w.Dispatch(c, w.doctor()).status();
      if (kind == "confirm") outcome = w.Confirm(c, w.doctor()).status();
      EXPECT_FALSE(outcome.ok()) << kind;
      w.clock.Advance(absl::Seconds(6));
      w.Reconcile();
      const pb::Case now = w.Now(c);
      EXPECT_EQ(now.state(), pb::CASE_STATE_EMERGENCY) << kind;
      EXPECT_TRUE(now.booking().empty()) << kind;
      EXPECT_FALSE(now.step_pending()) << kind << answer_lost;
      EXPECT_TRUE(w.registry.Live().empty()) << kind << answer_lost;
    }
  }
}

// Two are at one step: the doctor's R1 ends it while it is on its way and is refused the place; then the place comes free and the first one takes it.
TEST(Safety, APlaceTakenAfterItsStepWasEndedByAnotherGoesBack) {
  for (const bool book : {false, true}) {
    World w;
    for (int i = 1; i <= 4; ++i) w.matcher.hidden.insert(SlotName(i));
    w.matcher.stale = {SlotName(90)};
    const pb::Case c = w.R3();
    const pb::QualifyCaseRequest r1 = w.QualifyRequest(c, CARE_LEVEL_R1);
    w.registry.meanwhile = [&w, &r1]() -> Task<bool> {
      const bool qualified = co_await QualifyR1(&w, r1);
      w.registry.AddSlot(SlotName(90));
      co_return qualified;
    };
    EXPECT_FALSE((book ? w.Dispatch(c, w.doctor()).status() : w.Hold(c, w.doctor()).status()).ok());
    EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_EMERGENCY);
    EXPECT_FALSE(w.Now(c).step_pending());
    EXPECT_TRUE(w.registry.Live().empty());
    EXPECT_EQ(w.registry.remaining(SlotName(90)), 1);
  }
}

TEST(Safety, AnEmergencyDoesNotWaitForWhoeverHasTheCase) {
  World w;
  const pb::Case c = w.R3();
  const auto booked = w.Dispatch(c, w.osnp());
  ASSERT_TRUE(booked.ok()) << booked.status();
  EXPECT_EQ(Why(w.Qualify(c, CARE_LEVEL_R3, w.other_doctor())), Reason::kCaseClaimed);
  const auto r1 = w.Qualify(c, CARE_LEVEL_R1, w.other_doctor());
  ASSERT_TRUE(r1.ok()) << r1.status();
  EXPECT_EQ(r1->claimed_by(), "dr-b");
  EXPECT_TRUE(w.registry.Live().empty());
}

TEST(Safety, APriorityRaisedAfterTheDecisionWaitsForADoctorAlone) {
  World w;
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Hold(c, w.osnp()).ok());
  pb::QualifyCaseRequest raise;
  raise.set_request_id(w.NewRequestId());
  raise.set_name(c.name());
  raise.set_priority(type::v1::CALL_PRIORITY_P0);
  ASSERT_TRUE(w.Do(&QualifyCase, w.assistant(), raise).ok());
  // Whoever is no doctor stops, and cannot put the question away either.
  EXPECT_EQ(Why(w.Confirm(c, w.osnp())), Reason::kSafetyDoctorFirst);
  EXPECT_EQ(Why(w.Dispatch(c, w.osnp())), Reason::kSafetyDoctorFirst);
  pb::HandOverCaseRequest to_nobody;
  to_nobody.set_request_id(w.NewRequestId());
  to_nobody.set_name(c.name());
  EXPECT_EQ(Why(w.Do(&HandOverCase, w.osnp(), to_nobody)), Reason::kSafetyDoctorFirst);
  ASSERT_EQ(w.Queue().size(), 1u);
  // Any doctor may take it up, whoever has the case; from then on it is that doctor's.
  pb::ClaimCaseRequest claim;
  claim.set_request_id(w.NewRequestId());
  claim.set_name(c.name());
  ASSERT_TRUE(w.Do(&ClaimCase, w.other_doctor(), claim).ok());
  claim.set_request_id(w.NewRequestId());
  EXPECT_EQ(Why(w.Do(&ClaimCase, w.doctor(), claim)), Reason::kCaseClaimed);
  const auto judged = w.Qualify(c, CARE_LEVEL_R3, w.other_doctor());
  ASSERT_TRUE(judged.ok()) << judged.status();
  EXPECT_FALSE(HasAlert(*judged, pb::ALERT_KIND_PRIORITY_RAISED));
  EXPECT_TRUE(w.Confirm(c, w.osnp()).ok());
}

TEST(Safety, AnEmergencyIsWrittenThoughMemoryIsFull) {
  for (const bool book : {false, true}) {
    World w;
    const pb::Case c = w.R3(), other = w.Open();
    const auto booking = book ? w.Dispatch(c, w.doctor())->booking() : w.Hold(c, w.doctor())->booking();
    ASSERT_TRUE(platform::SyncWait(w.client->Command({"CONFIG", "SET", "maxmemory", "1"})).ok());
    EXPECT_EQ(Why(w.Qualify(other, CARE_LEVEL_R3, w.other_doctor())), Reason::kStoreFull);
    // No place is given back for another that there is no room to take.
    EXPECT_EQ(Why(w.Redispatch(c, w.doctor())), Reason::kStoreFull);
    EXPECT_EQ(w.Now(c).booking(), booking.name());
    const auto r1 = w.Qualify(c, CARE_LEVEL_R1, w.doctor());
    ASSERT_TRUE(r1.ok()) << r1.status();
    EXPECT_EQ(r1->state(), pb::CASE_STATE_EMERGENCY);
    EXPECT_FALSE(r1->step_pending());
    EXPECT_TRUE(w.registry.Live().empty());
    EXPECT_EQ(w.registry.booking(booking.name())->state(), book ? rpb::BOOKING_STATE_CANCELLED : rpb::BOOKING_STATE_RELEASED);
  }
}

// Random sequences of moves by random roles, on a registry that now and then does not answer: at every moment the case is sound, nothing is offered
// against the rule, and once things calm down registry and cases agree.
TEST(Safety, NoSequenceOfMovesBreaksTheRule) {
  World w;
  for (int i = 5; i <= 40; ++i) w.registry.AddSlot(SlotName(i));
  std::mt19937 random(7);
  const auto pick = [&random](unsigned n) { return random() % n; };
  int places = 0, emergencies = 0, refusals = 0;
  for (int run = 0; run < 120; ++run) {
    const pb::Case c = w.Open(static_cast<type::v1::CallPriority>(pick(6)));
    for (int step = 0; step < 25; ++step) {
      const Caller callers[] = {w.doctor(), w.doctor(), w.doctor(), w.other_doctor(), w.osnp(), w.assistant()};
      const Caller caller = callers[pick(6)];
      const bool may_offer = domain::MayHavePlace(StandingOf(w.Now(c)).qualification) == domain::Safety::kAllowed;
      w.registry.silent_before = pick(12) == 0 ? 1 : 0;
      w.registry.silent_after = pick(12) == 0 ? 1 : 0;
      absl::Status status;
      bool offers = false;
      const unsigned move = pick(17);
      const pb::Case before = w.Now(c);
      // Half of the time somebody else is at the case while the registry is asked.
      if (pick(2) == 0) {
        const pb::QualifyCaseRequest other = w.QualifyRequest(c, static_cast<type::v1::CareLevel>(1 + pick(4)), true);
        w.registry.meanwhile = [&w, other]() -> Task<bool> {
          const auto answer = co_await QualifyCase(w.process->office, w.doctor(), other);
          co_return answer.ok();
        };
      }
      if (move <= 2) {
        if (caller.role == Role::kOsnp) continue;  // Refused by the door.
        status = w.Qualify(c, static_cast<type::v1::CareLevel>(1 + pick(4)), caller, pick(2) == 0).status();
      } else if (move == 3) {
        pb::QualifyCaseRequest amend;
        amend.set_request_id(w.NewRequestId());
        amend.set_name(c.name());
        amend.set_priority(static_cast<type::v1::CallPriority>(1 + pick(5)));
        status = w.Do(&QualifyCase, w.assistant(), amend).status();
      } else if (caller.role == Role::kAssistant) {
        continue;  // Refused by the door.
      } else if (move == 4) {
        status = w.Propose(c, caller).status();
        offers = true;
      } else if (move == 5) {
        status = w.Hold(c, caller).status();
        offers = true;
      } else if (move == 6) {
        status = w.Dispatch(c, caller).status();
        offers = true;
      } else if (move == 7) {
        status = w.Confirm(c, caller).status();
        offers = true;
      } else if (move == 8) {
        status = w.Redispatch(c, caller).status();
        offers = true;
      } else if (move == 9) {
        status = w.Refuse(c, SlotName(1 + static_cast<int>(pick(40))), caller).status();
      } else if (move == 10) {
        w.clock.Advance(absl::Seconds(6));
        w.Reconcile();
      } else if (move == 11) {
        pb::ReleasePlaceRequest release;
        release.set_request_id(w.NewRequestId());
        release.set_name(c.name());
        status = w.Do(&ReleasePlace, caller, release).status();
      } else if (move == 12) {
        pb::ClaimCaseRequest claim;
        claim.set_request_id(w.NewRequestId());
        claim.set_name(c.name());
        status = w.Do(&ClaimCase, caller, claim).status();
      } else if (move == 13) {
        pb::HandOverCaseRequest over;
        over.set_request_id(w.NewRequestId());
        over.set_name(c.name());
        if (pick(2) == 0) over.set_to_subject("osnp-a");
        over.set_reason("fin de garde");
        status = w.Do(&HandOverCase, caller, over).status();
      } else if (move == 14 && caller.role == Role::kRegulator) {
        pb::AdviseCaseRequest advise;
        advise.set_request_id(w.NewRequestId());
        advise.set_name(c.name());
        advise.set_decision("CONSEIL");
        status = w.Do(&AdviseCase, caller, advise).status();
      } else if (move == 15 && !before.booking().empty()) {
        // The practice takes the place away, or the hold runs out, and the case hears of it.
        if (w.registry.Live(c.name()).empty()) continue;
        w.registry.EndBooking(before.booking(), before.state() == pb::CASE_STATE_HELD ? rpb::BOOKING_STATE_EXPIRED : rpb::BOOKING_STATE_CANCELLED);
        platform::SyncWait(w.process->reconciler.Compare(*domain::ParseCaseName(c.name()), News(), false)).IgnoreError();
      } else if (pick(6) == 0) {
        status = w.Close(c, static_cast<pb::Outcome>(1 + pick(7)), caller).status();
      }
      w.registry.meanwhile = nullptr;
      refusals += !status.ok();
      const bool still = domain::MayHavePlace(StandingOf(w.Now(c)).qualification) == domain::Safety::kAllowed;
      if (offers && status.ok()) {
        ASSERT_TRUE(may_offer || still) << "offered against the rule, move " << move;
      }
      const pb::Case now = w.Now(c);
      ASSERT_TRUE(domain::IsSound(StandingOf(now))) << "run " << run << " step " << step << " move " << move;
      ASSERT_EQ(domain::HasPlace(StandingOf(now).state), !now.booking().empty());
      places += !now.booking().empty();
      emergencies += now.state() == pb::CASE_STATE_EMERGENCY;
    }
    w.registry.silent_before = w.registry.silent_after = 0;
    w.clock.Advance(absl::Seconds(6));
    w.Reconcile();
    // What the follower does with the events of places taken.
    for (const rpb::Booking& b : w.registry.Live(c.name())) {
      const auto done = platform::SyncWait(w.process->reconciler.GiveBackOrphan(*domain::ParseCaseName(c.name()), b.name()));
      ASSERT_TRUE(done.ok() && *done) << done.status();
    }
    const pb::Case now = w.Now(c);
    ASSERT_FALSE(now.step_pending()) << now.ShortDebugString();
    const auto live = w.registry.Live(c.name());
    ASSERT_EQ(live.size(), now.booking().empty() ? 0u : 1u) << "run " << run;
    if (!live.empty()) {
      ASSERT_EQ(live[0].name(), now.booking());
    }
    // Free the place for the next run.
    if (!live.empty()) {
      ASSERT_TRUE(w.Close(c, pb::OUTCOME_DUPLICATE, w.As(Role::kRegulator, now.claimed_by())).ok());
    }
  }
  EXPECT_GT(places, 100);
  EXPECT_GT(emergencies, 30);
  EXPECT_GT(refusals, 100);
}

}  // namespace
}  // namespace snp::regulation
