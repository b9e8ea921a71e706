// The course of a case through the verbs: idempotency, claims, roles, queue, audit.
#include "gmock/gmock.h"
#include "regulation/times.h"
#include "regulation/world.h"

namespace snp::regulation {
namespace {

using ::testing::ElementsAre;
using type::v1::CARE_LEVEL_R3;
using type::v1::CARE_LEVEL_R4;

TEST(Life, FromTheCallToTheVisit) {
  World w;
  pb::Case c = w.Open();
  EXPECT_EQ(c.state(), pb::CASE_STATE_OPEN);
  EXPECT_EQ(c.revision(), 1);
  c = *w.Qualify(c, CARE_LEVEL_R3, w.doctor());
  EXPECT_EQ(c.state(), pb::CASE_STATE_QUALIFIED);
  EXPECT_EQ(c.care_level_by(), "dr-a");
  EXPECT_EQ(FromProto(c.latest_time()), w.clock.Now() + absl::Hours(4));

  const auto held = w.Hold(c, w.doctor());
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_EQ(held->case_().state(), pb::CASE_STATE_HELD);
  EXPECT_EQ(held->case_().slot(), SlotName(1));
  EXPECT_EQ(held->booking().motive(), "M03.14");
  EXPECT_EQ(FromProto(held->case_().hold_deadline()), w.clock.Now() + absl::Minutes(3));
  EXPECT_EQ(w.registry.remaining(SlotName(1)), 0);

  const auto booked = w.Confirm(c, w.doctor());
  ASSERT_TRUE(booked.ok()) << booked.status();
  EXPECT_EQ(booked->case_().state(), pb::CASE_STATE_BOOKED);
  EXPECT_EQ(booked->case_().booking_reference(), booked->booking().reference());
  EXPECT_EQ(booked->case_().decision(), "ORIENT");
  EXPECT_EQ(booked->case_().orientation(), "CABINET");
  EXPECT_FALSE(booked->case_().step_pending());

  // The slot starts in an hour: nobody can have been seen, or missed, yet.
  EXPECT_EQ(Why(w.Close(c, pb::OUTCOME_SEEN, w.doctor())), Reason::kCaseState);
  w.clock.Advance(absl::Minutes(31));
  EXPECT_EQ(Why(w.Close(c, pb::OUTCOME_NO_SHOW, w.doctor())), Reason::kCaseState);
  const auto closed = w.Close(c, pb::OUTCOME_SEEN, w.doctor());
  ASSERT_TRUE(closed.ok()) << closed.status();
  EXPECT_EQ(closed->state(), pb::CASE_STATE_CLOSED);
  EXPECT_EQ(w.registry.booking(booked->booking().name())->state(), rpb::BOOKING_STATE_SEEN);
  EXPECT_EQ(Why(w.Hold(c, w.doctor())), Reason::kCaseState);
}

TEST(Life, DispatchBooksTheBestAtOnce) {
  World w;
  const auto done = w.Dispatch(w.R3(), w.doctor());
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->case_().state(), pb::CASE_STATE_BOOKED);
  EXPECT_EQ(done->candidate().slot(), SlotName(1));
  EXPECT_EQ(w.registry.Live().size(), 1u);
}

TEST(Life, EveryVerbAnswersARetryAsItDidAtFirst) {
  World w;
  const pb::OpenCaseRequest open = w.OpenRequest();
  const auto first = w.Do(&OpenCase, w.assistant(), open);
  const auto again = w.Do(&OpenCase, w.assistant(), open);
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(first->SerializeAsString(), again->SerializeAsString());
  EXPECT_EQ(w.Queue().size(), 1u);

  const pb::QualifyCaseRequest qualify = w.QualifyRequest(first->case_(), CARE_LEVEL_R3);
  const auto q1 = w.Do(&QualifyCase, w.doctor(), qualify);
  const auto q2 = w.Do(&QualifyCase, w.doctor(), qualify);
  ASSERT_TRUE(q1.ok() && q2.ok());
  EXPECT_EQ(q1->SerializeAsString(), q2->SerializeAsString());

  const auto d1 = w.Dispatch(first->case_(), w.doctor(), "dispatch-1");
  const auto d2 = w.Dispatch(first->case_(), w.doctor(), "dispatch-1");
  ASSERT_TRUE(d1.ok() && d2.ok()) << d1.status() << d2.status();
  EXPECT_EQ(d1->SerializeAsString(), d2->SerializeAsString());
  EXPECT_EQ(w.registry.Live().size(), 1u);
}

TEST(Life, ARequestIdWithAnotherBodyIsAnError) {
  World w;
  pb::OpenCaseRequest open = w.OpenRequest();
  ASSERT_TRUE(w.Do(&OpenCase, w.assistant(), open).ok());
  open.set_motive("M03.20");
  EXPECT_EQ(Why(w.Do(&OpenCase, w.assistant(), open)), Reason::kRequestIdReused);
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Hold(c, w.doctor(), "one").ok());
  EXPECT_EQ(Why(w.Dispatch(c, w.doctor(), "one")), Reason::kRequestIdReused);
}

