// kill -9 of each service and of redis-server at random moments under load. SNP_KILL_ROUNDS rounds (default 2); in each, every process dies once.
//
// What must hold in the end, with nobody's help: every booking that was acknowledged to a caller is there with its reference; no place is given
// twice; what is not booked is free (no hold outlives its deadline); no case is left in the middle of a step.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "loadgen/fleet.h"
#include "platform/rpc/client.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"
#include "snp/regulation/v1/regulation_service.grpc.pb.h"

namespace snp {
namespace {

namespace gpb = snp::regulation::v1;
namespace rpb = snp::registry::v1;

constexpr char kDepartment[] = "departments/95";
constexpr char kPlace[] = "departments/95/places/msp-kills";
// Places for one or two, so that a place given twice shows; three thousand a round: a refusal for want of places would hide one for another reason.
constexpr int kSlotsPerRound = 2000;
int CapacityOf(int slot) { return 1 + slot % 2; }
// Between two calls of one person: the kills are to meet all sorts of moments, not a wall of load.
constexpr absl::Duration kBreath = absl::Milliseconds(10);
constexpr absl::Duration kHold = absl::Seconds(2);

int Rounds() {
  int rounds = 2;
  const char* text = std::getenv("SNP_KILL_ROUNDS");
  if (text != nullptr && !absl::SimpleAtoi(text, &rounds)) rounds = 2;
  return rounds;
}

int Slots() { return kSlotsPerRound * Rounds(); }

std::string Env(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void SetTime(absl::Time t, google::protobuf::Timestamp* out) { out->set_seconds(absl::ToUnixSeconds(t)); }

std::string SlotName(int i) { return absl::StrCat(kDepartment, "/slots/kill-", i); }

// Calls until the answer is definite: UNAVAILABLE and DEADLINE_EXCEEDED say nothing about whether the step was taken, so the same request goes again.
class Retrying {
 public:
  Retrying(const std::string& address, std::string token, const std::atomic<bool>& give_up)
      : channel_(platform::MakeChannel(address, /*own_subchannel_pool=*/true)), authorization_("Bearer " + token), give_up_(give_up) {}
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Request& request,
                    Response* response) {
    for (;;) {
      grpc::ClientContext context;
      context.AddMetadata("authorization", authorization_);
      context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(3)));
      const grpc::Status status = (stub.*method)(&context, request, response);
      const bool unknown = status.error_code() == grpc::StatusCode::UNAVAILABLE || status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
      if (!unknown || give_up_) return status;
      absl::SleepFor(absl::Milliseconds(20));
    }
  }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::string authorization_;
  const std::atomic<bool>& give_up_;
};

struct Acknowledged {
  std::string booking, reference, slot;
};

// What callers were told, and every refusal that is not an ordinary one.
class Ledger {
 public:
  void Acknowledge(const rpb::Booking& booking) {
    std::lock_guard lock(mutex_);
    acknowledged_.push_back({booking.name(), booking.reference(), booking.slot()});
  }
  void Case(const std::string& name) {
    std::lock_guard lock(mutex_);
    cases_.push_back(name);
  }
  // Everything that was asked for was taken by somebody else meanwhile.
  void Lost() { ++lost_; }
  void Surprise(const std::string& what, const grpc::Status& status) {
    std::lock_guard lock(mutex_);
    surprises_.push_back(absl::StrCat(what, ": ", status.error_code(), " ", status.error_message()));
  }
  std::vector<Acknowledged> acknowledged() const { return Copy(acknowledged_); }
  std::vector<std::string> cases() const { return Copy(cases_); }
  int lost() const { return lost_; }
  std::vector<std::string> surprises() const { return Copy(surprises_); }

 private:
  template <typename T>
  std::vector<T> Copy(const std::vector<T>& from) const {
    std::lock_guard lock(mutex_);
    return from;
  }
  std::atomic<int> lost_{0};
  mutable std::mutex mutex_;
  std::vector<Acknowledged> acknowledged_;
  std::vector<std::string> cases_;
  std::vector<std::string> surprises_;
};

