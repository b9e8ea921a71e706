#include "scenario/baseline.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "scenario/scenario.h"

namespace snp::scenario {
namespace {

using domain::PlaceKind;

// One commune whose centre is at (49, 2); 1 km north is 1/111.195 degree.
class BaselineTest : public ::testing::Test {
 protected:
  BaselineTest() {
    territory_.department = domain::Department("95");
    domain::Commune commune;
    commune.insee = "95001";
    commune.population = 1000;
    commune.centre = {49, 2};
    territory_.communes = {commune};
  }

  void AddPlace(const std::string& id, double km_north, PlaceKind kind = PlaceKind::kCabinet) {
    domain::Place place;
    place.name = {territory_.department, domain::PlaceId(id)};
    place.kind = kind;
    place.commune = "95001";
    place.position = {49 + km_north / 111.195, 2};
    territory_.places.push_back(place);
  }
  void AddSlot(const std::string& place, int from_min, int to_min, int capacity = 1, domain::SlotMode mode = domain::SlotMode::kRoutine) {
    domain::SlotDefinition slot;
    slot.place = domain::PlaceId(place);
    slot.start = t0_ + absl::Minutes(from_min);
    slot.end = t0_ + absl::Minutes(to_min);
    slot.capacity = capacity;
    slot.mode = mode;
    slot.visibility.Add(domain::Visibility::kSnp);
    const std::string id = absl::StrCat(place, "-", from_min);
    territory_.slots.push_back({{territory_.department, domain::SlotId(id)}, slot});
  }
  void AddRequest(int minute, const std::string& delay = "4H", domain::CareLevel level = domain::CareLevel::kR3) {
    Request r;
    r.arrival = t0_ + absl::Minutes(minute);
    r.commune = "95001";
    r.position = {49, 2};
    r.delay = delay;
    r.care_level = level;
    r.examination = level == domain::CareLevel::kR3;
    day_.requests.push_back(r);
  }
  BaselineResult Run(uint64_t seed = 1) const {
    return Baseline(territory_, day_, seed, [](const Request& r, const domain::Place& p) { return domain::HaversineKm(r.position, p.position) * 2; });
  }

