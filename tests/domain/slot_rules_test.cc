#include "domain/slot_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace snp::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

SlotDefinition Good() {
  SlotDefinition slot;
  slot.place = PlaceId("p1");
  slot.start = kNow + absl::Hours(1);
  slot.end = kNow + absl::Hours(2);
  slot.capacity = 4;
  slot.visibility.Add(Visibility::kSnp);
  slot.source = "manual";
  return slot;
}

std::vector<std::string> Fields(const std::function<void(SlotDefinition&)>& spoil) {
  SlotDefinition slot = Good();
  spoil(slot);
  std::vector<std::string> fields;
  for (const Violation& v : ValidateSlot(slot, kNow)) fields.push_back(v.field);
  return fields;
}

TEST(SlotRules, AGoodSlotBreaksNone) { EXPECT_THAT(ValidateSlot(Good(), kNow), IsEmpty()); }

TEST(SlotRules, LimitsAreInclusive) {
  EXPECT_THAT(Fields([](auto& s) {
                s.start = kNow + kMaxSlotAhead;
                s.end = s.start + absl::Hours(24);
                s.capacity = 500;
                s.min_age_months = s.max_age_months = 1800;
                s.release_before = absl::Hours(48);
                s.source = std::string(64, 'x');
                s.specialty = std::string(16, 'X');
              }),
              IsEmpty());
  // Begun but not over: a range that is open now.
  EXPECT_THAT(Fields([](auto& s) { s.start = kNow - absl::Hours(1), s.end = kNow + absl::Milliseconds(1); }), IsEmpty());
}

TEST(SlotRules, EachBrokenRuleNamesItsField) {
  EXPECT_THAT(Fields([](auto& s) { s.practitioner = Rpps("123"); }), ElementsAre("practitioner"));
  EXPECT_THAT(Fields([](auto& s) { s.start = kNow + kMaxSlotAhead + absl::Seconds(1), s.end = s.start + absl::Hours(1); }),
              ElementsAre("start_time"));
  EXPECT_THAT(Fields([](auto& s) { s.end = s.start; }), ElementsAre("end_time"));
  EXPECT_THAT(Fields([](auto& s) { s.end = s.start - absl::Hours(1); }), ElementsAre("end_time"));
  EXPECT_THAT(Fields([](auto& s) { s.end = s.start + absl::Hours(24) + absl::Milliseconds(1); }), ElementsAre("end_time"));
  EXPECT_THAT(Fields([](auto& s) { s.start = kNow - absl::Hours(2), s.end = kNow; }), ElementsAre("end_time"));
  EXPECT_THAT(Fields([](auto& s) { s.capacity = 0; }), ElementsAre("capacity"));
  EXPECT_THAT(Fields([](auto& s) { s.capacity = 501; }), ElementsAre("capacity"));
  EXPECT_THAT(Fields([](auto& s) { s.mode = static_cast<SlotMode>(0); }), ElementsAre("mode"));
  EXPECT_THAT(Fields([](auto& s) { s.modality = static_cast<Modality>(4); }), ElementsAre("modality"));
  EXPECT_THAT(Fields([](auto& s) { s.visibility = VisibilitySet(); }), ElementsAre("visibility"));
  EXPECT_THAT(Fields([](auto& s) { s.visibility = VisibilitySet(1u << 5); }), ElementsAre("visibility"));
  EXPECT_THAT(Fields([](auto& s) { s.capabilities = {"ok", "Not Ok", "ok"}; }), ElementsAre("capabilities[1]", "capabilities[2]"));
  EXPECT_THAT(Fields([](auto& s) { s.capabilities = std::vector<std::string>(33, "x"); }), ElementsAre("capabilities"));
  EXPECT_THAT(Fields([](auto& s) { s.specialty = std::string(17, 'X'); }), ElementsAre("specialty"));
  EXPECT_THAT(Fields([](auto& s) { s.min_age_months = -1; }), ElementsAre("min_age_months"));
  EXPECT_THAT(Fields([](auto& s) { s.max_age_months = 1801; }), ElementsAre("max_age_months"));
  EXPECT_THAT(Fields([](auto& s) { s.min_age_months = 24, s.max_age_months = 12; }), ElementsAre("max_age_months"));
  EXPECT_THAT(Fields([](auto& s) { s.source = ""; }), ElementsAre("source"));
  EXPECT_THAT(Fields([](auto& s) { s.source = std::string(10240, 'x'); }), ElementsAre("source"));
  EXPECT_THAT(Fields([](auto& s) { s.release_before = absl::Hours(49); }), ElementsAre("release_rule.before_start"));
  EXPECT_THAT(Fields([](auto& s) { s.release_before = -absl::Seconds(1); }), ElementsAre("release_rule.before_start"));
}

TEST(SlotRules, EveryBrokenRuleIsNamedAtOnce) {
  EXPECT_THAT(Fields([](auto& s) {
                s.end = s.start;
                s.capacity = 0;
                s.visibility = VisibilitySet();
                s.source = "";
              }),
              ElementsAre("end_time", "capacity", "visibility", "source"));
}

TEST(SlotRules, AbsentTimesAreLeftToTheCaller) {
  EXPECT_THAT(Fields([](auto& s) { s.start = absl::InfinitePast(); }), IsEmpty());
  EXPECT_THAT(Fields([](auto& s) { s.end = absl::InfiniteFuture(); }), IsEmpty());
}

}  // namespace
}  // namespace snp::domain
