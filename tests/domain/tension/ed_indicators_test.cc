#include "domain/tension/ed_indicators.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "domain/tension/bands.h"

namespace snp::domain {
namespace {

class EdIndicatorsTest : public ::testing::Test {
 protected:
  EdIndicatorsTest() { EXPECT_TRUE(absl::LoadTimeZone("Europe/Paris", &zone_)); }
  absl::Time At(int day, int hour, int minute = 0) const { return absl::FromCivil(absl::CivilMinute(2018, 12, day, hour, minute), zone_); }
  EdIndicators Of(const std::vector<EdVisit>& visits, int places = 10) const {
    return EdIndicatorsOf(visits, absl::CivilDay(2018, 12, 20), zone_, places);
  }
  absl::TimeZone zone_;
};

TEST_F(EdIndicatorsTest, FiveIndicatorsOfADay) {
  const EdIndicators day = Of({
      {At(20, 0), At(20, 4), 80, EdExitMode::kMutation},              // A quarter of the day's known exits stays in hospital, twice.
      {At(20, 14), At(20, 16), 75, EdExitMode::kTransfert},           // Present at 15:00.
      {At(20, 14, 30), At(20, 15), 74, EdExitMode::kDomicile},        // Left at 15:00: no longer there.
      {At(20, 15), At(20, 18), std::nullopt, EdExitMode::kDomicile},  // Came at 15:00: there.
      {At(20, 23), std::nullopt, 3, EdExitMode::kUnknown},            // Still there, and not yet at 15:00.
      {At(19, 20), At(20, 20), 90, EdExitMode::kMutation},            // The day before: only present.
      {At(21, 0), At(21, 2), 30, EdExitMode::kDomicile},              // Midnight is the next day.
  });
  EXPECT_EQ(day.visits, 5);
  EXPECT_EQ(day.visits_75, 2);
  EXPECT_EQ(day.mean_stay, absl::Minutes((240 + 120 + 30 + 180) / 4.0));
  EXPECT_DOUBLE_EQ(*day.hospitalised_share, 0.5);
  EXPECT_DOUBLE_EQ(*day.occupancy_at_15h, 0.3);
}

TEST_F(EdIndicatorsTest, StaysOfNothingOrAboveThreeDaysAreLeftOut) {
  const EdIndicators day = Of({{At(20, 8), At(20, 8), 40, EdExitMode::kDomicile},
                               {At(20, 8), At(23, 8), 40, EdExitMode::kDomicile},  // 72 h to the minute.
                               {At(20, 8), At(23, 8, 1), 40, EdExitMode::kDomicile}});
  EXPECT_EQ(day.visits, 3);
  EXPECT_EQ(day.mean_stay, absl::Hours(72));
}

TEST_F(EdIndicatorsTest, NothingIsNotZero) {
  const EdIndicators day = Of({}, 0);
  EXPECT_EQ(day.visits, 0);
  EXPECT_FALSE(day.mean_stay);
  EXPECT_FALSE(day.hospitalised_share);
  EXPECT_FALSE(day.occupancy_at_15h);
}

TEST_F(EdIndicatorsTest, TheDayOfAClockChangeHas25Hours) {
  const auto at = [&](int hour) { return absl::FromCivil(absl::CivilHour(2018, 10, 28, hour), zone_); };
  std::vector<EdVisit> visits{{at(0), std::nullopt, 40, EdExitMode::kUnknown}, {at(23), std::nullopt, 40, EdExitMode::kUnknown}};
  EXPECT_EQ(EdIndicatorsOf(visits, absl::CivilDay(2018, 10, 28), zone_, 1).visits, 2);
  EXPECT_EQ(at(23) - at(0), absl::Hours(24));
}

// Hopitaux universitaires de Strasbourg, HET1, reference year 2014-15.
TEST(SdBands, Golden) {
  struct Row {
    double visits;
    int score;
    double z;
  };
  for (const Row& row : {Row{320, 0, 0.61}, Row{330, 1, 1.02}, Row{355, 2, 2.05}, Row{380, 3, 3.08}}) {
    const auto z = ZScore(row.visits, 305.26, 24.26);
    EXPECT_NEAR(*z, row.z, 5e-3);
    EXPECT_EQ(Band(kSdBands, z), row.score) << row.visits;
  }
  EXPECT_EQ(Band(kSdBands, 2.0), 2);  // A line that is reached counts.
  EXPECT_EQ(Band(kSdBands, std::nullopt), std::nullopt);
  EXPECT_EQ(ZScore(5, 5, 0), std::nullopt);
}

}  // namespace
}  // namespace snp::domain
