// Many clients want the same places at once: each place is taken exactly once, nobody is refused while one is free, a retry gets the first answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "platform/async/sync_wait.h"
#include "platform/error.h"
#include "store/redis/keys.h"
#include "support/registry_fixture.h"

namespace snp::store::redis {
namespace {

using platform::Reason;
using platform::ReasonOf;
using platform::SyncWait;
using ::testing::IsEmpty;
using testing::RedisSettings;
using testing::RegistryFixture;

constexpr int kClients = 64;

// What all clients together saw.
struct Seen {
  std::mutex mutex;
  std::map<std::string, std::string> bookings;  // Id -> slot.
  std::set<std::string> references;
  std::vector<std::string> wrong;

  void Wrong(std::string what) {
    std::lock_guard lock(mutex);
    wrong.push_back(std::move(what));
  }
  void Got(const domain::Booking& b) {
    std::lock_guard lock(mutex);
    if (!bookings.emplace(b.name.id.value(), b.slot.id.value()).second) wrong.push_back("booking given to two requests: " + b.name.id.value());
    if (!references.insert(b.reference).second) wrong.push_back("reference given twice: " + b.reference);
  }
};

// Several processes: each has a connection and a store of its own.
struct Process {
  explicit Process(RegistryFixture& registry, unsigned seed) : client(registry.redis.NewClient()), ids(seed), store(*client, ids) {}
  std::unique_ptr<Client> client;
  platform::SeededIdSource ids;
  RedisRegistryStore store;
};

// One client: takes places until it has been refused every slot. Sends some requests twice at the same moment, some once more later.
void TakeAllItCan(int number, Process& process, const RegistryFixture& registry, std::vector<std::string> open, Seen& seen) {
  std::mt19937 random(static_cast<unsigned>(number));
  for (int turn = 0; !open.empty(); ++turn) {
    std::shuffle(open.begin(), open.end(), random);
    const size_t k = std::min<size_t>(open.size(), 1 + random() % 16);
    HoldArgs args;
    for (size_t i = 0; i < k; ++i) args.candidates.push_back({registry.SlotNamed(open[i]), 1});
    args.home = registry.department;
    args.hold_deadline = registry.now + absl::Minutes(5);
    args.book = random() % 2 == 0;
    args.reference = process.ids.MakeReference();
    const Request request = registry.Retry(absl::StrCat("c", number, "-", turn));
    absl::StatusOr<HoldResult> result;
    if (random() % 4 == 0) {
      std::promise<absl::StatusOr<HoldResult>> twin;
      platform::Spawn(process.store.Hold(request, args), [&twin](auto r) { twin.set_value(std::move(r)); });
      result = SyncWait(process.store.Hold(request, args));
      absl::StatusOr<HoldResult> other = twin.get_future().get();
      // Refusals are not kept, and places only get fewer: the twin may have been served when this one was refused, never two different bookings.
      if (result.ok() && other.ok() && result->booking.name != other->booking.name) seen.Wrong("a request got two bookings");
      if (!result.ok() && other.ok()) result = std::move(other);
    } else {
      result = SyncWait(process.store.Hold(request, args));
    }
    if (result.ok()) {
      if (result->booking.slot != args.candidates[static_cast<size_t>(result->candidate_index)].slot) seen.Wrong("the index names another slot");
      seen.Got(result->booking);
      if (random() % 4 == 0) {
        auto again = SyncWait(process.store.Hold(request, args));
        if (!again.ok() || again->booking.name != result->booking.name || again->candidate_index != result->candidate_index ||
            again->booking.state != result->booking.state) {
          seen.Wrong("a retry got another answer");
        }
      }
      continue;
    }
    if (ReasonOf(result.status()) != Reason::kSlotTaken) {
      seen.Wrong(result.status().ToString());
      return;
    }
    // Nobody gives a place back here, so what is free now was free then.
    for (size_t i = 0; i < k; ++i) {
      auto command = process.client->Command({"HGET", Keys(registry.department).Slot(domain::SlotId(open[i])), "rem"});
      if (SyncWait(std::move(command))->text != "0") seen.Wrong("refused while a place was free in " + open[i]);
    }
    open.erase(open.begin(), open.begin() + static_cast<std::ptrdiff_t>(k));
  }
}

void Race(int slots, int capacity) {
  RegistryFixture registry;
  std::vector<std::string> names;
  std::vector<PublishItem> items;
  for (int i = 0; i < slots; ++i) {
    names.push_back(absl::StrCat("s", i));
    items.push_back({registry.SlotNamed(names.back()), registry.Definition(capacity)});
  }
  ASSERT_TRUE(SyncWait(registry.store.Publish(registry.NewRequest(), registry.department, std::move(items), false)).ok());
  std::vector<std::unique_ptr<Process>> processes;
  for (unsigned p = 0; p < 4; ++p) processes.push_back(std::make_unique<Process>(registry, 100 + p));
  Seen seen;
  std::vector<std::thread> clients;
  for (int c = 0; c < kClients; ++c) {
    clients.emplace_back([&, c] { TakeAllItCan(c, *processes[static_cast<size_t>(c) % processes.size()], registry, names, seen); });
  }
  for (auto& client : clients) client.join();

  EXPECT_THAT(seen.wrong, IsEmpty());
  EXPECT_EQ(seen.bookings.size(), static_cast<size_t>(slots * capacity));
  std::map<std::string, int> taken;
  for (const auto& [booking, slot] : seen.bookings) ++taken[slot];
  for (const std::string& name : names) EXPECT_EQ(taken[name], capacity) << name;
  EXPECT_THAT(registry.Violations(), IsEmpty());
  // One event per slot published and one per place taken.
  EXPECT_EQ(registry.Log().size(), static_cast<size_t>(slots + slots * capacity));
}

TEST(Race, ThousandSingleSlots) { Race(1000, 1); }
TEST(Race, FiftySlotsOfTwenty) { Race(50, 20); }

TEST(Race, TakenAndGivenBackNothingIsLost) {
  RegistryFixture registry;
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) {
    names.push_back(absl::StrCat("s", i));
    registry.Publish(names.back(), registry.Definition(3));
  }
  Process process(registry, 7);
  std::atomic<int> request = 0, wrong = 0, taken = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < kClients; ++c) {
    clients.emplace_back([&, c] {
      std::mt19937 random(static_cast<unsigned>(c));
      for (int i = 0; i < 40; ++i) {
        HoldArgs args;
        args.candidates.push_back({registry.SlotNamed(names[random() % names.size()]), 1});
        args.home = registry.department;
        args.hold_deadline = registry.now + absl::Minutes(5);
        args.reference = process.ids.MakeReference();
        auto held = SyncWait(process.store.Hold(registry.Retry(absl::StrCat("h", request++)), args));
        if (!held.ok()) {
          if (ReasonOf(held.status()) != Reason::kSlotTaken) ++wrong;
          continue;
        }
        ++taken;
        if (random() % 2 == 0) {
          if (!SyncWait(process.store.Release(registry.Retry(absl::StrCat("h", request++)), held->booking.name)).ok()) ++wrong;
        } else {
          if (!SyncWait(process.store.Confirm(registry.Retry(absl::StrCat("h", request++)), held->booking.name)).ok()) ++wrong;
          auto cancelled =
              SyncWait(process.store.Cancel(registry.Retry(absl::StrCat("h", request++)), held->booking.name, domain::CancelledBy::kRegulation));
          if (!cancelled.ok()) ++wrong;
        }
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(taken, 100);
  for (const std::string& name : names) EXPECT_EQ(registry.ReadSlot(registry.SlotNamed(name))->remaining, 3);
  EXPECT_THAT(registry.Violations(), IsEmpty());
}

}  // namespace
}  // namespace snp::store::redis
