#include "store/redis/registry_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "platform/async/sync_wait.h"
#include "platform/error.h"
#include "store/redis/keys.h"
#include "store/redis/slot_codec.h"
#include "support/registry_fixture.h"

namespace snp::store::redis {
namespace {

using domain::Booking;
using domain::BookingState;
using domain::CancelledBy;
using domain::ChangeKind;
using platform::MetadataOf;
using platform::Reason;
using platform::ReasonOf;
using platform::SyncWait;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::RedisSettings;
using testing::RegistryFixture;
using ::testing::SizeIs;

class RegistryStoreTest : public ::testing::Test, public RegistryFixture {
 protected:
  void TearDown() override { EXPECT_THAT(Violations(), IsEmpty()); }
  absl::StatusOr<Booking> Do(Task<absl::StatusOr<Booking>> task) { return SyncWait(std::move(task)); }
  domain::Slot Slot(const char* id) { return *ReadSlot(SlotNamed(id)); }
};

TEST(SlotCodec, DefinitionRoundTrip) {
  domain::SlotDefinition d;
  d.place = domain::PlaceId("p");
  d.practitioner = domain::Rpps("10000000000");
  d.start = absl::FromUnixMillis(1765000000123);
  d.end = d.start + absl::Hours(2);
  d.capacity = 7;
  d.mode = domain::SlotMode::kWalkin;
  d.modality = domain::Modality::kTele;
  d.visibility.Add(domain::Visibility::kCpts).Add(domain::Visibility::kSnp);
  d.capabilities = {"suture", "xray"};
  d.specialty = "SM54";
  d.min_age_months = 6;
  d.max_age_months = 180;
  d.regulated_only = true;
  d.source = "agenda.1";
  EXPECT_EQ(*DecodeDefinition(EncodeDefinition(d)), d);
  d.release_before = absl::ZeroDuration();
  EXPECT_EQ(*DecodeDefinition(EncodeDefinition(d)), d);
  EXPECT_FALSE(DecodeDefinition("\xff\xff").ok());
}

TEST_F(RegistryStoreTest, PublishThenTheSameThenAnother) {
  domain::SlotDefinition d = Definition(3);
  domain::Slot slot = Publish("s1", d);
  EXPECT_EQ(slot.revision, 1);
  EXPECT_EQ(slot.sequence, 1);
  EXPECT_EQ(slot.remaining, 3);
  EXPECT_EQ(slot.confirmed, now);
  EXPECT_EQ(slot.definition, d);
  now += absl::Minutes(1);
  slot = Publish("s1", d);
  EXPECT_EQ(slot.revision, 1) << "the same definition only refreshes";
  EXPECT_EQ(slot.confirmed, now);
  d.capabilities.push_back("xray");
  slot = Publish("s1", d);
  EXPECT_EQ(slot.revision, 2);
  EXPECT_EQ(Slot("s1").definition, d);
  EXPECT_EQ(Slot("s1").sequence, 3);
  EXPECT_THAT(Kinds(), ElementsAre(ChangeKind::kSlotPublished, ChangeKind::kSlotConfirmedFresh, ChangeKind::kSlotPublished));
  EXPECT_EQ(Log().back().at("def"), EncodeDefinition(d));
}

TEST_F(RegistryStoreTest, PublishItemsStandOrFallAlone) {
  domain::SlotDefinition good = Definition(), bad = Definition();
  bad.place = domain::PlaceId("nowhere");
  std::vector<PublishItem> items;
  // More than one chunk.
  for (int i = 0; i < 250; ++i) items.push_back({SlotNamed("s" + std::to_string(i)), i % 100 == 3 ? bad : good});
  const Request request = NewRequest();
  auto first = SyncWait(store.Publish(request, department, items, false));
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_THAT(*first, SizeIs(250));
  for (int i = 0; i < 250; ++i) {
    if (i % 100 == 3) {
      EXPECT_EQ(ReasonOf((*first)[i].status()), Reason::kNotFound);
    } else {
      ASSERT_TRUE((*first)[i].ok());
      EXPECT_EQ((*first)[i]->slot.name, items[i].name);
    }
  }
  const auto before = Dump();
  auto again = SyncWait(store.Publish(request, department, items, false));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*again)[249]->slot.sequence, (*first)[249]->slot.sequence);
  EXPECT_EQ(Dump(), before);
  items[0].name.department = domain::Department("78");
  EXPECT_EQ(ReasonOf(SyncWait(store.Publish(NewRequest(), department, items, false)).status()), Reason::kFieldInvalid);
}

