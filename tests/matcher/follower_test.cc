// The follower over a real Redis and the registry's own steps: what is published, held and given back is in the index at the next turn.
#include "matcher/follower.h"

#include <gtest/gtest.h>

#include "platform/async/sync_wait.h"
#include "store/redis/directory.h"
#include "store/redis/event_log.h"
#include "support/registry_fixture.h"

namespace snp::matcher {
namespace {

using platform::SyncWait;

class FollowerTest : public ::testing::Test {
 protected:
  explicit FollowerTest(int64_t log_length = 1'000'000)
      : registry_({}, log_length),
        directory_(*registry_.client, log_length),
        log_(*registry_.client, {.address = registry_.redis.address()}),
        clock_(registry_.now),
        index_(ground_),
        policy_(domain::Policy::Flat()),
        follower_(registry_.department, log_, index_, clock_, {.wait = absl::ZeroDuration(), .batch = 16}) {
    policy_.max_travel = absl::Hours(24);
    PutPlaces();
  }

  void PutPlaces(double lat = 49.0) {
    std::vector<domain::Place> places(2);
    for (int i = 0; i < 2; ++i) {
      places[i].name = {registry_.department, domain::PlaceId(i == 0 ? "p1" : "p2")};
      places[i].commune = "95127";
      places[i].position = {lat, 2.0 + 0.1 * i};
    }
    ASSERT_TRUE(SyncWait(directory_.PutPlaces(registry_.NewRequest(), registry_.department, places)).ok());
  }

  // Slots offered to a patient at p1, in order.
  std::vector<std::string> Offered() {
    domain::Demand demand;
    demand.position = {49.0, 2.0};
    demand.now = demand.earliest = registry_.now;
    demand.latest = registry_.now + absl::Hours(48);
    demand.viewer.regulation = true;
    std::vector<std::string> ids;
    for (const auto& slot : index_.Rank(demand, policy_, 64, false).best) ids.push_back(slot.slot.id.value());
    return ids;
  }
  using Ids = std::vector<std::string>;

  // Turns until the whole log was seen.
  void CatchUp() {
    const absl::Time before = clock_.Now();
    clock_.Advance(absl::Seconds(1));
    for (int i = 0; i < 1000 && follower_.status().whole_at <= before; ++i) ASSERT_LE(follower_.Turn(), absl::Milliseconds(1)) << "it backs off";
    // The snapshot itself knows everything up to its head; one more turn reads what came after.
    follower_.Turn();
  }

  testing::RegistryFixture registry_;
  store::redis::RedisDirectoryStore directory_;
  store::redis::RedisEventLog log_;
  platform::FakeClock clock_;
  Territory ground_;
  Index index_;
  domain::Policy policy_;
  Follower follower_;
};

TEST_F(FollowerTest, SnapshotThenEvents) {
  registry_.Publish("a", registry_.Definition());
  EXPECT_FALSE(follower_.status().ready);
  CatchUp();
  EXPECT_TRUE(follower_.status().ready);
  EXPECT_EQ(Offered(), Ids({"a"}));

  registry_.Publish("b", registry_.Definition(2));
  CatchUp();
  EXPECT_EQ(Offered(), Ids({"a", "b"}));

  const auto first = registry_.Hold({"a", "b"});
  ASSERT_TRUE(first.ok()) << first.status();
  CatchUp();
  EXPECT_EQ(Offered(), Ids({"b"}));
  ASSERT_TRUE(SyncWait(registry_.store.Release(registry_.NewRequest(), first->booking.name)).ok());
  CatchUp();
  EXPECT_EQ(Offered(), Ids({"a", "b"}));

  ASSERT_TRUE(SyncWait(registry_.store.Withdraw(registry_.NewRequest(), registry_.SlotNamed("a"))).ok());
  CatchUp();
  EXPECT_EQ(Offered(), Ids({"b"}));
  const FollowStatus status = follower_.status();
  EXPECT_EQ(status.snapshots, 1);
  EXPECT_EQ(index_.SizeOf(registry_.department).open_slots, 1);
  EXPECT_EQ(index_.SizeOf(registry_.department).places, 2);
}

TEST_F(FollowerTest, MoreEventsThanABatch) {
  CatchUp();
  for (int i = 0; i < 50; ++i) registry_.Publish(absl::StrCat("s", i), registry_.Definition());
  const int64_t cursor = follower_.status().cursor;
  const absl::Time whole = follower_.status().whole_at;
  clock_.Advance(absl::Seconds(5));
  follower_.Turn();
  EXPECT_EQ(follower_.status().cursor, cursor + 16);
  // A full batch: it cannot know that it has seen all.
  EXPECT_EQ(follower_.status().whole_at, whole);
  CatchUp();
  EXPECT_EQ(follower_.status().cursor, cursor + 50);
  EXPECT_GT(follower_.status().whole_at, whole);
  EXPECT_EQ(Offered().size(), 50u);
}

TEST_F(FollowerTest, SlotsThatEndedAreForgotten) {
  registry_.Publish("a", registry_.Definition());
  CatchUp();
  EXPECT_EQ(index_.SizeOf(registry_.department).open_slots, 1);
  clock_.Advance(absl::Hours(3));
  follower_.Turn();
  EXPECT_EQ(index_.SizeOf(registry_.department).open_slots, 0);
}

TEST_F(FollowerTest, OtherDataIsASnapshotAgain) {
  registry_.Publish("old", registry_.Definition());
  CatchUp();
  registry_.redis.Do({"FLUSHALL"});
  PutPlaces();
  registry_.Publish("new", registry_.Definition());
  CatchUp();
  EXPECT_EQ(Offered(), Ids({"new"}));
  EXPECT_EQ(follower_.status().snapshots, 2);
}

TEST_F(FollowerTest, WhileRedisIsAwayTheIndexAnswersAndGrowsOld) {
  registry_.Publish("a", registry_.Definition());
  CatchUp();
  const absl::Time whole = follower_.status().whole_at;
  registry_.redis.Kill();
  clock_.Advance(absl::Minutes(2));
  EXPECT_GT(follower_.Turn(), absl::ZeroDuration());
  EXPECT_GT(follower_.Turn(), absl::ZeroDuration());
  EXPECT_EQ(Offered(), Ids({"a"}));
  EXPECT_EQ(follower_.status().whole_at, whole);
  EXPECT_EQ(follower_.status().snapshots, 1);
  // It kept nothing: what comes back is another data set.
  registry_.redis.Start();
  ASSERT_TRUE(registry_.client->WaitConnected(absl::Seconds(10)));
  for (int i = 0; i < 100'000 && follower_.status().snapshots < 2; ++i) follower_.Turn();
  EXPECT_EQ(Offered(), Ids({}));
}

class TrimmedLogTest : public FollowerTest {
 protected:
  TrimmedLogTest() : FollowerTest(100) {}
};

TEST_F(TrimmedLogTest, ALogThatNoLongerReachesBackIsASnapshotAgain) {
  registry_.Publish("a", registry_.Definition());
  CatchUp();
  // The log is trimmed by whole nodes of the stream: enough events that the cursor's node is gone.
  for (int i = 0; i < 1000; ++i) registry_.Publish(absl::StrCat("s", i % 20), registry_.Definition(1 + i % 5));
  CatchUp();
  EXPECT_EQ(follower_.status().snapshots, 2);
  EXPECT_EQ(Offered().size(), 21u);
}

}  // namespace
}  // namespace snp::matcher
