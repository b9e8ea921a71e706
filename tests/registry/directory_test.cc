// Places and practitioners through the real service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "registry/world.h"

namespace snp::registry {
namespace {

using platform::Reason;
using platform::Role;
using ::testing::ElementsAre;

TEST(Directory, WhatIsPutIsRead) {
  World world;
  v1::PutPlacesRequest request;
  request.set_request_id("put-1");
  v1::Place& place = *request.add_places() = GoodPlace("p1");
  place.set_finess("950000001");
  place.set_siret("00000000000001");
  place.set_pmr_access(true);
  place.set_cpts("cpts-1");
  place.set_structure("msp-1");
  place.set_address("1, rue de l'Écluse");
  ASSERT_TRUE(world.As(Role::kAdmin).Call(&Stub::PutPlaces, request).ok());
  v1::GetPlaceRequest get;
  get.set_name(PlaceNamed("p1"));
  for (const Role role : {Role::kRegulator, Role::kOsnp, Role::kAssistant, Role::kPractice, Role::kArs, Role::kAdmin, Role::kService}) {
    const auto got = world.As(role).Call(&Stub::GetPlace, get);
    ASSERT_TRUE(got.ok()) << got.status();
    EXPECT_EQ(got->place().SerializeAsString(), place.SerializeAsString());
  }
}

TEST(Directory, TheTimeZoneDefaultsToParis) {
  World world;
  v1::PutPlacesRequest request;
  request.set_request_id("put-1");
  (*request.add_places() = GoodPlace("p1")).clear_time_zone();
  ASSERT_TRUE(world.As(Role::kAdmin).Call(&Stub::PutPlaces, request).ok());
  v1::GetPlaceRequest get;
  get.set_name(PlaceNamed("p1"));
  EXPECT_EQ(world.As(Role::kAdmin).Call(&Stub::GetPlace, get)->place().time_zone(), "Europe/Paris");
}

TEST(Directory, AnUnknownPlaceIsNotFound) {
  World world;
  v1::GetPlaceRequest get;
  get.set_name(PlaceNamed("none"));
  EXPECT_EQ(ReasonOf(world.As(Role::kAdmin).Call(&Stub::GetPlace, get).status()), Reason::kNotFound);
  v1::GetPractitionerRequest practitioner;
  practitioner.set_name("departments/95/practitioners/10000000001");
  EXPECT_EQ(ReasonOf(world.As(Role::kAdmin).Call(&Stub::GetPractitioner, practitioner).status()), Reason::kNotFound);
}

TEST(Directory, PlacesAreListedPageByPage) {
  World world;
  v1::PutPlacesRequest request;
  request.set_request_id("put-1");
  for (int i = 0; i < 7; ++i) *request.add_places() = GoodPlace(absl::StrCat("p", i));
  ASSERT_TRUE(world.As(Role::kAdmin).Call(&Stub::PutPlaces, request).ok());
  std::vector<std::string> names;
  v1::ListPlacesRequest list;
  list.set_parent("departments/95");
  list.set_page_size(3);
  int pages = 0;
  do {
    const auto page = world.As(Role::kRegulator).Call(&Stub::ListPlaces, list);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& place : page->places()) names.push_back(place.name().substr(PlaceNamed("").size()));
    list.set_page_token(page->next_page_token());
    ++pages;
  } while (!list.page_token().empty());
  EXPECT_THAT(names, ElementsAre("p0", "p1", "p2", "p3", "p4", "p5", "p6"));
  EXPECT_EQ(pages, 3);
}

TEST(Directory, OneBadPlaceAndNoneIsPut) {
  World world;
  v1::PutPlacesRequest request;
  request.set_request_id("put-1");
  *request.add_places() = GoodPlace("p1");
  v1::Place& bad = *request.add_places() = GoodPlace("p2");
  bad.mutable_location()->set_commune("75056");
  bad.mutable_location()->set_latitude(91);
  bad.set_time_zone("Europe/Cergy");
  const auto put = world.As(Role::kAdmin).Call(&Stub::PutPlaces, request);
  EXPECT_THAT(FieldsOf(put.status()), ElementsAre("places[1].location.commune", "places[1].location.latitude", "places[1].time_zone"));
  v1::ListPlacesRequest list;
  list.set_parent("departments/95");
  EXPECT_EQ(world.As(Role::kAdmin).Call(&Stub::ListPlaces, list)->places_size(), 0);
}

TEST(Directory, ARetryIsHarmlessAndAnotherBodyIsRefused) {
  World world;
  v1::PutPlacesRequest request;
  request.set_request_id("put-1");
  *request.add_places() = GoodPlace("p1");
  ASSERT_TRUE(world.As(Role::kAdmin).Call(&Stub::PutPlaces, request).ok());
  EXPECT_TRUE(world.As(Role::kAdmin).Call(&Stub::PutPlaces, request).ok());
  request.mutable_places(0)->set_display_name("Autre");
  EXPECT_EQ(ReasonOf(world.As(Role::kAdmin).Call(&Stub::PutPlaces, request).status()), Reason::kRequestIdReused);
  v1::GetPlaceRequest get;
  get.set_name(PlaceNamed("p1"));
  EXPECT_EQ(world.As(Role::kAdmin).Call(&Stub::GetPlace, get)->place().display_name(), "Cabinet de l'Écluse");
}

TEST(Directory, PractitionersOfSeveralPlaces) {
  World world;
  v1::PutPractitionersRequest request;
  request.set_request_id("put-1");
  auto* doctor = request.add_practitioners();
  doctor->set_name("departments/95/practitioners/10000000001");
  doctor->set_profession("10");
  doctor->set_specialty("SM26");
  doctor->add_places(PlaceNamed("p1"));
  doctor->add_places("departments/60/places/x");
  ASSERT_TRUE(world.As(Role::kAdmin).Call(&Stub::PutPractitioners, request).ok());
  v1::GetPractitionerRequest get;
  get.set_name(doctor->name());
  const auto got = world.As(Role::kRegulator).Call(&Stub::GetPractitioner, get);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->practitioner().SerializeAsString(), doctor->SerializeAsString());
  EXPECT_EQ(ReasonOf(world.As(Role::kPractice).Call(&Stub::GetPractitioner, get).status()), Reason::kRoleForbidden);
}

}  // namespace
}  // namespace snp::registry
