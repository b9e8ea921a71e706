// Readers beside the writer: every answer is whole, whatever moment it was taken at. For ThreadSanitizer above all.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "matcher/index/index.h"

namespace snp::matcher {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'765'000'000);
const domain::Department kDepartment("95");

domain::Place PlaceAt(int i) {
  domain::Place place;
  place.name = {kDepartment, domain::PlaceId(absl::StrCat("p", i))};
  place.position = {48.9 + 0.002 * i, 2.0 + 0.003 * (i % 17)};
  place.display_name = absl::StrCat("place ", i);
  return place;
}

domain::Slot SlotAt(int i) {
  domain::Slot slot;
  slot.name = {kDepartment, domain::SlotId(absl::StrCat("s", i))};
  slot.definition.place = domain::PlaceId(absl::StrCat("p", i % 100));
  slot.definition.start = kNow + absl::Minutes(i % 600);
  slot.definition.end = slot.definition.start + absl::Minutes(15);
  slot.definition.modality = i % 10 == 0 ? domain::Modality::kTele : domain::Modality::kCabinet;
  slot.definition.capabilities = {absl::StrCat("c", i % 80)};
  slot.definition.visibility.Add(domain::Visibility::kPublic);
  slot.revision = 1;
  slot.sequence = 1;
  slot.remaining = 1;
  slot.confirmed = kNow;
  return slot;
}

TEST(IndexRace, ReadersBesideTheWriter) {
  const Territory ground;
  Index index(ground);
  store::DepartmentSnapshot snapshot;
  for (int i = 0; i < 100; ++i) snapshot.places.push_back(PlaceAt(i));
  for (int i = 0; i < 2000; ++i) snapshot.slots.push_back(SlotAt(i));
  index.Load(kDepartment, snapshot);

  domain::Policy policy = domain::Policy::Graded();
  std::atomic<bool> done{false};
  std::atomic<int64_t> answers{0};
  std::vector<std::thread> readers;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&, r] {
      std::mt19937 random(r);
      while (!done) {
        domain::Demand demand;
        demand.position = PlaceAt(std::uniform_int_distribution<int>(0, 99)(random)).position;
        demand.now = demand.earliest = kNow;
        demand.latest = kNow + absl::Hours(12);
        demand.viewer.regulation = true;
        demand.own_gp = domain::Rpps("99900000001");
        const bool explain = answers % 50 == 0;
        const domain::Ranking ranking = index.Rank(demand, policy, 8, explain);
        std::set<domain::SlotName> distinct;
        for (const auto& slot : ranking.best) {
          // Slots of even number are never taken and never change place.
          ASSERT_GT(slot.remaining, 0);
          ASSERT_FALSE(slot.place_display_name.empty());
          ASSERT_TRUE(distinct.insert(slot.slot).second);
        }
        ASSERT_EQ(ranking.best.size(), 8u);
        ++answers;
      }
    });
  }
  std::mt19937 random(99);
  int64_t sequence = 10;
  for (int turn = 0; turn < 300 || answers < 200; ++turn) {
    std::vector<domain::Change> changes;
    for (int i = 0; i < 20; ++i) {
      const int n = 2 * std::uniform_int_distribution<int>(0, 999)(random) + 1;
      domain::Change change;
      change.sequence = ++sequence;
      change.slot = domain::SlotId(absl::StrCat("s", n));
      change.revision = 1;
      change.confirmed = kNow;
      switch (i % 4) {
        case 0:
          change.kind = domain::ChangeKind::kHeld;
          change.remaining = 0;
          break;
        case 1:
          change.kind = domain::ChangeKind::kReleased;
          change.remaining = 1;
          break;
        case 2:
          change.kind = domain::ChangeKind::kSlotWithdrawn;
          change.withdrawn = true;
          break;
        default:
          change.kind = domain::ChangeKind::kSlotPublished;
          change.definition = SlotAt(n).definition;
          change.remaining = 1;
      }
      changes.push_back(change);
    }
    domain::Change directory;
    directory.sequence = ++sequence;
    directory.kind = domain::ChangeKind::kDirectory;
    directory.put_place = PlaceAt(turn % 300);
    changes.push_back(directory);
    index.Apply(kDepartment, changes);
    if (turn % 50 == 25) {
      // A snapshot swapped in under the readers; its slots carry sequence 1, so later events still apply.
      index.Load(kDepartment, snapshot);
    }
    if (turn % 50 == 40) index.Prune(kDepartment, kNow - absl::Hours(1));
  }
  done = true;
  for (auto& reader : readers) reader.join();
  EXPECT_GE(answers, 200);
}

}  // namespace
}  // namespace snp::matcher
