#include "scenario/identifiers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace snp::scenario {
namespace {

bool AllDigits(const std::string& s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

TEST(Luhn, KnowsGoodAndBadNumbers) {
  // A textbook number and its neighbours.
  EXPECT_TRUE(LuhnHolds("79927398713"));
  for (char c : {'0', '1', '2', '4', '5', '6', '7', '8', '9'}) EXPECT_FALSE(LuhnHolds(std::string("7992739871") + c)) << c;
  EXPECT_TRUE(LuhnHolds("00"));
  EXPECT_FALSE(LuhnHolds("01"));
  // A published SIREN's form: position counts from the right.
  EXPECT_TRUE(LuhnHolds("732829320"));
}

TEST(InventedNumbers, AreWellFormedDifferentAndFailTheirCheck) {
  std::set<std::string> rpps, finess, siret;
  constexpr int kMany = 3000;
  for (int64_t n = 0; n < kMany; ++n) {
    const std::string r = InventedRpps(n), f = InventedFiness("95", n), s = InventedSiret(n);
    ASSERT_TRUE(r.size() == 11 && AllDigits(r)) << r;
    ASSERT_TRUE(f.size() == 9 && AllDigits(f) && f.starts_with("95")) << f;
    ASSERT_TRUE(s.size() == 14 && AllDigits(s)) << s;
    ASSERT_FALSE(LuhnHolds(r)) << r;
    ASSERT_FALSE(LuhnHolds(f)) << f;
    ASSERT_FALSE(LuhnHolds(s)) << s;
    ASSERT_FALSE(LuhnHolds(s.substr(0, 9))) << "the company's number of " << s;
    rpps.insert(r);
    finess.insert(f);
    siret.insert(s);
  }
  EXPECT_EQ(rpps.size(), kMany);
  EXPECT_EQ(finess.size(), kMany);
  EXPECT_EQ(siret.size(), kMany);
  EXPECT_EQ(InventedFiness("2A", 1).substr(0, 2), "20");
  EXPECT_EQ(InventedFiness("971", 1).substr(0, 2), "90");
}

}  // namespace
}  // namespace snp::scenario