TEST_F(RegistryStoreTest, AChangeThatConcernsBookingsIsRefusedOrKeepsThem) {
  domain::SlotDefinition d = Definition(2);
  Publish("s1", d);
  const Booking b = Book("s1");
  d.capabilities = {"xray"};
  EXPECT_TRUE(TryPublish("s1", d)->affected.empty()) << "does not concern the bookings";
  d.start += absl::Minutes(30);
  d.end += absl::Minutes(30);
  d.place = domain::PlaceId("p2");
  auto refused = TryPublish("s1", d);
  EXPECT_EQ(ReasonOf(refused.status()), Reason::kSlotHasBookings);
  EXPECT_THAT(MetadataOf(refused.status()), ElementsAre(std::make_pair("bookings", b.name.id.value())));
  EXPECT_EQ(Slot("s1").revision, 2);
  EXPECT_FALSE(ReadBooking(b.name)->slot_changed);
  auto kept = TryPublish("s1", d, true);
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_THAT(kept->affected, ElementsAre(b.name));
  EXPECT_EQ(kept->slot.revision, 3);
  EXPECT_EQ(kept->slot.remaining, 1);
  const Booking changed = *ReadBooking(b.name);
  EXPECT_TRUE(changed.slot_changed);
  EXPECT_EQ(changed.start, d.start);
  EXPECT_EQ(changed.place.value(), "p2");
  EXPECT_EQ(changed.state, BookingState::kBooked);
  const Keys keys(department);
  EXPECT_TRUE(redis.Do({"ZSCORE", keys.PlaceSlots(domain::PlaceId("p1")), "s1"}).is_nil());
  EXPECT_EQ(redis.Do({"ZSCORE", keys.PlaceSlots(domain::PlaceId("p2")), "s1"}).text, EncodeTime(d.start));
  EXPECT_EQ(redis.Do({"ZSCORE", keys.Unacknowledged(), b.name.id.value()}).text, EncodeTime(d.start));
}

// In the step itself: between a check before it and the step, the slot may have become another's.
TEST_F(RegistryStoreTest, APublisherTouchesItsOwnPlacesOnly) {
  domain::SlotDefinition theirs = Definition();
  theirs.place = domain::PlaceId("p2");
  Publish("theirs", theirs);
  const auto publish = [&](std::string id, const domain::SlotDefinition& definition, std::optional<std::vector<domain::PlaceId>> only) {
    std::vector<PublishItem> items = {{SlotNamed(std::move(id)), definition}};
    return SyncWait(store.Publish(NewRequest(), department, std::move(items), true, std::move(only)))->at(0).status();
  };
  const std::vector<domain::PlaceId> mine = {domain::PlaceId("p1"), domain::PlaceId("p")};
  const auto before = ReadSlot(SlotNamed("theirs"));
  EXPECT_EQ(ReasonOf(publish("theirs", Definition(), mine)), Reason::kNotYours) << "another's slot is not moved to a place of one's own";
  EXPECT_EQ(ReasonOf(publish("new", theirs, mine)), Reason::kNotYours);
  EXPECT_EQ(ReasonOf(publish("new", Definition(), std::vector<domain::PlaceId>())), Reason::kNotYours) << "of no place, not of any";
  EXPECT_EQ(ReadSlot(SlotNamed("theirs"))->sequence, before->sequence);
  EXPECT_TRUE(publish("new", Definition(), mine).ok());
  EXPECT_TRUE(publish("theirs", Definition(), std::nullopt).ok());
}

