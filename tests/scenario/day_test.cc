#include "scenario/day.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenario/csv_export.h"
#include "scenario/scenario.h"

namespace snp::scenario {
namespace {

const Scenario& ValDoise() {
  static const Scenario* s = new Scenario(*LoadScenario());
  return *s;
}

// Many days at once, so that shares can be told from chance.
std::vector<Request> ManyRequests() {
  std::vector<Request> all;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const Day day = *MakeDay(ValDoise().config, ValDoise().territory, seed);
    all.insert(all.end(), day.requests.begin(), day.requests.end());
  }
  return all;
}

TEST(Day, HasAboutThreeHundredRequestsInOrder) {
  const Day& day = ValDoise().day;
  EXPECT_NEAR(static_cast<double>(day.requests.size()), 300, 5 * std::sqrt(300.0));
  EXPECT_EQ(day.end - day.begin, absl::Hours(24));
  for (size_t i = 0; i < day.requests.size(); ++i) {
    EXPECT_EQ(day.requests[i].id, static_cast<int64_t>(i) + 1);
    EXPECT_GE(day.requests[i].arrival, day.begin);
    EXPECT_LT(day.requests[i].arrival, day.end);
    if (i > 0) {
      EXPECT_LE(day.requests[i - 1].arrival, day.requests[i].arrival);
    }
  }
}

TEST(Day, IsTheSameForTheSameSeed) {
  EXPECT_EQ(CasesCsv(*MakeDay(ValDoise().config, ValDoise().territory, 1)), CasesCsv(ValDoise().day));
  EXPECT_NE(CasesCsv(*MakeDay(ValDoise().config, ValDoise().territory, 2)), CasesCsv(ValDoise().day));
}

TEST(Day, FollowsTheConfiguredShares) {
  const std::vector<Request> all = ManyRequests();
  const double n = static_cast<double>(all.size());
  EXPECT_NEAR(n / 100, 300, 5 * std::sqrt(300.0 / 100));
  double emergency = 0, r3 = 0, r4_examined = 0, r4 = 0, own_gp = 0, female = 0;
  std::map<std::string, double> delays;
  for (const Request& r : all) {
    emergency += r.IsEmergency();
    r3 += r.care_level == domain::CareLevel::kR3;
    r4 += r.care_level == domain::CareLevel::kR4;
    r4_examined += r.care_level == domain::CareLevel::kR4 && r.examination;
    own_gp += !r.own_gp.empty();
    female += r.sex == domain::Sex::kFemale;
    ++delays[r.delay];
    EXPECT_EQ(r.IsEmergency(), r.delay.empty());
    EXPECT_TRUE(!r.IsEmergency() || !r.NeedsExamination());
    EXPECT_TRUE(r.care_level != domain::CareLevel::kR3 || r.NeedsExamination());
    EXPECT_GT(r.Deadline(), r.arrival);
  }
  EXPECT_NEAR(emergency / n, 0.02, 0.004);
  EXPECT_NEAR(r3 / n, 0.588, 0.015);
  EXPECT_NEAR(r4_examined / r4, 0.45, 0.02);
  EXPECT_NEAR(own_gp / n, 0.90, 0.01);
  EXPECT_NEAR(female / n, 0.54, 0.015);
  EXPECT_NEAR(delays["4H"] / (n - emergency), 0.22, 0.015);
}

TEST(Day, PeopleCallFromWhereTheyLiveAndWhenTheyDo) {
  std::map<std::string, double> by_commune;
  double morning = 0, night = 0, n = 0;
  for (const Request& r : ManyRequests()) {
    ++by_commune[r.commune];
    absl::TimeZone paris;
    absl::LoadTimeZone("Europe/Paris", &paris);
    const int hour = static_cast<int>(absl::ToCivilHour(r.arrival, paris).hour());
    morning += hour >= 10 && hour < 12;
    night += hour >= 2 && hour < 4;
    ++n;
  }
  double people = 0;
  for (const domain::Commune& c : ValDoise().territory.communes) people += c.population;
  EXPECT_NEAR(by_commune["95018"] / n, ValDoise().communes.Find("95018")->population / people, 0.01);
  EXPECT_NEAR(by_commune["95127"] / n, ValDoise().communes.Find("95127")->population / people, 0.01);
  EXPECT_GT(morning, 8 * night);
}

TEST(Day, UsesOfficialMotivesAndKnownGps) {
  std::set<std::string> rpps, motives;
  for (const domain::Practitioner& p : ValDoise().territory.practitioners) rpps.insert(p.name.id.value());
  for (const Request& r : ManyRequests()) {
    EXPECT_TRUE(r.own_gp.empty() || rpps.count(r.own_gp.value()));
    motives.insert(r.motive);
  }
  std::ifstream codes(DataDirectory() + "/hubsante_codes.csv");
  std::string text((std::istreambuf_iterator<char>(codes)), {});
  for (const std::string& m : motives) EXPECT_NE(text.find("\nmotif," + m + ","), std::string::npos) << m;
  EXPECT_GT(motives.size(), 10u);
}

TEST(Day, AnEpidemicAndADayOfTheWeekMultiply) {
  Config config = ValDoise().config;
  config.demand.season = 3;
  EXPECT_NEAR(static_cast<double>(MakeDay(config, ValDoise().territory, 1)->requests.size()), 900, 5 * 30);
  config.demand.season = 0;
  EXPECT_TRUE(MakeDay(config, ValDoise().territory, 1)->requests.empty());
}

TEST(Day, TheNightOfTheClockChangeHasTwentyThreeOrTwentyFiveHours) {
  Config config = ValDoise().config;
  config.date = absl::CivilDay(2026, 3, 29);
  EXPECT_EQ(MakeDay(config, ValDoise().territory, 1)->end - MakeDay(config, ValDoise().territory, 1)->begin, absl::Hours(23));
  config.date = absl::CivilDay(2026, 10, 25);
  EXPECT_EQ(MakeDay(config, ValDoise().territory, 1)->end - MakeDay(config, ValDoise().territory, 1)->begin, absl::Hours(25));
}

}  // namespace
}  // namespace snp::scenario
