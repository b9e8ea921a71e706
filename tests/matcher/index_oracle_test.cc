// The index against the oracle: every answer of every random territory equal, slot by slot, and every count of refusals.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "matcher/index/index.h"
#include "matcher/oracle.h"
#include "matcher/random_world.h"

namespace snp::matcher {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'765'000'000);

class OracleGround final : public Ground {
 public:
  explicit OracleGround(const oracle::World& world) : world_(world) {
    if (world.matrix.empty()) return;
    std::string csv = "from,to,minutes\n";
    for (const auto& [pair, minutes] : world.matrix) absl::StrAppend(&csv, pair.first, ",", pair.second, ",", minutes, "\n");
    matrix_.emplace(*domain::TravelMatrix::Parse(csv));
  }
  double Density(absl::string_view commune) const override {
    auto it = world_.density.find(std::string(commune));
    return it == world_.density.end() ? -1 : it->second;
  }
  const domain::TravelMatrix* matrix() const override { return matrix_ ? &*matrix_ : nullptr; }

 private:
  const oracle::World& world_;
  std::optional<domain::TravelMatrix> matrix_;
};

void LoadAll(const oracle::World& world, Index& index) {
  for (const char* code : {"60", "95"}) {
    store::DepartmentSnapshot snapshot;
    const domain::Department department{std::string(code)};
    for (const auto& p : world.places) {
      if (p.name.department == department) snapshot.places.push_back(p);
    }
    for (const auto& p : world.practitioners) {
      if (p.name.department == department) snapshot.practitioners.push_back(p);
    }
    for (const auto& s : world.slots) {
      if (s.name.department == department && !s.withdrawn) snapshot.slots.push_back(s);
    }
    index.Load(department, snapshot);
  }
}

// What a territory must have decided for the comparison to mean something.
struct Coverage {
  std::map<domain::Circle, int> circles;
  std::map<domain::Refusal, int64_t> refusals;
  int by_matrix = 0, stale = 0, full_answers = 0, empty_answers = 0;
};

void Compare(const oracle::World& world, const Index& index, const domain::Demand& demand, const domain::Policy& policy, int k, Coverage& coverage) {
  const auto expected = oracle::RankAll(world, demand, policy);
  const domain::Ranking got = index.Rank(demand, policy, k, true);
  ASSERT_EQ(got.best.size(), std::min<size_t>(k, expected.size()));
  for (size_t i = 0; i < got.best.size(); ++i) {
    const domain::RankedSlot& a = got.best[i];
    const oracle::Answer& b = expected[i];
    ASSERT_EQ(domain::ToString(a.slot), b.slot) << "at " << i << ", cost " << a.cost << " against " << b.cost;
    ASSERT_NEAR(a.cost, b.cost, 1e-6);
    ASSERT_NEAR(absl::ToDoubleMinutes(a.travel), b.travel, 1e-6);
    ASSERT_NEAR(absl::ToDoubleMinutes(a.seen - b.seen), 0, 1e-6);
    ASSERT_EQ(a.circle, b.circle);
    ++coverage.circles[a.circle];
    coverage.by_matrix += a.travel_by_matrix;
    coverage.stale += a.stale;
  }
  coverage.full_answers += static_cast<int>(got.best.size()) == k;
  coverage.empty_answers += got.best.empty();
  const domain::RefusalCounts refused = oracle::Refusals(world, demand, policy);
  for (int i = 0; i < domain::kRefusalCount; ++i) {
    ASSERT_EQ(got.refused[i], refused[i]) << "refusal " << i;
    coverage.refusals[static_cast<domain::Refusal>(i)] += refused[i];
  }
}

TEST(IndexOracle, GradedPoliciesOnRandomTerritories) {
  Coverage coverage;
  for (int seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    const oracle::World world = oracle::RandomWorld(random, kNow);
    const OracleGround ground(world);
    Index index(ground);
    LoadAll(world, index);
    for (int i = 0; i < 12; ++i) {
      SCOPED_TRACE(absl::StrCat("demand ", i));
      const domain::Policy policy = oracle::RandomPolicy(random);
      ASSERT_EQ(domain::Validate(policy), absl::OkStatus());
      const int k = std::uniform_int_distribution<int>(1, 20)(random);
      Compare(world, index, oracle::RandomDemand(random, world, kNow), policy, k, coverage);
      if (HasFatalFailure()) return;
    }
  }
  // Every circle was offered and every refusal was met: otherwise the territories are too tame.
  for (int c = 1; c < domain::kCircleCount; ++c) EXPECT_GT(coverage.circles[static_cast<domain::Circle>(c)], 100) << "circle " << c;
  for (int r = 1; r < domain::kRefusalCount; ++r) EXPECT_GT(coverage.refusals[static_cast<domain::Refusal>(r)], 30) << "refusal " << r;
  EXPECT_GT(coverage.by_matrix, 100);
  EXPECT_GT(coverage.stale, 100);
  EXPECT_GT(coverage.full_answers, 100);
  EXPECT_GT(coverage.empty_answers, 20);
}

// The same territory reached through events in any order of slots is the same index.
TEST(IndexOracle, EventsLeadWhereASnapshotLeads) {
  Coverage coverage;
  for (int seed = 1000; seed < 1060; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    oracle::World world = oracle::RandomWorld(random, kNow);
    // What the world looked like before: other definitions, places elsewhere.
    oracle::World before = world;
    const OracleGround ground(world);
    Index index(ground);
    for (auto& p : before.places) p.position.lat += 0.05;
    for (auto& s : before.slots) {
      s.withdrawn = false;
      s.sequence = 0;
      s.remaining = std::uniform_int_distribution<int>(0, 2)(random);
      if (std::uniform_int_distribution<int>(0, 2)(random) == 0) {
        s.definition.start += absl::Hours(1);
        s.definition.end += absl::Hours(1);
        s.definition.capabilities = {"other"};
        s.definition.modality = domain::Modality::kTele;
      }
    }
    // Some slots are born from events only, some places too.
    before.slots.erase(before.slots.begin(), before.slots.begin() + before.slots.size() / 3);
    before.places.resize(before.places.size() / 2);
    LoadAll(before, index);
    std::vector<size_t> order(world.slots.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    int64_t sequence = 0;
    std::map<std::string, std::vector<domain::Change>> logs;
    std::set<std::string> withdrawn;
    auto append = [&](const domain::Department& department, domain::Change change) {
      change.sequence = ++sequence;
      logs[department.value()].push_back(std::move(change));
    };
    for (size_t i : order) {
      domain::Slot& s = world.slots[i];
      domain::Change change;
      change.kind = domain::ChangeKind::kSlotPublished;
      change.slot = s.name.id;
      change.definition = s.definition;
      change.remaining = 3;
      change.revision = s.revision;
      change.confirmed = s.confirmed;
      append(s.name.department, change);
      change.kind = domain::ChangeKind::kHeld;
      change.definition.reset();
      change.remaining = 0;
      append(s.name.department, change);
      change.kind = domain::ChangeKind::kReleased;
      change.remaining = s.remaining;
      append(s.name.department, change);
      if (s.withdrawn) {
        withdrawn.insert(s.name.id.value());
        change.kind = domain::ChangeKind::kSlotWithdrawn;
        change.withdrawn = true;
        append(s.name.department, change);
      }
    }
    for (const auto& place : world.places) {
      domain::Change change;
      change.kind = domain::ChangeKind::kDirectory;
      change.put_place = place;
      append(place.name.department, change);
    }
    for (const auto& practitioner : world.practitioners) {
      domain::Change change;
      change.kind = domain::ChangeKind::kDirectory;
      change.put_practitioner = practitioner;
      append(practitioner.name.department, change);
    }
    for (const auto& [code, log] : logs) {
      index.Apply(domain::Department(code), log);
      // A second delivery changes nothing, nor do old events of a slot that lives (a follower that starts from a snapshot reads such events).
      index.Apply(domain::Department(code), log);
      std::vector<domain::Change> old;
      for (const domain::Change& change : log) {
        if (change.sequence <= sequence / 2 && withdrawn.count(change.slot.value()) == 0) old.push_back(change);
      }
      index.Apply(domain::Department(code), old);
    }
    for (int i = 0; i < 8; ++i) {
      Compare(world, index, oracle::RandomDemand(random, world, kNow), oracle::RandomPolicy(random), 8, coverage);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(coverage.full_answers, 50);
}

}  // namespace
}  // namespace snp::matcher