TEST_F(RegistryStoreTest, CapacityBelowWhatIsTaken) {
  domain::SlotDefinition d = Definition(3);
  Publish("s1", d);
  Book("s1");
  const Booking second = Book("s1");
  d.capacity = 2;
  EXPECT_EQ(TryPublish("s1", d)->slot.remaining, 0) << "just enough";
  d.capacity = 1;
  EXPECT_EQ(ReasonOf(TryPublish("s1", d).status()), Reason::kSlotHasBookings);
  auto kept = TryPublish("s1", d, true);
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(kept->slot.remaining, 0);
  EXPECT_EQ(kept->slot.overbooked, 1);
  ASSERT_TRUE(Do(store.Cancel(NewRequest(), second.name, CancelledBy::kPatient)).ok());
  EXPECT_EQ(Slot("s1").remaining, 0) << "the place given back was one too many";
  EXPECT_EQ(Slot("s1").overbooked, 0);
  d.capacity = 5;
  EXPECT_EQ(TryPublish("s1", d)->slot.remaining, 4);
}

TEST_F(RegistryStoreTest, WithdrawKeepsBookingsAndPublishOpensAgain) {
  Publish("s1", Definition(2));
  const Booking b = Book("s1");
  auto withdrawn = SyncWait(store.Withdraw(NewRequest(), SlotNamed("s1")));
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_TRUE(withdrawn->slot.withdrawn);
  EXPECT_EQ(withdrawn->slot.definition, Definition(2));
  EXPECT_EQ(withdrawn->slot.remaining, 0);
  EXPECT_THAT(withdrawn->affected, ElementsAre(b.name));
  EXPECT_TRUE(ReadBooking(b.name)->slot_changed);
  EXPECT_EQ(ReasonOf(Hold({"s1"}).status()), Reason::kSlotTaken);
  ASSERT_TRUE(Do(store.Cancel(NewRequest(), b.name, CancelledBy::kPractice)).ok());
  EXPECT_EQ(Slot("s1").remaining, 0) << "withdrawn: nobody can have it";
  EXPECT_EQ(Log().back().at("rem"), "0");
  EXPECT_EQ(Log().back().at("st"), "1");
  // Again: as it is, no event.
  const size_t events = Log().size();
  EXPECT_TRUE(SyncWait(store.Withdraw(NewRequest(), SlotNamed("s1"))).ok());
  EXPECT_EQ(Log().size(), events);
  const domain::Slot open = Publish("s1", Definition(2));
  EXPECT_FALSE(open.withdrawn);
  EXPECT_EQ(open.remaining, 2);
  EXPECT_EQ(Kinds().back(), ChangeKind::kSlotPublished);
  EXPECT_TRUE(Hold({"s1"}).ok());
  EXPECT_EQ(ReasonOf(SyncWait(store.Withdraw(NewRequest(), SlotNamed("none"))).status()), Reason::kNotFound);
}

TEST_F(RegistryStoreTest, ConfirmFresh) {
  Publish("s1", Definition());
  Publish("s2", Definition());
  ASSERT_TRUE(SyncWait(store.Withdraw(NewRequest(), SlotNamed("s2"))).ok());
  now += absl::Minutes(10);
  std::vector<domain::SlotId> slots = {domain::SlotId("s1"), domain::SlotId("s2"), domain::SlotId("s3")};
  auto unknown = SyncWait(store.ConfirmFresh(NewRequest(), department, slots));
  ASSERT_TRUE(unknown.ok());
  EXPECT_THAT(*unknown, ElementsAre(domain::SlotId("s2"), domain::SlotId("s3")));
  EXPECT_EQ(Slot("s1").confirmed, now);
  EXPECT_EQ(Slot("s1").revision, 1);
  EXPECT_NE(Slot("s2").confirmed, now);
}

