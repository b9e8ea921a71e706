#include "scenario/territory.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "scenario/csv_export.h"
#include "scenario/identifiers.h"
#include "scenario/scenario.h"

namespace snp::scenario {
namespace {

using domain::PlaceKind;

const Scenario& ValDoise() {
  static const Scenario* s = [] {
    auto loaded = LoadScenario();
    if (!loaded.ok()) ADD_FAILURE() << loaded.status();
    return new Scenario(*std::move(loaded));
  }();
  return *s;
}

// A whole week, Monday to Sunday, so that weekly figures can be counted.
Territory Week() {
  Config config = ValDoise().config;
  config.supply_days = 7;
  return *MakeTerritory(config, ValDoise().communes, 1);
}

TEST(Territory, HasTheCountsOfValDoise) {
  std::map<PlaceKind, int> count;
  for (const domain::Place& p : ValDoise().territory.places) ++count[p.kind];
  EXPECT_EQ(count[PlaceKind::kMsp], 6);
  EXPECT_EQ(count[PlaceKind::kCentreDeSante], 19);
  EXPECT_EQ(count[PlaceKind::kEmergencyDepartment], 9);
  EXPECT_EQ(count[PlaceKind::kTelePool], 1);
  EXPECT_GE(count[PlaceKind::kVisitEffector], 1);
  EXPECT_GE(count[PlaceKind::kMmg], 3);
  EXPECT_GE(count[PlaceKind::kPointFixe], 3);
  EXPECT_GE(count[PlaceKind::kSnpCentre], 1);

  std::map<std::string, PlaceKind> kind_of;
  for (const domain::Place& p : ValDoise().territory.places) kind_of[p.name.id.value()] = p.kind;
  int liberal = 0;
  for (const domain::Practitioner& p : ValDoise().territory.practitioners) liberal += kind_of[p.places[0].id.value()] != PlaceKind::kCentreDeSante;
  EXPECT_EQ(liberal, 819);
  EXPECT_EQ(ValDoise().territory.communes.size(), 183u);
}

TEST(Territory, ThirtyPercentOfGpsPublishTwoHoursAWeek) {
  const Territory week = Week();
  std::map<std::string, int> slots_of;
  for (const PublishedSlot& s : week.slots) {
    if (!absl::StartsWith(s.definition.place.value(), "cds-") && !s.definition.practitioner.empty()) {
      EXPECT_EQ(s.definition.end - s.definition.start, absl::Minutes(15));
      EXPECT_EQ(s.definition.capacity, 1);
      ++slots_of[s.definition.practitioner.value()];
    }
  }
  EXPECT_EQ(slots_of.size(), 246u);  // 30 % of 819.
  for (const auto& [rpps, slots] : slots_of) EXPECT_EQ(slots, 8) << rpps;
}

TEST(Territory, EmergencyDepartmentsAreOpenAroundTheClock) {
  std::map<std::string, std::vector<const domain::SlotDefinition*>> of;
  for (const PublishedSlot& s : ValDoise().territory.slots) {
    if (absl::StartsWith(s.definition.place.value(), "sau-")) of[s.definition.place.value()].push_back(&s.definition);
  }
  EXPECT_EQ(of.size(), 9u);
  for (const auto& [place, slots] : of) {
    EXPECT_LE(slots.front()->start, ValDoise().day.begin);
    for (size_t i = 1; i < slots.size(); ++i) EXPECT_EQ(slots[i]->start, slots[i - 1]->end) << place;
    EXPECT_GE(slots.back()->end, ValDoise().day.end + absl::Hours(48));
    for (const auto* s : slots) EXPECT_EQ(s->mode, domain::SlotMode::kWalkin);
  }
}

TEST(Territory, GeneralPracticeKeepsOfficeHours) {
  absl::TimeZone paris;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Paris", &paris));
  for (const PublishedSlot& s : Week().slots) {
    if (!absl::StartsWith(s.definition.place.value(), "cab-")) continue;
    const absl::CivilMinute from = absl::ToCivilMinute(s.definition.start, paris);
    const absl::Weekday day = absl::GetWeekday(from);
    ASSERT_NE(day, absl::Weekday::sunday);
    EXPECT_GE(from.hour(), 8);
    EXPECT_LE(absl::ToCivilMinute(s.definition.end, paris) - absl::CivilMinute(absl::CivilDay(from)),
              (day == absl::Weekday::saturday ? 12 : 20) * 60);
  }
}

TEST(Territory, AHolidayIsASunday) {
  Config config = ValDoise().config;
  config.supply_days = 1;
  config.holidays = {config.date};
  const Territory holiday = *MakeTerritory(config, ValDoise().communes, 1);
  bool mmg_by_day = false;
  for (const PublishedSlot& s : holiday.slots) {
    EXPECT_FALSE(absl::StartsWith(s.definition.place.value(), "cab-"));
    mmg_by_day |= absl::StartsWith(s.definition.place.value(), "mmg-") && s.definition.start < ValDoise().day.begin + absl::Hours(10);
  }
  EXPECT_TRUE(mmg_by_day);
}

TEST(Territory, EveryNumberFailsItsCheckAndEveryIdIsUnique) {
  std::set<std::string> places, slots, rpps, addresses;
  for (const domain::Place& p : ValDoise().territory.places) {
    EXPECT_TRUE(places.insert(p.name.id.value()).second);
    EXPECT_FALSE(LuhnHolds(p.siret)) << p.siret;
    EXPECT_TRUE(p.finess.empty() || !LuhnHolds(p.finess)) << p.finess;
    EXPECT_TRUE(domain::IsPlausible(p.position));
    EXPECT_NE(p.address.find("voie de la Simulation"), std::string::npos);
    EXPECT_FALSE(p.cpts.empty());
  }
  for (const domain::Practitioner& p : ValDoise().territory.practitioners) {
    EXPECT_TRUE(rpps.insert(p.name.id.value()).second);
    EXPECT_FALSE(LuhnHolds(p.name.id.value()));
    EXPECT_TRUE(places.count(p.places.at(0).id.value()));
  }
  for (const PublishedSlot& s : ValDoise().territory.slots) {
    EXPECT_TRUE(slots.insert(s.name.id.value()).second) << s.name.id.value();
    EXPECT_TRUE(domain::IsId(s.name.id.value())) << s.name.id.value();
    EXPECT_TRUE(places.count(s.definition.place.value()));
    EXPECT_LT(s.definition.start, s.definition.end);
    EXPECT_FALSE(s.definition.visibility.empty());
  }
}

TEST(Territory, PlacesAreInTheirCommune) {
  // The scatter stays within a disc of the commune's area, so the nearest centre of a large town is its own far more often than not.
  int own = 0, all = 0;
  for (const domain::Place& p : ValDoise().territory.places) {
    const domain::Commune* commune = ValDoise().communes.Find(p.commune);
    ASSERT_NE(commune, nullptr);
    EXPECT_LE(domain::HaversineKm(p.position, commune->centre), std::sqrt(commune->area_km2 / 3.14159) + 0.01);
    own += ValDoise().communes.Nearest(p.position) == commune;
    ++all;
  }
  EXPECT_GT(own, all * 3 / 4);
}

TEST(Territory, NoDoctorIsInTwoPlacesAtOnce) {
  std::map<std::string, std::vector<const domain::SlotDefinition*>> of;
  const Territory week = Week();
  for (const PublishedSlot& s : week.slots) {
    if (!s.definition.practitioner.empty()) of[s.definition.practitioner.value()].push_back(&s.definition);
  }
  for (const auto& [rpps, slots] : of) {
    for (size_t i = 1; i < slots.size(); ++i) EXPECT_GE(slots[i]->start, slots[i - 1]->end) << rpps;
  }
}

TEST(Territory, SameSeedSameTerritoryOtherSeedAnother) {
  const Territory a = *MakeTerritory(ValDoise().config, ValDoise().communes, 1);
  const Territory b = *MakeTerritory(ValDoise().config, ValDoise().communes, 1);
  const Territory c = *MakeTerritory(ValDoise().config, ValDoise().communes, 2);
  EXPECT_EQ(PlacesCsv(a) + PractitionersCsv(a) + SlotsCsv(a), PlacesCsv(b) + PractitionersCsv(b) + SlotsCsv(b));
  EXPECT_NE(SlotsCsv(a), SlotsCsv(c));
}

TEST(Territory, RefusesADepartmentWithoutCommunesAndAnUnknownTimeZone) {
  Config config = ValDoise().config;
  config.department = "971";
  EXPECT_EQ(MakeTerritory(config, ValDoise().communes, 1).status().code(), absl::StatusCode::kInvalidArgument);
  config = ValDoise().config;
  config.time_zone = "Europe/Atlantis";
  EXPECT_EQ(MakeTerritory(config, ValDoise().communes, 1).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace snp::scenario