TEST(Life, AnotherPlaceIsLookedForBeforeTheOneThereIsGoesBack) {
  World w;
  const pb::Case c = w.R3();
  const auto booked = w.Dispatch(c, w.doctor());
  ASSERT_TRUE(booked.ok());
  for (int i = 2; i <= 4; ++i) w.matcher.hidden.insert(SlotName(i));
  EXPECT_EQ(Why(w.Redispatch(c, w.doctor())), Reason::kNoCandidate);
  EXPECT_EQ(w.Now(c).booking(), booked->booking().name());
  w.matcher.error = platform::MakeError(Reason::kPeerUnavailable, "the matcher does not answer");
  EXPECT_EQ(Why(w.Redispatch(c, w.doctor())), Reason::kPeerUnavailable);
  EXPECT_EQ(w.Now(c).booking(), booked->booking().name());
  ASSERT_EQ(w.registry.Live().size(), 1u);
}

TEST(Life, APatientWhoChangesUnderAPlaceIsForSomebodyToCheck) {
  for (const bool book : {false, true}) {
    World w;
    const pb::Case c = w.R3();
    ASSERT_TRUE(book ? w.Dispatch(c, w.doctor()).ok() : w.Hold(c, w.doctor()).ok());
    pb::QualifyCaseRequest amend;
    amend.set_request_id(w.NewRequestId());
    amend.set_name(c.name());
    *amend.mutable_patient() = c.patient();
    amend.mutable_patient()->set_age_months(20);
    ASSERT_TRUE(w.Do(&QualifyCase, w.assistant(), amend).ok());
    if (!book) {
      ASSERT_TRUE(w.Confirm(c, w.doctor()).ok());
    }
    const pb::Case now = w.Now(c);
    EXPECT_TRUE(HasAlert(now, pb::ALERT_KIND_PLACE_TO_CHECK));
    EXPECT_EQ(now.claimed_by(), "dr-a");
    EXPECT_EQ(w.Queue().size(), 1u);
    // Another place is chosen for the patient as known now.
    ASSERT_TRUE(w.Redispatch(c, w.doctor()).ok());
    EXPECT_EQ(w.Now(c).alerts_size(), 0);
    // Said again, nothing changed.
    amend.set_request_id(w.NewRequestId());
    ASSERT_TRUE(w.Do(&QualifyCase, w.assistant(), amend).ok());
    EXPECT_EQ(w.Now(c).alerts_size(), 0);
  }
}

TEST(Life, AProposalHoldsForTenMinutes) {
  World w;
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Propose(c, w.osnp()).ok());
  pb::HoldPlaceRequest hold;
  hold.set_request_id(w.NewRequestId());
  hold.set_name(c.name());
  hold.add_candidates()->set_slot(SlotName(2));
  hold.mutable_candidates(0)->set_revision(1);
  w.matcher.hidden.insert(SlotName(2));
  w.clock.Advance(absl::Minutes(11));
  EXPECT_EQ(Why(w.Do(&HoldPlace, w.osnp(), hold)), Reason::kRoleForbidden) << "no longer offered: it is too late for this patient by now";
  ASSERT_TRUE(w.Propose(c, w.osnp()).ok());
  w.matcher.hidden.clear();
  ASSERT_TRUE(w.Propose(c, w.osnp()).ok());
  w.matcher.hidden.insert(SlotName(2));
  hold.set_request_id(w.NewRequestId());
  EXPECT_TRUE(w.Do(&HoldPlace, w.osnp(), hold).ok());
}