TEST_F(RegistryStoreTest, HoldTakesTheFirstThatIsFreeAndUnchanged) {
  domain::SlotDefinition d = Definition();
  Publish("full", d);
  Book("full");
  Publish("changed", d);
  d.capacity = 2;
  Publish("changed", d);
  Publish("good", d);
  Publish("later", d);
  auto held = Hold({"full", "unknown", "changed", "good", "later"});
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_EQ(held->candidate_index, 3);
  const Booking& b = held->booking;
  EXPECT_EQ(b.slot, SlotNamed("good"));
  EXPECT_EQ(b.place.value(), "p1");
  EXPECT_EQ(b.state, BookingState::kHeld);
  EXPECT_EQ(b.hold_deadline, now + absl::Minutes(5));
  EXPECT_EQ(b.created, now);
  EXPECT_EQ(b.start, d.start);
  EXPECT_EQ(b.case_name, "departments/95/cases/c1");
  EXPECT_EQ(b.motive, "M01");
  EXPECT_EQ(b.reference.size(), 6u);
  EXPECT_FALSE(b.acknowledged);
  EXPECT_EQ(ReadBooking(b.name)->reference, b.reference);
  EXPECT_EQ(Slot("good").remaining, 1);
  const testing::LogEntry event = Log().back();
  EXPECT_EQ(event.at("kind"), "4");
  EXPECT_EQ(event.at("slot"), "good");
  EXPECT_EQ(event.at("booking"), b.name.id.value());
  EXPECT_EQ(event.at("case"), b.case_name);
  EXPECT_EQ(event.at("rem"), "1");
  EXPECT_EQ(event.at("rev"), "1");
  EXPECT_EQ(event.at("t"), EncodeTime(now));
  EXPECT_EQ(Slot("good").sequence, std::stoll(event.at("seq")));
}

TEST_F(RegistryStoreTest, HoldOfNothingFreeChangesNothing) {
  Publish("s1", Definition());
  Book("s1");
  const auto before = Dump();
  EXPECT_EQ(ReasonOf(Hold({"s1", "s2"}).status()), Reason::kSlotTaken);
  EXPECT_EQ(Dump(), before);
}

TEST_F(RegistryStoreTest, AnAppointmentEndsWithItsStartAWalkInRangeWithItsEnd) {
  domain::SlotDefinition d = Definition(9);
  Publish("routine", d);
  d.mode = domain::SlotMode::kWalkin;
  Publish("walkin", d);
  now = d.start;
  EXPECT_EQ(ReasonOf(Hold({"routine"}).status()), Reason::kSlotTaken);
  EXPECT_TRUE(Hold({"walkin"}).ok());
  now = d.end;
  EXPECT_EQ(ReasonOf(Hold({"walkin"}).status()), Reason::kSlotTaken);
}

TEST_F(RegistryStoreTest, RetriesGetTheFirstAnswerAndAnotherBodyIsRefused) {
  Publish("s1", Definition(5));
  const Request request = Retry("once");
  auto first = SyncWait(store.Hold(request, Candidates({"s1"})));
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(Do(store.Confirm(Retry("confirm"), first->booking.name)).ok());
  const auto before = Dump();
  now += absl::Minutes(1);
  auto again = SyncWait(store.Hold(request, Candidates({"s1"})));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->booking.name, first->booking.name);
  EXPECT_EQ(again->booking.state, BookingState::kHeld) << "the first answer, not what became of it";
  EXPECT_EQ(again->booking.reference, first->booking.reference);
  auto confirmed = Do(store.Confirm(Retry("confirm"), first->booking.name));
  ASSERT_TRUE(confirmed.ok());
  EXPECT_EQ(confirmed->state, BookingState::kBooked);
  auto reused = SyncWait(store.Hold(Retry("once", "another"), Candidates({"s1"})));
  EXPECT_EQ(ReasonOf(reused.status()), Reason::kRequestIdReused);
  EXPECT_EQ(ReasonOf(Do(store.Confirm(Retry("confirm", "body2"), first->booking.name)).status()), Reason::kRequestIdReused);
  EXPECT_EQ(ReasonOf(SyncWait(store.Withdraw(Retry("once", "x"), SlotNamed("s1"))).status()), Reason::kRequestIdReused);
  EXPECT_EQ(Dump(), before);
  const int64_t ttl = redis.Do({"PTTL", Keys(department).Request("once")}).integer;
  EXPECT_GT(ttl, absl::ToInt64Milliseconds(absl::Hours(23)));
  EXPECT_LE(ttl, absl::ToInt64Milliseconds(absl::Hours(24)));
}