// A regulator: open, qualify R3, dispatch, again and again.
void Regulate(const loadgen::Fleet& fleet, int number, const std::atomic<bool>& stop, const std::atomic<bool>& give_up, Ledger& ledger) {
  Retrying desk(fleet.Address("regulation"), fleet.Token(platform::Role::kRegulator, absl::StrCat("regulator-", number)), give_up);
  auto stub = gpb::RegulationService::NewStub(desk.channel());
  for (int i = 0; !stop; ++i) {
    absl::SleepFor(kBreath);
    const std::string id = absl::StrCat("kills-", number, "-", i);
    gpb::OpenCaseRequest open;
    open.set_request_id(id + "-open");
    open.set_parent(kDepartment);
    open.set_file_number(id);
    open.set_priority(snp::type::v1::CALL_PRIORITY_P2);
    open.set_motive("M03.14");
    open.mutable_patient()->set_age_months(400);
    open.mutable_patient()->mutable_location()->set_commune("95127");
    gpb::OpenCaseResponse opened;
    if (auto s = desk.Call(*stub, &gpb::RegulationService::Stub::OpenCase, open, &opened); !s.ok()) {
      if (!give_up) ledger.Surprise("open", s);
      continue;
    }
    ledger.Case(opened.case_().name());
    gpb::QualifyCaseRequest qualify;
    qualify.set_request_id(id + "-qualify");
    qualify.set_name(opened.case_().name());
    qualify.set_care_level(snp::type::v1::CARE_LEVEL_R3);
    qualify.mutable_need()->set_examination(true);
    qualify.mutable_need()->set_delay("24H");
    gpb::QualifyCaseResponse qualified;
    if (auto s = desk.Call(*stub, &gpb::RegulationService::Stub::QualifyCase, qualify, &qualified); !s.ok()) {
      if (!give_up) ledger.Surprise("qualify", s);
      continue;
    }
    gpb::DispatchCaseRequest dispatch;
    dispatch.set_request_id(id + "-dispatch");
    dispatch.set_name(opened.case_().name());
    gpb::DispatchCaseResponse dispatched;
    const auto s = desk.Call(*stub, &gpb::RegulationService::Stub::DispatchCase, dispatch, &dispatched);
    if (s.ok()) {
      ledger.Acknowledge(dispatched.booking());
    } else if (!give_up && s.error_code() != grpc::StatusCode::ABORTED) {
      ledger.Surprise("dispatch", s);
    }
  }
}

// Somebody who holds places and often hangs up: half of the holds are never confirmed nor given back. All want the same few places, `front` and the
// next ones, which are also what the regulators' ranking offers first: who loses them all moves on, for everybody.
void HoldAndVanish(const loadgen::Fleet& fleet, int number, std::atomic<int>& front, const std::atomic<bool>& stop, const std::atomic<bool>& give_up,
                   Ledger& ledger) {
  Retrying desk(fleet.Address("registry"), fleet.Token(platform::Role::kService, absl::StrCat("desk-", number)), give_up);
  auto stub = rpb::RegistryService::NewStub(desk.channel());
  std::mt19937 random(static_cast<unsigned>(number));
  for (int i = 0; !stop; ++i) {
    absl::SleepFor(kBreath);
    const std::string id = absl::StrCat("vanish-", number, "-", i);
    rpb::HoldSlotRequest hold;
    hold.set_request_id(id);
    const int first = front + static_cast<int>(random() % 8);
    for (int c = 0; c < 8; ++c) {
      auto* candidate = hold.add_candidates();
      candidate->set_slot(SlotName((first + c) % Slots()));
      candidate->set_revision(1);
    }
    hold.mutable_hold_duration()->set_seconds(absl::ToInt64Seconds(kHold));
    rpb::HoldSlotResponse held;
    if (auto s = desk.Call(*stub, &rpb::RegistryService::Stub::HoldSlot, hold, &held); !s.ok()) {
      if (s.error_code() == grpc::StatusCode::ABORTED) {
        front += 4;
        ledger.Lost();
      } else if (!give_up) {
        ledger.Surprise("hold", s);
      }
      continue;
    }
    if (random() % 2 == 0) continue;
    rpb::ConfirmHoldRequest confirm;
    confirm.set_request_id(id + "-confirm");
    confirm.set_name(held.booking().name());
    rpb::ConfirmHoldResponse confirmed;
    const auto s = desk.Call(*stub, &rpb::RegistryService::Stub::ConfirmHold, confirm, &confirmed);
    if (s.ok()) {
      ledger.Acknowledge(confirmed.booking());
    } else if (!give_up && s.error_code() != grpc::StatusCode::FAILED_PRECONDITION) {
      ledger.Surprise("confirm", s);  // FAILED_PRECONDITION: the hold ran out while a process was down.
    }
  }
}

