#include "store/redis/case_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "platform/async/sync_wait.h"
#include "platform/error.h"
#include "store/redis/cursor_store.h"
#include "store/redis/keys.h"
#include "support/redis_fixture.h"

namespace snp::store::redis {
namespace {

using domain::CaseId;
using domain::CaseName;
using domain::Department;
using platform::Reason;
using platform::ReasonOf;
using platform::SyncWait;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Department kVal("95");
const absl::Time kNow = absl::FromUnixSeconds(1'767'600'000);
const absl::Time kSoon = absl::InfiniteFuture();

CaseName Name(absl::string_view id) { return {kVal, CaseId(std::string(id))}; }
Request Ask(std::string id, std::string fingerprint = "f") { return {std::move(id), std::move(fingerprint), kNow, kSoon}; }

CaseChange Change(absl::string_view id, int64_t revision, std::string record) {
  CaseChange change;
  change.next = {Name(id), revision, std::move(record)};
  change.event = "qualify";
  return change;
}

class CaseStoreTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Put(Request request, CaseChange change) { return SyncWait(store_.Put(std::move(request), std::move(change))); }
  absl::StatusOr<StoredCase> Get(absl::string_view id) { return SyncWait(store_.Get(Name(id), kSoon)); }
  std::vector<std::string> Queue(int page_size = 100) {
    std::vector<std::string> ids;
    std::string token;
    do {
      auto page = SyncWait(store_.ListQueue(kVal, page_size, token, kSoon));
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      for (const StoredCase& stored : page->items) ids.push_back(stored.name.id.value());
      token = page->next_token;
    } while (!token.empty());
    return ids;
  }
  std::vector<CaseEvent> Log(int64_t cursor) {
    auto events = SyncWait(store_.ReadLog(kVal, cursor, 1000, absl::ZeroDuration()));
    EXPECT_TRUE(events.ok()) << events.status();
    return events.ok() ? *events : std::vector<CaseEvent>();
  }
  int64_t Head() { return *SyncWait(store_.ReadHead(kVal, kSoon)); }

  testing::RedisFixture redis_;
  std::unique_ptr<Client> client_ = redis_.NewClient();
  RedisCaseStore store_{*client_, {.address = redis_.address()}};
};

TEST_F(CaseStoreTest, ReadsWhatWasPut) {
  ASSERT_TRUE(Put(Ask("r1"), Change("a", 1, "open")).ok());
  auto stored = Get("a");
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->name, Name("a"));
  EXPECT_EQ(stored->revision, 1);
  EXPECT_EQ(stored->record, "open");
  EXPECT_EQ(ReasonOf(Get("b").status()), Reason::kNotFound);
}

TEST_F(CaseStoreTest, RecordsAreBytes) {
  const std::string bytes("\0\r\n\xff{}", 6);
  CaseChange change = Change("a", 1, bytes);
  change.audit = bytes;
  change.answer = bytes;
  ASSERT_TRUE(Put(Ask("r1"), change).ok());
  EXPECT_EQ(Get("a")->record, bytes);
  EXPECT_THAT(*SyncWait(store_.ReadAudit(Name("a"), kSoon)), ElementsAre(bytes));
  EXPECT_EQ(*Put(Ask("r1"), change), bytes);
}

TEST_F(CaseStoreTest, RefusesAChangeOfWhatChangedInTheMeantime) {
  ASSERT_TRUE(Put(Ask("r1"), Change("a", 1, "open")).ok());
  ASSERT_TRUE(Put(Ask("r2"), Change("a", 2, "first")).ok());
  const int64_t head = Head();
  CaseChange late = Change("a", 2, "second");
  late.audit = "audit";
  late.answer = "answer";
  late.queue_order = 1;
  auto refused = Put(Ask("r3"), late);
  EXPECT_EQ(ReasonOf(refused.status()), Reason::kRevisionMismatch);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Get("a")->record, "first");
  EXPECT_THAT(Queue(), IsEmpty());
  EXPECT_THAT(*SyncWait(store_.ReadAudit(Name("a"), kSoon)), IsEmpty());
  EXPECT_EQ(Head(), head);
  EXPECT_EQ(*SyncWait(store_.FindAnswer(Ask("r3"), kVal)), std::nullopt) << "a refused request may come again";
}