TEST_F(RegistryStoreTest, ConfirmAcknowledgeSeen) {
  Publish("s1", Definition());
  const Booking held = Hold({"s1"})->booking;
  EXPECT_EQ(ReasonOf(Do(store.Acknowledge(NewRequest(), held.name)).status()), Reason::kBookingState);
  EXPECT_EQ(ReasonOf(Do(store.RecordOutcome(NewRequest(), held.name, BookingState::kSeen)).status()), Reason::kBookingState);
  EXPECT_EQ(ReasonOf(Do(store.Cancel(NewRequest(), held.name, CancelledBy::kPatient)).status()), Reason::kBookingState);
  auto booked = Do(store.Confirm(NewRequest(), held.name));
  ASSERT_TRUE(booked.ok()) << booked.status();
  EXPECT_EQ(booked->state, BookingState::kBooked);
  EXPECT_EQ(booked->hold_deadline, absl::InfinitePast());
  EXPECT_EQ(booked->reference, held.reference);
  EXPECT_EQ(ReasonOf(Do(store.Confirm(NewRequest(), held.name)).status()), Reason::kBookingState);
  EXPECT_EQ(ReasonOf(Do(store.Release(NewRequest(), held.name)).status()), Reason::kBookingState);
  now += absl::Minutes(2);
  auto acknowledged = Do(store.Acknowledge(NewRequest(), held.name));
  ASSERT_TRUE(acknowledged.ok());
  EXPECT_EQ(acknowledged->acknowledged, now);
  now += absl::Minutes(2);
  EXPECT_EQ(Do(store.Acknowledge(NewRequest(), held.name))->acknowledged, now - absl::Minutes(2)) << "the first time counts";
  now = held.start - absl::Minutes(30) - absl::Milliseconds(1);
  const auto early = Do(store.RecordOutcome(NewRequest(), held.name, BookingState::kSeen)).status();
  EXPECT_EQ(ReasonOf(early), Reason::kBookingState);
  EXPECT_THAT(MetadataOf(early), Contains(Pair("start", absl::StrCat(absl::ToUnixMillis(held.start)))));
  now = held.start - absl::Milliseconds(1);
  EXPECT_EQ(ReasonOf(Do(store.RecordOutcome(NewRequest(), held.name, BookingState::kNoShow)).status()), Reason::kBookingState);
  EXPECT_EQ(Do(store.RecordOutcome(NewRequest(), held.name, BookingState::kSeen))->state, BookingState::kSeen) << "somebody who came early";
  now = held.start;
  EXPECT_EQ(Do(store.RecordOutcome(NewRequest(), held.name, BookingState::kNoShow))->state, BookingState::kNoShow) << "a correction";
  EXPECT_EQ(ReasonOf(Do(store.Cancel(NewRequest(), held.name, CancelledBy::kPatient)).status()), Reason::kBookingState);
  EXPECT_EQ(ReasonOf(Do(store.RecordOutcome(NewRequest(), held.name, BookingState::kBooked)).status()), Reason::kFieldInvalid);
  EXPECT_EQ(Slot("s1").remaining, 0) << "who came, or should have, took the place";
  EXPECT_THAT(Kinds(), ElementsAre(ChangeKind::kSlotPublished, ChangeKind::kHeld, ChangeKind::kBooked, ChangeKind::kAcknowledged, ChangeKind::kSeen,
                                   ChangeKind::kNoShow));
}

