#include "onebox/held_clock.h"

#include <gtest/gtest.h>

namespace snp::onebox {
namespace {

TEST(HeldClockTest, StandsUntilStartedThenRunsFast) {
  const absl::Time midnight = absl::FromUnixSeconds(1'768'204'800);
  HeldClock clock(midnight, 1e6);
  for (const absl::Time until = absl::Now() + absl::Milliseconds(2); absl::Now() < until;) EXPECT_EQ(clock.Now(), midnight);
  const absl::Time before = absl::Now();
  clock.Start();
  while (clock.Now() < midnight + absl::Hours(1)) {
  }
  EXPECT_GE(absl::Now() - before, absl::Microseconds(3600)) << "an hour at a million times the speed";
  EXPECT_EQ(clock.RealDuration(absl::Seconds(10)), absl::Microseconds(10));
}

}  // namespace
}  // namespace snp::onebox
