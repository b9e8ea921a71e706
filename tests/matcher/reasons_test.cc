#include "matcher/reasons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snp::matcher {
namespace {

using domain::Circle;
using domain::Modality;
using domain::PlaceKind;
using testing::ElementsAre;
using testing::IsEmpty;

absl::TimeZone Paris() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Paris", &zone));
  return zone;
}
absl::Time At(int day, int hour, int minute) { return absl::FromCivil(absl::CivilSecond(2025, 12, day, hour, minute, 0), Paris()); }

// The 6th of December 2025 is a Saturday.
const absl::Time kNow = At(6, 13, 30);

domain::RankedSlot Slot() {
  domain::RankedSlot slot;
  slot.circle = Circle::kTown;
  slot.place_kind = PlaceKind::kMsp;
  slot.travel = absl::Minutes(11.2);
  slot.seen = At(6, 14, 30);
  slot.confirmed = kNow - absl::Minutes(3);
  slot.remaining = 1;
  return slot;
}

TEST(Reasons, AppointmentInTown) {
  EXPECT_THAT(Reasons(Slot(), kNow, Paris()),
              ElementsAre("maison de santé", "12 min de trajet (estimation)", "créneau à 14:30", "confirmé il y a 3 min"));
}

TEST(Reasons, OwnDoctorByTheTableOfTravelTimes) {
  domain::RankedSlot slot = Slot();
  slot.circle = Circle::kOwnGp;
  slot.travel_by_matrix = true;
  slot.seen = At(7, 9, 5);
  EXPECT_THAT(Reasons(slot, kNow, Paris()),
              ElementsAre("médecin traitant", "12 min de trajet (table des trajets)", "créneau demain 9:05", "confirmé il y a 3 min"));
}

TEST(Reasons, WalkInWithManyPlacesThatIsStale) {
  domain::RankedSlot slot = Slot();
  slot.circle = Circle::kRelief;
  slot.place_kind = PlaceKind::kSnpCentre;
  slot.mode = domain::SlotMode::kWalkin;
  slot.remaining = 5;
  slot.stale = true;
  slot.confirmed = kNow - absl::Minutes(150);
  EXPECT_THAT(Reasons(slot, kNow, Paris()), ElementsAre("centre de soins non programmés", "12 min de trajet (estimation)",
                                                        "sans rendez-vous, à partir de 14:30", "à vérifier, confirmé il y a 3 h", "5 places"));
}

TEST(Reasons, VisitTeleAndEmergency) {
  domain::RankedSlot slot = Slot();
  slot.circle = Circle::kRelief;
  slot.place_kind = PlaceKind::kVisitEffector;
  slot.modality = Modality::kVisit;
  slot.seen = At(9, 8, 0);
  EXPECT_THAT(Reasons(slot, kNow, Paris()),
              ElementsAre("visite à domicile", "médecin à 12 min (estimation)", "créneau mardi 9, 8:00", "confirmé il y a 3 min"));
  slot = Slot();
  slot.circle = Circle::kTele;
  slot.modality = Modality::kTele;
  EXPECT_THAT(Reasons(slot, kNow, Paris()), ElementsAre("téléconsultation", "sans déplacement", "créneau à 14:30", "confirmé il y a 3 min"));
  slot = Slot();
  slot.circle = Circle::kEmergencyDepartment;
  slot.place_kind = PlaceKind::kEmergencyDepartment;
  EXPECT_EQ(Reasons(slot, kNow, Paris())[0], "urgences, en dernier recours");
}

TEST(Reasons, NoneForAFlatPolicy) {
  domain::RankedSlot slot = Slot();
  slot.circle = Circle::kFlat;
  EXPECT_THAT(Reasons(slot, kNow, Paris()), IsEmpty());
}

}  // namespace
}  // namespace snp::matcher
