// Whoever takes a snapshot and follows the log from the head read before it ends up with what is there.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "platform/async/sync_wait.h"
#include "platform/error.h"
#include "platform/ids.h"
#include "store/redis/directory.h"
#include "store/redis/event_log.h"
#include "store/redis/registry_store.h"
#include "support/redis_fixture.h"

namespace snp::store::redis {
namespace {

using domain::Change;
using domain::ChangeKind;
using domain::Department;
using domain::PlaceId;
using domain::Slot;
using domain::SlotId;
using platform::Reason;
using platform::ReasonOf;
using platform::SyncWait;

const Department kVal("95");
const absl::Time kNow = absl::FromUnixSeconds(1'767'600'000);
const absl::Time kSoon = absl::InfiniteFuture();
constexpr int kPlaces = 5;

domain::Place MakePlace(int i, int version = 0) {
  domain::Place place;
  place.name = {kVal, PlaceId(absl::StrCat("p", i))};
  place.display_name = absl::StrCat("version ", version);
  place.commune = "95127";
  return place;
}

PublishItem MakeItem(int slot, int place, int capacity, absl::Time start) {
  PublishItem item;
  item.name = {kVal, SlotId(absl::StrCat("s", slot))};
  item.definition.place = PlaceId(absl::StrCat("p", place));
  item.definition.start = start;
  item.definition.end = start + absl::Minutes(15);
  item.definition.capacity = capacity;
  item.definition.visibility.Add(domain::Visibility::kPublic);
  item.definition.source = "manual";
  return item;
}

// What an index does, in its smallest form.
class Follower {
 public:
  void Load(DepartmentSnapshot snapshot) {
    slots_.clear();
    places_.clear();
    for (Slot& slot : snapshot.slots) slots_[slot.name.id] = std::move(slot);
    for (domain::Place& place : snapshot.places) places_[place.name.id] = std::move(place);
  }
  void Apply(const Change& change) {
    if (change.put_place) places_[change.put_place->name.id] = *change.put_place;
    if (change.slot.empty()) return;
    auto known = slots_.find(change.slot);
    if (known != slots_.end() && known->second.sequence >= change.sequence) return;
    if (change.withdrawn) {
      slots_.erase(change.slot);
      return;
    }
    if (known == slots_.end()) {
      if (!change.definition) return;
      known = slots_.emplace(change.slot, Slot()).first;
      known->second.name = {kVal, change.slot};
    }
    Slot& slot = known->second;
    if (change.definition) slot.definition = *change.definition;
    slot.sequence = change.sequence;
    slot.revision = change.revision;
    slot.remaining = change.remaining;
    slot.confirmed = change.confirmed;
  }
  // One line per thing known.
  std::vector<std::string> Describe() const {
    std::vector<std::string> lines;
    for (const auto& [id, place] : places_) lines.push_back(absl::StrCat(id.value(), " ", place.display_name));
    for (const auto& [id, slot] : slots_) {
      lines.push_back(absl::StrCat(id.value(), " at ", slot.definition.place.value(), " ", absl::FormatTime(slot.definition.start), " capacity ",
                                   slot.definition.capacity, " remaining ", slot.remaining, " revision ", slot.revision, " sequence ", slot.sequence,
                                   " fresh ", absl::FormatTime(slot.confirmed)));
    }
    return lines;
  }

 private:
  std::map<SlotId, Slot> slots_;
  std::map<PlaceId, domain::Place> places_;
};

class SnapshotTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::vector<domain::Place> places;
    for (int i = 0; i < kPlaces; ++i) places.push_back(MakePlace(i));
    ASSERT_TRUE(SyncWait(directory_.PutPlaces(Ask("places"), kVal, places)).ok());
  }
  static Request Ask(std::string id) { return {std::move(id), "f", kNow, kSoon}; }
  void Publish(std::string request, std::vector<PublishItem> items) {
    const auto outcomes = SyncWait(registry_.Publish(Ask(std::move(request)), kVal, std::move(items), true));
    ASSERT_TRUE(outcomes.ok()) << outcomes.status();
    for (const auto& outcome : *outcomes) ASSERT_TRUE(outcome.ok()) << outcome.status();
  }
  DepartmentSnapshot Snapshot(absl::Time from = kNow) {
    auto snapshot = SyncWait(log_.Snapshot(kVal, from, nullptr));
    EXPECT_TRUE(snapshot.ok()) << snapshot.status();
    return snapshot.ok() ? *std::move(snapshot) : DepartmentSnapshot();
  }

