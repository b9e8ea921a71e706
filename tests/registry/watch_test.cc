// WatchSlots: every change once, in order, from any cursor, for any number of watchers over one follower of the log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "platform/async/sync_wait.h"
#include "registry/watch_hub.h"
#include "registry/world.h"
#include "store/redis/event_log.h"

namespace snp::registry {
namespace {

using platform::Reason;
using platform::Role;
using platform::SyncWait;
using ::testing::ElementsAre;

v1::WatchSlotsResponse Hello(Watcher& watcher) {
  v1::WatchSlotsResponse message;
  EXPECT_TRUE(watcher.Next(&message)) << watcher.Finish();
  EXPECT_EQ(message.kind(), v1::CHANGE_KIND_HEARTBEAT);
  return message;
}

TEST(Watch, FromNowOnEveryVerbIsAChange) {
  World world;
  PutTwoPlaces(world);
  const Desk regulation = world.As(Role::kService);
  Watcher watcher(regulation, "departments/95", 0);
  // Two places were put.
  EXPECT_EQ(Hello(watcher).cursor(), 2);
  v1::Slot definition = GoodSlot("s1", "p1");
  definition.set_capacity(2);
  const v1::Slot slot = Publish(world, definition);
  const auto held = Hold(regulation, "hold", {slot});
  ASSERT_TRUE(held.ok());
  v1::ConfirmHoldRequest confirm;
  confirm.set_request_id("confirm");
  confirm.set_name(held->booking().name());
  ASSERT_TRUE(regulation.Call(&Stub::ConfirmHold, confirm).ok());
  world.clock.Advance(absl::Minutes(1));
  v1::CancelBookingRequest cancel;
  cancel.set_request_id("cancel");
  cancel.set_name(held->booking().name());
  cancel.set_cancelled_by(v1::CANCELLED_BY_PATIENT);
  ASSERT_TRUE(regulation.Call(&Stub::CancelBooking, cancel).ok());

  std::vector<v1::ChangeKind> kinds;
  std::vector<int> remaining;
  v1::WatchSlotsResponse change;
  for (int i = 0; i < 4; ++i) {
    change = watcher.NextChange();
    EXPECT_EQ(change.cursor(), 3 + i);
    EXPECT_EQ(change.slot(), SlotNamed("s1"));
    EXPECT_EQ(change.place(), PlaceNamed("p1"));
    kinds.push_back(change.kind());
    remaining.push_back(change.remaining());
  }
  EXPECT_THAT(kinds, ElementsAre(v1::CHANGE_KIND_SLOT_PUBLISHED, v1::CHANGE_KIND_HELD, v1::CHANGE_KIND_BOOKED, v1::CHANGE_KIND_CANCELLED));
  EXPECT_THAT(remaining, ElementsAre(2, 1, 1, 2));
  EXPECT_EQ(change.booking(), held->booking().name());
  EXPECT_EQ(change.event_time().seconds(), absl::ToUnixSeconds(Morning() + absl::Minutes(1)));
}

TEST(Watch, OfAPlaceOnlyItsChangesButACurrentCursor) {
  Config config;
  config.heartbeat = absl::Seconds(10);
  World world(config);
  PutTwoPlaces(world);
  Watcher watcher(world.As(Role::kArs), PlaceNamed("p1"), 0);
  Hello(watcher);
  Publish(world, GoodSlot("s2", "p2"));
  Publish(world, GoodSlot("s1", "p1"));
  EXPECT_EQ(watcher.NextChange().slot(), SlotNamed("s1"));
  const v1::Slot last = Publish(world, GoodSlot("s3", "p2"));
  // Nothing for this watcher; the heartbeat still moves its cursor.
  v1::WatchSlotsResponse message;
  do {
    world.clock.Advance(absl::Seconds(10));
    ASSERT_TRUE(watcher.Next(&message)) << watcher.Finish();
    ASSERT_EQ(message.kind(), v1::CHANGE_KIND_HEARTBEAT);
  } while (message.cursor() < last.sequence());
}

TEST(Watch, HeartbeatsComeWithTheClock) {
  World world;
  PutTwoPlaces(world);
  Watcher watcher(world.As(Role::kArs), "departments/95", 0);
  EXPECT_EQ(Hello(watcher).event_time().seconds(), absl::ToUnixSeconds(Morning()));
  world.clock.Advance(absl::Seconds(10));
  EXPECT_EQ(Hello(watcher).event_time().seconds(), absl::ToUnixSeconds(Morning() + absl::Seconds(10)));
}

TEST(Watch, ResumesFromAnyCursorWithoutHoleOrDouble) {
  Config config;
  // A ring much smaller than the history, so that most cursors are served from the log itself.
  config.watch_buffer = 16;
  World world(config);
  PutTwoPlaces(world);
  for (int i = 0; i < 600; ++i) {
    if (i % 100 != 0) continue;
    v1::BatchPublishSlotsRequest batch;
    batch.set_request_id(absl::StrCat("batch-", i));
    for (int k = 0; k < 100; ++k) *batch.add_slots() = GoodSlot(absl::StrCat("s", i + k), "p1");
    ASSERT_TRUE(world.As(Role::kService).Call(&Stub::BatchPublishSlots, batch).ok());
  }
  const Desk desk = world.As(Role::kService);
  for (const int64_t from : {1, 258, 590, 601}) {
    Watcher watcher(desk, "departments/95", from);
    EXPECT_EQ(Hello(watcher).cursor(), from);
    for (int64_t expected = from + 1; expected <= 602; ++expected) ASSERT_EQ(watcher.NextChange().cursor(), expected) << "from " << from;
  }
  // A live one goes on where its history ended, while more is published.
  Watcher watcher(desk, "departments/95", 300);
  std::thread publisher([&] {
    for (int i = 0; i < 50; ++i) Publish(world, GoodSlot(absl::StrCat("more", i), "p2"));
  });
  for (int64_t expected = 301; expected <= 652; ++expected) ASSERT_EQ(watcher.NextChange().cursor(), expected);
  publisher.join();
}

TEST(Watch, ManyWatchersSeeTheSame) {
  World world;
  PutTwoPlaces(world);
  const Desk desk = world.As(Role::kService);
  std::vector<std::unique_ptr<Watcher>> watchers;
  for (int i = 0; i < 32; ++i) watchers.push_back(std::make_unique<Watcher>(desk, "departments/95", i % 3));
  for (auto& watcher : watchers) Hello(*watcher);
  for (int i = 0; i < 40; ++i) Publish(world, GoodSlot(absl::StrCat("s", i), "p1"));
  for (size_t w = 0; w < watchers.size(); ++w) {
    for (int64_t expected = w % 3 == 0 ? 3 : static_cast<int64_t>(w % 3) + 1; expected <= 42; ++expected) {
      ASSERT_EQ(watchers[w]->NextChange().cursor(), expected) << "watcher " << w;
    }
  }
  // One blocked reader of the log serves them all.
  int blocked = 0;
  const std::string clients = world.redis.Do({"CLIENT", "LIST"}).text;
  for (size_t at = clients.find("cmd=xread"); at != std::string::npos; at = clients.find("cmd=xread", at + 1)) ++blocked;
  EXPECT_LE(blocked, 1) << clients;
}

TEST(Watch, ASlowReaderIsClosedAndResumesFromItsCursor) {
  Config config;
  config.watch_buffer = 50;
  World world(config);
  PutTwoPlaces(world);
  v1::BatchPublishSlotsRequest batch;
  batch.set_request_id("slots");
  v1::ConfirmFreshRequest confirm;
  for (int i = 0; i < 1000; ++i) {
    *batch.add_slots() = GoodSlot(absl::StrCat(std::string(50, 's'), i), "p1");
    confirm.add_names(batch.slots(i).name());
  }
  const Desk desk = world.As(Role::kService);
  ASSERT_EQ(desk.Call(&Stub::BatchPublishSlots, batch)->published_count(), 1000);
  int64_t cursor = 0;
  {
    Watcher watcher(world.OverNarrowConnection(), "departments/95", 0);
    cursor = Hello(watcher).cursor();
    EXPECT_EQ(cursor, 1002);
    // 2,000 events of some 200 bytes while it does not read: more than its connection takes.
    for (int round = 0; round < 2; ++round) {
      confirm.set_request_id(absl::StrCat("round-", round));
      ASSERT_EQ(desk.Call(&Stub::ConfirmFresh, confirm)->confirmed_count(), 1000);
    }
    v1::WatchSlotsResponse message;
    while (watcher.Next(&message)) {
      if (message.kind() == v1::CHANGE_KIND_HEARTBEAT) continue;
      ASSERT_EQ(message.cursor(), cursor + 1);
      cursor = message.cursor();
    }
    const absl::Status end = watcher.Finish();
    EXPECT_EQ(ReasonOf(end), Reason::kOverloaded) << end;
    ASSERT_LT(cursor, 3002);
    EXPECT_THAT(platform::MetadataOf(end), ElementsAre(std::make_pair("cursor", absl::StrCat(cursor))));
  }
  Watcher again(desk, "departments/95", cursor);
  for (int64_t expected = cursor + 1; expected <= 3002; ++expected) ASSERT_EQ(again.NextChange().cursor(), expected);
}

TEST(Watch, ATrimmedCursorIsToldSo) {
  Config config;
  config.log_length = 1000;
  World world(config);
  PutTwoPlaces(world);
  const Desk desk = world.As(Role::kService);
  for (int b = 0; b < 4; ++b) {
    v1::BatchPublishSlotsRequest batch;
    batch.set_request_id(absl::StrCat("batch-", b));
    for (int i = 0; i < 1000; ++i) *batch.add_slots() = GoodSlot(absl::StrCat("s", b, "-", i), "p1");
    ASSERT_TRUE(desk.Call(&Stub::BatchPublishSlots, batch).ok());
  }
  for (const int64_t cursor : {1, 99999}) {
    Watcher watcher(desk, "departments/95", cursor);
    v1::WatchSlotsResponse message;
    while (watcher.Next(&message)) EXPECT_EQ(message.kind(), v1::CHANGE_KIND_HEARTBEAT);
    const absl::Status end = watcher.Finish();
    EXPECT_EQ(ReasonOf(end), Reason::kCursorTrimmed) << end;
    EXPECT_EQ(end.code(), absl::StatusCode::kOutOfRange);
  }
  Watcher from_now(desk, "departments/95", 0);
  EXPECT_EQ(Hello(from_now).cursor(), 4002);
}

TEST(Watch, EndsWithUnavailableWhenRedisGoesAndWorksAfterItsReturn) {
  testing::RedisSettings durable;
  durable.durable = true;
  World world({}, durable);
  PutTwoPlaces(world);
  const Desk desk = world.As(Role::kService);
  int64_t cursor = 0;
  {
    Watcher watcher(desk, "departments/95", 0);
    cursor = Hello(watcher).cursor();
    world.redis.Kill();
    v1::WatchSlotsResponse message;
    while (watcher.Next(&message)) EXPECT_EQ(message.kind(), v1::CHANGE_KIND_HEARTBEAT);
    EXPECT_EQ(ReasonOf(watcher.Finish()), Reason::kStoreUnavailable);
  }
  world.redis.Start();
  v1::PublishSlotRequest publish;
  publish.set_request_id("again");
  *publish.mutable_slot() = GoodSlot("s1", "p1");
  // The client comes back by itself; a refusal meanwhile is retried with the same id.
  while (!desk.Call(&Stub::PublishSlot, publish).ok()) std::this_thread::yield();
  Watcher watcher(desk, "departments/95", cursor);
  EXPECT_EQ(watcher.NextChange().slot(), SlotNamed("s1"));
}

TEST(Watch, StoppingTheServiceEndsItsStreams) {
  World world;
  PutTwoPlaces(world);
  Watcher watcher(world.As(Role::kService), "departments/95", 0);
  Hello(watcher);
  std::thread stop([&] { world.app().Stop(); });
  v1::WatchSlotsResponse message;
  while (watcher.Next(&message)) EXPECT_EQ(message.kind(), v1::CHANGE_KIND_HEARTBEAT);
  EXPECT_EQ(watcher.Finish().code(), absl::StatusCode::kUnavailable);
  stop.join();
}

TEST(WatchHub, AFeedSaysWhenItsRingBeginsLater) {
  World world;
  PutTwoPlaces(world);
  auto client = world.redis.NewClient();
  store::redis::RedisEventLog log(*client, {.address = world.redis.address()});
  const domain::Department department("95");
  const store::LogHead head = *SyncWait(log.ReadHead(department, absl::InfiniteFuture()));
  ASSERT_EQ(head.sequence, 2);
  WatchHub hub(log, 3);
  const WatchHub::Subscription subscription = hub.Subscribe(department, head);
  Feed& feed = subscription.feed();
  EXPECT_FALSE(feed.After(1, 10)->has_value());
  EXPECT_TRUE((*feed.After(2, 10))->empty());
  platform::Timer timer;
  for (int i = 0; i < 5; ++i) Publish(world, GoodSlot(absl::StrCat("s", i), "p1"));
  for (uint64_t seen = feed.news().version();; seen = feed.news().version()) {
    const auto events = *feed.After(6, 10);
    if (events && !events->empty()) break;
    SyncWait(feed.news().Wait(seen, absl::Seconds(10), timer));
  }
  // 3..7 came, 5..7 are kept.
  EXPECT_FALSE(feed.After(2, 10)->has_value());
  EXPECT_FALSE(feed.After(3, 10)->has_value());
  const auto kept = *feed.After(4, 10);
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 3u);
  EXPECT_EQ((*kept)[0]->sequence, 5);
  EXPECT_EQ((*feed.After(4, 2))->size(), 2u);
  EXPECT_TRUE((*feed.After(7, 10))->empty());
  EXPECT_TRUE((*feed.After(100, 10))->empty());
  hub.Stop();
  EXPECT_EQ(platform::ReasonOf(feed.After(7, 10).status()), Reason::kStoreUnavailable);
  EXPECT_EQ((*feed.After(4, 10))->size(), 3u);
}

}  // namespace
}  // namespace snp::registry