TEST_F(RegistryStoreTest, ReleaseAndCancelGiveThePlaceBackOnce) {
  Publish("s1", Definition());
  const Booking held = Hold({"s1"})->booking;
  EXPECT_EQ(Do(store.Release(NewRequest(), held.name))->state, BookingState::kReleased);
  EXPECT_EQ(Slot("s1").remaining, 1);
  auto twice = Do(store.Release(NewRequest(), held.name));
  EXPECT_EQ(ReasonOf(twice.status()), Reason::kBookingState);
  EXPECT_THAT(MetadataOf(twice.status()), ElementsAre(std::make_pair("state", "3")));
  const Booking booked = Book("s1");
  auto cancelled = Do(store.Cancel(NewRequest(), booked.name, CancelledBy::kRegulation));
  ASSERT_TRUE(cancelled.ok());
  EXPECT_EQ(cancelled->state, BookingState::kCancelled);
  EXPECT_EQ(cancelled->cancelled_by, CancelledBy::kRegulation);
  EXPECT_EQ(ReasonOf(Do(store.Cancel(NewRequest(), booked.name, CancelledBy::kRegulation)).status()), Reason::kBookingState);
  EXPECT_EQ(Slot("s1").remaining, 1);
  EXPECT_EQ(ReasonOf(Do(store.Cancel(NewRequest(), {department, domain::BookingId("none")}, CancelledBy::kPatient)).status()), Reason::kNotFound);
}

TEST_F(RegistryStoreTest, OverbookOnlyAFullSlot) {
  Publish("s1", Definition());
  EXPECT_EQ(ReasonOf(Do(store.Overbook(NewRequest(), SlotNamed("s1"), Candidates({}))).status()), Reason::kBookingState);
  const Booking first = Book("s1");
  auto extra = Do(store.Overbook(NewRequest(), SlotNamed("s1"), Candidates({})));
  ASSERT_TRUE(extra.ok()) << extra.status();
  EXPECT_TRUE(extra->overbooked);
  EXPECT_EQ(extra->state, BookingState::kBooked);
  EXPECT_EQ(Slot("s1").overbooked, 1);
  EXPECT_EQ(Slot("s1").remaining, 0);
  ASSERT_TRUE(Do(store.Cancel(NewRequest(), first.name, CancelledBy::kPatient)).ok());
  EXPECT_EQ(Slot("s1").overbooked, 0);
  EXPECT_EQ(Slot("s1").remaining, 0) << "the over-booked patient has the place now";
  ASSERT_TRUE(SyncWait(store.Withdraw(NewRequest(), SlotNamed("s1"))).ok());
  EXPECT_EQ(ReasonOf(Do(store.Overbook(NewRequest(), SlotNamed("s1"), Candidates({}))).status()), Reason::kSlotClosed);
  EXPECT_EQ(ReasonOf(Do(store.Overbook(NewRequest(), SlotNamed("none"), Candidates({}))).status()), Reason::kNotFound);
}

TEST_F(RegistryStoreTest, AReferenceIsNeverTwiceAmongLiveBookings) {
  Publish("s1", Definition(9));
  HoldArgs args = Candidates({"s1"}, true);
  args.reference = "ABCDZZ";
  const Booking first = SyncWait(store.Hold(NewRequest(), args))->booking;
  const Booking second = SyncWait(store.Hold(NewRequest(), args))->booking;
  EXPECT_EQ(first.reference, "ABCDZZ");
  EXPECT_EQ(second.reference, "ABCE22");
  EXPECT_EQ(ReadBooking(second.name)->reference, "ABCE22");
  ASSERT_TRUE(Do(store.Cancel(NewRequest(), first.name, CancelledBy::kPatient)).ok());
  EXPECT_EQ(SyncWait(store.Hold(NewRequest(), args))->booking.reference, "ABCDZZ") << "free again";
}

TEST_F(RegistryStoreTest, TextsThatWouldBreakALineAreRefused) {
  Publish("s1", Definition());
  HoldArgs args = Candidates({"s1"});
  args.motive = "a\nb";
  EXPECT_EQ(ReasonOf(SyncWait(store.Hold(NewRequest(), args)).status()), Reason::kFieldInvalid);
  args = Candidates({"s1"});
  args.candidates.clear();
  EXPECT_EQ(ReasonOf(SyncWait(store.Hold(NewRequest(), args)).status()), Reason::kFieldInvalid);
}

