#include "snpctl/csv_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scenario/csv_export.h"
#include "scenario/scenario.h"
#include "snp/registry/v1/registry.pb.h"
#include "snp/regulation/v1/regulation_service.pb.h"

namespace snp::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace type = snp::type::v1;

const RowContext kContext{"95", absl::FromUnixSeconds(1'768'219'200)};  // 2026-01-12 12:00 UTC.

domain::CsvRow OnlyRow(const std::string& text, absl::Span<const Column> columns) {
  auto reader = OpenCsv(text, columns);
  EXPECT_TRUE(reader.ok()) << reader.status();
  auto row = reader->Next();
  EXPECT_TRUE(row && row->ok());
  return **row;
}

std::string Join(const std::vector<RowError>& errors) {
  return absl::StrJoin(errors, "\n", [](std::string* out, const RowError& e) { absl::StrAppend(out, ToString(e)); });
}

TEST(PlaceRow, ReadsEveryColumn) {
  const auto row = OnlyRow(
      "place,kind,display_name,commune,lat,lon,finess,siret,time_zone,pmr_access,cpts,structure,address\n"
      "cab-1,cabinet,\"Cabinet des Tilleuls, Cergy\",95127,49.03992,2.05118,950000001,99000000000012,Europe/Paris,oui,cpts-1,str-1,1 voie\n",
      PlaceColumns());
  registry::v1::Place place;
  EXPECT_EQ(Join(ParsePlaceRow(row, kContext, place)), "");
  EXPECT_EQ(place.name(), "departments/95/places/cab-1");
  EXPECT_EQ(place.kind(), type::PLACE_KIND_CABINET);
  EXPECT_EQ(place.display_name(), "Cabinet des Tilleuls, Cergy");
  EXPECT_EQ(place.location().commune(), "95127");
  EXPECT_DOUBLE_EQ(place.location().latitude(), 49.03992);
  EXPECT_DOUBLE_EQ(place.location().longitude(), 2.05118);
  EXPECT_EQ(place.finess(), "950000001");
  EXPECT_EQ(place.siret(), "99000000000012");
  EXPECT_TRUE(place.pmr_access());
  EXPECT_EQ(place.cpts(), "cpts-1");
  EXPECT_EQ(place.structure(), "str-1");
  EXPECT_EQ(place.address(), "1 voie");
}

TEST(PlaceRow, TellsEachBadFieldWithLineAndColumn) {
  const auto row = OnlyRow("kind,place,display_name,commune,lat,lon,pmr_access\nSHOP,,x,95127,abc,,perhaps\n", PlaceColumns());
  registry::v1::Place place;
  const auto errors = ParsePlaceRow(row, kContext, place);
  ASSERT_EQ(errors.size(), 5u) << Join(errors);
  for (const RowError& e : errors) EXPECT_EQ(e.line, 2);
  EXPECT_EQ(Join(errors).substr(0, 42), "line 2, column 2 (place): must not be empt");
  EXPECT_EQ(errors[1].name, "kind");
  EXPECT_EQ(errors[1].column, 1);
  EXPECT_THAT(errors[1].message, HasSubstr("expected one of CABINET, MSP"));
  EXPECT_EQ(errors[2].name, "lat");
  EXPECT_EQ(errors[2].column, 5);
  EXPECT_EQ(errors[3].name, "lon");
  EXPECT_EQ(errors[4].name, "pmr_access");
  EXPECT_EQ(errors[4].column, 7);
}

TEST(SlotRow, ReadsEveryColumnAndHasDefaults) {
  const auto row = OnlyRow(
      "slot,place,practitioner,start,end,capacity,mode,modality,visibility,capabilities,specialty,min_age_months,max_age_months,regulated_only,"
      "source,"
      "release_before_min\n"
      "a,cab-1,10000000016,2026-01-12T13:30:00Z,15:00,12,walkin,Tele,SNP|cpts,suture|xray,SM26,3,24,1,vendor.x,90\n",
      SlotColumns());
  registry::v1::Slot slot;
  EXPECT_EQ(Join(ParseSlotRow(row, kContext, slot)), "");
  EXPECT_EQ(slot.name(), "departments/95/slots/a");
  EXPECT_EQ(slot.place(), "departments/95/places/cab-1");
  EXPECT_EQ(slot.end_time().seconds() - slot.start_time().seconds(), 30 * 60);
  EXPECT_EQ(slot.capacity(), 12);
  EXPECT_EQ(slot.mode(), type::SLOT_MODE_WALKIN);
  EXPECT_EQ(slot.modality(), type::MODALITY_TELE);
  EXPECT_THAT(slot.visibility(), ElementsAre(type::VISIBILITY_SNP, type::VISIBILITY_CPTS));
  EXPECT_THAT(slot.capabilities(), ElementsAre("suture", "xray"));
  EXPECT_EQ(slot.min_age_months(), 3);
  EXPECT_EQ(slot.max_age_months(), 24);
  EXPECT_TRUE(slot.regulated_only());
  EXPECT_EQ(slot.source(), "vendor.x");
  EXPECT_EQ(slot.release_rule().before_start().seconds(), 90 * 60);

  registry::v1::Slot plain;
  const auto short_row = OnlyRow("slot,place,start,end,visibility\na,departments/77/places/b,+1h,+2h,SNP\n", SlotColumns());
  EXPECT_EQ(Join(ParseSlotRow(short_row, kContext, plain)), "");
  EXPECT_EQ(plain.place(), "departments/77/places/b");
  EXPECT_EQ(plain.capacity(), 1);
  EXPECT_EQ(plain.mode(), type::SLOT_MODE_ROUTINE);
  EXPECT_EQ(plain.modality(), type::MODALITY_CABINET);
  EXPECT_EQ(plain.source(), "manual");
  EXPECT_FALSE(plain.has_release_rule());
}

TEST(SlotRow, RefusesWhatIsMalformed) {
  struct Case {
    const char* row;
    const char* error;
  };
  const Case cases[] = {
      {"a,b,noon,15:00,1,SNP", "line 2, column 3 (start): expected a moment"},
      {"a,b,14:00,,1,SNP", "line 2, column 4 (end): expected a moment"},
      {"a,b,14:00,15:00,many,SNP", "line 2, column 5 (capacity): expected a whole number"},
      {"a,b,14:00,15:00,99999999999,SNP", "line 2, column 5 (capacity): is far out of range"},
      {"a,b,14:00,15:00,1,ALL", "line 2, column 6 (visibility): expected one of PUBLIC, PRO, SNP, CPTS"},
      {"a,b,14:00,15:00,1,", "line 2, column 6 (visibility): must not be empty"},
      {",b,14:00,15:00,1,SNP", "line 2, column 1 (slot): must not be empty"},
  };
  for (const Case& c : cases) {
    const auto row = OnlyRow(absl::StrCat("slot,place,start,end,capacity,visibility\n", c.row, "\n"), SlotColumns());
    registry::v1::Slot slot;
    EXPECT_THAT(Join(ParseSlotRow(row, kContext, slot)), HasSubstr(c.error)) << c.row;
  }
}

TEST(PractitionerRow, ReadsItsPlaces) {
  const auto row = OnlyRow("rpps,profession,specialty,places\n10000000016,10,SM26,cab-1|departments/77/places/b\n", PractitionerColumns());
  registry::v1::Practitioner practitioner;
  EXPECT_EQ(Join(ParsePractitionerRow(row, kContext, practitioner)), "");
  EXPECT_EQ(practitioner.name(), "departments/95/practitioners/10000000016");
  EXPECT_THAT(practitioner.places(), ElementsAre("departments/95/places/cab-1", "departments/77/places/b"));
}

TEST(CaseRow, OpensAndQualifies) {
  const auto row = OnlyRow(
      "file_number,priority,motive,origin,age,sex,commune,lat,lon,own_gp,pmr,no_car,care_level,examination,delay,capabilities\n"
      "D-1,p2,M03.14,15,8m,female,95127,49.04,2.05,10000000016,0,1,R4,true,4H,suture\n",
      CaseColumns());
  regulation::v1::OpenCaseRequest open;
  regulation::v1::QualifyCaseRequest qualify;
  bool qualified = false;
  EXPECT_EQ(Join(ParseCaseRow(row, kContext, open, qualify, &qualified)), "");
  EXPECT_EQ(open.parent(), "departments/95");
  EXPECT_EQ(open.file_number(), "D-1");
  EXPECT_EQ(open.priority(), type::CALL_PRIORITY_P2);
  EXPECT_EQ(open.patient().age_months(), 8);
  EXPECT_EQ(open.patient().sex(), type::SEX_FEMALE);
  EXPECT_TRUE(open.patient().no_car());
  EXPECT_FALSE(open.patient().pmr());
  EXPECT_TRUE(qualified);
  EXPECT_EQ(qualify.care_level(), type::CARE_LEVEL_R4);
  EXPECT_TRUE(qualify.need().examination());
  EXPECT_EQ(qualify.need().delay(), "4H");
  EXPECT_THAT(qualify.need().capabilities(), ElementsAre("suture"));
}

TEST(CaseRow, AnUnknownAgeStaysUnknownAndAnEmergencyHasNoNeed) {
  regulation::v1::OpenCaseRequest open;
  regulation::v1::QualifyCaseRequest qualify;
  bool qualified = true;
  EXPECT_EQ(Join(ParseCaseRow(OnlyRow("commune,age\n95127,\n", CaseColumns()), kContext, open, qualify, &qualified)), "");
  EXPECT_FALSE(open.patient().has_age_months());
  EXPECT_FALSE(qualified);

  EXPECT_EQ(Join(ParseCaseRow(OnlyRow("commune,care_level\n95127,R2\n", CaseColumns()), kContext, open, qualify, &qualified)), "");
  EXPECT_TRUE(qualified);
  EXPECT_FALSE(qualify.has_need());
}

TEST(CaseRow, RefusesWhatIsMissing) {
  regulation::v1::OpenCaseRequest open;
  regulation::v1::QualifyCaseRequest qualify;
  bool qualified = false;
  EXPECT_THAT(Join(ParseCaseRow(OnlyRow("commune,age\n\"\",200\n", CaseColumns()), kContext, open, qualify, &qualified)),
              testing::AllOf(HasSubstr("column 1 (commune): must not be empty"), HasSubstr("column 2 (age): expected an age")));
  EXPECT_THAT(Join(ParseCaseRow(OnlyRow("commune,care_level\n95127,R3\n", CaseColumns()), kContext, open, qualify, &qualified)),
              HasSubstr("(delay): must not be empty"));
}

TEST(Header, ABadOneIsFatalAndNamesTheColumns) {
  EXPECT_THAT(std::string(OpenCsv("slot,place\n", SlotColumns()).status().message()), HasSubstr("\"start\" is missing"));
  EXPECT_THAT(std::string(OpenCsv("slot,place,start,end,visibility,colour\n", SlotColumns()).status().message()), HasSubstr("\"colour\" is unknown"));
  EXPECT_FALSE(OpenCsv("", SlotColumns()).ok());
  EXPECT_FALSE(OpenCsv("slot;place;start;end;visibility\n", SlotColumns()).ok());
}

TEST(Errors, AreReadBackFromTheReader) {
  const RowError e = ToRowError(absl::InvalidArgumentError("line 12, column 4 (start): expected: x"));
  EXPECT_EQ(e.line, 12);
  EXPECT_EQ(e.column, 4);
  EXPECT_EQ(e.name, "start");
  EXPECT_EQ(e.message, "expected: x");
  EXPECT_EQ(ToString(e), "line 12, column 4 (start): expected: x");
  const RowError whole = ToRowError(absl::InvalidArgumentError("line 3: too many fields"));
  EXPECT_EQ(whole.line, 3);
  EXPECT_EQ(whole.column, 0);
  EXPECT_EQ(whole.message, "too many fields");
  EXPECT_EQ(ToRowError(absl::InvalidArgumentError("odd")).message, "odd");
}

TEST(Fields, OfTheContractHaveTheirColumn) {
  EXPECT_EQ(ColumnOfField("start_time", SlotColumns()), "start");
  EXPECT_EQ(ColumnOfField("release_rule.before_start", SlotColumns()), "release_before_min");
  EXPECT_EQ(ColumnOfField("capabilities[3]", SlotColumns()), "capabilities");
  EXPECT_EQ(ColumnOfField("name", SlotColumns()), "slot");
  EXPECT_EQ(ColumnOfField("location.latitude", PlaceColumns()), "lat");
  EXPECT_EQ(ColumnOfField("location", PlaceColumns()), "commune");
  EXPECT_EQ(ColumnOfField("patient.age_months", CaseColumns()), "age");
  EXPECT_EQ(ColumnOfField("something.else", CaseColumns()), "something.else");
}

// What the generator writes is what the importer reads, whole.
TEST(Scenario, IsImportedWithoutALoss) {
  const auto s = *scenario::LoadScenario();
  const auto count = [](const std::string& csv, absl::Span<const Column> columns, auto parse) {
    auto reader = OpenCsv(csv, columns);
    EXPECT_TRUE(reader.ok()) << reader.status();
    size_t rows = 0;
    while (auto row = reader->Next()) {
      EXPECT_TRUE(row->ok()) << row->status();
      EXPECT_EQ(Join(parse(**row)), "");
      ++rows;
    }
    return rows;
  };
  EXPECT_EQ(count(scenario::PlacesCsv(s.territory), PlaceColumns(),
                  [&](const domain::CsvRow& row) {
                    registry::v1::Place out;
                    return ParsePlaceRow(row, kContext, out);
                  }),
            s.territory.places.size());
  EXPECT_EQ(count(scenario::PractitionersCsv(s.territory), PractitionerColumns(),
                  [&](const domain::CsvRow& row) {
                    registry::v1::Practitioner out;
                    return ParsePractitionerRow(row, kContext, out);
                  }),
            s.territory.practitioners.size());
  size_t i = 0;
  EXPECT_EQ(count(scenario::SlotsCsv(s.territory), SlotColumns(),
                  [&](const domain::CsvRow& row) {
                    registry::v1::Slot out;
                    auto errors = ParseSlotRow(row, kContext, out);
                    const auto& want = s.territory.slots[i++];
                    EXPECT_EQ(out.name(), domain::ToString(want.name));
                    EXPECT_EQ(absl::FromUnixSeconds(out.start_time().seconds()), want.definition.start);
                    EXPECT_EQ(absl::FromUnixSeconds(out.end_time().seconds()), want.definition.end);
                    EXPECT_EQ(out.capacity(), want.definition.capacity);
                    EXPECT_EQ(static_cast<int>(out.modality()), static_cast<int>(want.definition.modality));
                    EXPECT_EQ(out.regulated_only(), want.definition.regulated_only);
                    EXPECT_EQ(out.has_release_rule(), want.definition.release_before.has_value());
                    return errors;
                  }),
            s.territory.slots.size());
  i = 0;
  EXPECT_EQ(count(scenario::CasesCsv(s.day), CaseColumns(),
                  [&](const domain::CsvRow& row) {
                    regulation::v1::OpenCaseRequest open;
                    regulation::v1::QualifyCaseRequest qualify;
                    bool qualified = false;
                    auto errors = ParseCaseRow(row, kContext, open, qualify, &qualified);
                    const auto& want = s.day.requests[i++];
                    EXPECT_TRUE(qualified);
                    EXPECT_EQ(static_cast<int>(qualify.care_level()), static_cast<int>(want.care_level));
                    EXPECT_EQ(qualify.need().examination(), want.NeedsExamination());
                    EXPECT_EQ(open.patient().has_age_months(), want.age_months.has_value());
                    EXPECT_EQ(open.patient().own_gp(), want.own_gp.value());
                    return errors;
                  }),
            s.day.requests.size());
}

}  // namespace
}  // namespace snp::ctl
