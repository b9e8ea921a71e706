#include "matcher/demand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "platform/error.h"
#include "snp/matcher/v1/matcher.pb.h"

namespace snp::matcher {
namespace {

using testing::ElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1'765'000'000);

const domain::CommuneTable& Communes() {
  static const domain::CommuneTable table = *domain::CommuneTable::Parse(
      "insee,name,departement,region,postal_codes,population,lat,lon,area_km2\n"
      "95018,Argenteuil,95,11,95100,110000,48.948,2.247,17.2\n"
      "95127,Cergy,95,11,95000,66000,49.040,2.051,11.6\n");
  return table;
}

v1::Demand Good() {
  v1::Demand demand;
  demand.mutable_location()->set_commune("95127");
  demand.mutable_latest_time()->set_seconds(absl::ToUnixSeconds(kNow) + 7200);
  return demand;
}

std::vector<std::string> FieldsAtFault(const v1::Demand& demand) {
  const auto read = ReadDemand(demand, {}, kNow, Communes());
  std::vector<std::string> fields;
  if (read.ok()) return fields;
  EXPECT_EQ(platform::ReasonOf(read.status()), platform::Reason::kFieldInvalid);
  for (const auto& violation : platform::ViolationsOf(read.status())) {
    fields.push_back(violation.field);
    EXPECT_LT(violation.description.size(), 300u);
  }
  return fields;
}

TEST(Demand, ACommuneGivesItsCentreAndAPointItsCommune) {
  auto read = ReadDemand(Good(), {}, kNow, Communes());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->position, (domain::LatLon{49.040, 2.051}));
  EXPECT_EQ(read->commune, "95127");
  EXPECT_EQ(read->now, kNow);
  EXPECT_EQ(read->earliest, kNow);
  EXPECT_EQ(read->latest, kNow + absl::Hours(2));
  EXPECT_EQ(read->max_travel, std::nullopt);
  EXPECT_EQ(read->age_months, std::nullopt);

  v1::Demand point = Good();
  point.mutable_location()->clear_commune();
  point.mutable_location()->set_latitude(48.95);
  point.mutable_location()->set_longitude(2.25);
  read = ReadDemand(point, {}, kNow, Communes());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->position, (domain::LatLon{48.95, 2.25}));
  EXPECT_EQ(read->commune, "95018");
  // Both: the point is where the patient is, the commune what was said.
  point.mutable_location()->set_commune("95127");
  read = ReadDemand(point, {}, kNow, Communes());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->position, (domain::LatLon{48.95, 2.25}));
  EXPECT_EQ(read->commune, "95127");
}