TEST_F(RegistryStoreTest, FullMemoryRefusesWholeSteps) {
  Publish("s1", Definition(5));
  const Booking held = Hold({"s1"})->booking;
  const Booking booked = Book("s1");
  const Booking leaving = Hold({"s1"})->booking;
  redis.Do({"CONFIG", "SET", "maxmemory", "1"});
  const auto before = Dump();
  EXPECT_EQ(ReasonOf(Hold({"s1"}).status()), Reason::kStoreFull);
  EXPECT_EQ(ReasonOf(Hold({"s1"}, true).status()), Reason::kStoreFull);
  EXPECT_EQ(ReasonOf(Hold({"78/s1", "s1"}).status()), Reason::kStoreFull);
  EXPECT_EQ(ReasonOf(TryPublish("s2", Definition()).status()), Reason::kStoreFull);
  EXPECT_EQ(ReasonOf(Do(store.Confirm(NewRequest(), held.name)).status()), Reason::kStoreFull);
  EXPECT_EQ(ReasonOf(Do(store.Acknowledge(NewRequest(), booked.name)).status()), Reason::kStoreFull);
  EXPECT_EQ(ReasonOf(Do(store.RecordOutcome(NewRequest(), booked.name, BookingState::kSeen)).status()), Reason::kStoreFull);
  EXPECT_EQ(ReasonOf(Do(store.Overbook(NewRequest(), SlotNamed("s1"), Candidates({}))).status()), Reason::kStoreFull);
  EXPECT_EQ(Dump(), before);
  // What gives a place back goes through.
  EXPECT_TRUE(Do(store.Cancel(NewRequest(), booked.name, CancelledBy::kRegulation)).ok());
  EXPECT_TRUE(Do(store.Release(NewRequest(), leaving.name)).ok());
  redis.Do({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(Do(store.Confirm(NewRequest(), held.name)).ok());
}

TEST_F(RegistryStoreTest, AFailingDiskRefusesWholeSteps) {
  Publish("s1", Definition(5));
  const Booking booked = Book("s1");
  // A snapshot that cannot be written (its file is a folder): from then on Redis refuses every write.
  std::filesystem::create_directory(redis.folder() + "/dump.rdb");
  redis.Do({"CONFIG", "SET", "save", "1 1"});
  redis.Do({"BGSAVE"});
  while (!absl::StrContains(redis.Do({"INFO", "persistence"}).text, "rdb_last_bgsave_status:err")) {
  }
  const auto before = Dump();
  EXPECT_EQ(ReasonOf(Hold({"s1"}).status()), Reason::kStoreFull);
  EXPECT_EQ(ReasonOf(TryPublish("s2", Definition()).status()), Reason::kStoreFull);
  EXPECT_EQ(ReasonOf(Do(store.Cancel(NewRequest(), booked.name, CancelledBy::kPatient)).status()), Reason::kStoreFull);
  EXPECT_EQ(Dump(), before);
  redis.Do({"CONFIG", "SET", "stop-writes-on-bgsave-error", "no"});
  EXPECT_TRUE(Hold({"s1"}).ok());
}

TEST(RegistryStore, WhatWasAnsweredSurvivesAKill) {
  RegistryFixture registry(RedisSettings{.durable = true, .more = {}});
  registry.Publish("s1", registry.Definition(50));
  const Request request = registry.Retry("once");
  std::vector<Booking> answered;
  for (int i = 0; i < 20; ++i) answered.push_back(registry.Book("s1"));
  auto first = SyncWait(registry.store.Hold(request, registry.Candidates({"s1"})));
  ASSERT_TRUE(first.ok());
  registry.redis.Kill();
  EXPECT_EQ(ReasonOf(registry.Hold({"s1"}).status()), Reason::kStoreUnavailable);
  registry.redis.Start();
  ASSERT_TRUE(registry.client->WaitConnected(absl::Seconds(10)));
  for (const Booking& b : answered) EXPECT_EQ(registry.ReadBooking(b.name)->state, BookingState::kBooked);
  auto again = SyncWait(registry.store.Hold(request, registry.Candidates({"s1"})));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->booking.name, first->booking.name);
  EXPECT_THAT(registry.Violations(), IsEmpty());
}

// Random sequences of every verb, with time moving: the invariants hold after each, and the log has one event per change of state.
TEST(RegistryStore, RandomSequencesKeepTheInvariants) {
  RegistryFixture registry;
  for (unsigned seed = 1; seed <= 6; ++seed) {
    std::mt19937 random(seed);
    auto pick = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    std::vector<Booking> bookings;
    const std::string prefix = "x" + std::to_string(seed);
    auto slot = [&] { return prefix + std::to_string(pick(4)); };
    for (int step = 0; step < 250; ++step) {
      registry.now += absl::Seconds(pick(90));
      const size_t events_before = registry.Log().size();
      std::map<std::string, BookingState> states;
      for (const Booking& b : bookings) states[b.name.id.value()] = registry.ReadBooking(b.name)->state;
      size_t extra = 0;  // Events that are not a booking's change of state.
      const int verb = pick(12);
      if (verb <= 1) {
        domain::SlotDefinition d = registry.Definition(1 + pick(3));
        d.start += absl::Minutes(pick(3));
        d.end += absl::Minutes(5);
        extra = registry.TryPublish(slot(), d, pick(2) == 0).ok() ? 1 : 0;
      } else if (verb == 2 && pick(3) == 0) {
        const auto name = registry.SlotNamed(slot());
        auto was = registry.ReadSlot(name);
        extra = SyncWait(registry.store.Withdraw(registry.NewRequest(), name)).ok() && was.ok() && !was->withdrawn ? 1 : 0;
      } else if (verb <= 6) {
        const std::string id = slot();
        auto was = registry.ReadSlot(registry.SlotNamed(id));
        auto held = registry.Hold({id + "@" + std::to_string(was.ok() ? was->revision : 1)}, pick(2) == 0);
        if (held.ok()) bookings.push_back(held->booking);
      } else if (verb == 7) {
        auto extra_booking = SyncWait(registry.store.Overbook(registry.NewRequest(), registry.SlotNamed(slot()), registry.Candidates({})));
        if (extra_booking.ok()) bookings.push_back(*extra_booking);
      } else if (verb == 8) {
        ASSERT_TRUE(SyncWait(registry.sweep.ExpireHolds(registry.department, registry.now, 100)).ok());
      } else if (!bookings.empty()) {
        const domain::BookingName name = bookings[static_cast<size_t>(pick(static_cast<int>(bookings.size())))].name;
        switch (pick(5)) {
          case 0:
            (void)SyncWait(registry.store.Confirm(registry.NewRequest(), name));
            break;
          case 1:
            (void)SyncWait(registry.store.Release(registry.NewRequest(), name));
            break;
          case 2:
            (void)SyncWait(registry.store.Cancel(registry.NewRequest(), name, CancelledBy::kPractice));
            break;
          case 3:
            (void)SyncWait(registry.store.RecordOutcome(registry.NewRequest(), name, pick(2) == 0 ? BookingState::kSeen : BookingState::kNoShow));
            break;
          default: {
            auto was = registry.ReadBooking(name);
            extra = SyncWait(registry.store.Acknowledge(registry.NewRequest(), name)).ok() && !was->acknowledged ? 1 : 0;
          }
        }
      }
      size_t moved = 0;
      for (const Booking& b : bookings) {
        auto it = states.find(b.name.id.value());
        if (it == states.end() || it->second != registry.ReadBooking(b.name)->state) ++moved;
      }
      ASSERT_EQ(registry.Log().size(), events_before + moved + extra) << "seed " << seed << " step " << step << " verb " << verb;
      if (step % 10 == 9) {
        ASSERT_THAT(registry.Violations(), IsEmpty()) << "seed " << seed << " step " << step;
      }
    }
  }
}

}  // namespace
}  // namespace snp::store::redis