TEST_F(CaseStoreTest, CreatesOnlyWhatIsNew) {
  ASSERT_TRUE(Put(Ask("r1"), Change("a", 1, "open")).ok());
  EXPECT_EQ(ReasonOf(Put(Ask("r2"), Change("a", 1, "again")).status()), Reason::kAlreadyExists);
  EXPECT_EQ(ReasonOf(Put(Ask("r3"), Change("b", 2, "unknown")).status()), Reason::kNotFound);
  EXPECT_EQ(ReasonOf(Get("b").status()), Reason::kNotFound);
}

TEST_F(CaseStoreTest, ARetryGetsTheKeptAnswerAndChangesNothing) {
  CaseChange change = Change("a", 1, "open");
  change.answer = "the answer";
  change.audit = "decided";
  EXPECT_EQ(*Put(Ask("r1"), change), "");
  const int64_t head = Head();
  EXPECT_EQ(*Put(Ask("r1"), change), "the answer");
  EXPECT_EQ(Get("a")->revision, 1);
  EXPECT_EQ(Head(), head);
  EXPECT_THAT(*SyncWait(store_.ReadAudit(Name("a"), kSoon)), ElementsAre("decided"));
  EXPECT_EQ(*SyncWait(store_.FindAnswer(Ask("r1"), kVal)), "the answer");
  // The answer outlives later changes of the case.
  ASSERT_TRUE(Put(Ask("r2"), Change("a", 2, "next")).ok());
  EXPECT_EQ(*Put(Ask("r1"), change), "the answer");
  EXPECT_EQ(Get("a")->record, "next");
}

TEST_F(CaseStoreTest, RefusesARequestIdUsedForAnotherBody) {
  CaseChange change = Change("a", 1, "open");
  change.answer = "answer";
  ASSERT_TRUE(Put(Ask("r1", "one"), change).ok());
  EXPECT_EQ(ReasonOf(Put(Ask("r1", "two"), Change("a", 2, "other")).status()), Reason::kRequestIdReused);
  EXPECT_EQ(ReasonOf(SyncWait(store_.FindAnswer(Ask("r1", "two"), kVal)).status()), Reason::kRequestIdReused);
  EXPECT_EQ(ReasonOf(SyncWait(store_.Audit(Ask("r1", "two"), Name("a"), "x", "y")).status()), Reason::kRequestIdReused);
  EXPECT_EQ(Get("a")->record, "open");
}

TEST_F(CaseStoreTest, WithoutAnAnswerTheRequestMayComeAgain) {
  CaseChange begin = Change("a", 1, "step pending");
  ASSERT_TRUE(Put(Ask("r1"), begin).ok());
  CaseChange end = Change("a", 2, "step done");
  end.answer = "done";
  EXPECT_EQ(*Put(Ask("r1"), end), "");
  EXPECT_EQ(Get("a")->record, "step done");
  EXPECT_EQ(*Put(Ask("r1"), end), "done");
}

TEST_F(CaseStoreTest, AnswersEndAfterADay) {
  CaseChange change = Change("a", 1, "open");
  change.answer = "answer";
  ASSERT_TRUE(Put(Ask("r1"), change).ok());
  ASSERT_TRUE(SyncWait(store_.Audit(Ask("r2"), Name("a"), "x", "y")).ok());
  for (const char* id : {"r1", "r2"}) {
    const Reply left = redis_.Do({"PTTL", Keys(kVal).CaseRequest(id)});
    EXPECT_GT(left.integer, 86'000'000);
    EXPECT_LE(left.integer, 86'400'000);
  }
}

TEST_F(CaseStoreTest, TheReconcilerNeedsNoRequest) {
  Request none = Ask("");
  CaseChange change = Change("a", 1, "open");
  change.answer = "not kept";
  ASSERT_TRUE(Put(none, change).ok());
  ASSERT_TRUE(Put(none, Change("a", 2, "next")).ok());
  EXPECT_EQ(Get("a")->record, "next");
}