TEST(Life, OfSixteenCandidatesTheFirstFreeIsTaken) {
  World w;
  w.matcher.stale = {SlotName(90), SlotName(91)};
  const auto held = w.Hold(w.R3(), w.doctor());
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_EQ(held->case_().slot(), SlotName(1));
}

TEST(Life, ALostRaceIsRunAgainWithWhatIsLeftAndSaid) {
  World w;
  const pb::Case c = w.R3();
  // Eight candidates that are gone already, by an index that lags: the second round finds the free ones.
  for (int i = 90; i < 98; ++i) w.matcher.stale.push_back(SlotName(i));
  const auto held = w.Hold(c, w.doctor());
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_EQ(held->case_().slot(), SlotName(1));
  EXPECT_EQ(held->lost_slots_size(), 8);
}

TEST(Life, RacesEndAfterThreeRounds) {
  World w;
  const pb::Case c = w.R3();
  for (int i = 100; i < 160; ++i) w.matcher.stale.push_back(SlotName(i));
  const auto held = w.Hold(c, w.doctor());
  EXPECT_EQ(Why(held), Reason::kSlotTaken);
  EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_QUALIFIED);
  EXPECT_FALSE(w.Now(c).step_pending());
  EXPECT_TRUE(w.registry.Live().empty());
}

TEST(Life, NoCandidateSaysWhy) {
  World w;
  const pb::Case c = w.R3();
  for (int i = 1; i <= 4; ++i) ASSERT_TRUE(w.Refuse(c, SlotName(i), w.doctor()).ok());
  const auto none = w.Dispatch(c, w.doctor());
  EXPECT_EQ(Why(none), Reason::kNoCandidate);
  EXPECT_THAT(platform::MetadataOf(none.status()), ElementsAre(::testing::Pair("refused_EXCLUDED", "4")));
  EXPECT_EQ(w.Audit(c).back().result(), "NO_CANDIDATE");
}

TEST(Life, ARefusedPlaceGoesBackInThePatientsNameAndIsNeverOfferedAgain) {
  World w;
  const pb::Case c = w.R3();
  const auto held = w.Dispatch(c, w.doctor());
  ASSERT_TRUE(held.ok());
  const auto refused = w.Refuse(c, SlotName(1), w.doctor());
  ASSERT_TRUE(refused.ok()) << refused.status();
  EXPECT_EQ(refused->state(), pb::CASE_STATE_QUALIFIED);
  EXPECT_EQ(refused->refusals(0).reason(), pb::REFUSAL_REASON_DOCTOR);
  EXPECT_EQ(w.registry.booking(held->booking().name())->cancelled_by(), rpb::CANCELLED_BY_PATIENT);
  EXPECT_EQ(w.registry.remaining(SlotName(1)), 1);
  const auto next = w.Redispatch(c, w.doctor());
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(next->booking().slot(), SlotName(2));
}

TEST(Life, RedispatchGivesBackAndDoesNotComeBack) {
  World w;
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Dispatch(c, w.doctor()).ok());
  for (int n = 2; n <= 4; ++n) {
    const auto next = w.Redispatch(c, w.doctor());
    ASSERT_TRUE(next.ok()) << next.status();
    EXPECT_EQ(next->booking().slot(), SlotName(n));
    EXPECT_EQ(w.registry.Live().size(), 1u);
  }
  EXPECT_EQ(Why(w.Redispatch(c, w.doctor())), Reason::kNoCandidate);
}

TEST(Life, AdviceGivesBackAndNamesTheDecision) {
  World w;
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Hold(c, w.doctor()).ok());
  pb::AdviseCaseRequest advise;
  advise.set_request_id(w.NewRequestId());
  advise.set_name(c.name());
  advise.set_decision("PMT");
  const auto advised = w.Do(&AdviseCase, w.doctor(), advise);
  ASSERT_TRUE(advised.ok()) << advised.status();
  EXPECT_EQ(advised->case_().state(), pb::CASE_STATE_ADVISED);
  EXPECT_EQ(advised->case_().decision(), "PMT");
  EXPECT_TRUE(w.registry.Live().empty());
  EXPECT_TRUE(w.Queue().empty());
  EXPECT_TRUE(w.Close(c, pb::OUTCOME_ADVICE, w.doctor()).ok());
}

