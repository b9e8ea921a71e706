// Holds whose candidates are of several departments: rank order, one answer per request whatever breaks in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "platform/async/sync_wait.h"
#include "platform/error.h"
#include "store/redis/keys.h"
#include "support/registry_fixture.h"

namespace snp::store::redis {
namespace {

using domain::Booking;
using domain::BookingState;
using platform::Reason;
using platform::ReasonOf;
using platform::SyncWait;
using ::testing::IsEmpty;
using testing::RegistryFixture;

class CrossDepartmentTest : public ::testing::Test, public RegistryFixture {
 protected:
  CrossDepartmentTest() {
    for (const char* slot : {"a", "b"}) {
      Publish(slot, Definition());
      Publish(slot, Definition(), "78");
    }
  }
  void TearDown() override {
    EXPECT_THAT(Violations(), IsEmpty());
    EXPECT_THAT(Violations("78"), IsEmpty());
  }
  // What the home marker of a request says after the fingerprint.
  std::string Marker(const std::string& id) {
    const std::string text = redis.Do({"GET", Keys(department).Request(id)}).text;
    return text.empty() ? "" : text.substr(text.find('\n') + 1);
  }
  void SetMarker(const std::string& id, const std::string& what) { redis.Do({"SET", Keys(department).Request(id), "body\n" + what}); }
  int Live(const char* of) {
    int live = 0;
    for (const char* slot : {"a", "b"}) live += 1 - ReadSlot(SlotNamed(slot, of))->remaining;
    return live;
  }
};

TEST_F(CrossDepartmentTest, TheFirstFreeInRankOrderWhereverItIs) {
  const std::vector<std::string> order = {"78/a", "95/a", "78/b", "95/b"};
  for (int i = 0; i < 4; ++i) {
    auto held = Hold(order, i % 2 == 0);
    ASSERT_TRUE(held.ok()) << held.status();
    EXPECT_EQ(held->candidate_index, i);
    EXPECT_EQ(held->booking.name.department.value(), i % 2 == 0 ? "78" : "95");
    EXPECT_EQ(held->booking.state, i % 2 == 0 ? BookingState::kBooked : BookingState::kHeld);
    EXPECT_EQ(ReadBooking(held->booking.name)->state, held->booking.state);
  }
  const auto before = Dump();
  EXPECT_EQ(ReasonOf(Hold(order).status()), Reason::kSlotTaken);
  EXPECT_EQ(Dump(), before) << "a refusal leaves nothing, in no department";
}

TEST_F(CrossDepartmentTest, AllAbroadHasItsMarkerAtHome) {
  auto held = SyncWait(store.Hold(Retry("once"), Candidates({"78/a", "78/b"})));
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(Marker("once").substr(0, 3), "+0\n");
  EXPECT_EQ(ReasonOf(SyncWait(store.Hold(Retry("once", "another"), Candidates({"78/a", "78/b"}))).status()), Reason::kRequestIdReused);
  EXPECT_EQ(Live("78"), 1);
}

TEST_F(CrossDepartmentTest, RetriesGetTheFirstAnswer) {
  for (bool book : {false, true}) {
    const std::string id = book ? "book" : "hold";
    const std::vector<std::string> order = {book ? "78/b" : "78/a", "95/a"};
    auto first = SyncWait(store.Hold(Retry(id), Candidates(order, book)));
    ASSERT_TRUE(first.ok()) << first.status();
    auto again = SyncWait(store.Hold(Retry(id), Candidates(order, book)));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->booking.name, first->booking.name);
    EXPECT_EQ(again->booking.state, first->booking.state);
    EXPECT_EQ(again->booking.state, book ? BookingState::kBooked : BookingState::kHeld);
  }
  EXPECT_EQ(Live("78"), 2);
  EXPECT_EQ(Live("95"), 0);
}

TEST_F(CrossDepartmentTest, BrokenBeforeTheAnswerReachedHome) {
  const std::vector<std::string> order = {"95/a", "78/a"};
  Book("a");
  auto first = SyncWait(store.Hold(Retry("once"), Candidates(order)));
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->candidate_index, 1);
  SetMarker("once", ">1");
  auto again = SyncWait(store.Hold(Retry("once"), Candidates(order)));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->booking.name, first->booking.name) << "the department being tried has a marker of its own";
  EXPECT_EQ(Marker("once").substr(0, 3), "+1\n");
  EXPECT_EQ(Live("78"), 1);
}

