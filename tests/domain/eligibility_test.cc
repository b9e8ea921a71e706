// One rule at a time, at its boundary. All of them together: tests/matcher/index_oracle_test.cc.
#include "domain/eligibility.h"

#include <gtest/gtest.h>

namespace snp::domain {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'765'000'000);
constexpr absl::Duration kMs = absl::Milliseconds(1);

class Eligibility : public testing::Test {
 protected:
  Eligibility() : policy_(Policy::Graded()) {
    policy_.name = "test";
    policy_.version = "1";
    policy_.max_travel = absl::Minutes(30);
    policy_.visit_max_travel = absl::Minutes(20);
    demand_.now = demand_.earliest = kNow;
    demand_.latest = kNow + absl::Hours(4);
    demand_.viewer.regulation = true;
    slot_.start = kNow + absl::Hours(1);
    slot_.end = kNow + absl::Hours(2);
    slot_.visibility.Add(Visibility::kPublic);
  }

  Refusal Judged(double travel_minutes = 10) {
    Question q = MakeQuestion(demand_, policy_);
    q.cpts = demand_.viewer.cpts.empty() ? kNoId : 7;
    q.own_gp = own_gp_;
    q.specialty = specialty_;
    q.capabilities = needs_;
    q.more_capabilities = more_needs_;
    SlotFacts s = PackSlot(slot_, remaining_, confirmed_);
    s.practitioner = practitioner_;
    s.specialty = slot_specialty_;
    s.capabilities = has_;
    s.more_capabilities = &more_has_;
    return Judge(q, s, place_, CircleOf(q, s, place_), travel_minutes);
  }