TEST(Life, AnOutcomeMustFitTheState) {
  World w;
  const pb::Case c = w.R3();
  EXPECT_EQ(Why(w.Close(c, pb::OUTCOME_SEEN, w.doctor())), Reason::kCaseState);
  EXPECT_EQ(Why(w.Close(c, pb::OUTCOME_EMERGENCY, w.doctor())), Reason::kCaseState);
  EXPECT_EQ(Why(w.Close(c, pb::OUTCOME_ADVICE, w.doctor())), Reason::kCaseState);
  EXPECT_TRUE(w.Close(c, pb::OUTCOME_UNPLACED, w.doctor()).ok());
}

// --- Claims ---

TEST(Claim, TwoRegulatorsNeverWorkOneCase) {
  World w;
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Hold(c, w.doctor()).ok());
  EXPECT_EQ(Why(w.Propose(c, w.other_doctor())), Reason::kCaseClaimed);
  EXPECT_EQ(Why(w.Confirm(c, w.other_doctor())), Reason::kCaseClaimed);
  EXPECT_EQ(Why(w.Redispatch(c, w.other_doctor())), Reason::kCaseClaimed);
  EXPECT_EQ(Why(w.Refuse(c, SlotName(1), w.other_doctor())), Reason::kCaseClaimed);
  EXPECT_EQ(Why(w.Close(c, pb::OUTCOME_DECLINED, w.other_doctor())), Reason::kCaseClaimed);
  EXPECT_EQ(Why(w.Qualify(c, CARE_LEVEL_R3, w.other_doctor())), Reason::kCaseClaimed);
  EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_HELD);
  EXPECT_EQ(w.registry.Live().size(), 1u);
}

TEST(Claim, RaisingThePriorityIsAlwaysPossible) {
  World w;
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Dispatch(c, w.doctor()).ok());
  EXPECT_TRUE(w.Queue().empty());
  pb::QualifyCaseRequest raise;
  raise.set_request_id(w.NewRequestId());
  raise.set_name(c.name());
  raise.set_priority(type::v1::CALL_PRIORITY_P0);
  const auto raised = w.Do(&QualifyCase, w.assistant(), raise);
  ASSERT_TRUE(raised.ok()) << raised.status();
  // The booked case is back in the queue, alerted, for its doctor to judge again.
  EXPECT_EQ(raised->case_().alerts(0).kind(), pb::ALERT_KIND_PRIORITY_RAISED);
  ASSERT_EQ(w.Queue().size(), 1u);
  EXPECT_EQ(raised->case_().claimed_by(), "dr-a");
  const auto judged = w.Qualify(c, CARE_LEVEL_R3, w.doctor());
  ASSERT_TRUE(judged.ok());
  EXPECT_EQ(judged->alerts_size(), 0);
  EXPECT_EQ(judged->state(), pb::CASE_STATE_BOOKED);
}

TEST(Claim, AnOsnpTakesOverWhatADoctorOnlyQualified) {
  World w;
  const pb::Case c = w.R3();
  EXPECT_EQ(c.claimed_by(), "dr-a");
  const auto done = w.Dispatch(c, w.osnp());
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->case_().claimed_by(), "osnp-a");
  // But not what the doctor works on.
  const pb::Case worked = w.R3();
  ASSERT_TRUE(w.Propose(worked, w.doctor()).ok());
  EXPECT_EQ(Why(w.Dispatch(worked, w.osnp())), Reason::kCaseClaimed);
}

TEST(Claim, IsHandedOverAndTakenAwayOnlyWithAReason) {
  World w;
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Propose(c, w.doctor()).ok());
  pb::HandOverCaseRequest over;
  over.set_request_id(w.NewRequestId());
  over.set_name(c.name());
  over.set_to_subject("dr-b");
  EXPECT_EQ(Why(w.Do(&HandOverCase, w.other_doctor(), over)), Reason::kFieldInvalid);
  EXPECT_EQ(Why(w.Do(&HandOverCase, w.osnp(), over)), Reason::kCaseClaimed);
  over.set_reason("fin de garde");
  over.set_request_id(w.NewRequestId());
  const auto taken = w.Do(&HandOverCase, w.other_doctor(), over);
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_EQ(taken->case_().claimed_by(), "dr-b");
  EXPECT_EQ(w.Audit(c).back().reason(), "fin de garde");
  EXPECT_TRUE(w.Hold(c, w.other_doctor()).ok());
}