void PublishTerritory(loadgen::Fleet& fleet) {
  const std::atomic<bool> never{false};
  Retrying admin(fleet.Address("registry"), fleet.Token(platform::Role::kAdmin, "admin"), never);
  auto stub = rpb::RegistryService::NewStub(admin.channel());
  rpb::PutPlacesRequest places;
  places.set_request_id("kills-places");
  auto* place = places.add_places();
  place->set_name(kPlace);
  place->set_kind(snp::type::v1::PLACE_KIND_MSP);
  place->set_display_name("MSP des Essais");
  place->mutable_location()->set_commune("95127");
  place->mutable_location()->set_latitude(49.05);
  place->mutable_location()->set_longitude(2.04);
  rpb::PutPlacesResponse put;
  auto status = admin.Call(*stub, &rpb::RegistryService::Stub::PutPlaces, places, &put);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const absl::Time first = absl::Now() + absl::Hours(2);
  rpb::BatchPublishSlotsRequest batch;
  for (int i = 0; i < Slots(); ++i) {
    auto* slot = batch.add_slots();
    slot->set_name(SlotName(i));
    slot->set_place(kPlace);
    // In order, and all within the day that a regulator asks for.
    const absl::Time start = first + absl::Hours(20) * i / Slots();
    SetTime(start, slot->mutable_start_time());
    SetTime(start + absl::Minutes(15), slot->mutable_end_time());
    slot->set_capacity(CapacityOf(i));
    slot->set_mode(snp::type::v1::SLOT_MODE_ROUTINE);
    slot->set_modality(snp::type::v1::MODALITY_CABINET);
    slot->add_visibility(snp::type::v1::VISIBILITY_SNP);
    slot->set_source("manual");
    if (batch.slots_size() < 1000) continue;
    batch.set_request_id(absl::StrCat("kills-slots-", i));
    rpb::BatchPublishSlotsResponse published;
    status = admin.Call(*stub, &rpb::RegistryService::Stub::BatchPublishSlots, batch, &published);
    ASSERT_TRUE(status.ok()) << status.error_message();
    ASSERT_EQ(published.published_count(), batch.slots_size()) << published.ShortDebugString();
    batch.Clear();
  }
}

bool Live(rpb::BookingState state) {
  return state == rpb::BOOKING_STATE_HELD || state == rpb::BOOKING_STATE_BOOKED || state == rpb::BOOKING_STATE_SEEN ||
         state == rpb::BOOKING_STATE_NO_SHOW;
}

void VerifyBookings(loadgen::Fleet& fleet, const Ledger& ledger) {
  const std::atomic<bool> never{false};
  Retrying service(fleet.Address("registry"), fleet.Token(platform::Role::kService, "check"), never);
  auto stub = rpb::RegistryService::NewStub(service.channel());
  int64_t lost = 0;
  std::set<std::string> seen;
  for (const Acknowledged& told : ledger.acknowledged()) {
    EXPECT_TRUE(seen.insert(told.booking).second) << told.booking << " was given to two callers";
    rpb::GetBookingRequest get;
    get.set_name(told.booking);
    rpb::GetBookingResponse got;
    const auto status = service.Call(*stub, &rpb::RegistryService::Stub::GetBooking, get, &got);
    if (!status.ok() || got.booking().state() != rpb::BOOKING_STATE_BOOKED || got.booking().reference() != told.reference ||
        got.booking().slot() != told.slot) {
      ++lost;
      ADD_FAILURE() << told.booking << " " << told.reference << " was acknowledged; now " << status.error_message() << " "
                    << got.booking().ShortDebugString();
    }
  }
  int64_t live = 0;
  for (int i = 0; i < Slots(); ++i) {
    rpb::ListBookingsRequest list;
    list.set_parent(SlotName(i));
    list.set_page_size(1000);
    int here = 0;
    do {
      rpb::ListBookingsResponse page;
      const auto status = service.Call(*stub, &rpb::RegistryService::Stub::ListBookings, list, &page);
      ASSERT_TRUE(status.ok()) << status.error_message();
      for (const auto& booking : page.bookings()) {
        if (!Live(booking.state())) continue;
        ++here;
        EXPECT_NE(booking.state(), rpb::BOOKING_STATE_HELD) << "a hold outlived its deadline: " << booking.ShortDebugString();
      }
      list.set_page_token(page.next_page_token());
    } while (!list.page_token().empty());
    rpb::GetSlotRequest get;
    get.set_name(SlotName(i));
    rpb::GetSlotResponse got;
    ASSERT_TRUE(service.Call(*stub, &rpb::RegistryService::Stub::GetSlot, get, &got).ok());
    EXPECT_EQ(got.slot().capacity(), CapacityOf(i)) << SlotName(i);
    EXPECT_LE(here, CapacityOf(i)) << SlotName(i) << " was given twice";
    EXPECT_EQ(got.slot().remaining(), CapacityOf(i) - here) << SlotName(i);
    live += here;
  }
  std::printf("acknowledged %zu, lost %lld, live in the registry %lld\n", ledger.acknowledged().size(), static_cast<long long>(lost),
              static_cast<long long>(live));
}