TEST_F(CaseStoreTest, QueueIsByPriorityThenAge) {
  // As regulation orders it: priority first, then the minute it was opened.
  const auto order = [](int priority, int minute) { return int64_t{priority} * 1'000'000 + minute; };
  const std::vector<std::tuple<const char*, int, int>> cases = {
      {"p2-old", 2, 1}, {"p1-new", 1, 9}, {"p0", 0, 30}, {"p1-old", 1, 2}, {"p2-same", 2, 1}};
  for (const auto& [id, priority, minute] : cases) {
    CaseChange change = Change(id, 1, id);
    change.queue_order = order(priority, minute);
    ASSERT_TRUE(Put(Ask(absl::StrCat("r", id)), change).ok());
  }
  for (int page_size : {1, 2, 3, 100}) EXPECT_THAT(Queue(page_size), ElementsAre("p0", "p1-old", "p1-new", "p2-old", "p2-same")) << page_size;
  // One becomes more urgent, one leaves.
  CaseChange urgent = Change("p2-same", 2, "now p0");
  urgent.queue_order = order(0, 1);
  ASSERT_TRUE(Put(Ask("u"), urgent).ok());
  ASSERT_TRUE(Put(Ask("l"), Change("p1-new", 2, "left")).ok());
  EXPECT_THAT(Queue(), ElementsAre("p2-same", "p0", "p1-old", "p2-old"));
}

TEST_F(CaseStoreTest, RefusesATokenOfAnotherList) {
  auto page = SyncWait(store_.ListQueue(kVal, 10, "?!", kSoon));
  EXPECT_EQ(ReasonOf(page.status()), Reason::kFieldInvalid);
  ASSERT_EQ(platform::ViolationsOf(page.status()).size(), 1u);
  EXPECT_EQ(platform::ViolationsOf(page.status())[0].field, "page_token");
}

TEST_F(CaseStoreTest, ListsWhatIsDue) {
  for (int i = 0; i < 4; ++i) {
    CaseChange change = Change(absl::StrCat("c", i), 1, "pending");
    change.due = kNow + absl::Seconds(i);
    ASSERT_TRUE(Put(Ask(absl::StrCat("r", i)), change).ok());
  }
  const auto due = [&](int seconds, int limit) { return *SyncWait(store_.ListDue(kVal, kNow + absl::Seconds(seconds), limit, kSoon)); };
  EXPECT_THAT(due(-1, 10), IsEmpty());
  EXPECT_THAT(due(1, 10), ElementsAre(CaseId("c0"), CaseId("c1")));
  EXPECT_THAT(due(9, 3), ElementsAre(CaseId("c0"), CaseId("c1"), CaseId("c2")));
  ASSERT_TRUE(Put(Ask("done"), Change("c0", 2, "done")).ok());
  EXPECT_THAT(due(1, 10), ElementsAre(CaseId("c1")));
}

TEST_F(CaseStoreTest, FindsACaseByItsBookings) {
  const domain::BookingName first{kVal, domain::BookingId("b1")};
  const domain::BookingName elsewhere{Department("78"), domain::BookingId("b1")};
  CaseChange change = Change("a", 1, "booked");
  change.booking = domain::ToString(first);
  ASSERT_TRUE(Put(Ask("r1"), change).ok());
  const auto find = [&](const domain::BookingName& booking) { return *SyncWait(store_.FindByBooking(kVal, booking, kSoon)); };
  EXPECT_EQ(find(first), Name("a"));
  EXPECT_EQ(find(elsewhere), std::nullopt);
  change = Change("a", 2, "booked elsewhere");
  change.booking = domain::ToString(elsewhere);
  ASSERT_TRUE(Put(Ask("r2"), change).ok());
  EXPECT_EQ(find(elsewhere), Name("a"));
  EXPECT_EQ(find(first), Name("a")) << "a late event of the old booking still finds its case";
}

TEST_F(CaseStoreTest, AuditsWithoutChangingTheCase) {
  CaseChange open = Change("a", 1, "open");
  open.audit = "opened";
  ASSERT_TRUE(Put(Ask("r1"), open).ok());
  const int64_t head = Head();
  EXPECT_EQ(*SyncWait(store_.Audit(Ask("r2"), Name("a"), "proposed", "offers")), "");
  EXPECT_EQ(*SyncWait(store_.Audit(Ask("r2"), Name("a"), "proposed", "offers")), "offers");
  EXPECT_THAT(*SyncWait(store_.ReadAudit(Name("a"), kSoon)), ElementsAre("opened", "proposed"));
  EXPECT_EQ(Get("a")->revision, 1);
  EXPECT_EQ(Head(), head);
  EXPECT_EQ(ReasonOf(SyncWait(store_.Audit(Ask("r3"), Name("nobody"), "x", "y")).status()), Reason::kNotFound);
}

