#include "snpctl/plain_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace snp::ctl {
namespace {

using ::testing::HasSubstr;

absl::Time Utc(int y, int mo, int d, int h, int mi, int s = 0) { return absl::FromCivil(absl::CivilSecond(y, mo, d, h, mi, s), absl::UTCTimeZone()); }
// 13:00 in Paris.
const absl::Time kNow = Utc(2026, 1, 12, 12, 0);

TEST(ParseMoment, ReadsWhatPeopleWrite) {
  struct Case {
    const char* text;
    absl::Time want;
  };
  const Case cases[] = {
      {"now", kNow},
      {"+2h", kNow + absl::Hours(2)},
      {"+1h30m", kNow + absl::Minutes(90)},
      {"-15m", kNow - absl::Minutes(15)},
      {"14:30", Utc(2026, 1, 12, 13, 30)},
      {"00:00", Utc(2026, 1, 11, 23, 0)},
      {"2026-01-12T14:30:00Z", Utc(2026, 1, 12, 14, 30)},
      {"2026-01-12T14:30Z", Utc(2026, 1, 12, 14, 30)},
      {"2026-01-12T14:30:00+01:00", Utc(2026, 1, 12, 13, 30)},
      {"2026-01-12T14:30:00-05:30", Utc(2026, 1, 12, 20, 0)},
      {"2026-01-12T14:30:00.250Z", Utc(2026, 1, 12, 14, 30)},
      {"2026-01-12 14:30", Utc(2026, 1, 12, 13, 30)},
      {"2026-07-14T08:05:09", Utc(2026, 7, 14, 6, 5, 9)},
      {"2024-02-29 10:00", Utc(2024, 2, 29, 9, 0)},
      {"2026-10-25 02:30", Utc(2026, 10, 25, 0, 30)},  // Twice that night: the first.
  };
  for (const Case& c : cases) {
    const auto got = ParseMoment(c.text, kNow);
    ASSERT_TRUE(got.ok()) << c.text << ": " << got.status();
    EXPECT_EQ(*got, c.want) << c.text;
  }
}

TEST(ParseMoment, RefusesTheRest) {
  for (const char* text : {"",
                           "+",
                           "-",
                           "+x",
                           "+-2h",
                           "24:00",
                           "7:30",
                           "12:60",
                           "12:30:61",
                           "2026-02-29 10:00",
                           "2026-13-01 10:00",
                           "2026-01-12",
                           "2026-01-12T",
                           "2026-01-12T14:30:00+1",
                           "2026-01-12T14:30:00+15:00",
                           "2026-01-12T14:30:00.Z",
                           "2026-01-12 14:30 x",
                           "infinite-future",
                           "tomorrow",
                           "1969-01-01 10:00",
                           "9999-01-01 10:00",
                           " 14:30",
                           "14:30 ",
                           "+9999999h",
                           "+1e300h"}) {
    EXPECT_FALSE(ParseMoment(text, kNow).ok()) << text;
  }
  EXPECT_FALSE(ParseMoment(std::string("14:30\0", 6), kNow).ok());
  // The hour that the spring change skips.
  EXPECT_THAT(std::string(ParseMoment("2026-03-29 02:30", kNow).status().message()), HasSubstr("does not exist"));
  // A long text is not echoed whole.
  EXPECT_LT(ParseMoment(std::string(10'000, 'x'), kNow).status().message().size(), 400u);
}

TEST(ParseLength, IsPositiveAndBounded) {
  EXPECT_EQ(*ParseLength("90s"), absl::Seconds(90));
  EXPECT_EQ(*ParseLength("1h30m"), absl::Minutes(90));
  EXPECT_EQ(*ParseLength("0s"), absl::ZeroDuration());
  for (const char* text : {"", "15", "-15m", "+15m", "inf", "m", "15 m", "100000000h"}) EXPECT_FALSE(ParseLength(text).ok()) << text;
}

TEST(ParseAge, IsInCompletedMonths) {
  EXPECT_EQ(*ParseAge("34"), 408);
  EXPECT_EQ(*ParseAge("34a"), 408);
  EXPECT_EQ(*ParseAge("8m"), 8);
  EXPECT_EQ(*ParseAge("0m"), 0);
  EXPECT_EQ(*ParseAge("150"), 1800);
  EXPECT_EQ(*ParseAge("1800m"), 1800);
  for (const char* text : {"", "m", "a", "-1", "151", "1801m", "34 ans", "3.5", "34am", "+3", " 3", "99999"})
    EXPECT_FALSE(ParseAge(text).ok()) << text;
}

TEST(FullName, CompletesAShortId) {
  EXPECT_EQ(FullName("cab-0001", "95", "places"), "departments/95/places/cab-0001");
  EXPECT_EQ(FullName("departments/77/places/x", "95", "places"), "departments/77/places/x");
}

TEST(Show, WritesForPeople) {
  EXPECT_EQ(ShowMoment(Utc(2026, 1, 12, 13, 30), kNow), "14:30");
  EXPECT_EQ(ShowMoment(Utc(2026, 1, 13, 7, 5), kNow), "mar. 13/01 08:05");
  EXPECT_EQ(ShowMoment(Utc(2026, 1, 18, 7, 5), kNow), "dim. 18/01 08:05");
  EXPECT_EQ(ShowLength(absl::Seconds(40)), "40 s");
  EXPECT_EQ(ShowLength(absl::Minutes(35)), "35 min");
  EXPECT_EQ(ShowLength(absl::Minutes(125)), "2 h 05");
  EXPECT_EQ(ShowLength(absl::Seconds(3599)), "1 h 00");
  EXPECT_EQ(ShowLength(-absl::Minutes(5)), "-5 min");
  EXPECT_EQ(ShowAge(8), "8 mois");
  EXPECT_EQ(ShowAge(34 * 12), "34 ans");
}

}  // namespace
}  // namespace snp::ctl
