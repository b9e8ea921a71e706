#include "domain/place_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace snp::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const CommuneTable& Communes() {
  static const auto* table = new CommuneTable(*CommuneTable::Parse(
      "insee,name,departement,region,postal_codes,population,lat,lon,area_km2\n"
      "95127,Cergy,95,11,95000,70906,49.03992,2.05118,14.5\n75101,Paris 1er Arrondissement,75,11,75001,15114,48.86256,2.33644,0\n"));
  return *table;
}

Place Good() {
  Place place;
  place.name = {Department("95"), PlaceId("p1")};
  place.kind = PlaceKind::kMsp;
  place.display_name = "MSP de l'Écluse";
  place.commune = "95127";
  place.position = {49.04, 2.05};
  return place;
}

std::vector<Violation> Spoilt(const std::function<void(Place&)>& spoil) {
  Place place = Good();
  spoil(place);
  return ValidatePlace(place, Communes());
}

std::vector<std::string> Fields(const std::function<void(Place&)>& spoil) {
  std::vector<std::string> fields;
  for (const Violation& v : Spoilt(spoil)) fields.push_back(v.field);
  return fields;
}

TEST(PlaceRules, AGoodPlaceBreaksNone) {
  EXPECT_THAT(Fields([](auto&) {}), IsEmpty());
  EXPECT_THAT(Fields([](auto& p) {
                p.finess = "2A0000001";
                p.siret = "00000000000001";
                p.cpts = "cpts-1";
                p.structure = "msp_1";
                p.address = "1, rue de l'Écluse";
                for (p.display_name.clear(); p.display_name.size() < 240;) p.display_name += "é";
              }),
              IsEmpty());
}

TEST(PlaceRules, EachBrokenRuleNamesItsField) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(Fields([](auto& p) { p.kind = static_cast<PlaceKind>(10); }), ElementsAre("kind"));
  EXPECT_THAT(Fields([](auto& p) { p.display_name = ""; }), ElementsAre("display_name"));
  EXPECT_THAT(Fields([](auto& p) { p.display_name = std::string(121, 'x'); }), ElementsAre("display_name"));
  EXPECT_THAT(Fields([](auto& p) { p.display_name = "MSP \x1b[2J"; }), ElementsAre("display_name"));
  EXPECT_THAT(Fields([](auto& p) { p.display_name = "MSP \xC2\x9B"; }), ElementsAre("display_name"));
  EXPECT_THAT(Fields([](auto& p) { p.finess = "12345678"; }), ElementsAre("finess"));
  EXPECT_THAT(Fields([](auto& p) { p.siret = "1234567890123x"; }), ElementsAre("siret"));
  EXPECT_THAT(Fields([nan](auto& p) { p.position.lat = nan; }), ElementsAre("location.latitude"));
  EXPECT_THAT(Fields([](auto& p) { p.position.lat = 91; }), ElementsAre("location.latitude"));
  EXPECT_THAT(Fields([](auto& p) { p.position.lon = -181; }), ElementsAre("location.longitude"));
  EXPECT_THAT(Fields([](auto& p) { p.position = {0, 0}; }), ElementsAre("location.latitude"));
  EXPECT_THAT(Fields([](auto& p) { p.cpts = "a b"; }), ElementsAre("cpts"));
  EXPECT_THAT(Fields([](auto& p) { p.structure = std::string(65, 'x'); }), ElementsAre("structure"));
  EXPECT_THAT(Fields([](auto& p) { p.address = std::string(201, 'x'); }), ElementsAre("address"));
}

TEST(PlaceRules, SwappedCoordinatesAreFound) {
  const auto found = Spoilt([](auto& p) { p.position = {2.05, 49.04}; });
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].description, HasSubstr("from the centre of Cergy"));
}

TEST(PlaceRules, TheCommuneMustBeKnownAndOfTheDepartment) {
  const auto why = [](const std::string& commune) { return Spoilt([&](auto& p) { p.commune = commune; }).at(0).description; };
  EXPECT_THAT(why("95999"), HasSubstr("is not a commune"));
  EXPECT_THAT(why("75056"), HasSubstr("give the arrondissement"));
  EXPECT_THAT(why("97105"), HasSubstr("overseas"));
  EXPECT_THAT(why("75101"), HasSubstr("75101 is in department 75, the place's name says 95"));
}

TEST(PlaceRules, Practitioners) {
  Practitioner doctor;
  doctor.name = {Department("95"), Rpps("10000000001")};
  doctor.profession = "10";
  doctor.specialty = "SM26";
  doctor.places = {{Department("95"), PlaceId("p1")}, {Department("60"), PlaceId("p1")}};
  EXPECT_THAT(ValidatePractitioner(doctor), IsEmpty());
  doctor.profession = "a b";
  doctor.specialty = std::string(17, 'x');
  doctor.places.push_back(doctor.places[0]);
  std::vector<std::string> fields;
  for (const Violation& v : ValidatePractitioner(doctor)) fields.push_back(v.field);
  EXPECT_THAT(fields, ElementsAre("profession", "specialty", "places[2]"));
  doctor.places.assign(21, doctor.places[0]);
  EXPECT_EQ(ValidatePractitioner(doctor).back().field, "places");
}

}  // namespace
}  // namespace snp::domain