// --- Roles ---

TEST(Roles, TheAssistantSetsPriorityMotiveAndPatientOnly) {
  World w;
  const pb::Case c = w.Open();
  EXPECT_EQ(Why(w.Qualify(c, CARE_LEVEL_R3, w.assistant())), Reason::kRoleForbidden);
  EXPECT_EQ(w.Now(c).care_level(), type::v1::CARE_LEVEL_UNSPECIFIED);
  pb::QualifyCaseRequest request;
  request.set_request_id(w.NewRequestId());
  request.set_name(c.name());
  request.set_motive("M03.20");
  request.set_priority(type::v1::CALL_PRIORITY_P3);
  const auto amended = w.Do(&QualifyCase, w.assistant(), request);
  ASSERT_TRUE(amended.ok()) << amended.status();
  EXPECT_EQ(amended->case_().motive(), "M03.20");
  EXPECT_EQ(amended->case_().state(), pb::CASE_STATE_OPEN);
  EXPECT_TRUE(amended->case_().claimed_by().empty());
}

TEST(Roles, AnOsnpWorksOnlyWhatADoctorQualified) {
  World w;
  const pb::Case c = w.Open(type::v1::CALL_PRIORITY_P1);
  EXPECT_EQ(Why(w.Propose(c, w.osnp())), Reason::kSafetyDoctorFirst);
  pb::ClaimCaseRequest claim;
  claim.set_request_id(w.NewRequestId());
  claim.set_name(c.name());
  EXPECT_EQ(Why(w.Do(&ClaimCase, w.osnp(), claim)), Reason::kSafetyDoctorFirst);
  EXPECT_EQ(Why(w.Close(c, pb::OUTCOME_DECLINED, w.osnp())), Reason::kSafetyDoctorFirst);
}

// --- Choosing ---

pb::DispatchCaseRequest Choose(World& w, const pb::Case& c, std::vector<int> slots, const std::string& reason = "") {
  pb::DispatchCaseRequest request;
  request.set_request_id(w.NewRequestId());
  request.set_name(c.name());
  for (int n : slots) {
    rpb::Candidate& candidate = *request.add_candidates();
    candidate.set_slot(SlotName(n));
    candidate.set_revision(1);
  }
  request.set_override_reason(reason);
  return request;
}

TEST(Choice, AnythingTheLastProposalOffered) {
  World w;
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Propose(c, w.osnp()).ok());
  const int calls = w.matcher.calls;
  const auto done = w.Do(&DispatchCase, w.osnp(), Choose(w, c, {3}));
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->booking().slot(), SlotName(3));
  EXPECT_EQ(w.matcher.calls, calls);  // Known from the proposal.
}

TEST(Choice, WhatTheMatcherOffersNowNeedsNoProposal) {
  World w;
  const auto done = w.Do(&DispatchCase, w.osnp(), Choose(w, w.R3(), {2}));
  ASSERT_TRUE(done.ok()) << done.status();
}

TEST(Choice, WhatIsNotOfferedOnlyARegulatorWithAReason) {
  World w;
  w.matcher.hidden = {SlotName(4)};
  const pb::Case c = w.R3();
  EXPECT_EQ(Why(w.Do(&DispatchCase, w.doctor(), Choose(w, c, {4}))), Reason::kFieldInvalid);
  const auto done = w.Do(&DispatchCase, w.doctor(), Choose(w, c, {4}, "la patiente y est suivie"));
  ASSERT_TRUE(done.ok()) << done.status();
  const pb::AuditRecord last = w.Audit(c).back();
  EXPECT_EQ(last.verb(), "override");
  EXPECT_EQ(last.reason(), "la patiente y est suivie");
  EXPECT_EQ(last.chosen_slot(), SlotName(4));

  const pb::Case other = w.R3();
  EXPECT_EQ(Why(w.Do(&DispatchCase, w.osnp(), Choose(w, other, {4}, "parce que"))), Reason::kRoleForbidden);
}