TEST_F(CrossDepartmentTest, BrokenBeforeAnythingWasTaken) {
  SetMarker("once", ">0");
  auto held = SyncWait(store.Hold(Retry("once"), Candidates({"78/a", "95/a"})));
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(held->candidate_index, 0);
  SetMarker("home", ">2");
  held = SyncWait(store.Hold(Retry("home"), Candidates({"95/a", "78/a", "95/b"})));
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(held->candidate_index, 2) << "goes on with the run that was being tried";
  EXPECT_EQ(Marker("home").substr(0, 3), "+2\n");
}

TEST_F(CrossDepartmentTest, BookingAbroadBrokenBeforeItWasConfirmed) {
  // What booking at once does first, without its last step.
  HoldArgs args = Candidates({"78/a", "95/a"});
  args.hold_deadline = now + absl::Minutes(1);
  const Booking held = SyncWait(store.Hold(Retry("once"), args))->booking;
  ASSERT_EQ(held.state, BookingState::kHeld);
  args.book = true;
  auto booked = SyncWait(store.Hold(Retry("once"), args));
  ASSERT_TRUE(booked.ok()) << booked.status();
  EXPECT_EQ(booked->booking.name, held.name);
  EXPECT_EQ(booked->booking.state, BookingState::kBooked);
  EXPECT_EQ(Live("78"), 1);
}

TEST_F(CrossDepartmentTest, BookingAbroadGivenUpEndsByItself) {
  HoldArgs args = Candidates({"78/a"});
  args.hold_deadline = now + absl::Minutes(1);
  ASSERT_TRUE(SyncWait(store.Hold(Retry("once"), args)).ok());
  now += absl::Minutes(2);
  args.book = true;
  EXPECT_EQ(ReasonOf(SyncWait(store.Hold(Retry("once"), args)).status()), Reason::kSlotTaken);
  EXPECT_EQ(*SyncWait(sweep.ExpireHolds(domain::Department("78"), now, 10)), 1);
  EXPECT_EQ(Live("78"), 0);
}

TEST_F(CrossDepartmentTest, TheSecondPlaceOfOneRequestIsGivenBack) {
  // A slow attempt: its connection's reader stops in a continuation of ours right after it has sent the step that takes 78/a.
  auto slow_client = redis.NewClient();
  RedisRegistryStore slow_store(*slow_client, ids);
  std::promise<void> begin, go_on;
  std::promise<absl::StatusOr<HoldResult>> slow;
  platform::Spawn(slow_client->Command({"PING"}), [&begin](auto) { begin.get_future().wait(); });
  platform::Spawn(slow_store.Hold(Retry("once"), Candidates({"78/a", "95/b"})), [&slow](auto r) { slow.set_value(std::move(r)); });
  platform::Spawn(slow_client->Command({"PING"}), [&go_on](auto) { go_on.get_future().wait(); });
  begin.set_value();
  while (ReadSlot(SlotNamed("a", "78"))->remaining == 1) {
  }
  // Meanwhile another attempt of the same request took 95/b and told home.
  const Booking quick = SyncWait(store.Hold(Retry("quick"), Candidates({"78/none", "95/b"})))->booking;
  SetMarker("once", Marker("quick"));
  go_on.set_value();
  auto result = slow.get_future().get();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->booking.name, quick.name) << "both attempts answer the same";
  EXPECT_EQ(Live("78"), 0) << "what the slow one took is free again";
  EXPECT_EQ(Live("95"), 1);
}

TEST_F(CrossDepartmentTest, TwinsAtTheSameMomentTakeOnePlace) {
  for (int i = 0; i < 50; ++i) {
    const std::string id = absl::StrCat("twin", i);
    const bool book = i % 2 == 0;
    HoldArgs args = Candidates({"78/a", "95/a", "78/b"}, book);
    std::promise<absl::StatusOr<HoldResult>> twin;
    platform::Spawn(store.Hold(Retry(id), args), [&twin](auto r) { twin.set_value(std::move(r)); });
    auto one = SyncWait(store.Hold(Retry(id), args));
    auto two = twin.get_future().get();
    ASSERT_TRUE(one.ok()) << one.status();
    ASSERT_TRUE(two.ok()) << two.status();
    EXPECT_EQ(one->booking.name, two->booking.name);
    EXPECT_EQ(Live("78") + Live("95"), 1);
    if (book) {
      ASSERT_TRUE(SyncWait(store.Cancel(NewRequest(), one->booking.name, domain::CancelledBy::kRegulation)).ok());
    } else {
      ASSERT_TRUE(SyncWait(store.Release(NewRequest(), one->booking.name)).ok());
    }
  }
}

}  // namespace
}  // namespace snp::store::redis
