#include "domain/travel.h"

#include <gtest/gtest.h>

#include <string>

namespace snp::domain {
namespace {

TEST(TravelModel, OneSpeedIsThePlainFormula) {
  const TravelModel model{1.3, {{0, 40}}};
  const double km = 7.123;
  EXPECT_EQ(model.Minutes(km, model.SpeedKmh(-1), model.SpeedKmh(12345)), km * 1.3 / 40 * 60);
}

TEST(TravelModel, SpeedGoesByDensityAndUnknownIsSlowest) {
  const TravelModel model{1.3, {{5000, 20}, {300, 40}, {0, 50}}};
  EXPECT_EQ(model.SpeedKmh(5000), 20);
  EXPECT_EQ(model.SpeedKmh(4999.9), 40);
  EXPECT_EQ(model.SpeedKmh(299), 50);
  EXPECT_EQ(model.SpeedKmh(0), 50);
  EXPECT_EQ(model.SpeedKmh(-1), 20);
  EXPECT_EQ(model.FastestKmh(), 50);
}

TEST(TravelModel, HalfOfTheWayAtEachEndsSpeed) {
  const TravelModel model{1, {{0, 40}}};
  // 5 km at 20 km/h and 5 km at 60 km/h: 15 min + 5 min.
  EXPECT_NEAR(model.Minutes(10, 20, 60), 20, 1e-12);
  EXPECT_EQ(model.Minutes(10, 20, 60), model.Minutes(10, 60, 20));
}

TEST(TravelMatrix, IsSymmetricUnlessBothDirectionsAreGiven) {
  const auto matrix = TravelMatrix::Parse("from,to,minutes\n95127,95018,12.5\n95127,95001,20\n95001,95127,25\n95018,95018,4\n");
  ASSERT_TRUE(matrix.ok()) << matrix.status();
  const int cergy = matrix->Find("95127"), argenteuil = matrix->Find("95018"), ableiges = matrix->Find("95001");
  EXPECT_EQ(matrix->Minutes(cergy, argenteuil), 12.5);
  EXPECT_EQ(matrix->Minutes(argenteuil, cergy), 12.5);
  EXPECT_EQ(matrix->Minutes(cergy, ableiges), 20);
  EXPECT_EQ(matrix->Minutes(ableiges, cergy), 25);
  EXPECT_EQ(matrix->Minutes(argenteuil, argenteuil), 4);
  EXPECT_EQ(matrix->Minutes(cergy, cergy), std::nullopt);
  EXPECT_EQ(matrix->Minutes(argenteuil, ableiges), std::nullopt);
  EXPECT_EQ(matrix->Find("75101"), -1);
  EXPECT_EQ(matrix->Minutes(-1, cergy), std::nullopt);
  ASSERT_EQ(matrix->Row(cergy).size(), 2u);
  EXPECT_EQ(matrix->Row(cergy)[0], std::make_pair(12.5, argenteuil));
}

TEST(TravelMatrix, BadRowsSayWhere) {
  const struct {
    const char* csv;
    const char* says;
  } cases[] = {
      {"", "empty"},
      {"from,to\n95127,95018\n", "minutes"},
      {"from,to,minutes\n95127,95018,4\nParis,95018,4\n", "line 3, column 1 (from)"},
      {"from,to,minutes\n95127,9501,4\n", "line 2, column 2 (to)"},
      {"from,to,minutes\n95127,95018,soon\n", "line 2, column 3 (minutes)"},
      {"from,to,minutes\n95127,95018,-1\n", "line 2, column 3 (minutes)"},
      {"from,to,minutes\n95127,95018,nan\n", "line 2, column 3 (minutes)"},
      {"from,to,minutes\n95127,95018,1441\n", "line 2, column 3 (minutes)"},
      {"from,to,minutes\n95127,95018,4\n95127,95018,5\n", "line 3"},
  };
  for (const auto& c : cases) {
    const auto matrix = TravelMatrix::Parse(c.csv);
    ASSERT_FALSE(matrix.ok()) << c.csv;
    EXPECT_NE(std::string(matrix.status().message()).find(c.says), std::string::npos) << matrix.status();
  }
}

}  // namespace
}  // namespace snp::domain
