#include "store/redis/event_log.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "platform/async/sync_wait.h"
#include "platform/error.h"
#include "store/redis/directory.h"
#include "store/redis/keys.h"
#include "support/redis_fixture.h"

namespace snp::store::redis {
namespace {

using domain::Change;
using domain::ChangeKind;
using domain::Department;
using domain::PlaceId;
using platform::Reason;
using platform::ReasonOf;
using platform::SyncWait;

const Department kVal("95");
const absl::Time kNow = absl::FromUnixSeconds(1'767'600'000);
const absl::Time kSoon = absl::InfiniteFuture();

domain::Place MakePlace(const std::string& id) {
  domain::Place place;
  place.name = {kVal, PlaceId(id)};
  place.display_name = absl::StrCat("place\n", id);
  place.commune = "95127";
  return place;
}

class EventLogTest : public ::testing::Test {
 protected:
  explicit EventLogTest(bool durable = false) : redis_({.durable = durable, .more = {}}) {}

  // One event each, one second apart.
  void Append(int count) {
    for (int i = 0; i < count; ++i) {
      std::vector<domain::Place> places = {MakePlace(absl::StrCat("p", appended_++))};
      ASSERT_TRUE(SyncWait(directory_.PutPlaces({"", "", kNow + absl::Seconds(appended_), kSoon}, kVal, places)).ok());
    }
  }
  LogHead Head() {
    auto head = SyncWait(log_.ReadHead(kVal, kSoon));
    EXPECT_TRUE(head.ok()) << head.status();
    return head.ok() ? *head : LogHead();
  }
  absl::StatusOr<std::vector<Change>> Read(LogHead cursor, int limit = 100, absl::Duration wait = absl::ZeroDuration()) {
    return SyncWait(log_.Read(kVal, std::move(cursor), limit, wait));
  }

  testing::RedisFixture redis_;
  std::unique_ptr<Client> client_ = redis_.NewClient();
  RedisDirectoryStore directory_{*client_, 1000};
  RedisEventLog log_{*client_, {.address = redis_.address()}};
  int appended_ = 0;
};

class DurableEventLogTest : public EventLogTest {
 protected:
  DurableEventLogTest() : EventLogTest(true) {}
};

TEST_F(EventLogTest, ReadsOnFromAnEmptyLog) {
  const LogHead head = Head();
  EXPECT_EQ(head.sequence, 0);
  EXPECT_FALSE(head.epoch.empty());
  EXPECT_TRUE(Read(head)->empty());
  Append(3);
  const auto changes = Read(head);
  ASSERT_TRUE(changes.ok()) << changes.status();
  ASSERT_EQ(changes->size(), 3u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ((*changes)[static_cast<size_t>(i)].sequence, i + 1);
  EXPECT_EQ(Head().epoch, head.epoch);
  EXPECT_EQ(Head().sequence, 3);
}

TEST_F(EventLogTest, ReadsInPiecesWithoutHoles) {
  Append(10);
  LogHead cursor{Head().epoch, 0};
  std::vector<int64_t> seen;
  while (true) {
    const auto changes = Read(cursor, 3);
    ASSERT_TRUE(changes.ok()) << changes.status();
    if (changes->empty()) break;
    EXPECT_LE(changes->size(), 3u);
    for (const Change& change : *changes) seen.push_back(change.sequence);
    cursor.sequence = seen.back();
  }
  EXPECT_EQ(seen, (std::vector<int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
}

TEST_F(EventLogTest, ADirectoryEventCarriesWhatWasPut) {
  const LogHead head = Head();
  const domain::Place place = MakePlace("a");
  domain::Practitioner practitioner;
  practitioner.name = {kVal, domain::Rpps("10000000001")};
  practitioner.specialty = "SM26";
  ASSERT_TRUE(SyncWait(directory_.PutPlaces({"r1", "f", kNow, kSoon}, kVal, {place})).ok());
  ASSERT_TRUE(SyncWait(directory_.PutPractitioners({"r2", "f", kNow, kSoon}, kVal, {practitioner})).ok());
  const auto changes = *Read(head);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].kind, ChangeKind::kDirectory);
  EXPECT_EQ(changes[0].time, kNow);
  EXPECT_EQ(changes[0].place, PlaceId("a"));
  EXPECT_TRUE(changes[0].slot.empty());
  EXPECT_EQ(changes[0].put_place, place);
  EXPECT_EQ(changes[0].put_practitioner, std::nullopt);
  EXPECT_EQ(changes[1].put_practitioner, practitioner);
  EXPECT_EQ(changes[1].put_place, std::nullopt);
}

TEST_F(EventLogTest, ATrimmedLogSaysSo) {
  Append(10);
  const LogHead head = Head();
  redis_.Do({"XTRIM", Keys(kVal).Log(), "MAXLEN", "4"});
  EXPECT_EQ(Read({head.epoch, 6})->size(), 4u);
  const auto late = Read({head.epoch, 5});
  EXPECT_EQ(ReasonOf(late.status()), Reason::kCursorTrimmed);
  EXPECT_EQ(late.status().code(), absl::StatusCode::kOutOfRange);
  redis_.Do({"XTRIM", Keys(kVal).Log(), "MAXLEN", "0"});
  EXPECT_EQ(ReasonOf(Read({head.epoch, 9}).status()), Reason::kCursorTrimmed) << "nothing is left, but something was";
  EXPECT_TRUE(Read(head)->empty());
}

TEST_F(EventLogTest, AHoleSaysSo) {
  Append(5);
  const LogHead head = Head();
  redis_.Do({"XDEL", Keys(kVal).Log(), "3-0"});
  EXPECT_EQ(ReasonOf(Read({head.epoch, 1}).status()), Reason::kCursorTrimmed);
  EXPECT_EQ(Read({head.epoch, 3})->size(), 2u);
}

TEST_F(EventLogTest, AFlushedRedisSaysSo) {
  Append(5);
  const LogHead before = Head();
  redis_.Do({"FLUSHALL"});
  EXPECT_EQ(ReasonOf(Read(before).status()), Reason::kCursorTrimmed);
  // With as many events as before, or more, only the epoch tells.
  Append(7);
  EXPECT_EQ(ReasonOf(Read(before).status()), Reason::kCursorTrimmed);
  const LogHead after = Head();
  EXPECT_NE(after.epoch, before.epoch);
  EXPECT_EQ(Read({after.epoch, 5})->size(), 2u);
}

TEST_F(EventLogTest, AHeadBehindTheCursorSaysSo) {
  Append(3);
  LogHead cursor = Head();
  cursor.sequence = 4;
  EXPECT_EQ(ReasonOf(Read(cursor).status()), Reason::kCursorTrimmed);
}

TEST_F(EventLogTest, AFlushIsSeenByOneThatWaits) {
  Append(2);
  const LogHead cursor = Head();
  redis_.Do({"FLUSHALL"});
  EXPECT_EQ(ReasonOf(Read(cursor, 10, absl::Milliseconds(1)).status()), Reason::kCursorTrimmed);
}

TEST_F(EventLogTest, NothingCame) {
  Append(1);
  const auto changes = Read(Head(), 10, absl::Milliseconds(1));
  ASSERT_TRUE(changes.ok()) << changes.status();
  EXPECT_TRUE(changes->empty());
}

TEST_F(EventLogTest, WaitingReadersWakeAndHoldUpNobody) {
  const LogHead head = Head();
  constexpr int kReaders = 8;
  std::vector<std::vector<Change>> seen(kReaders);
  std::vector<std::thread> readers;
  for (auto& mine : seen) {
    readers.emplace_back([&] {
      while (mine.empty()) mine = Read(head, 100, absl::Seconds(5)).value();
    });
  }
  Append(1);
  for (std::thread& reader : readers) reader.join();
  for (const auto& mine : seen) EXPECT_EQ(mine.at(0).sequence, 1);
}

TEST_F(EventLogTest, TooManyWaitingReadersAreRefused) {
  RedisEventLog narrow(*client_, {.address = redis_.address()}, 0);
  const auto refused = SyncWait(narrow.Read(kVal, Head(), 10, absl::Seconds(5)));
  EXPECT_EQ(ReasonOf(refused.status()), Reason::kOverloaded);
  Append(1);
  EXPECT_EQ(SyncWait(narrow.Read(kVal, {Head().epoch, 0}, 10, absl::Seconds(5)))->size(), 1u) << "one that need not wait is served";
}

TEST_F(EventLogTest, ADeadRedisFailsWhoWaits) {
  const LogHead head = Head();
  absl::Status status;
  std::thread reader([&] {
    while (status.ok()) status = Read(head, 10, absl::Seconds(5)).status();
  });
  redis_.Kill();
  reader.join();
  EXPECT_EQ(ReasonOf(status), Reason::kStoreUnavailable);
}

TEST_F(EventLogTest, ItsEndFailsWhoWaits) {
  auto log = std::make_unique<RedisEventLog>(*client_, ClientOptions{.address = redis_.address()});
  const LogHead head = Head();
  std::promise<absl::Status> end;
  platform::Spawn(log->Read(kVal, head, 10, absl::Seconds(9)), [&](absl::StatusOr<std::vector<Change>> read) { end.set_value(read.status()); });
  // Until Redis has somebody blocked.
  while (redis_.Do({"INFO", "clients"}).text.find("blocked_clients:1") == std::string::npos) std::this_thread::yield();
  log.reset();
  EXPECT_EQ(ReasonOf(end.get_future().get()), Reason::kStoreUnavailable);
}

TEST_F(DurableEventLogTest, GoesOnAfterARestart) {
  Append(3);
  const LogHead cursor = Head();
  Append(2);
  redis_.Kill();
  redis_.Start();
  ASSERT_TRUE(client_->WaitConnected(absl::Seconds(10)));
  EXPECT_EQ(Head().epoch, cursor.epoch);
  const auto changes = Read(cursor);
  ASSERT_TRUE(changes.ok()) << changes.status();
  EXPECT_EQ(changes->size(), 2u);
  Append(1);
  EXPECT_EQ(Read(cursor)->size(), 3u);
  // A connection kept from before the restart serves again too, or says UNAVAILABLE until it does.
  LogHead end = Head();
  absl::StatusOr<std::vector<Change>> waited = Read(end, 10, absl::Milliseconds(1));
  EXPECT_TRUE(waited.ok() || ReasonOf(waited.status()) == Reason::kStoreUnavailable) << waited.status();
}

TEST_F(EventLogTest, ARestartWithoutDataSaysSo) {
  Append(3);
  const LogHead cursor = Head();
  redis_.Kill();
  redis_.Start();
  ASSERT_TRUE(client_->WaitConnected(absl::Seconds(10)));
  EXPECT_EQ(ReasonOf(Read(cursor).status()), Reason::kCursorTrimmed);
}

TEST_F(EventLogTest, DepartmentsAreApart) {
  Append(3);
  auto other = SyncWait(log_.ReadHead(Department("78"), kSoon));
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->sequence, 0);
  EXPECT_NE(other->epoch, Head().epoch);
}

}  // namespace
}  // namespace snp::store::redis