TEST_F(CaseStoreTest, AnAuditIsBoundedButNeverStopsAChange) {
  ASSERT_TRUE(Put(Ask("r"), Change("a", 1, "open")).ok());
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(SyncWait(store_.Audit(Ask(""), Name("a"), absl::StrCat(i), "")).ok());
  EXPECT_EQ(ReasonOf(SyncWait(store_.Audit(Ask(""), Name("a"), "1000", "")).status()), Reason::kOverloaded);
  CaseChange change = Change("a", 2, "requalified");
  change.audit = "requalified";
  ASSERT_TRUE(Put(Ask("q"), change).ok());
  const auto audit = *SyncWait(store_.ReadAudit(Name("a"), kSoon));
  ASSERT_EQ(audit.size(), 1001u);
  EXPECT_EQ(audit.front(), "0");
  EXPECT_EQ(audit.back(), "requalified");
}

TEST_F(CaseStoreTest, PurgeKeepsLiveCases) {
  const auto close = [&](absl::string_view id, absl::Time at) {
    CaseChange change = Change(id, 1, "closed");
    change.purgeable = at;
    change.audit = "closed";
    change.booking = absl::StrCat("departments/95/bookings/b-", id);
    ASSERT_TRUE(Put(Ask(""), change).ok());
    ASSERT_TRUE(SyncWait(store_.Audit(Ask(""), Name(id), "looked at", "")).ok());
  };
  close("old", kNow - absl::Hours(48));
  close("older", kNow - absl::Hours(72));
  close("edge", kNow - absl::Hours(24));
  close("reopened", kNow - absl::Hours(72));
  CaseChange live = Change("live", 1, "live");
  live.queue_order = 1;
  live.audit = "opened";
  ASSERT_TRUE(Put(Ask(""), live).ok());
  CaseChange reopened = Change("reopened", 2, "live again");
  reopened.queue_order = 2;
  ASSERT_TRUE(Put(Ask(""), reopened).ok());

  const auto purge = [&](int limit) { return *SyncWait(store_.Purge(kVal, kNow - absl::Hours(24), limit, kSoon)); };
  EXPECT_EQ(purge(1), 2) << "oldest first, as many as asked";
  EXPECT_EQ(ReasonOf(Get("older").status()), Reason::kNotFound);
  EXPECT_TRUE(Get("old").ok());
  EXPECT_EQ(purge(100), 2);
  EXPECT_EQ(purge(100), 0);
  EXPECT_EQ(ReasonOf(Get("old").status()), Reason::kNotFound);
  EXPECT_THAT(*SyncWait(store_.ReadAudit(Name("old"), kSoon)), IsEmpty());
  EXPECT_EQ(*SyncWait(store_.FindByBooking(kVal, {kVal, domain::BookingId("b-old")}, kSoon)), std::nullopt);
  EXPECT_TRUE(Get("edge").ok());
  EXPECT_TRUE(Get("live").ok());
  EXPECT_TRUE(Get("reopened").ok());
  EXPECT_EQ(SyncWait(store_.ReadAudit(Name("live"), kSoon))->size(), 1u);
  EXPECT_EQ(*SyncWait(store_.FindByBooking(kVal, {kVal, domain::BookingId("b-edge")}, kSoon)), Name("edge"));
  EXPECT_THAT(Queue(), ElementsAre("live", "reopened"));
}

TEST_F(CaseStoreTest, TheLogHasNoHoles) {
  EXPECT_EQ(Head(), 0);
  EXPECT_THAT(Log(0), IsEmpty());
  for (int i = 1; i <= 5; ++i) ASSERT_TRUE(Put(Ask(""), Change("a", i, absl::StrCat(i))).ok());
  const auto events = Log(0);
  ASSERT_EQ(events.size(), 5u);
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].sequence, events[0].sequence + static_cast<int64_t>(i));
    EXPECT_EQ(events[i].id, CaseId("a"));
    EXPECT_EQ(events[i].event, "qualify");
  }
  EXPECT_EQ(Head(), events.back().sequence);
  EXPECT_EQ(Log(events[2].sequence).size(), 2u);
  EXPECT_EQ(SyncWait(store_.ReadLog(kVal, 0, 2, absl::ZeroDuration()))->size(), 2u);
}