TEST(Choice, ARefusedSlotIsNotOfferedByAnOldProposal) {
  World w;
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Propose(c, w.osnp()).ok());
  ASSERT_TRUE(w.Refuse(c, SlotName(3), w.osnp()).ok());
  EXPECT_EQ(Why(w.Do(&DispatchCase, w.osnp(), Choose(w, c, {3}))), Reason::kRoleForbidden);
}

TEST(Choice, ALostChoiceIsSaidNotReplaced) {
  World w;
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Propose(c, w.doctor()).ok());
  ASSERT_TRUE(w.Dispatch(w.R3(), w.doctor()).ok());  // Takes the first.
  const auto lost = w.Do(&DispatchCase, w.doctor(), Choose(w, c, {1}));
  EXPECT_EQ(Why(lost), Reason::kSlotTaken);
  EXPECT_EQ(w.Now(c).state(), pb::CASE_STATE_QUALIFIED);
}

// --- Queue ---

TEST(Queue, PriorityThenAge) {
  World w;
  std::vector<std::string> expected(5);
  const type::v1::CallPriority given[] = {type::v1::CALL_PRIORITY_P3, type::v1::CALL_PRIORITY_P2, type::v1::CALL_PRIORITY_P0,
                                          type::v1::CALL_PRIORITY_P2, type::v1::CALL_PRIORITY_P1};
  const int place[] = {4, 2, 0, 3, 1};
  for (int i = 0; i < 5; ++i) {
    expected[static_cast<size_t>(place[i])] = w.Open(given[i]).name();
    w.clock.Advance(absl::Seconds(1));
  }
  std::vector<std::string> got;
  for (const pb::Case& c : w.Queue()) got.push_back(c.name());
  EXPECT_EQ(got, expected);
}

// --- Audit ---

TEST(AuditTrail, CanBeReplayed) {
  World w;
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Propose(c, w.doctor()).ok());
  w.clock.Advance(absl::Minutes(1));
  ASSERT_TRUE(w.Dispatch(c, w.doctor()).ok());
  const auto trail = w.Audit(c);
  std::vector<std::string> verbs;
  for (const auto& record : trail) verbs.push_back(record.verb());
  EXPECT_THAT(verbs, ElementsAre("open", "qualify", "propose", "dispatch"));
  const pb::AuditRecord& last = trail.back();
  EXPECT_EQ(last.index(), 4);
  EXPECT_EQ(last.subject(), "dr-a");
  EXPECT_EQ(last.role(), type::v1::ROLE_REGULATOR);
  EXPECT_EQ(last.result(), "ok");
  EXPECT_EQ(last.chosen_slot(), SlotName(1));
  EXPECT_EQ(last.offered_size(), 4);
  EXPECT_EQ(last.index_age_ms(), 7);
  EXPECT_EQ(last.policy(), "fake@1");
  EXPECT_EQ(last.demand().location().commune(), "95127");
  EXPECT_EQ(last.demand().latest_time().seconds(), c.latest_time().seconds());
  EXPECT_EQ(last.case_after().state(), pb::CASE_STATE_BOOKED);
  EXPECT_EQ(FromProto(last.time()), w.clock.Now());
}

TEST(AuditTrail, IsPurgedWithItsCaseAfterTheRetention) {
  World w;
  const pb::Case live = w.R3();
  const pb::Case c = w.R3();
  ASSERT_TRUE(w.Close(c, pb::OUTCOME_DECLINED, w.doctor()).ok());
  const auto purge = [&w] {
    pb::PurgeAuditRequest request;
    request.set_request_id(w.NewRequestId());
    request.set_parent("departments/95");
    return w.Do(&PurgeAudit, w.As(Role::kAdmin, "admin"), request)->purged_count();
  };
  w.clock.Advance(absl::Hours(24 * 90) - absl::Seconds(1));
  EXPECT_EQ(purge(), 0);
  w.clock.Advance(absl::Seconds(2));
  EXPECT_EQ(purge(), 3);
  pb::GetCaseRequest get;
  get.set_name(c.name());
  EXPECT_EQ(Why(w.Do(&GetCase, w.doctor(), get)), Reason::kNotFound);
  EXPECT_EQ(w.Now(live).state(), pb::CASE_STATE_QUALIFIED);
}

}  // namespace
}  // namespace snp::regulation
