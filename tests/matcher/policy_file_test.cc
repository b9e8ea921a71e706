#include "matcher/policy_file.h"

#include <gtest/gtest.h>

#include <string>

namespace snp::matcher {
namespace {

const char kSmall[] =
    "name: small\n"
    "version: \"3\"\n"
    "order: flat\n"
    "weights: {travel: 1, wait: 0.5}\n"
    "max_travel_min: 45\n"
    "travel:\n"
    "  detour: 1.2\n"
    "  speeds:\n"
    "    - {density_from: 0, kmh: 30}\n";

// kSmall with one piece of text replaced.
std::string With(const std::string& from, const std::string& to) {
  std::string text = kSmall;
  text.replace(text.find(from), from.size(), to);
  return text;
}

TEST(PolicyFile, TheShippedOnesAreRead) {
  const auto policies = ReadPolicies(SNP_SOURCE_DIR "/services/matcher/policies");
  ASSERT_TRUE(policies.ok()) << policies.status();
  ASSERT_EQ(policies->size(), 3u);
  const domain::Policy& graded = policies->at("default");
  EXPECT_FALSE(graded.flat);
  EXPECT_TRUE(graded.require_reachable);
  EXPECT_EQ(graded.cpts_circle, domain::Circle::kTown);
  EXPECT_EQ(graded.circle_of, domain::Policy::Graded().circle_of);
  EXPECT_EQ(graded.circles[static_cast<int>(domain::Circle::kOwnGp)].max_travel, absl::Minutes(60));
  EXPECT_EQ(graded.travel.speeds.size(), 4u);
  for (const char* name : {"flat-weighted", "flat-nearest"}) {
    const domain::Policy& flat = policies->at(name);
    EXPECT_TRUE(flat.flat);
    EXPECT_FALSE(flat.require_reachable);
    EXPECT_EQ(flat.travel_weight, 1);
    EXPECT_EQ(flat.wait_weight, std::string(name) == "flat-weighted" ? 0.1 : 0);
    EXPECT_EQ(flat.travel, (domain::TravelModel{1.3, {{0, 40}}}));
    EXPECT_EQ(flat.demote_after, std::nullopt);
    EXPECT_EQ(flat.refuse_after, std::nullopt);
  }
}

TEST(PolicyFile, EveryKeyIsRead) {
  const auto policy = ParsePolicy(
      "name: all\nversion: v\norder: circles\n"
      "circles:\n"
      "  by_modality: {tele: relief}\n"  // Before by_kind, and still after it in effect.
      "  by_kind: {msp: relief, mmg: town}\n"
      "  cpts: relief\n"
      "  rules: {town: {rank: 4, extra_min: 2.5, max_travel_min: 12}}\n"
      "weights: {travel: 2, wait: 3}\n"
      "max_travel_min: 20\nvisit_max_travel_min: 21\n"
      "no_car: {speed_factor: 0.5, max_travel_min: 22}\n"
      "freshness: {demote_after_min: 5, stale_min: 6, refuse_after_min: 7}\n"
      "require_reachable: false\n"
      "travel: {detour: 1.5, speeds: [{density_from: 10, kmh: 20}, {density_from: 0, kmh: 60}]}\n");
  ASSERT_TRUE(policy.ok()) << policy.status();
  const auto circle = [&](domain::PlaceKind kind, domain::Modality modality) {
    return policy->circle_of[static_cast<int>(kind)][static_cast<int>(modality)];
  };
  EXPECT_EQ(circle(domain::PlaceKind::kMsp, domain::Modality::kCabinet), domain::Circle::kRelief);
  EXPECT_EQ(circle(domain::PlaceKind::kMmg, domain::Modality::kCabinet), domain::Circle::kTown);
  EXPECT_EQ(circle(domain::PlaceKind::kMmg, domain::Modality::kTele), domain::Circle::kRelief);
  EXPECT_EQ(circle(domain::PlaceKind::kEmergencyDepartment, domain::Modality::kTele), domain::Circle::kEmergencyDepartment);
  EXPECT_EQ(policy->cpts_circle, domain::Circle::kRelief);
  const domain::CircleRule& town = policy->circles[static_cast<int>(domain::Circle::kTown)];
  EXPECT_EQ(town, (domain::CircleRule{4, 2.5, absl::Minutes(12)}));
  EXPECT_EQ(policy->travel_weight, 2);
  EXPECT_EQ(policy->wait_weight, 3);
  EXPECT_EQ(policy->max_travel, absl::Minutes(20));
  EXPECT_EQ(policy->visit_max_travel, absl::Minutes(21));
  EXPECT_EQ(policy->no_car_speed_factor, 0.5);
  EXPECT_EQ(policy->no_car_max_travel, absl::Minutes(22));
  EXPECT_EQ(policy->demote_after, absl::Minutes(5));
  EXPECT_EQ(policy->stale_minutes, 6);
  EXPECT_EQ(policy->refuse_after, absl::Minutes(7));
  EXPECT_FALSE(policy->require_reachable);
  EXPECT_EQ(policy->travel, (domain::TravelModel{1.5, {{10, 20}, {0, 60}}}));
}

TEST(PolicyFile, MistakesSayWhereTheyAre) {
  ASSERT_TRUE(ParsePolicy(kSmall).ok());
  const struct {
    std::string text;
    const char* says;
  } cases[] = {
      {"", "expected keys and values"},
      {"- a\n- b\n", "line 1, column 1: expected keys and values"},
      {With("version: \"3\"", "version: [3"), "line"},
      {With("order: flat", "order: random"), "line 3, column 8: \"order\" must be circles or flat"},
      {With("order: flat\n", ""), "\"order\" must be"},
      {With("version: \"3\"", "verson: \"3\""), "line 2, column 1: unknown key \"verson\""},
      {With("version: \"3\"", "name: twice"), "line 2, column 1: key \"name\" stands twice"},
      {With("version: \"3\"\n", ""), "key \"version\" is missing"},
      {With("wait: 0.5", "wait: much"), "line 4, column 28: expected a number"},
      {With("wait: 0.5", "wait: .nan"), "line 4, column 28: expected a number"},
      {With(", wait: 0.5", ""), "key \"wait\" is missing"},
      {With("max_travel_min: 45", "max_travel_min: 1e300"), "line 5, column 17: expected minutes"},
      {With("max_travel_min: 45", "max_travel_min: -3"), "max_travel_min: expected 1 to 1440"},
      {With("kmh: 30", "kmh: 0"), "travel.speeds.kmh"},
      {With("    - {density_from: 0, kmh: 30}", "    fast"), "line 9, column 5: expected a list"},
      {With("detour: 1.2", "detour: {a: 1}"), "line 7, column 11: expected a number"},
      {With("order: flat", "order: flat\ncircles: {}"), "unknown key \"circles\""},
      {With("order: flat", "order: circles\ncircles: {by_kind: {castle: town}}"), "unknown kind of place"},
      {With("order: flat", "order: circles\ncircles: {by_kind: {msp: own_gp}}"), "expected town, relief"},
      {With("order: flat", "order: circles\ncircles: {by_modality: {tele: tele, tele: tele}}"), "stands twice"},
      {With("order: flat", "order: circles\ncircles: {rules: {town: {rank: 9}}}"), "circles.emergency_department.rank"},
      {With("order: flat", "order: circles\ncircles: {rules: {town: {rank: one}}}"), "expected a whole number"},
      {With("name: small", "name: &a small"), "anchors"},
      {std::string(70'000, '#'), "64 kB"},
      {std::string(40, '['), "nested"},
  };
  for (const auto& c : cases) {
    const auto policy = ParsePolicy(c.text);
    ASSERT_FALSE(policy.ok()) << c.says;
    EXPECT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(std::string(policy.status().message()).find(c.says), std::string::npos) << policy.status() << " does not say " << c.says;
  }
}

TEST(PolicyFile, AFolderWithoutPoliciesIsAnError) {
  EXPECT_FALSE(ReadPolicies(SNP_SOURCE_DIR "/services/matcher/index").ok());
  EXPECT_FALSE(ReadPolicies("/no/such/folder").ok());
}

}  // namespace
}  // namespace snp::matcher
