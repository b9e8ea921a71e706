#include "support/registry_fixture.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "platform/async/sync_wait.h"
#include "store/redis/keys.h"
#include "store/redis/slot_codec.h"

namespace snp::testing {
namespace {

using platform::SyncWait;
using store::redis::Keys;
using store::redis::Reply;

std::map<std::string, std::string> Pairs(const Reply& reply) {
  std::map<std::string, std::string> pairs;
  for (size_t i = 0; i + 1 < reply.items.size(); i += 2) pairs[reply.items[i].text] = reply.items[i + 1].text;
  return pairs;
}

template <size_t N>
std::vector<std::string> Hmget(std::string key, const char* const (&fields)[N]) {
  std::vector<std::string> command = {"HMGET", std::move(key)};
  command.insert(command.end(), fields, fields + N);
  return command;
}

int Number(const std::string& text) {
  int value = 0;
  return absl::SimpleAtoi(text, &value) ? value : -1'000'000;
}

}  // namespace

RegistryFixture::RegistryFixture(RedisSettings settings, int64_t log_length)
    : redis(std::move(settings)), client(redis.NewClient()), ids(1), store(*client, ids, log_length), sweep(*client, log_length) {
  for (const char* place : {"p1", "p2"}) {
    AddPlace(place);
    AddPlace(place, "78");
  }
}

void RegistryFixture::AddPlace(std::string id, std::string department) {
  redis.Do({"HSET", Keys(domain::Department(std::move(department))).Places(), std::move(id), ""});
}

store::Request RegistryFixture::NewRequest() { return Retry(absl::StrCat("r", next_request_++)); }

store::Request RegistryFixture::Retry(std::string id, std::string body) const {
  return {.id = std::move(id), .fingerprint = std::move(body), .now = now, .deadline = absl::InfiniteFuture()};
}

domain::SlotDefinition RegistryFixture::Definition(int capacity) const {
  domain::SlotDefinition d;
  d.place = domain::PlaceId("p1");
  d.start = now + absl::Hours(1);
  d.end = d.start + absl::Minutes(20);
  d.capacity = capacity;
  d.visibility.Add(domain::Visibility::kSnp);
  d.capabilities = {"suture"};
  d.source = "test";
  d.release_before = absl::Minutes(30);
  return d;
}

domain::SlotName RegistryFixture::SlotNamed(std::string id, std::string department) const {
  return {domain::Department(std::move(department)), domain::SlotId(std::move(id))};
}

domain::Slot RegistryFixture::Publish(std::string id, const domain::SlotDefinition& definition, std::string department) {
  std::vector<store::PublishItem> items = {{SlotNamed(std::move(id), department), definition}};
  auto outcomes = SyncWait(store.Publish(NewRequest(), domain::Department(department), std::move(items), false));
  if (!outcomes.ok() || !outcomes->at(0).ok()) {
    std::fprintf(stderr, "publish: %s\n", (outcomes.ok() ? outcomes->at(0).status() : outcomes.status()).ToString().c_str());
    std::abort();
  }
  return outcomes->at(0)->slot;
}

absl::StatusOr<store::PublishOutcome> RegistryFixture::TryPublish(std::string id, const domain::SlotDefinition& definition, bool keep_bookings) {
  std::vector<store::PublishItem> items = {{SlotNamed(std::move(id)), definition}};
  auto outcomes = SyncWait(store.Publish(NewRequest(), department, std::move(items), keep_bookings));
  if (!outcomes.ok()) return outcomes.status();
  return std::move(outcomes->at(0));
}

store::HoldArgs RegistryFixture::Candidates(std::vector<std::string> slots, bool book) {
  store::HoldArgs args;
  for (const std::string& text : slots) {
    std::pair<std::string, std::string> at = absl::StrSplit(text, absl::MaxSplits('@', 1));
    std::string of = "95";
    if (absl::StrContains(at.first, '/')) {
      std::vector<std::string> parts = absl::StrSplit(at.first, '/');
      of = parts[0];
      at.first = parts[1];
    }
    args.candidates.push_back({SlotNamed(at.first, of), at.second.empty() ? 1 : Number(at.second)});
  }
  args.home = department;
  args.hold_deadline = now + absl::Minutes(5);
  args.book = book;
  args.case_name = "departments/95/cases/c1";
  args.motive = "M01";
  args.reference = ids.MakeReference();
  return args;
}

absl::StatusOr<store::HoldResult> RegistryFixture::Hold(std::vector<std::string> slots, bool book) {
  return SyncWait(store.Hold(NewRequest(), Candidates(std::move(slots), book)));
}

domain::Booking RegistryFixture::Book(std::string slot) {
  auto result = Hold({std::move(slot)}, true);
  if (!result.ok()) {
    std::fprintf(stderr, "book: %s\n", result.status().ToString().c_str());
    std::abort();
  }
  return result->booking;
}

absl::StatusOr<domain::Slot> RegistryFixture::ReadSlot(const domain::SlotName& name) const {
  return store::redis::DecodeSlot(name, redis.Do(Hmget(Keys(name.department).Slot(name.id), store::redis::kSlotFields)).items);
}

absl::StatusOr<domain::Booking> RegistryFixture::ReadBooking(const domain::BookingName& name) const {
  return store::redis::DecodeBooking(name, redis.Do(Hmget(Keys(name.department).Booking(name.id), store::redis::kBookingFields)).items);
}

std::vector<LogEntry> RegistryFixture::Log(std::string department) const {
  std::vector<LogEntry> log;
  for (const Reply& entry : redis.Do({"XRANGE", Keys(domain::Department(std::move(department))).Log(), "-", "+"}).items) {
    LogEntry fields = Pairs(entry.items[1]);
    fields["seq"] = entry.items[0].text.substr(0, entry.items[0].text.find('-'));
    log.push_back(std::move(fields));
  }
  return log;
}

std::vector<domain::ChangeKind> RegistryFixture::Kinds(std::string department) const {
  std::vector<domain::ChangeKind> kinds;
  for (const LogEntry& entry : Log(std::move(department))) kinds.push_back(static_cast<domain::ChangeKind>(Number(entry.at("kind"))));
  return kinds;
}

std::map<std::string, std::string> RegistryFixture::Dump() const {
  std::map<std::string, std::string> dump;
  for (const Reply& key : redis.Do({"KEYS", "*"}).items) dump[key.text] = redis.Do({"DUMP", key.text}).text;
  return dump;
}

std::vector<std::string> RegistryFixture::Violations(std::string of) const {
  const Keys keys{domain::Department(of)};
  std::vector<std::string> wrong;
  auto expect = [&wrong](bool ok, auto... what) {
    if (!ok) wrong.push_back(absl::StrCat(what...));
  };
  std::set<std::string> holds, unacknowledged, live_references, known_bookings;
  for (const Reply& r : redis.Do({"ZRANGE", keys.Holds(), "0", "-1"}).items) holds.insert(r.text);
  for (const Reply& r : redis.Do({"ZRANGE", keys.Unacknowledged(), "0", "-1"}).items) unacknowledged.insert(r.text);
  auto references = Pairs(redis.Do({"HGETALL", keys.References()}));
  size_t live_count = 0, held_count = 0;
  for (const Reply& id : redis.Do({"ZRANGE", keys.Slots(), "0", "-1"}).items) {
    const domain::SlotId slot(id.text);
    auto fields = Pairs(redis.Do({"HGETALL", keys.Slot(slot)}));
    int live = 0;
    for (const auto& [name, state] : fields) {
      if (!absl::StartsWith(name, "b:")) continue;
      ++live;
      const std::string booking = name.substr(2);
      known_bookings.insert(booking);
      auto b = Pairs(redis.Do({"HGETALL", keys.Booking(domain::BookingId(booking))}));
      expect(b["st"] == state, "booking ", booking, " is in state ", b["st"], ", its slot says ", state);
      expect(state == "1" || state == "2" || state == "6" || state == "7", "booking ", booking, " takes a place in state ", state);
      expect(b["slot"] == id.text, "booking ", booking, " is of another slot");
      expect((state == "1") == (holds.count(booking) > 0), "booking ", booking, " and the holds disagree");
      expect(state == "2" || unacknowledged.count(booking) == 0, "booking ", booking, " waits for an acknowledgement in state ", state);
      if (state == "1" || state == "2") {
        ++live_count;
        expect(references[b["ref"]] == booking, "reference of booking ", booking, " is not its own");
      }
      if (state == "1") ++held_count;
    }
    const int cap = Number(fields["cap"]), rem = Number(fields["rem"]), over = Number(fields["over"]);
    expect(rem == std::max(0, cap - live), "slot ", id.text, ": remaining ", rem, " of ", cap, " with ", live, " live");
    expect(over == std::max(0, live - cap), "slot ", id.text, ": overbooked ", over, " of ", cap, " with ", live, " live");
    for (const Reply& ended : redis.Do({"SMEMBERS", keys.Ended(slot)}).items) {
      known_bookings.insert(ended.text);
      const std::string state = redis.Do({"HGET", keys.Booking(domain::BookingId(ended.text)), "st"}).text;
      expect(state == "3" || state == "4" || state == "5", "ended booking ", ended.text, " is in state ", state);
    }
  }
  expect(references.size() == live_count, references.size(), " references for ", live_count, " live bookings");
  expect(holds.size() == held_count, holds.size(), " deadlines for ", held_count, " holds");
  const std::string prefix = keys.Booking(domain::BookingId(""));
  for (const Reply& key : redis.Do({"KEYS", "*"}).items) {
    if (absl::StartsWith(key.text, prefix)) expect(known_bookings.count(key.text.substr(prefix.size())) > 0, "no slot knows ", key.text);
  }
  int sequence = 0;
  for (const LogEntry& entry : Log(of)) {
    const int here = Number(entry.at("seq"));
    expect(sequence == 0 || here == sequence + 1, "the log jumps from ", sequence, " to ", here);
    sequence = here;
  }
  const std::string head = redis.Do({"GET", keys.Sequence()}).text;
  expect(Number(head.empty() ? "0" : head) == sequence, "the log ends at ", sequence, ", the sequence is ", head);
  return wrong;
}

}  // namespace snp::testing
