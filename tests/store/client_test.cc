#include "store/redis/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "platform/async/sync_wait.h"
#include "platform/error.h"
#include "store/redis/script.h"
#include "support/redis_fixture.h"

namespace snp::store::redis {
namespace {

using platform::Reason;
using platform::ReasonOf;
using platform::SyncWait;
using ::testing::ElementsAre;
using testing::RedisFixture;
using testing::RedisSettings;

TEST(Client, RepliesOfEveryKind) {
  RedisFixture redis;
  auto client = redis.NewClient();
  auto status = SyncWait(client->Command({"SET", "k", std::string("a\0b\r\n", 5)}));
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(status->kind, Reply::Kind::kStatus);
  EXPECT_EQ(SyncWait(client->Command({"GET", "k"}))->text, std::string("a\0b\r\n", 5));
  EXPECT_TRUE(SyncWait(client->Command({"GET", "none"}))->is_nil());
  EXPECT_EQ(SyncWait(client->Command({"STRLEN", "k"}))->integer, 5);
  auto nested = SyncWait(client->Command({"EVAL", "return {1, {'x', {}}, false}", "0"}));
  ASSERT_TRUE(nested.ok()) << nested.status();
  ASSERT_EQ(nested->items.size(), 3u);
  EXPECT_EQ(nested->items[0].integer, 1);
  EXPECT_EQ(nested->items[1].items[0].text, "x");
  EXPECT_EQ(nested->items[1].items[1].kind, Reply::Kind::kArray);
  EXPECT_TRUE(nested->items[2].is_nil());
  auto error = SyncWait(client->Command({"INCR", "k"}));
  EXPECT_EQ(ReasonOf(error.status()), Reason::kInternal);
}

TEST(Client, PipelineKeepsOrderAndErrorsInPlace) {
  RedisFixture redis;
  auto client = redis.NewClient();
  auto replies = SyncWait(client->Pipeline({{"INCR", "n"}, {"LPUSH", "n", "x"}, {"INCR", "n"}}));
  ASSERT_TRUE(replies.ok()) << replies.status();
  ASSERT_EQ(replies->size(), 3u);
  EXPECT_EQ((*replies)[0].integer, 1);
  EXPECT_EQ((*replies)[1].kind, Reply::Kind::kError);
  EXPECT_EQ((*replies)[2].integer, 2);
}

TEST(Client, ManyThreadsGetTheirOwnReplies) {
  RedisFixture redis;
  auto client = redis.NewClient();
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        const std::string text = std::to_string(t) + ":" + std::to_string(i);
        auto reply = SyncWait(client->Command({"ECHO", text}));
        if (!reply.ok() || reply->text != text) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Client, LargeCommandsAreFinishedByTheReader) {
  RedisFixture redis;
  auto client = redis.NewClient();
  const std::string big(8 << 20, 'x');
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const std::string key = "big" + std::to_string(t);
      if (!SyncWait(client->Command({"SET", key, big}, absl::Now() + absl::Seconds(60))).ok()) ++wrong;
      auto reply = SyncWait(client->Command({"GET", key}, absl::Now() + absl::Seconds(60)));
      if (!reply.ok() || reply->text != big) ++wrong;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Client, PastDeadlineSendsNothing) {
  RedisFixture redis;
  auto client = redis.NewClient();
  auto reply = SyncWait(client->Command({"SET", "k", "v"}, absl::Now() - absl::Seconds(1)));
  EXPECT_EQ(ReasonOf(reply.status()), Reason::kDeadline);
  EXPECT_TRUE(SyncWait(client->Command({"GET", "k"}))->is_nil());
}

TEST(Client, WithoutServerEveryCommandFailsAtOnce) {
  ClientOptions options;
  options.address = "unix:/nowhere/redis.sock";
  Client client(options);
  EXPECT_FALSE(client.connected());
  auto reply = SyncWait(client.Command({"PING"}));
  EXPECT_EQ(ReasonOf(reply.status()), Reason::kStoreUnavailable);
}

TEST(Client, KilledServerThenRestartedIsFoundAgain) {
  RedisFixture redis(RedisSettings{.durable = true, .more = {}});
  auto client = redis.NewClient();
  ASSERT_TRUE(SyncWait(client->Command({"SET", "k", "v"})).ok());
  redis.Kill();
  auto reply = SyncWait(client->Command({"GET", "k"}));
  EXPECT_EQ(ReasonOf(reply.status()), Reason::kStoreUnavailable);
  EXPECT_FALSE(client->connected());
  redis.Start();
  ASSERT_TRUE(client->WaitConnected(absl::Seconds(10)));
  EXPECT_EQ(SyncWait(client->Command({"GET", "k"}))->text, "v");
}

TEST(Client, FrozenServerFailsByTheDeadlineAndThenAtOnce) {
  RedisFixture redis;
  ClientOptions options;
  options.stall_timeout = absl::Milliseconds(200);
  options.connect_timeout = absl::Milliseconds(100);
  auto client = redis.NewClient(options);
  redis.Freeze();
  const absl::Time begin = absl::Now();
  auto reply = SyncWait(client->Command({"SET", "k", "late"}, begin + absl::Milliseconds(100)));
  EXPECT_EQ(ReasonOf(reply.status()), Reason::kStoreUnavailable);
  EXPECT_LT(absl::Now() - begin, absl::Seconds(2));
  EXPECT_FALSE(client->connected());
  // Once the connection is given up nothing waits any more.
  while (true) {
    const absl::Time next = absl::Now();
    reply = SyncWait(client->Command({"PING"}, next + absl::Milliseconds(50)));
    EXPECT_EQ(ReasonOf(reply.status()), Reason::kStoreUnavailable);
    if (absl::StrContains(reply.status().message(), "no connection")) break;
    ASSERT_LT(next - begin, absl::Seconds(20));
  }
  redis.Thaw();
  ASSERT_TRUE(client->WaitConnected(absl::Seconds(10)));
  EXPECT_TRUE(SyncWait(client->Command({"PING"})).ok());
}

TEST(Client, SlowReplyIsDroppedNotGivenToTheNext) {
  RedisFixture redis;
  auto client = redis.NewClient();
  auto blocked = SyncWait(client->Command({"BLPOP", "list", "0.2"}, absl::Now() + absl::Milliseconds(50)));
  EXPECT_EQ(ReasonOf(blocked.status()), Reason::kStoreUnavailable);
  auto reply = SyncWait(client->Command({"ECHO", "mine"}, absl::Now() + absl::Seconds(10)));
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->text, "mine");
  EXPECT_TRUE(client->connected());
}

TEST(Client, IdleConnectionNoticesAFrozenServer) {
  RedisFixture redis;
  ClientOptions options;
  options.stall_timeout = absl::Milliseconds(200);
  auto client = redis.NewClient(options);
  redis.Freeze();
  const absl::Time limit = absl::Now() + absl::Seconds(20);
  while (client->connected()) ASSERT_LT(absl::Now(), limit);
  redis.Thaw();
  EXPECT_TRUE(client->WaitConnected(absl::Seconds(10)));
}

TEST(Client, WhatAFrozenServerDoesNotTakeIsBounded) {
  RedisFixture redis;
  ClientOptions options;
  options.stall_timeout = absl::Seconds(60);
  auto client = redis.NewClient(options);
  redis.Freeze();
  const std::string big(8 << 20, 'x');
  std::atomic<int> refused = 0, late = 0, other = 0;
  std::vector<std::promise<void>> done(12);
  // One deadline for all, far enough for a slow machine to have sent them before it passes.
  const absl::Time deadline = absl::Now() + absl::Seconds(12);
  for (auto& one : done) {
    platform::Spawn(client->Command({"SET", "k", big}, deadline), [&](absl::StatusOr<Reply> reply) {
      const absl::string_view message = reply.status().message();
      ++(absl::StrContains(message, "takes no more") ? refused : absl::StrContains(message, "in time") ? late : other);
      one.set_value();
    });
  }
  for (auto& one : done) one.get_future().wait();
  EXPECT_GE(refused, 4) << "64 MB are 8 of them";
  EXPECT_GE(late, 7);
  EXPECT_EQ(other, 0);
  // What was in memory goes out when the server is back; the connection is as it was.
  redis.Thaw();
  const absl::Time limit = absl::Now() + absl::Seconds(30);
  while (!client->connected()) ASSERT_LT(absl::Now(), limit);
  auto reply = SyncWait(client->Command({"ECHO", "mine"}, absl::Now() + absl::Seconds(30)));
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->text, "mine");
}

