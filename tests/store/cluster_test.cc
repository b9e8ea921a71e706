// The same code on a Redis Cluster of two nodes: a department is on one of them, whichever node a process was told of.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "platform/async/sync_wait.h"
#include "platform/ids.h"
#include "store/redis/case_store.h"
#include "store/redis/directory.h"
#include "store/redis/event_log.h"
#include "store/redis/key_slot.h"
#include "store/redis/keys.h"
#include "store/redis/reader.h"
#include "store/redis/registry_store.h"
#include "support/cluster_fixture.h"

namespace snp::store::redis {
namespace {

using domain::Department;
using platform::SyncWait;
using testing::RedisFixture;

TEST(KeySlot, IsThatOfTheSpecification) {
  EXPECT_EQ(KeySlot("123456789"), 0x31C3);
  EXPECT_EQ(KeySlot("snp:{95}:slot:a"), KeySlot("95"));
  EXPECT_NE(KeySlot("{}x"), KeySlot(""));
  EXPECT_EQ(KeyOf({"EVALSHA", "sha", "1", "snp:{95}:", "now"}), "snp:{95}:");
  EXPECT_EQ(KeyOf({"XREAD", "COUNT", "1", "BLOCK", "9", "STREAMS", "snp:{95}:log", "0-0"}), "snp:{95}:log");
  EXPECT_EQ(KeyOf({"PING"}), "");
}

class Cluster : public ::testing::Test {
 protected:
  store::Request NewRequest() { return {absl::StrCat("r", ++requests), "body", now, absl::Now() + absl::Seconds(10)}; }
  // The first call to another node may find no connection yet: tried again with the same request_id, as any caller does.
  template <typename Call>
  auto Insist(Call call) {
    return testing::Insist([&call] { return SyncWait(call()); });
  }

  testing::ClusterFixture cluster;
  RedisFixture &one = cluster.one(), &two = cluster.two();
  std::unique_ptr<Client> client = one.NewClient();
  platform::SeededIdSource ids{1};
  RedisRegistryStore store{*client, ids};
  RedisDirectoryStore directory{*client, kDefaultLogLength};
  const Department near{"95"}, far{"78"};
  const absl::Time now = absl::FromUnixSeconds(1'765'000'000);
  int requests = 0;
};

TEST_F(Cluster, EveryStepFindsTheNodeOfItsDepartment) {
  ASSERT_LT(KeySlot(Keys(near).root()), 8192);
  ASSERT_GE(KeySlot(Keys(far).root()), 8192);
  RedisRegistryReader reader(*client);
  for (const Department& department : {near, far}) {
    domain::Place place;
    place.name = {department, domain::PlaceId("p1")};
    place.display_name = "Cabinet";
    place.commune = "95127";
    const store::Request put = NewRequest(), publish = NewRequest();
    const auto placed = Insist([&] { return directory.PutPlaces(put, department, {place}); });
    ASSERT_TRUE(placed.ok()) << placed;
    std::vector<store::PublishItem> items;
    for (const char* id : {"a", "b"}) {
      domain::SlotDefinition d;
      d.place = domain::PlaceId("p1");
      d.start = now + absl::Hours(1);
      d.end = d.start + absl::Minutes(20);
      d.capacity = 1;
      d.visibility.Add(domain::Visibility::kSnp);
      d.source = "test";
      items.push_back({{department, domain::SlotId(id)}, d});
    }
    const auto published = Insist([&] { return store.Publish(publish, department, items, false); });
    ASSERT_TRUE(published.ok()) << published.status();
    ASSERT_TRUE(published->at(0).ok()) << published->at(0).status();
  }
  // Over both nodes, in rank order: the second is taken as the first is gone.
  for (const bool book : {true, false}) {
    store::HoldArgs args;
    args.home = near;
    args.candidates = {{{far, domain::SlotId("a")}, 1}, {{near, domain::SlotId("a")}, 1}};
    args.hold_deadline = now + absl::Minutes(5);
    args.book = book;
    args.case_name = "departments/95/cases/c1";
    args.motive = "M01";
    args.reference = ids.MakeReference();
    const auto taken = SyncWait(store.Hold(NewRequest(), args));
    ASSERT_TRUE(taken.ok()) << taken.status();
    EXPECT_EQ(taken->booking.name.department, book ? far : near);
    EXPECT_EQ(taken->booking.state, book ? domain::BookingState::kBooked : domain::BookingState::kHeld);
    const auto read = SyncWait(reader.GetBooking(taken->booking.name, absl::InfiniteFuture()));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->reference, taken->booking.reference);
  }
  // Each department's keys are on its node and nowhere else.
  EXPECT_EQ(one.Do({"EXISTS", Keys(near).Sequence()}).integer, 1);
  EXPECT_EQ(two.Do({"EXISTS", Keys(far).Sequence()}).integer, 1);
  EXPECT_EQ(one.Do({"KEYS", absl::StrCat("snp:{", far.value(), "}:*")}).items.size(), 0u);
}

TEST_F(Cluster, ALogIsFollowedOnTheNodeThatHasIt) {
  ClientOptions blocking;
  blocking.address = one.address();
  RedisEventLog log(*client, blocking);
  const auto head = Insist([&] { return log.ReadHead(far, absl::InfiniteFuture()); });
  ASSERT_TRUE(head.ok()) << head.status();
  domain::Place place;
  place.name = {far, domain::PlaceId("p1")};
  place.display_name = "Cabinet";
  place.commune = "78646";
  const store::Request put = NewRequest();
  ASSERT_TRUE(Insist([&] { return directory.PutPlaces(put, far, {place}); }).ok());
  const auto changes = SyncWait(log.Read(far, *head, 10, absl::ZeroDuration()));
  ASSERT_TRUE(changes.ok()) << changes.status();
  ASSERT_EQ(changes->size(), 1u);
  // Nothing new: a long poll, on a connection of its own that learns the way too.
  store::LogHead after = *head;
  after.sequence += 1;
  const auto quiet = Insist([&] { return log.Read(far, after, 10, absl::Milliseconds(20)); });
  ASSERT_TRUE(quiet.ok()) << quiet.status();
  EXPECT_TRUE(quiet->empty());
}

TEST_F(Cluster, ACaseIsKeptOnTheNodeOfItsDepartment) {
  ClientOptions blocking;
  blocking.address = one.address();
  RedisCaseStore cases(*client, blocking);
  store::CaseChange change;
  change.next = {{far, domain::CaseId("c1")}, 1, "record"};
  const store::Request put = NewRequest();
  const auto kept = Insist([&] { return cases.Put(put, change); });
  ASSERT_TRUE(kept.ok()) << kept.status();
  const auto found = SyncWait(cases.Get({far, domain::CaseId("c1")}, absl::InfiniteFuture()));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->record, "record");
}

}  // namespace
}  // namespace snp::store::redis