TEST_F(CaseStoreTest, ALostLogIsNotMistakenForTheSame) {
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(Put(Ask(""), Change("a", i, "x")).ok());
  const int64_t cursor = Head();
  redis_.Do({"FLUSHALL"});
  EXPECT_EQ(ReasonOf(SyncWait(store_.ReadLog(kVal, cursor, 10, absl::ZeroDuration())).status()), Reason::kCursorTrimmed);
  // Later there are as many events as before: still not the same log.
  Request later = Ask("");
  later.now = kNow + absl::Minutes(1);
  for (int i = 1; i <= 5; ++i) ASSERT_TRUE(Put(later, Change("a", i, "x")).ok());
  const auto read = SyncWait(store_.ReadLog(kVal, cursor, 10, absl::ZeroDuration()));
  EXPECT_EQ(ReasonOf(read.status()), Reason::kCursorTrimmed);
  EXPECT_EQ(read.status().code(), absl::StatusCode::kOutOfRange);
}

TEST_F(CaseStoreTest, ATrimmedLogSaysSo) {
  for (int i = 1; i <= 10; ++i) ASSERT_TRUE(Put(Ask(""), Change("a", i, "x")).ok());
  const int64_t head = Head();
  redis_.Do({"XTRIM", Keys(kVal).CaseLog(), "MAXLEN", "3"});
  EXPECT_EQ(Log(head - 3).size(), 3u);
  EXPECT_EQ(ReasonOf(SyncWait(store_.ReadLog(kVal, head - 4, 10, absl::ZeroDuration())).status()), Reason::kCursorTrimmed);
  EXPECT_EQ(ReasonOf(SyncWait(store_.ReadLog(kVal, 0, 10, absl::ZeroDuration())).status()), Reason::kCursorTrimmed);
}

TEST_F(CaseStoreTest, AWaitingReaderWakesWithTheEvent) {
  const int64_t head = Head();
  std::vector<CaseEvent> seen;
  std::thread reader([&] {
    // Ends as soon as the event is there; an empty answer (the wait ran out first) is a reason to ask again.
    while (seen.empty()) seen = *SyncWait(store_.ReadLog(kVal, head, 10, absl::Seconds(5)));
  });
  // The shared connection is not held up by the one that waits.
  ASSERT_TRUE(Put(Ask(""), Change("a", 1, "open")).ok());
  reader.join();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].id, CaseId("a"));
}