  testing::RedisFixture redis_;
  std::unique_ptr<Client> client_ = redis_.NewClient();
  RedisDirectoryStore directory_{*client_, 1'000'000};
  platform::SeededIdSource ids_{1};
  RedisRegistryStore registry_{*client_, ids_};
  RedisEventLog log_{*client_, {.address = redis_.address()}};
};

TEST_F(SnapshotTest, HoldsPlacesPractitionersAndOpenSlots) {
  domain::Practitioner practitioner;
  practitioner.name = {kVal, domain::Rpps("10000000001")};
  practitioner.places = {{kVal, PlaceId("p0")}};
  ASSERT_TRUE(SyncWait(directory_.PutPractitioners(Ask("r1"), kVal, {practitioner})).ok());
  Publish("r2", {MakeItem(1, 0, 1, kNow + absl::Hours(1)), MakeItem(2, 1, 7, kNow), MakeItem(3, 1, 1, kNow + absl::Hours(2))});
  ASSERT_TRUE(SyncWait(registry_.Withdraw(Ask("r3"), {kVal, SlotId("s3")})).ok());
  const DepartmentSnapshot snapshot = Snapshot();
  EXPECT_EQ(snapshot.places.size(), static_cast<size_t>(kPlaces));
  ASSERT_EQ(snapshot.practitioners.size(), 1u);
  EXPECT_EQ(snapshot.practitioners[0], practitioner);
  ASSERT_EQ(snapshot.slots.size(), 2u);
  EXPECT_EQ(snapshot.slots[0].name.id, SlotId("s2"));
  EXPECT_EQ(snapshot.slots[0].definition, MakeItem(2, 1, 7, kNow).definition);
  EXPECT_EQ(snapshot.slots[0].remaining, 7);
  EXPECT_EQ(snapshot.slots[1].name.id, SlotId("s1"));
}

TEST_F(SnapshotTest, BeginsWithWhatHasNotEnded) {
  const absl::Time from = kNow + absl::Hours(30);
  PublishItem longest = MakeItem(1, 0, 1, from - absl::Hours(24) + absl::Seconds(1));
  longest.definition.end = longest.definition.start + absl::Hours(24);
  PublishItem ended = MakeItem(2, 0, 1, from - absl::Hours(1));
  ended.definition.end = from;
  Publish("r", {longest, ended, MakeItem(3, 0, 1, from - absl::Minutes(1))});
  const DepartmentSnapshot snapshot = Snapshot(from);
  ASSERT_EQ(snapshot.slots.size(), 2u);
  EXPECT_EQ(snapshot.slots[0].name.id, SlotId("s1"));
  EXPECT_EQ(snapshot.slots[1].name.id, SlotId("s3"));
}

TEST_F(SnapshotTest, ReportsItsProgress) {
  std::vector<PublishItem> items;
  for (int i = 0; i < 1200; ++i) items.push_back(MakeItem(i, 0, 1, kNow + absl::Minutes(i % 3)));
  Publish("r", std::move(items));
  std::vector<std::pair<int64_t, int64_t>> steps;
  const auto snapshot = SyncWait(log_.Snapshot(kVal, kNow, [&](int64_t read, int64_t total) { steps.emplace_back(read, total); }));
  ASSERT_TRUE(snapshot.ok());
  EXPECT_EQ(snapshot->slots.size(), 1200u);
  EXPECT_EQ(steps, (std::vector<std::pair<int64_t, int64_t>>{{500, 1200}, {1000, 1200}, {1200, 1200}}));
}

TEST_F(SnapshotTest, OfAnUnknownDepartmentIsEmpty) {
  const auto snapshot = SyncWait(log_.Snapshot(Department("78"), kNow, nullptr));
  ASSERT_TRUE(snapshot.ok());
  EXPECT_TRUE(snapshot->places.empty() && snapshot->practitioners.empty() && snapshot->slots.empty());
}

TEST_F(SnapshotTest, AndTheLogAfterItEqualTheEndUnderConcurrentWriters) {
  constexpr int kSlots = 60, kWriters = 4, kSteps = 250;
  std::atomic<int> writing{kWriters};
  std::atomic<int> changed{0};
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      std::mt19937 random(static_cast<unsigned>(w) + 1);
      const auto pick = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
      std::vector<domain::BookingName> mine;
      for (int step = 0; step < kSteps; ++step) {
        const std::string request = absl::StrCat("w", w, "-", step);
        Request ask = Ask(request);
        ask.now = kNow + absl::Seconds(step);
        const domain::SlotName slot{kVal, SlotId(absl::StrCat("s", pick(kSlots)))};
        bool ok = false;
        switch (pick(8)) {
          case 0:
          case 1: {
            std::vector<PublishItem> items;
            for (int i = 0; i < 3; ++i) {
              items.push_back(MakeItem(pick(kSlots), pick(kPlaces), 1 + pick(4), kNow + absl::Hours(2) + absl::Minutes(pick(30))));
            }
            ok = SyncWait(registry_.Publish(ask, kVal, items, true)).ok();
            break;
          }
          case 2:
            ok = pick(3) != 0 || SyncWait(registry_.Withdraw(ask, slot)).ok();
            break;
          case 3:
            ok = SyncWait(registry_.ConfirmFresh(ask, kVal, {slot.id})).ok();
            break;
          case 4:
            ok = SyncWait(directory_.PutPlaces(ask, kVal, {MakePlace(pick(kPlaces), step)})).ok();
            break;
          case 5:
          case 6: {
            HoldArgs args;
            for (int64_t revision = 1; revision < 40; ++revision) args.candidates.push_back({slot, revision});
            args.home = kVal;
            args.hold_deadline = kNow + absl::Hours(1);
            args.book = pick(2) == 0;
            args.reference = absl::StrCat("R", w, step);
            const auto held = SyncWait(registry_.Hold(ask, args));
            ok = held.ok();
            if (ok) mine.push_back(held->booking.name);
            break;
          }
          default:
            if (mine.empty()) break;
            std::swap(mine[static_cast<size_t>(pick(static_cast<int>(mine.size())))], mine.back());
            ok = SyncWait(registry_.Release(ask, mine.back())).ok();
            if (!ok) {
              ask.id += "c";
              ok = SyncWait(registry_.Cancel(ask, mine.back(), domain::CancelledBy::kPatient)).ok();
            }
            mine.pop_back();
        }
        if (ok) ++changed;
      }
      --writing;
    });
  }

  // Three followers: each starts somewhere in the middle, and one starts over now and then.
  std::vector<Follower> followers(3);
  std::vector<std::thread> reading;
  std::atomic<int64_t> applied{0};
  for (size_t f = 0; f < followers.size(); ++f) {
    reading.emplace_back([&, f] {
      LogHead cursor;
      int pieces = 0;
      for (bool fresh = true;;) {
        if (fresh) {
          cursor = SyncWait(log_.ReadHead(kVal, kSoon)).value();
          followers[f].Load(SyncWait(log_.Snapshot(kVal, kNow, nullptr)).value());
          fresh = false;
        }
        const bool last = writing == 0;
        const auto changes = SyncWait(log_.Read(kVal, cursor, 7, absl::ZeroDuration())).value();
        for (const Change& change : changes) {
          ASSERT_EQ(change.sequence, cursor.sequence + 1);
          cursor.sequence = change.sequence;
          followers[f].Apply(change);
          ++applied;
        }
        if (last && changes.empty()) return;
        fresh = f == 2 && ++pieces % 20 == 0 && !last;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  for (std::thread& reader : reading) reader.join();

  EXPECT_GT(changed, kWriters * kSteps / 3) << "the writers hardly changed anything";
  EXPECT_GT(applied, 100) << "the followers hardly followed";
  Follower end;
  end.Load(Snapshot());
  for (const Follower& follower : followers) EXPECT_EQ(follower.Describe(), end.Describe());
}

}  // namespace
}  // namespace snp::store::redis