  Policy policy_;
  Demand demand_;
  SlotDefinition slot_;
  PlaceFacts place_;
  int remaining_ = 1;
  absl::Time confirmed_ = kNow;
  uint32_t own_gp_ = kNoId, practitioner_ = kNoId, specialty_ = kNoId, slot_specialty_ = kNoId;
  uint64_t needs_ = 0, has_ = 0;
  std::vector<uint32_t> more_needs_, more_has_;
};

TEST_F(Eligibility, AnAppointmentMustBeReachedBeforeItStarts) {
  slot_.start = kNow + absl::Minutes(10);
  EXPECT_EQ(Judged(10), Refusal::kNone);
  slot_.start -= kMs;
  EXPECT_EQ(Judged(10), Refusal::kTooEarly);
  policy_.require_reachable = false;
  EXPECT_EQ(Judged(10), Refusal::kNone);
}

TEST_F(Eligibility, NothingBeforeTheEarliestTimeNorAfterTheDeadline) {
  demand_.earliest = slot_.start;
  EXPECT_EQ(Judged(), Refusal::kNone);
  demand_.earliest = slot_.start + kMs;
  EXPECT_EQ(Judged(), Refusal::kTooEarly);
  demand_.earliest = kNow;
  demand_.latest = slot_.start;
  EXPECT_EQ(Judged(), Refusal::kNone);
  demand_.latest = slot_.start - kMs;
  EXPECT_EQ(Judged(), Refusal::kTooLate);
}

TEST_F(Eligibility, AWalkInRangeTakesWhoArrivesBeforeItsEndAndByTheDeadline) {
  slot_.mode = SlotMode::kWalkin;
  slot_.start = kNow - absl::Hours(3);
  slot_.end = kNow + absl::Minutes(20);
  EXPECT_EQ(Judged(19.99), Refusal::kNone);
  EXPECT_EQ(Judged(20), Refusal::kTooEarly);
  demand_.latest = kNow + absl::Minutes(15);
  EXPECT_EQ(Judged(15), Refusal::kNone);
  EXPECT_EQ(Judged(15.01), Refusal::kTooLate);
  // Not yet free before the earliest time, then at once.
  demand_.earliest = kNow + absl::Minutes(12);
  EXPECT_EQ(Judged(5), Refusal::kNone);
  const Question q = MakeQuestion(demand_, policy_);
  EXPECT_EQ(SeenAt(q, PackSlot(slot_, 1, kNow), 5), Nanos(demand_.earliest));
  EXPECT_EQ(SeenAt(q, PackSlot(slot_, 1, kNow), 14), Nanos(kNow + absl::Minutes(14)));
}

TEST_F(Eligibility, TravelLimits) {
  EXPECT_EQ(Judged(30), Refusal::kNone);
  EXPECT_EQ(Judged(30.001), Refusal::kTooFar);
  demand_.max_travel = absl::Minutes(12);
  EXPECT_EQ(Judged(12.001), Refusal::kTooFar);
  // A visit: the doctor's limit, not the patient's.
  slot_.modality = Modality::kVisit;
  EXPECT_EQ(Judged(20), Refusal::kNone);
  EXPECT_EQ(Judged(20.001), Refusal::kTooFar);
  // A circle's own limit counts while the demand states none.
  slot_.modality = Modality::kCabinet;
  demand_.max_travel.reset();
  policy_.circles[static_cast<int>(Circle::kOwnGp)].max_travel = absl::Minutes(50);
  own_gp_ = practitioner_ = 3;
  EXPECT_EQ(Judged(50), Refusal::kNone);
  practitioner_ = 4;
  EXPECT_EQ(Judged(50), Refusal::kTooFar);
  slot_.modality = Modality::kTele;
  EXPECT_EQ(Judged(0), Refusal::kNone);
}

TEST_F(Eligibility, WithoutACarOneGoesLessFarExceptForVisits) {
  policy_.no_car_max_travel = absl::Minutes(15);
  EXPECT_EQ(Judged(16), Refusal::kNone);
  demand_.no_car = true;
  EXPECT_EQ(Judged(16), Refusal::kTooFar);
  slot_.modality = Modality::kVisit;
  EXPECT_EQ(Judged(16), Refusal::kNone);
}

TEST_F(Eligibility, Age) {
  slot_.min_age_months = 12;
  slot_.max_age_months = 24;
  for (const auto& [age, verdict] : {std::pair(11, Refusal::kAge), {12, Refusal::kNone}, {24, Refusal::kNone}, {25, Refusal::kAge}}) {
    demand_.age_months = age;
    EXPECT_EQ(Judged(), verdict) << age;
  }
  slot_.max_age_months = 0;
  EXPECT_EQ(Judged(), Refusal::kNone);
  // Unknown age: only without limits.
  demand_.age_months.reset();
  EXPECT_EQ(Judged(), Refusal::kAge);
  slot_.min_age_months = 0;
  EXPECT_EQ(Judged(), Refusal::kNone);
  slot_.max_age_months = 1200;
  EXPECT_EQ(Judged(), Refusal::kAge);
}

TEST_F(Eligibility, ModalitySpecialtyCapabilities) {
  demand_.modalities.Add(Modality::kTele);
  EXPECT_EQ(Judged(), Refusal::kModality);
  demand_.modalities.Add(Modality::kCabinet);
  EXPECT_EQ(Judged(), Refusal::kNone);
  slot_specialty_ = 2;
  EXPECT_EQ(Judged(), Refusal::kCapability);
  specialty_ = 2;
  EXPECT_EQ(Judged(), Refusal::kNone);
  needs_ = 0b101;
  has_ = 0b001;
  EXPECT_EQ(Judged(), Refusal::kCapability);
  has_ = 0b111;
  EXPECT_EQ(Judged(), Refusal::kNone);
  more_needs_ = {70, 80};
  more_has_ = {70, 75};
  EXPECT_EQ(Judged(), Refusal::kCapability);
  more_has_ = {70, 75, 80};
  EXPECT_EQ(Judged(), Refusal::kNone);
}

TEST_F(Eligibility, VisibilityByViewer) {
  struct Row {
    Visibility visibility;
    bool regulated_only;
    bool regulation, practice, own_cpts, nobody;
  };
  const Row rows[] = {
      {Visibility::kPublic, false, true, true, true, true},   {Visibility::kPro, false, true, true, true, false},
      {Visibility::kSnp, false, true, false, false, false},   {Visibility::kCpts, false, true, false, true, false},
      {Visibility::kPublic, true, true, false, false, false}, {Visibility::kCpts, true, true, false, false, false},
  };
  place_.cpts = 7;
  for (const Row& row : rows) {
    slot_.visibility = VisibilitySet().Add(row.visibility);
    slot_.regulated_only = row.regulated_only;
    const auto sees = [&](bool regulation, bool professional, const char* cpts) {
      demand_.viewer = {regulation, professional, cpts};
      return Judged() == Refusal::kNone;
    };
    SCOPED_TRACE(testing::Message() << "visibility " << static_cast<int>(row.visibility) << (row.regulated_only ? " regulated only" : ""));
    EXPECT_EQ(sees(true, true, ""), row.regulation);
    EXPECT_EQ(sees(false, true, ""), row.practice);
    EXPECT_EQ(sees(false, true, "mine"), row.own_cpts);
    EXPECT_EQ(sees(false, false, ""), row.nobody);
  }
}

TEST_F(Eligibility, AnUnfilledSlotGoesBackToThePublicAtItsTime) {
  slot_.visibility = VisibilitySet().Add(Visibility::kSnp);
  slot_.regulated_only = true;
  slot_.release_before = absl::Minutes(60);
  demand_.viewer = {false, false, ""};
  EXPECT_EQ(Judged(), Refusal::kNone);  // Exactly an hour before.
  slot_.start += kMs;
  EXPECT_EQ(Judged(), Refusal::kNotVisible);
  demand_.viewer.regulation = true;
  EXPECT_EQ(Judged(), Refusal::kNone);
}

TEST_F(Eligibility, StaleFullAndReducedMobility) {
  policy_.refuse_after = absl::Minutes(30);
  confirmed_ = kNow - absl::Minutes(30);
  EXPECT_EQ(Judged(), Refusal::kNone);
  confirmed_ -= kMs;
  EXPECT_EQ(Judged(), Refusal::kStale);
  policy_.refuse_after.reset();
  demand_.pmr = true;
  EXPECT_EQ(Judged(), Refusal::kPmr);
  remaining_ = 0;
  EXPECT_EQ(Judged(), Refusal::kFull);
  remaining_ = 1;
  slot_.modality = Modality::kVisit;
  EXPECT_EQ(Judged(), Refusal::kNone);
  slot_.modality = Modality::kCabinet;
  place_.pmr_access = true;
  EXPECT_EQ(Judged(), Refusal::kNone);
}

TEST_F(Eligibility, ASlotWithManyFaultsIsCountedUnderTheFirst) {
  remaining_ = 0;
  slot_.min_age_months = 500;
  demand_.age_months = 3;
  EXPECT_EQ(Judged(10), Refusal::kAge);
  EXPECT_EQ(Judged(31), Refusal::kTooFar);
}

TEST_F(Eligibility, CirclesOfCare) {
  const auto circle = [&] {
    Question q = MakeQuestion(demand_, policy_);
    q.own_gp = own_gp_;
    q.structures = {9};
    SlotFacts s = PackSlot(slot_, 1, kNow);
    s.practitioner = practitioner_;
    return CircleOf(q, s, place_);
  };
  EXPECT_EQ(circle(), Circle::kTown);
  practitioner_ = 3;
  EXPECT_EQ(circle(), Circle::kTown);
  own_gp_ = 3;
  EXPECT_EQ(circle(), Circle::kOwnGp);
  slot_.modality = Modality::kTele;
  EXPECT_EQ(circle(), Circle::kOwnGp);
  own_gp_ = 4;
  EXPECT_EQ(circle(), Circle::kTele);
  place_.structure = 9;
  EXPECT_EQ(circle(), Circle::kSameStructure);
  place_.kind = PlaceKind::kEmergencyDepartment;
  own_gp_ = 3;
  EXPECT_EQ(circle(), Circle::kEmergencyDepartment);
  // A CPTS's slots at a relief place count as town medicine, when it is the CPTS that publishes them.
  own_gp_ = kNoId;
  place_ = {PlaceKind::kSnpCentre, false, 7, kNoId};
  slot_.modality = Modality::kCabinet;
  EXPECT_EQ(circle(), Circle::kRelief);
  slot_.visibility.Add(Visibility::kCpts);
  EXPECT_EQ(circle(), Circle::kTown);
  slot_.modality = Modality::kVisit;
  EXPECT_EQ(circle(), Circle::kRelief);
}

}  // namespace
}  // namespace snp::domain
