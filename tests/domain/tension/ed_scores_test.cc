#include "domain/tension/ed_scores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace snp::domain {
namespace {

using ::testing::HasSubstr;

NedocsInput Crowded() {
  return {.ed_patients = 35, .ed_beds = 40, .boarders = 8, .hospital_beds = 300, .ventilated = 3, .longest_boarding_h = 6, .last_bed_wait_h = 2};
}

TEST(Nedocs, Golden) {
  EXPECT_NEAR(*Nedocs(Crowded()), 128.135, 5e-4);
  EXPECT_EQ(NedocsLevel(128.135), "overcrowded");
  // An empty department is below nothing.
  EXPECT_EQ(*Nedocs({.ed_beds = 40, .hospital_beds = 300}), 0);
}

TEST(Nedocs, LevelsEndWhereTheScaleSays) {
  struct Row {
    double score;
    const char* level;
  };
  for (const Row& row : {Row{0, "not_busy"}, Row{20, "not_busy"}, Row{20.01, "busy"}, Row{60, "busy"}, Row{60.01, "extremely_busy"},
                         Row{100, "extremely_busy"}, Row{100.01, "overcrowded"}, Row{140, "overcrowded"}, Row{140.01, "severely_overcrowded"},
                         Row{180, "severely_overcrowded"}, Row{180.01, "dangerously_overcrowded"}}) {
    EXPECT_EQ(NedocsLevel(row.score), row.level) << row.score;
  }
}

TEST(Nedocs, NamesTheFieldThatIsWrong) {
  NedocsInput in = Crowded();
  in.ed_beds = 0;
  EXPECT_THAT(std::string(Nedocs(in).status().message()), HasSubstr("ed_beds"));
  in = Crowded();
  in.hospital_beds = 0;
  EXPECT_THAT(std::string(Nedocs(in).status().message()), HasSubstr("hospital_beds"));
  in = Crowded();
  in.boarders = -1;
  EXPECT_THAT(std::string(Nedocs(in).status().message()), HasSubstr("boarders"));
  in = Crowded();
  in.last_bed_wait_h = std::nan("");
  EXPECT_THAT(std::string(Nedocs(in).status().message()), HasSubstr("last_bed_wait_h"));
}

TEST(Edwin, Golden) {
  // (2x1 + 4x2 + 6x3 + 3x4 + 1x5) / (3 x (20 - 5)) = 45 / 45.
  const EdwinInput in{.patients = {2, 4, 6, 3, 1}, .attending = 3, .beds = 20, .boarders = 5};
  EXPECT_DOUBLE_EQ(Edwin(in)->value, 1);
  EXPECT_EQ(EdwinLevel(*Edwin(in)), "active");
  EXPECT_EQ(EdwinLevel({1.5, false}), "busy");
  EXPECT_EQ(EdwinLevel({2, false}), "busy");
  EXPECT_EQ(EdwinLevel({2.01, false}), "crowded");
}

TEST(Edwin, WithoutADoctorOrABayIsMaximal) {
  for (const EdwinInput& in : {EdwinInput{.patients = {1, 0, 0, 0, 0}, .attending = 0, .beds = 20, .boarders = 5},
                               EdwinInput{.patients = {1, 0, 0, 0, 0}, .attending = 3, .beds = 5, .boarders = 5}}) {
    EXPECT_TRUE(Edwin(in)->maximal);
    EXPECT_EQ(EdwinLevel(*Edwin(in)), "crowded");
  }
}

TEST(Cedocs, GoldenWithTheRightSign) {
  CedocsInput in{.critical = 2, .longest_boarding_h = 6, .waiting_room = 10, .ed_patients = 35, .ed_beds = 25, .year_visits = 40000};
  EXPECT_NEAR(*Cedocs(in), 59.154, 5e-4);
  EXPECT_EQ(CedocsLevel(*Cedocs(in)), "busy");
  in.year_visits = 60000;
  EXPECT_NEAR(*Cedocs(in), 48.112, 5e-4);
}

TEST(Cedocs, IsLinearBeyondTheLastKnot) {
  const auto at = [](double visits) { return *Cedocs({.ed_beds = 10, .year_visits = visits}); };
  EXPECT_NEAR(at(90000) - at(80000), at(100000) - at(90000), 1e-6 * std::abs(at(100000)) + 2);
}

}  // namespace
}  // namespace snp::domain