TEST(Client, OfASilentServerNothingIsWaitedFor) {
  RedisFixture redis;
  ClientOptions options;
  options.stall_timeout = absl::Seconds(60);
  auto client = redis.NewClient(options);
  redis.Freeze();
  EXPECT_EQ(ReasonOf(SyncWait(client->Command({"PING"}, absl::Now() + absl::Milliseconds(300))).status()), Reason::kStoreUnavailable);
  // It let a deadline pass and has been silent for longer than a quarter of a second: refused at once, whatever the deadline.
  EXPECT_EQ(ReasonOf(SyncWait(client->Command({"PING"}, absl::Now() + absl::Minutes(10))).status()), Reason::kStoreUnavailable);
  redis.Thaw();
  const absl::Time limit = absl::Now() + absl::Seconds(30);
  while (!client->connected()) ASSERT_LT(absl::Now(), limit);
  EXPECT_TRUE(SyncWait(client->Command({"PING"})).ok());
}

TEST(Client, FullMemoryIsStoreFull) {
  RedisFixture redis(RedisSettings{.durable = false, .more = {{"maxmemory", "1"}}});
  auto client = redis.NewClient();
  auto reply = SyncWait(client->Command({"SET", "k", "v"}));
  EXPECT_EQ(ReasonOf(reply.status()), Reason::kStoreFull);
}