  const absl::Time t0_ = absl::FromUnixSeconds(1'768'204'800);
  Territory territory_;
  Day day_;
};

TEST_F(BaselineTest, TakesTheFirstFreeStartOfThePlace) {
  AddPlace("a", 3);
  AddSlot("a", 60, 75);
  AddSlot("a", 30, 45);
  AddRequest(0);
  AddRequest(0);
  const BaselineResult r = Run();
  EXPECT_EQ(r.placed, 2);
  EXPECT_NEAR(r.delay_min.p50, 30, 1e-9);
  EXPECT_NEAR(r.delay_min.p90, 60, 1e-9);
  EXPECT_NEAR(r.travel_min.p50, 6, 0.01);
}

TEST_F(BaselineTest, WidensOnlyWhileNothingIsFoundAndAtMostThreeTimes) {
  AddPlace("near", 4.9);
  AddSlot("near", 10, 25);
  AddPlace("far", 13.9);
  AddSlot("far", 20, 35);
  AddPlace("out", 14.1);
  AddSlot("out", 5, 20, 10);
  AddRequest(0);  // near
  AddRequest(0);  // far, after 5, 8, 11, 14 km
  AddRequest(0);  // nothing left within 14 km
  const BaselineResult r = Run();
  EXPECT_EQ(r.placed, 2);
  EXPECT_EQ(r.unplaced, 1);
  EXPECT_NEAR(r.travel_min.p90, 27.8, 0.02);
}

TEST_F(BaselineTest, LaterThanTheDeadlineIsUnplacedAndLeavesTheSlotFree) {
  AddPlace("a", 1);
  AddSlot("a", 5 * 60, 5 * 60 + 15);
  AddRequest(0, "4H");
  AddRequest(90, "4H");
  const BaselineResult r = Run();
  EXPECT_EQ(r.unplaced, 1);
  EXPECT_EQ(r.placed, 1);
  EXPECT_NEAR(r.delay_min.p50, 210, 1e-9);
}

// A near place whose only slot is beyond the window is not found at all, so the circle widens to one that can be used. (Without the window the near
// one would be chosen, and be too late.)
TEST_F(BaselineTest, LooksFortyEightHoursAhead) {
  AddPlace("near", 1);
  AddSlot("near", 48 * 60 + 1, 48 * 60 + 16);
  AddPlace("far", 7);
  AddSlot("far", 120, 135);
  AddRequest(0, "24H");
  EXPECT_EQ(Run().placed, 1);

  territory_.slots[0].definition.start = t0_ + absl::Hours(48);
  EXPECT_EQ(Run().placed, 0) << "at 48 h exactly it is found, and too late";
}

TEST_F(BaselineTest, NeverTakesAnEmergencyDepartmentNorAPastStart) {
  AddPlace("sau", 0.1, PlaceKind::kEmergencyDepartment);
  AddSlot("sau", 0, 240, 60, domain::SlotMode::kWalkin);
  AddPlace("a", 1);
  AddSlot("a", 0, 15);
  AddRequest(5);
  EXPECT_EQ(Run().unplaced, 1);
}

TEST_F(BaselineTest, AWalkInRangeStartsAtOnceWhenItIsOpen) {
  AddPlace("mmg", 1, PlaceKind::kMmg);
  AddSlot("mmg", 0, 120, 2, domain::SlotMode::kWalkin);
  AddRequest(30);
  AddRequest(40);
  AddRequest(50);
  const BaselineResult r = Run();
  EXPECT_EQ(r.placed, 2);
  EXPECT_EQ(r.unplaced, 1);
  EXPECT_EQ(r.delay_min.p90, 0);
}

TEST_F(BaselineTest, ChoosesAmongPlacesNotAmongSlots) {
  AddPlace("many", 1);
  AddPlace("one", 2);
  for (int i = 0; i < 50; ++i) AddSlot("many", 10 + i, 25 + i);
  AddSlot("one", 10, 25);
  AddRequest(0);
  int many = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) many += Run(seed).travel_min.p50 < 3;
  EXPECT_NEAR(many, 200, 60);
}

TEST_F(BaselineTest, CountsOnlyThoseWhoNeedAnExamination) {
  AddRequest(0, "4H", domain::CareLevel::kR4);
  AddRequest(0, "", domain::CareLevel::kR1);
  AddRequest(0, "4H");
  const BaselineResult r = Run();
  EXPECT_EQ(r.examinations, 1);
  EXPECT_EQ(r.unplaced, 1);
  EXPECT_EQ(r.travel_min.p90, 0);
}

TEST(NearestRankTest, IsTheSmallestValueThatCoversTheShare) {
  EXPECT_EQ(NearestRank({}, 0.5), 0);
  EXPECT_EQ(NearestRank({7}, 0.9), 7);
  EXPECT_EQ(NearestRank({4, 1, 3, 2}, 0.5), 2);
  EXPECT_EQ(NearestRank({4, 1, 3, 2}, 0.9), 4);
  EXPECT_EQ(NearestRank({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 0.9), 9);
}

// On the shipped day the rule places most patients, fails some, and gives the same answer each time.
TEST(BaselineOnValDoise, IsPlausibleAndReproducible) {
  const Scenario s = *LoadScenario();
  const TravelMinutes travel = ModelTravel(domain::TravelModel{}, s.territory);
  const BaselineResult a = Baseline(s.territory, s.day, 1, travel), b = Baseline(s.territory, s.day, 1, travel);
  EXPECT_EQ(a.unplaced, b.unplaced);
  EXPECT_EQ(a.delay_min.p90, b.delay_min.p90);
  EXPECT_EQ(a.placed + a.unplaced, a.examinations);
  EXPECT_GT(a.placed, a.examinations / 4);
  EXPECT_GT(a.unplaced, 0);
  EXPECT_LT(a.travel_min.p90, 60);
}

}  // namespace
}  // namespace snp::scenario
