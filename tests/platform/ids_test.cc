#include "platform/ids.h"

#include <gtest/gtest.h>

#include <set>

#include "platform/clock.h"
#include "platform/fingerprint.h"
#include "snp/registry/v1/registry_service.pb.h"

namespace snp::platform {
namespace {

TEST(IdsTest, IdsAreWellFormedAndDiffer) {
  RandomIdSource source;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = source.NewId();
    EXPECT_EQ(id.size(), 26u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz"), std::string::npos) << id;
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(IdsTest, ReferencesUseEveryLetterAndNoOther) {
  RandomIdSource source;
  std::set<char> letters;
  for (int i = 0; i < 1000; ++i) {
    const std::string reference = source.MakeReference();
    EXPECT_EQ(reference.size(), 6u);
    letters.insert(reference.begin(), reference.end());
  }
  const std::string allowed = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  EXPECT_EQ(letters, std::set<char>(allowed.begin(), allowed.end()));
}

TEST(IdsTest, ASeedGivesTheSameIdsAgain) {
  SeededIdSource a(7), b(7), c(8);
  EXPECT_EQ(a.NewId(), b.NewId());
  EXPECT_EQ(a.MakeReference(), b.MakeReference());
  EXPECT_NE(a.NewId(), c.NewId());
}

registry::v1::HoldSlotRequest Request() {
  registry::v1::HoldSlotRequest request;
  request.set_request_id("r1");
  request.set_motive("M1");
  request.mutable_hold_duration()->set_seconds(90);
  request.add_candidates();
  return request;
}

TEST(FingerprintTest, IgnoresTheRequestIdOnly) {
  const std::string base = Fingerprint(Request());
  EXPECT_EQ(base.size(), 32u);
  EXPECT_EQ(base.find_first_not_of("0123456789abcdef"), std::string::npos);
  auto other = Request();
  other.set_request_id(std::string(5000, 'x'));
  EXPECT_EQ(Fingerprint(other), base);
  other.clear_request_id();
  EXPECT_EQ(Fingerprint(other), base);
  other.set_motive("M2");
  EXPECT_NE(Fingerprint(other), base);
  other = Request();
  other.add_candidates();
  EXPECT_NE(Fingerprint(other), base);
}

TEST(FingerprintTest, OfAnEmptyRequestDependsOnItsType) {
  EXPECT_NE(Fingerprint(registry::v1::HoldSlotRequest()), Fingerprint(registry::v1::ConfirmHoldRequest()));
  EXPECT_EQ(Fingerprint(registry::v1::HoldSlotRequest()), Fingerprint(registry::v1::HoldSlotRequest()));
}

// Stored markers outlive the process: a change of the algorithm would turn retries into errors.
TEST(FingerprintTest, IsStable) {
  registry::v1::HoldSlotRequest request;
  request.set_motive("M1");
  // sha256("snp.registry.v1.HoldSlotRequest\0" "\x2a\x02M1"), its first half.
  EXPECT_EQ(Fingerprint(request), "b187bff58a011d4f5375f2137fa96a2c");
}

TEST(ClockTest, FakeTimeMovesOnlyWhenTold) {
  FakeClock clock(absl::FromUnixSeconds(100));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(100));
  clock.Advance(absl::Seconds(5));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(105));
  clock.Set(absl::FromUnixSeconds(50));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(50));
}

TEST(ClockTest, ScaledTimeRunsFasterThanTheWall) {
  const ScaledClock clock(absl::FromUnixSeconds(0), 3600);
  EXPECT_EQ(clock.RealDuration(absl::Hours(1)), absl::Seconds(1));
  const absl::Time wall = absl::Now();
  const absl::Time a = clock.Now();
  while (absl::Now() - wall < absl::Milliseconds(2)) {
  }
  const absl::Time b = clock.Now();
  EXPECT_GE(b - a, absl::Seconds(7));
}

}  // namespace
}  // namespace snp::platform