TEST_F(CaseStoreTest, OneOfSeveralWritersWinsEachRevision) {
  ASSERT_TRUE(Put(Ask(""), Change("a", 1, "")).ok());
  constexpr int kWriters = 4, kEach = 50;
  std::atomic<int> won{0};
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < kEach;) {
        const auto read = Get("a");
        CaseChange change = Change("a", read->revision + 1, absl::StrCat(read->record, w));
        change.audit = absl::StrCat(w);
        const auto put = Put(Ask(absl::StrCat(w, "-", i)), change);
        if (put.ok()) {
          ++won;
          ++i;
        } else {
          ASSERT_EQ(ReasonOf(put.status()), Reason::kRevisionMismatch);
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(won, kWriters * kEach);
  const auto end = Get("a");
  EXPECT_EQ(end->revision, 1 + kWriters * kEach);
  EXPECT_EQ(end->record.size(), static_cast<size_t>(kWriters * kEach)) << "no write was lost";
  const auto audit = *SyncWait(store_.ReadAudit(Name("a"), kSoon));
  std::string audited;
  for (const std::string& record : audit) audited += record;
  EXPECT_EQ(audited, end->record) << "the audit tells the same story in the same order";
}

TEST_F(CaseStoreTest, FullMemoryRefusesAChangeWholeAndLetsAPurgeThrough) {
  CaseChange closed = Change("old", 1, "closed");
  closed.purgeable = kNow - absl::Hours(48);
  closed.audit = "closed";
  ASSERT_TRUE(Put(Ask(""), closed).ok());
  const int64_t head = Head();
  redis_.Do({"CONFIG", "SET", "maxmemory", "1"});
  CaseChange change = Change("a", 1, "open");
  change.queue_order = 1;
  change.answer = "answer";
  const auto refused = Put(Ask("r1"), change);
  EXPECT_EQ(ReasonOf(refused.status()), Reason::kStoreFull);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(Get("a").status()), Reason::kNotFound);
  EXPECT_THAT(Queue(), IsEmpty());
  EXPECT_EQ(Head(), head);
  EXPECT_EQ(*SyncWait(store_.Purge(kVal, kNow, 10, kSoon)), 1);
  redis_.Do({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_EQ(*Put(Ask("r1"), change), "");
  EXPECT_EQ(Get("a")->record, "open");
}

TEST_F(CaseStoreTest, FullMemoryLetsAChangeThroughThatGivesAPlaceBack) {
  CaseChange booked = Change("a", 1, "booked");
  booked.queue_order = 1;
  ASSERT_TRUE(Put(Ask("r1"), booked).ok());
  const int64_t head = Head();
  redis_.Do({"CONFIG", "SET", "maxmemory", "1"});
  CaseChange urgent = Change("a", 2, "r1");
  urgent.due = kNow;
  urgent.audit = "requalified";
  urgent.answer = "answer";
  EXPECT_EQ(ReasonOf(Put(Ask("r2"), urgent).status()), Reason::kStoreFull);
  urgent.even_when_full = true;
  EXPECT_EQ(*Put(Ask("r2"), urgent), "");
  EXPECT_EQ(*Put(Ask("r2"), urgent), "answer") << "a retry";
  EXPECT_EQ(Get("a")->record, "r1");
  EXPECT_THAT(Queue(), IsEmpty());
  EXPECT_THAT(*SyncWait(store_.ListDue(kVal, kNow, 10, kSoon)), ElementsAre(CaseId("a")));
  EXPECT_THAT(*SyncWait(store_.ReadAudit(Name("a"), kSoon)), ElementsAre("requalified"));
  EXPECT_EQ(Head(), head + 1);
  CaseChange stale = Change("a", 2, "late");
  stale.even_when_full = true;
  EXPECT_EQ(ReasonOf(Put(Ask("r3"), stale).status()), Reason::kRevisionMismatch) << "the same rules otherwise";
}

TEST(DurableCaseStoreTest, WhatWasAcknowledgedSurvivesAKill) {
  testing::RedisFixture redis({.durable = true, .more = {}});
  const std::unique_ptr<Client> client = redis.NewClient();
  RedisCaseStore store(*client, {.address = redis.address()});
  CaseChange change = Change("a", 1, "open");
  change.queue_order = 1;
  change.due = kNow;
  change.audit = "opened";
  change.answer = "answer";
  ASSERT_TRUE(SyncWait(store.Put(Ask("r1"), change)).ok());
  const int64_t head = *SyncWait(store.ReadHead(kVal, kSoon));
  redis.Kill();
  EXPECT_EQ(ReasonOf(SyncWait(store.Put(Ask("r2"), Change("a", 2, "lost"))).status()), Reason::kStoreUnavailable);
  redis.Start();
  ASSERT_TRUE(client->WaitConnected(absl::Seconds(10)));
  EXPECT_EQ(SyncWait(store.Get(Name("a"), kSoon))->record, "open");
  EXPECT_EQ(*SyncWait(store.Put(Ask("r1"), change)), "answer") << "a retry after the kill";
  EXPECT_EQ(SyncWait(store.ListQueue(kVal, 10, "", kSoon))->items.size(), 1u);
  EXPECT_THAT(*SyncWait(store.ListDue(kVal, kNow, 10, kSoon)), ElementsAre(CaseId("a")));
  EXPECT_THAT(*SyncWait(store.ReadAudit(Name("a"), kSoon)), ElementsAre("opened"));
  ASSERT_TRUE(SyncWait(store.Put(Ask("r2"), Change("a", 2, "next"))).ok());
  const auto events = SyncWait(store.ReadLog(kVal, head, 10, absl::ZeroDuration()));
  ASSERT_TRUE(events.ok()) << events.status();
  ASSERT_EQ(events->size(), 1u);
  EXPECT_EQ((*events)[0].sequence, head + 1);
}

TEST_F(CaseStoreTest, CursorsSurviveTheirConsumer) {
  RedisCursorStore cursors(*client_);
  EXPECT_EQ(*SyncWait(cursors.Load(kVal, "regulation", kSoon)), "");
  ASSERT_TRUE(SyncWait(cursors.Save(kVal, "regulation", "epoch 12", kSoon)).ok());
  ASSERT_TRUE(SyncWait(cursors.Save(kVal, "other", "epoch 3", kSoon)).ok());
  EXPECT_EQ(*SyncWait(cursors.Load(kVal, "regulation", kSoon)), "epoch 12");
  EXPECT_EQ(*SyncWait(cursors.Load(Department("78"), "regulation", kSoon)), "");
}

}  // namespace
}  // namespace snp::store::redis
