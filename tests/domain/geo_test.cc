#include "domain/geo.h"

#include <gtest/gtest.h>

#include <limits>

namespace snp::domain {
namespace {

constexpr LatLon kCergy{49.03992, 2.05118};
constexpr LatLon kParis{48.86256, 2.33644};

TEST(Geo, KnownDistances) {
  EXPECT_EQ(HaversineKm(kCergy, kCergy), 0);
  EXPECT_NEAR(HaversineKm(kCergy, kParis), 28.66, 0.05);
  EXPECT_DOUBLE_EQ(HaversineKm(kCergy, kParis), HaversineKm(kParis, kCergy));
  // One degree of latitude on a sphere of this radius.
  EXPECT_NEAR(HaversineKm({48, 2}, {49, 2}), 111.195, 0.001);
}

TEST(Geo, AntipodesAreHalfTheCircumferenceAndNeverNan) { EXPECT_NEAR(HaversineKm({0, 0}, {0, 180}), 20015.1, 0.1); }

TEST(Geo, AcrossTheDateLineIsShort) { EXPECT_NEAR(HaversineKm({0.5, 179.9}, {0.5, -179.9}), 22.24, 0.01); }

TEST(Geo, ImplausiblePoints) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(IsPlausible(kCergy));
  EXPECT_TRUE(IsPlausible({90, 180}));
  EXPECT_TRUE(IsPlausible({-90, -180}));
  EXPECT_FALSE(IsPlausible({0, 0}));
  EXPECT_FALSE(IsPlausible({90.001, 2}));
  EXPECT_FALSE(IsPlausible({49, 180.001}));
  EXPECT_FALSE(IsPlausible({nan, 2}));
  EXPECT_FALSE(IsPlausible({49, inf}));
}

}  // namespace
}  // namespace snp::domain
