// Where patients go. A doctor can read this: the territory is drawn, one character (blanks too) per kilometre, the patients are a table.
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "journeys/town.h"

namespace snp::journeys {
namespace {

using platform::Reason;

//   A  cabinet                 10:00 10:30, the first one not before 16 years
//   B  cabinet, farther        10:00; no access for reduced mobility
//   M  maison médicale de garde 10:15
//   T  tele-consultation       09:30
//   U  urgences                10:15, many, with suture
constexpr char kTerritory[] = R"(
 . . . . . . . . . . . . . . . .
 . A . 1 . . . . . . . . . . . .
 . . . . . . B . . . . . . . . .
 . . . . . . . . . . . . . U . .
 . . . . M . . . . . . . . . . .
 . T . . . . . . . . . . . . . .
)";

// One patient after the other, each takes the place found. Times of Paris; it is 09:00. Age in years; P of the assistant, R of the doctor.
constexpr char kPatients[] = R"(
 name         age  P   R   exam  delay  needs    expected
 adult         40  P2  R3  -     4H     -        A 10:00
 child          8  P2  R3  -     4H     -        A 10:30
 next          30  P1  R3  -     4H     -        B 10:00
 wound         30  P2  R3  -     4H     suture   U 10:15
 hurried       30  P2  R3  -     1H     -        T 09:30
 wheelchair    70  P2  R4  yes   8H     pmr      M 10:15
 advice        25  P3  R4  -     -      -        no place, R4 without examination
 stroke        66  P0  R1  -     -      -        SAFETY_R1
 fracture      33  P1  R2  -     -      -        SAFETY_R2
 undecided     50  P0  -   -     -      -        SAFETY_DOCTOR_FIRST
 unseen        50  P2  -   -     -      -        SAFETY_NOT_QUALIFIED
)";

struct Row {
  std::string name, priority, level, examination, delay, needs, expected;
  int age = 0;
};

std::vector<Row> Patients() {
  std::vector<Row> rows;
  std::istringstream text(kPatients);
  std::string line;
  while (std::getline(text, line)) {
    std::istringstream cells(line);
    Row row;
    if (!(cells >> row.name) || row.name == "name") continue;
    cells >> row.age >> row.priority >> row.level >> row.examination >> row.delay >> row.needs;
    std::getline(cells >> std::ws, row.expected);
    rows.push_back(row);
  }
  return rows;
}

type::v1::CallPriority PriorityOf(const std::string& p) { return static_cast<type::v1::CallPriority>(p[1] - '0' + 1); }

TEST(PatientDispatched, ByTheTable) {
  Town town(kTerritory);
  town.Settle('A', type::v1::PLACE_KIND_CABINET);
  town.Settle('B', type::v1::PLACE_KIND_CABINET, /*pmr=*/false);
  town.Settle('M', type::v1::PLACE_KIND_MMG);
  town.Settle('T', type::v1::PLACE_KIND_TELE_POOL);
  town.Settle('U', type::v1::PLACE_KIND_EMERGENCY_DEPARTMENT);
  town.Offers('A', "10:00", [](rpb::Slot& s) { s.set_min_age_months(16 * 12); });
  town.Offers('A', "10:30");
  town.Offers('B', "10:00");
  town.Offers('M', "10:15");
  town.Offers('T', "09:30", [](rpb::Slot& s) { s.set_modality(type::v1::MODALITY_TELE); });
  town.Offers('U', "10:15", [](rpb::Slot& s) {
    s.set_capacity(50);
    s.add_capabilities("suture");
  });
  town.Opens();

  const Person doctor = town.doctor();
  for (const Row& row : Patients()) {
    SCOPED_TRACE(row.name);
    gpb::OpenCaseRequest open;
    open.set_request_id(town.NewRequestId());
    open.set_parent("departments/95");
    open.set_priority(PriorityOf(row.priority));
    open.set_motive("M03.14");
    open.mutable_patient()->set_age_months(row.age * 12);
    open.mutable_patient()->set_pmr(row.needs == "pmr");
    *open.mutable_patient()->mutable_location() = town.At('1');
    const auto opened = town.assistant().Does(&gpb::RegulationService::Stub::OpenCase, open);
    ASSERT_TRUE(opened.ok()) << opened.status();

    if (row.level != "-") {
      gpb::QualifyCaseRequest qualify;
      qualify.set_request_id(town.NewRequestId());
      qualify.set_name(opened->case_().name());
      qualify.set_care_level(static_cast<type::v1::CareLevel>(row.level[1] - '0'));
      qualify.mutable_need()->set_examination(row.examination == "yes");
      if (row.delay != "-") qualify.mutable_need()->set_delay(row.delay);
      if (row.needs == "suture") qualify.mutable_need()->add_capabilities("suture");
      const auto qualified = doctor.Does(&gpb::RegulationService::Stub::QualifyCase, qualify);
      ASSERT_TRUE(qualified.ok()) << qualified.status();
    }

    gpb::DispatchCaseRequest dispatch;
    dispatch.set_request_id(town.NewRequestId());
    dispatch.set_name(opened->case_().name());
    const auto done = doctor.Does(&gpb::RegulationService::Stub::DispatchCase, dispatch);
    std::string got;
    if (done.ok()) {
      got = town.Spoken(done->booking());
      EXPECT_EQ(done->booking().reference().size(), 6u);
      EXPECT_FALSE(done->candidate().reasons().empty());
    } else {
      got = std::string(platform::ReasonName(platform::ReasonOf(done.status())));
      if (got == "CASE_STATE") got = "no place, R4 without examination";
    }
    EXPECT_EQ(got, row.expected);
  }
}

}  // namespace
}  // namespace snp::journeys
