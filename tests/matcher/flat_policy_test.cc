// The flat policies on 100,000 slots: each request takes its slot, in order, and every choice equals a linear scan of everything that is left.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "absl/strings/str_cat.h"
#include "matcher/index/index.h"

namespace snp::matcher {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'765'000'000);
constexpr int kSlots = 100'000, kRequests = 2'000;

struct Row {
  int id;
  double lat, lon;
  int start;
  uint32_t caps;
  bool free = true;
};
struct Want {
  double lat, lon;
  int earliest, latest;
  uint32_t need;
  double max_travel;
};

double TravelMinutes(const Want& w, const Row& s) {
  const double rad = std::acos(-1.0) / 180;
  const double h = std::pow(std::sin((s.lat - w.lat) * rad / 2), 2) +
                   std::cos(w.lat * rad) * std::cos(s.lat * rad) * std::pow(std::sin((s.lon - w.lon) * rad / 2), 2);
  return 2 * 6371.0088 * std::asin(std::sqrt(h)) * 1.3 / 40 * 60;
}

struct Case {
  const char* name;
  bool weighted;
  int sites;  // Few: thousands of slots at one place.
};
class FlatPolicy : public testing::TestWithParam<Case> {};

TEST_P(FlatPolicy, EqualsALinearScanWhileSlotsAreConsumed) {
  const bool weighted = GetParam().weighted;
  const int sites_wanted = GetParam().sites;
  domain::Policy policy = domain::Policy::Flat();
  policy.name = weighted ? "flat-weighted" : "flat-nearest";
  policy.version = "1";
  policy.wait_weight = weighted ? 0.1 : 0;
  policy.travel.detour = 1.3;
  policy.travel.speeds = {{0, 40}};

  std::mt19937 random(weighted ? 1 : 2);
  auto real = [&](double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); };
  auto whole = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  // Three quarters around a few towns, so that dense and empty country both occur.
  std::vector<std::pair<double, double>> towns, sites;
  for (int i = 0; i < 40; ++i) towns.emplace_back(real(48, 50), real(1, 4));
  auto somewhere = [&] {
    if (whole(0, 3) == 0) return std::pair(real(48, 50), real(1, 4));
    const auto& town = towns[whole(0, 39)];
    return std::pair(town.first + real(-0.05, 0.05), town.second + real(-0.07, 0.07));
  };
  for (int i = 0; i < sites_wanted; ++i) sites.push_back(somewhere());
  const domain::Department department("95");
  store::DepartmentSnapshot snapshot;
  for (int i = 0; i < sites_wanted; ++i) {
    domain::Place place;
    place.name = {department, domain::PlaceId(absl::StrCat("site", i))};
    place.position = {sites[i].first, sites[i].second};
    snapshot.places.push_back(place);
  }
  std::vector<Row> rows;
  for (int i = 0; i < kSlots; ++i) {
    const int site = whole(0, sites_wanted - 1);
    // Several slots of one place share a start: ties must go to the lowest id.
    rows.push_back({i, sites[site].first, sites[site].second, 10 * whole(0, 287), static_cast<uint32_t>(whole(0, 65535) & whole(0, 65535))});
    domain::Slot slot;
    slot.name = {department, domain::SlotId(absl::StrCat(i))};
    slot.definition.place = domain::PlaceId(absl::StrCat("site", site));
    slot.definition.start = kNow + absl::Minutes(rows.back().start);
    slot.definition.end = slot.definition.start + absl::Minutes(15);
    slot.definition.visibility.Add(domain::Visibility::kPublic);
    for (int bit = 0; bit < 16; ++bit) {
      if ((rows.back().caps >> bit) & 1) slot.definition.capabilities.push_back(absl::StrCat("c", bit));
    }
    slot.revision = 1;
    slot.sequence = i + 1;
    slot.remaining = 1;
    slot.confirmed = kNow;
    snapshot.slots.push_back(slot);
  }
  const Territory ground;
  Index index(ground);
  index.Load(department, snapshot);
  snapshot = {};

  int64_t sequence = kSlots, assigned = 0;
  for (int i = 0; i < kRequests; ++i) {
    SCOPED_TRACE(absl::StrCat("request ", i));
    Want w;
    std::tie(w.lat, w.lon) = somewhere();
    w.earliest = whole(0, 2400);
    w.latest = w.earliest + whole(120, 2880);
    w.need = 1u << whole(0, 15);
    if (whole(0, 9) == 0) w.need |= 1u << whole(0, 15);
    w.max_travel = 15 << whole(0, 2);

    int best = -1;
    double best_cost = 0;
    for (const Row& s : rows) {
      if (!s.free || s.start < w.earliest || s.start > w.latest || (s.caps & w.need) != w.need) continue;
      // A degree of latitude is 217 minutes: spares the scan most of the trigonometry.
      if (std::abs(s.lat - w.lat) * 200 > w.max_travel) continue;
      const double travel = TravelMinutes(w, s);
      if (travel > w.max_travel) continue;
      const double cost = travel + (weighted ? 0.1 * (s.start - w.earliest) : 0);
      const bool better = best < 0 || cost < best_cost || (cost == best_cost && s.start < rows[best].start);
      if (better) {
        best = s.id;
        best_cost = cost;
      }
    }

    domain::Demand demand;
    demand.position = {w.lat, w.lon};
    demand.now = kNow;
    demand.earliest = kNow + absl::Minutes(w.earliest);
    demand.latest = kNow + absl::Minutes(w.latest);
    demand.max_travel = absl::Minutes(w.max_travel);
    for (int bit = 0; bit < 16; ++bit) {
      if ((w.need >> bit) & 1) demand.capabilities.push_back(absl::StrCat("c", bit));
    }
    demand.viewer.regulation = true;
    const domain::Ranking got = index.Rank(demand, policy, 8, false);
    if (best < 0) {
      ASSERT_TRUE(got.best.empty());
      continue;
    }
    ASSERT_FALSE(got.best.empty());
    ASSERT_EQ(got.best[0].slot.id.value(), absl::StrCat(best)) << got.best[0].cost << " against " << best_cost;
    ASSERT_NEAR(got.best[0].cost, best_cost, 1e-9);
    ASSERT_TRUE(std::is_sorted(got.best.begin(), got.best.end(), [](const auto& a, const auto& b) { return a.cost < b.cost; }));

    rows[best].free = false;
    ++assigned;
    domain::Change taken;
    taken.sequence = ++sequence;
    taken.kind = domain::ChangeKind::kHeld;
    taken.slot = got.best[0].slot.id;
    taken.remaining = 0;
    taken.revision = 1;
    index.Apply(department, {taken});
  }
  EXPECT_GT(assigned, kRequests / 4);
  EXPECT_LT(assigned, kRequests);
}

INSTANTIATE_TEST_SUITE_P(Both, FlatPolicy,
                         testing::Values(Case{"weighted", true, 4000}, Case{"nearest", false, 4000}, Case{"weighted_few_sites", true, 60},
                                         Case{"nearest_few_sites", false, 60}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace snp::matcher
