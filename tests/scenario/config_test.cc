#include "scenario/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_replace.h"

namespace snp::scenario {
namespace {

using ::testing::HasSubstr;

std::string Shipped() {
  std::ifstream in(DataDirectory() + "/val-doise-winter.yaml");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Config, ReadsTheShippedFile) {
  const auto config = ParseConfig(Shipped());
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->department, "95");
  EXPECT_EQ(config->town.gps, 819);
  EXPECT_EQ(config->town.weekday.from, 8 * 60);
  EXPECT_EQ(config->facilities.size(), 8u);
  EXPECT_EQ(config->facilities[0].count, 6);
  EXPECT_EQ(config->facilities[2].rules[0].hours.to, 1440);
  EXPECT_DOUBLE_EQ(config->demand.requests_per_day, 300);
}

TEST(Config, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* from;
    const char* to;
    const char* message;
  };
  const Case cases[] = {
      {"gps: 819 ", "gps: many ", "town.gps has a wrong type"},
      {"gps: 819 ", "gps: 0 ", "town.gps must be 1 to 100000"},
      {"gps: 819 ", "gps: 20 ", "more liberal GPs"},
      {"  publish_share: 0.30", "  publish_part: 0.30", "town.publish_share is missing"},
      {"publish_share: 0.30", "publish_share: 1.30", "town.publish_share must be 0 to 1"},
      {"season: 1.0", "season: 1.0\n  saison: 2", "demand.saison is not a known key"},
      {"kind: MMG", "kind: MGM", "unknown word MGM"},
      {"from: \"20:00\", to: \"23:00\"", "from: \"20:00\", to: \"24:30\"", "must be HH:MM"},
      {"from: \"20:00\", to: \"23:00\"", "from: \"20:00\", to: \"19:00\"", "`from` must be before `to`"},
      {"24H: 0.22}", "24H: 0.32}", "add up to 1.1"},
      {"24H: 0.22}", "25H: 0.22}", "no duration for the code 25H"},
      {"R1: 0.003", "R9: 0.003", "unknown code R9"},
      {"date: 2026-01-12", "date: 12/01/2026", "must be a date YYYY-MM-DD"},
      {"id: cds", "id: msp", ".id is used twice"},
      {"visibility: [PUBLIC, PRO, SNP]", "visibility: []", "visibility is empty"},
  };
  for (const Case& c : cases) {
    const std::string text = Shipped();
    ASSERT_THAT(text, HasSubstr(c.from));
    const auto config = ParseConfig(absl::StrReplaceAll(text, {{c.from, c.to}}));
    ASSERT_FALSE(config.ok()) << c.to;
    EXPECT_THAT(std::string(config.status().message()), HasSubstr(c.message));
    EXPECT_THAT(std::string(config.status().message()), HasSubstr("line")) << c.to;
  }
}

TEST(Config, RefusesWhatIsNoYamlMap) {
  for (const char* text : {"", "a", "[1, 2]", "{", "\t"}) EXPECT_FALSE(ParseConfig(text).ok()) << text;
  EXPECT_EQ(LoadConfig("/nonexistent.yaml").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace snp::scenario
