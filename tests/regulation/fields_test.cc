// Bad requests: a clear error that names the field, and nothing changed.
#include "regulation/fields.h"

#include <cmath>
#include <functional>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "regulation/world.h"

namespace snp::regulation {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

TEST(OpenFields, EachIsNamed) {
  World w;
  const struct {
    const char* field;
    std::function<void(pb::OpenCaseRequest&)> spoil;
  } rows[] = {
      {"request_id", [](auto& r) { r.set_request_id(""); }},
      {"request_id", [](auto& r) { r.set_request_id(std::string(10'000, 'x')); }},
      {"parent", [](auto& r) { r.set_parent("departments/99"); }},
      {"parent", [](auto& r) { r.set_parent(std::string(10'000, 'x')); }},
      {"file_number", [](auto& r) { r.set_file_number(std::string(65, '1')); }},
      {"file_number", [](auto& r) { r.set_file_number("a\nb"); }},
      {"priority", [](auto& r) { r.set_priority(static_cast<type::v1::CallPriority>(9)); }},
      {"motive", [](auto& r) { r.set_motive("M99.99"); }},
      {"origin", [](auto& r) { r.set_origin("17"); }},
      {"patient.location", [](auto& r) { r.clear_patient(); }},
      {"patient.location.commune", [](auto& r) { r.mutable_patient()->mutable_location()->set_commune("9512"); }},
      {"patient.location.latitude", [](auto& r) { r.mutable_patient()->mutable_location()->set_latitude(91); }},
      {"patient.location.latitude", [](auto& r) { r.mutable_patient()->mutable_location()->set_longitude(std::nan("")); }},
      {"patient.age_months", [](auto& r) { r.mutable_patient()->set_age_months(-1); }},
      {"patient.age_months", [](auto& r) { r.mutable_patient()->set_age_months(1801); }},
      {"patient.own_gp", [](auto& r) { r.mutable_patient()->set_own_gp("1234"); }},
      {"patient.sex", [](auto& r) { r.mutable_patient()->set_sex(static_cast<type::v1::Sex>(7)); }},
  };
  for (const auto& row : rows) {
    pb::OpenCaseRequest request = w.OpenRequest();
    row.spoil(request);
    const auto answer = w.Do(&OpenCase, w.assistant(), request);
    EXPECT_EQ(Why(answer), Reason::kFieldInvalid) << row.field;
    EXPECT_THAT(FieldsOf(answer.status()), ElementsAre(row.field));
  }
  EXPECT_TRUE(w.Queue().empty());
}

TEST(OpenFields, ADepartmentOfAnotherCentreIsRefused) {
  World w;
  w.process->office.departments = {domain::Department("95"), domain::Department("78")};
  pb::OpenCaseRequest request = w.OpenRequest();
  EXPECT_TRUE(w.Do(&OpenCase, w.assistant(), request).ok());
  request.set_parent("departments/75");
  EXPECT_THAT(FieldsOf(w.Do(&OpenCase, w.assistant(), request).status()), ElementsAre("parent"));
}

TEST(OpenFields, AllThatIsWrongIsSaidAtOnce) {
  World w;
  pb::OpenCaseRequest request = w.OpenRequest();
  request.set_motive("x");
  request.set_origin("y");
  EXPECT_THAT(FieldsOf(w.Do(&OpenCase, w.assistant(), request).status()), UnorderedElementsAre("motive", "origin"));
}

TEST(OpenFields, AnUnknownCommuneIsRefusedWhenTheTableIsThere) {
  World w;
  const auto table = domain::CommuneTable::Parse(
      "insee,name,departement,region,postal_codes,population,lat,lon,area_km2\n95127,Cergy,95,11,95000,70000,49.03,2.06,11.7\n");
  ASSERT_TRUE(table.ok()) << table.status();
  w.process->office.communes = &*table;
  EXPECT_TRUE(w.Do(&OpenCase, w.assistant(), w.OpenRequest()).ok());
  pb::OpenCaseRequest request = w.OpenRequest();
  request.mutable_patient()->mutable_location()->set_commune("95999");
  EXPECT_THAT(FieldsOf(w.Do(&OpenCase, w.assistant(), request).status()), ElementsAre("patient.location.commune"));
}

TEST(QualifyFields, EachIsNamedAndNothingChanges) {
  World w;
  const pb::Case c = w.Open();
  const struct {
    const char* field;
    std::function<void(pb::QualifyCaseRequest&)> spoil;
  } rows[] = {
      {"name", [](auto& r) { r.set_name("cases/1"); }},
      {"care_level", [](auto& r) { r.set_care_level(static_cast<type::v1::CareLevel>(8)); }},
      {"need", [](auto& r) { r.clear_need(); }},
      {"need.delay", [](auto& r) { r.mutable_need()->set_delay("3H"); }},
      {"need.delay", [](auto& r) { r.mutable_need()->clear_delay(); }},
      {"need.latest_time", [](auto& r) { r.mutable_need()->set_delay("RDV"); }},
      {"need.capabilities[0]", [](auto& r) { r.mutable_need()->add_capabilities("Suture!"); }},
      {"need.modalities[0]", [](auto& r) { r.mutable_need()->add_modalities(static_cast<type::v1::Modality>(9)); }},
      {"need.specialty", [](auto& r) { r.mutable_need()->set_specialty(std::string(17, 'S')); }},
  };
  for (const auto& row : rows) {
    pb::QualifyCaseRequest request = w.QualifyRequest(c, type::v1::CARE_LEVEL_R3);
    row.spoil(request);
    const auto answer = w.Do(&QualifyCase, w.doctor(), request);
    EXPECT_EQ(Why(answer), Reason::kFieldInvalid) << row.field;
    EXPECT_THAT(FieldsOf(answer.status()), ElementsAre(row.field));
  }
  EXPECT_EQ(w.Now(c).revision(), 1);
}

TEST(QualifyFields, AnEmergencyDoesNotWaitForAWellStatedNeed) {
  World w;
  pb::QualifyCaseRequest request = w.QualifyRequest(w.Open(), type::v1::CARE_LEVEL_R1);
  request.clear_need();
  EXPECT_TRUE(w.Do(&QualifyCase, w.doctor(), request).ok());
}

TEST(OtherFields, AreNamed) {
  World w;
  const pb::Case c = w.R3();
  pb::HoldPlaceRequest hold;
  hold.set_request_id(w.NewRequestId());
  hold.set_name(c.name());
  hold.mutable_hold_duration()->set_seconds(1801);
  for (int i = 0; i < 17; ++i) hold.add_candidates()->set_slot(SlotName(1));
  hold.set_override_reason(std::string(501, 'r'));
  const auto fields = FieldsOf(w.Do(&HoldPlace, w.doctor(), hold).status());
  EXPECT_THAT(fields, Contains("hold_duration"));
  EXPECT_THAT(fields, Contains("candidates"));
  EXPECT_THAT(fields, Contains("candidates[0].revision"));
  EXPECT_THAT(fields, Contains("override_reason"));

  pb::AdviseCaseRequest advise;
  advise.set_request_id(w.NewRequestId());
  advise.set_name(c.name());
  advise.set_decision("ORIENT");
  EXPECT_THAT(FieldsOf(w.Do(&AdviseCase, w.doctor(), advise).status()), ElementsAre("decision"));

  pb::RefusePlaceRequest refuse;
  refuse.set_request_id(w.NewRequestId());
  refuse.set_name(c.name());
  refuse.set_slot("s1");
  EXPECT_THAT(FieldsOf(w.Do(&RefusePlace, w.doctor(), refuse).status()), ElementsAre("slot", "reason"));
  EXPECT_EQ(w.Now(c).revision(), c.revision());
}

TEST(Deadline, AnExpiredOneChangesNothing) {
  World w;
  const pb::Case c = w.R3();
  Caller late = w.doctor();
  late.deadline = absl::Now() - absl::Seconds(1);
  EXPECT_FALSE(w.Dispatch(c, late).ok());
  EXPECT_TRUE(w.registry.Live().empty());
}

}  // namespace
}  // namespace snp::regulation