TEST(Client, ErrorRepliesBecomeReasons) {
  auto reason = [](const char* text) {
    Reply reply;
    reply.kind = Reply::Kind::kError;
    reply.text = text;
    return ReasonOf(Checked(reply).status());
  };
  EXPECT_EQ(reason("OOM command not allowed when used memory > 'maxmemory'."), Reason::kStoreFull);
  EXPECT_EQ(reason("MISCONF Redis is configured to save RDB snapshots, but it's unable to persist to disk."), Reason::kStoreFull);
  EXPECT_EQ(reason("ERR no space on disk"), Reason::kStoreFull);
  EXPECT_EQ(reason("LOADING Redis is loading the dataset in memory"), Reason::kStoreUnavailable);
  EXPECT_EQ(reason("READONLY You can't write against a read only replica."), Reason::kStoreUnavailable);
  EXPECT_EQ(reason("CLUSTERDOWN The cluster is down"), Reason::kStoreUnavailable);
  EXPECT_EQ(reason("BUSY Redis is busy running a script."), Reason::kStoreUnavailable);
  EXPECT_EQ(reason("ERR unknown command"), Reason::kInternal);
}

TEST(Script, UnknownToTheServerIsSentWhole) {
  RedisFixture redis;
  auto client = redis.NewClient();
  Script script("return {KEYS[1], ARGV[1]}");
  for (int i = 0; i < 2; ++i) {
    auto reply = SyncWait(script.Run(*client, {"k"}, {"a"}, absl::InfiniteFuture()));
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(reply->items[0].text, "k");
    EXPECT_EQ(reply->items[1].text, "a");
    redis.Do({"SCRIPT", "FLUSH"});
  }
}

TEST(Script, EveryScriptLoads) {
  RedisFixture redis;
  for (const Script* script : Script::All()) {
    Reply reply = redis.Do({"SCRIPT", "LOAD", script->text()});
    EXPECT_EQ(reply.text, script->sha1()) << script->text().substr(0, 100);
  }
}

TEST(Script, PayloadAndRefusal) {
  EXPECT_EQ(*PayloadOf(std::string("+a\nb")), "a\nb");
  auto refused = PayloadOf(std::string("-SLOT_HAS_BOOKINGS\nthe change would lose bookings\nbookings=a,b"));
  EXPECT_EQ(ReasonOf(refused.status()), Reason::kSlotHasBookings);
  EXPECT_EQ(refused.status().message(), "the change would lose bookings");
  EXPECT_THAT(platform::MetadataOf(refused.status()), ElementsAre(std::make_pair("bookings", "a,b")));
  EXPECT_EQ(ReasonOf(PayloadOf(std::string("")).status()), Reason::kInternal);
}

}  // namespace
}  // namespace snp::store::redis