void VerifyCases(loadgen::Fleet& fleet, const Ledger& ledger) {
  const std::atomic<bool> never{false};
  Retrying desk(fleet.Address("regulation"), fleet.Token(platform::Role::kRegulator, "check"), never);
  auto stub = gpb::RegulationService::NewStub(desk.channel());
  for (const std::string& name : ledger.cases()) {
    gpb::GetCaseRequest get;
    get.set_name(name);
    gpb::GetCaseResponse got;
    // The reconciler looks at a step a few seconds after it was begun.
    for (const absl::Time give_up = absl::Now() + absl::Seconds(30);; absl::SleepFor(absl::Milliseconds(100))) {
      const auto status = desk.Call(*stub, &gpb::RegulationService::Stub::GetCase, get, &got);
      ASSERT_TRUE(status.ok()) << name << " " << status.error_message();
      if (!got.case_().step_pending() || absl::Now() > give_up) break;
    }
    EXPECT_FALSE(got.case_().step_pending()) << name;
    EXPECT_EQ(got.case_().booking().empty(), got.case_().state() != gpb::CASE_STATE_BOOKED && got.case_().state() != gpb::CASE_STATE_HELD) << name;
  }
}

TEST(Kills, NoAcknowledgedBookingIsLostAndNothingStaysStuck) {
  const std::string work_dir = *loadgen::MakeWorkDir();
  loadgen::FleetOptions options;
  options.build_dir = Env("SNP_BUILD_DIR");
  options.source_dir = Env("SNP_SOURCE_DIR");
  options.work_dir = work_dir;
  auto started = loadgen::Fleet::Start(options);
  ASSERT_TRUE(started.ok()) << started.status();
  loadgen::Fleet& fleet = **started;
  auto serving = fleet.WaitServing(absl::Seconds(60));
  ASSERT_TRUE(serving.ok()) << serving;
  ASSERT_NO_FATAL_FAILURE(PublishTerritory(fleet));

  Ledger ledger;
  std::atomic<bool> stop{false};
  std::atomic<bool> give_up{false};
  std::atomic<int> front{0};
  std::vector<std::thread> people;
  for (int n = 0; n < 3; ++n) people.emplace_back([&, n] { Regulate(fleet, n, stop, give_up, ledger); });
  for (int n = 0; n < 3; ++n) people.emplace_back([&, n] { HoldAndVanish(fleet, n, front, stop, give_up, ledger); });

  std::random_device device;
  const unsigned seed = device();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  absl::Status failure;
  for (int round = 0; round < Rounds() && failure.ok(); ++round) {
    std::vector<std::string> names = fleet.Names();
    std::shuffle(names.begin(), names.end(), random);
    for (const std::string& name : names) {
      absl::SleepFor(absl::Milliseconds(100 + random() % 500));
      fleet.Kill(name);
      absl::SleepFor(absl::Milliseconds(random() % 300));
      failure.Update(fleet.Restart(name));
      failure.Update(fleet.WaitServing(absl::Seconds(60)));
      if (!failure.ok()) break;
    }
    std::printf("round %d: %zu bookings acknowledged\n", round + 1, ledger.acknowledged().size());
    std::fflush(stdout);
  }
  stop = true;
  // What is under way may end; after that nothing is retried.
  std::thread last_call([&] {
    absl::SleepFor(absl::Seconds(10));
    give_up = true;
  });
  for (auto& person : people) person.join();
  last_call.join();
  ASSERT_TRUE(failure.ok()) << failure << " (logs in " << work_dir << ")";
  EXPECT_THAT(ledger.surprises(), testing::IsEmpty());
  EXPECT_GT(ledger.acknowledged().size(), 20u);
  EXPECT_GT(ledger.lost(), 0) << "nobody ever wanted what another had: no contest";

  VerifyCases(fleet, ledger);
  absl::SleepFor(kHold + absl::Seconds(1));
  VerifyBookings(fleet, ledger);
  if (!HasFailure()) std::filesystem::remove_all(work_dir);
}

}  // namespace
}  // namespace snp