TEST(Demand, EveryFieldIsCarriedOver) {
  v1::Demand in = Good();
  in.mutable_earliest_time()->set_seconds(absl::ToUnixSeconds(kNow) + 600);
  in.mutable_earliest_time()->set_nanos(5);
  in.mutable_max_travel()->set_seconds(90);
  in.mutable_max_travel()->set_nanos(500'000'000);
  in.add_modalities(type::v1::MODALITY_TELE);
  in.set_specialty("SM40");
  in.add_capabilities("suture");
  in.set_age_months(0);
  in.set_own_gp("99900000001");
  in.set_pmr(true);
  in.set_no_car(true);
  in.add_excluded_slots("departments/95/slots/s1");
  const auto d = ReadDemand(in, {}, kNow, Communes());
  ASSERT_TRUE(d.ok()) << d.status();
  EXPECT_EQ(d->earliest, kNow + absl::Seconds(600) + absl::Nanoseconds(5));
  EXPECT_EQ(d->max_travel, absl::Milliseconds(90'500));
  EXPECT_EQ(d->modalities, domain::ModalitySet().Add(domain::Modality::kTele));
  EXPECT_EQ(d->specialty, "SM40");
  EXPECT_THAT(d->capabilities, ElementsAre("suture"));
  EXPECT_EQ(d->age_months, 0);
  EXPECT_EQ(d->own_gp, domain::Rpps("99900000001"));
  EXPECT_TRUE(d->pmr);
  EXPECT_TRUE(d->no_car);
  EXPECT_THAT(d->excluded, ElementsAre(domain::SlotName{domain::Department("95"), domain::SlotId("s1")}));
}

TEST(Demand, WrongFieldsAreNamed) {
  const std::string long_text(10'000, 'x');
  const struct {
    const char* field;
    std::function<void(v1::Demand&)> spoil;
  } cases[] = {
      {"demand.location", [](v1::Demand& d) { d.clear_location(); }},
      {"demand.location", [](v1::Demand& d) { d.mutable_location()->clear_commune(); }},
      {"demand.location", [](v1::Demand& d) { d.mutable_location()->set_latitude(91); }},
      {"demand.location", [](v1::Demand& d) { d.mutable_location()->set_longitude(std::numeric_limits<double>::quiet_NaN()); }},
      {"demand.location.commune", [](v1::Demand& d) { d.mutable_location()->set_commune("95999"); }},
      {"demand.location.commune", [&](v1::Demand& d) { d.mutable_location()->set_commune(long_text); }},
      {"demand.latest_time", [](v1::Demand& d) { d.clear_latest_time(); }},
      {"demand.latest_time", [](v1::Demand& d) { d.mutable_latest_time()->set_nanos(-1); }},
      {"demand.latest_time", [](v1::Demand& d) { d.mutable_latest_time()->set_seconds(int64_t{1} << 60); }},
      {"demand.latest_time", [](v1::Demand& d) { d.mutable_earliest_time()->set_seconds(d.latest_time().seconds() + 1); }},
      {"demand.earliest_time", [](v1::Demand& d) { d.mutable_earliest_time()->set_seconds(-(int64_t{1} << 60)); }},
      {"demand.max_travel", [](v1::Demand& d) { d.mutable_max_travel()->set_seconds(-1); }},
      {"demand.max_travel", [](v1::Demand& d) { d.mutable_max_travel()->set_seconds(86401); }},
      {"demand.modalities[1]",
       [](v1::Demand& d) {
         d.add_modalities(type::v1::MODALITY_TELE);
         d.add_modalities(static_cast<type::v1::Modality>(9));
       }},
      {"demand.modalities[0]", [](v1::Demand& d) { d.add_modalities(type::v1::MODALITY_UNSPECIFIED); }},
      {"demand.specialty", [&](v1::Demand& d) { d.set_specialty(long_text); }},
      {"demand.capabilities[0]", [&](v1::Demand& d) { d.add_capabilities(long_text); }},
      {"demand.capabilities[0]", [](v1::Demand& d) { d.add_capabilities(""); }},
      {"demand.capabilities",
       [](v1::Demand& d) {
         for (int i = 0; i < 33; ++i) d.add_capabilities("a");
       }},
      {"demand.age_months", [](v1::Demand& d) { d.set_age_months(-1); }},
      {"demand.age_months", [](v1::Demand& d) { d.set_age_months(1801); }},
      {"demand.own_gp", [](v1::Demand& d) { d.set_own_gp("123"); }},
      {"demand.own_gp", [&](v1::Demand& d) { d.set_own_gp(long_text); }},
      {"demand.excluded_slots[0]", [&](v1::Demand& d) { d.add_excluded_slots(long_text); }},
      {"demand.excluded_slots",
       [](v1::Demand& d) {
         for (int i = 0; i < 65; ++i) d.add_excluded_slots("departments/95/slots/a");
       }},
  };
  for (const auto& c : cases) {
    v1::Demand demand = Good();
    c.spoil(demand);
    EXPECT_THAT(FieldsAtFault(demand), ElementsAre(c.field));
  }
}

TEST(Demand, SeveralMistakesAreAllNamed) {
  v1::Demand demand = Good();
  demand.mutable_location()->set_commune("x");
  demand.set_age_months(-1);
  EXPECT_THAT(FieldsAtFault(demand), ElementsAre("demand.location.commune", "demand.age_months"));
}

TEST(Demand, ADeadlineThatHasPassedIsNoMistake) {
  v1::Demand demand = Good();
  demand.mutable_latest_time()->set_seconds(absl::ToUnixSeconds(kNow) - 60);
  EXPECT_THAT(FieldsAtFault(demand), ElementsAre());
}

TEST(Demand, ViewerByRole) {
  using platform::Role;
  const auto viewer_of = [](Role role) {
    platform::Caller caller;
    caller.role = role;
    return ViewerOf(caller);
  };
  for (const Role role : {Role::kRegulator, Role::kOsnp, Role::kService}) EXPECT_TRUE(viewer_of(role).regulation);
  platform::Caller practice;
  practice.role = Role::kPractice;
  practice.cpts = "cpts1";
  const domain::Viewer viewer = ViewerOf(practice);
  EXPECT_FALSE(viewer.regulation);
  EXPECT_TRUE(viewer.professional);
  EXPECT_EQ(viewer.cpts, "cpts1");
  for (const Role role : {Role::kUnspecified, Role::kAssistant, Role::kArs, Role::kAdmin}) {
    EXPECT_FALSE(viewer_of(role).regulation);
    EXPECT_FALSE(viewer_of(role).professional);
  }
}

}  // namespace
}  // namespace snp::matcher
