// The registry as a process: health, metrics, configuration, restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <chrono>
#include <fstream>
#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "registry/world.h"

namespace snp::registry {
namespace {

using platform::Reason;
using platform::Role;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

double Metric(World& world, const std::string& name, const std::string& label = "") {
  for (const auto& family : world.app().metrics().Collect()) {
    if (family.name != name) continue;
    for (const auto& metric : family.metric) {
      bool wanted = label.empty();
      for (const auto& l : metric.label) wanted = wanted || l.value == label;
      if (wanted) return family.type == prometheus::MetricType::Gauge ? metric.gauge.value : metric.counter.value;
    }
  }
  return -1;
}

TEST(Process, MetricNamesAreTheseAndNoOthers) {
  World world;
  PutTwoPlaces(world);
  // A department's gauge comes with the first look at its log.
  world.clock.Advance(absl::Seconds(10));
  while (Metric(world, "snp_registry_log_head", "95") < 0) std::this_thread::yield();
  std::set<std::string> names;
  for (const auto& family : world.app().metrics().Collect()) {
    if (absl::StartsWith(family.name, "snp_registry_")) names.insert(family.name);
  }
  EXPECT_THAT(names, ElementsAre("snp_registry_bookings_unacknowledged_total", "snp_registry_holds_expired_total", "snp_registry_log_head",
                                 "snp_registry_published_slots_total", "snp_registry_slots_forgotten_total", "snp_registry_sweep_lag_seconds",
                                 "snp_registry_takes_total", "snp_registry_watchers", "snp_registry_watchers_closed_slow_total"));
}

TEST(Process, MetricsCountWhatHappens) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  const Desk regulation = world.As(Role::kService);
  ASSERT_TRUE(Book(regulation, "b1", slot).ok());
  ASSERT_FALSE(Book(regulation, "b2", slot).ok());
  ASSERT_FALSE(Hold(regulation, "h1", {slot}).ok());
  double taken = 0, lost = 0;
  for (const auto& family : world.app().metrics().Collect()) {
    if (family.name != "snp_registry_takes_total") continue;
    for (const auto& metric : family.metric) {
      for (const auto& label : metric.label) {
        if (label.value == "taken") taken += metric.counter.value;
        if (label.value == "lost") lost += metric.counter.value;
      }
    }
  }
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(lost, 2);
  EXPECT_EQ(Metric(world, "snp_registry_published_slots_total", "written"), 1);
  {
    Watcher watcher(regulation, "departments/95", 0);
    v1::WatchSlotsResponse hello;
    ASSERT_TRUE(watcher.Next(&hello));
    EXPECT_EQ(Metric(world, "snp_registry_watchers"), 1);
  }
  while (Metric(world, "snp_registry_watchers") != 0) std::this_thread::yield();
  // The log's head is read with the flags.
  world.clock.Advance(absl::Seconds(10));
  while (Metric(world, "snp_registry_log_head", "95") != 4) std::this_thread::yield();
}

TEST(Process, ADeadRedisIsUnavailableAtOnceAndItsReturnIsEnough) {
  testing::RedisSettings durable;
  durable.durable = true;
  World world({}, durable);
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  const Desk regulation = world.As(Role::kService);
  const auto booked = Book(regulation, "b1", slot);
  ASSERT_TRUE(booked.ok());
  EXPECT_EQ(Metric(world, "snp_serving"), 1);
  world.redis.Kill();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(ReasonOf(Hold(regulation, "h1", {slot}).status()), Reason::kStoreUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
  while (Metric(world, "snp_serving") != 0) std::this_thread::yield();
  world.redis.Start();
  while (Metric(world, "snp_serving") != 1) std::this_thread::yield();
  v1::GetBookingRequest get;
  get.set_name(booked->booking().name());
  EXPECT_EQ(regulation.Call(&Stub::GetBooking, get)->booking().state(), v1::BOOKING_STATE_BOOKED);
  // The first answer is still known.
  EXPECT_EQ(Book(regulation, "b1", slot)->booking().name(), booked->booking().name());
}

// The answer is the door's, with its reason, not gRPC's own DEADLINE_EXCEEDED; and once Redis is known to be silent nobody waits for it any more.
TEST(Process, AFrozenRedisIsUnavailableWithinTheDeadline) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  const Desk service = world.As(Role::kService);
  const auto get = [&](absl::Duration deadline) {
    grpc::ClientContext context;
    service.Identify(&context);
    context.set_deadline(absl::ToChronoTime(absl::Now() + deadline));
    v1::GetSlotRequest request;
    request.set_name(slot.name());
    v1::GetSlotResponse response;
    return platform::FromGrpc(service.stub().GetSlot(&context, request, &response));
  };
  ASSERT_TRUE(get(absl::Seconds(10)).ok());
  world.redis.Freeze();
  for (const int ms : {2000, 4000}) EXPECT_EQ(ReasonOf(get(absl::Milliseconds(ms))), Reason::kStoreUnavailable) << ms;
  const absl::Time begin = absl::Now();
  EXPECT_EQ(ReasonOf(get(absl::Seconds(30))), Reason::kStoreUnavailable);
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
  world.redis.Thaw();
  while (!get(absl::Seconds(10)).ok()) std::this_thread::yield();
}

TEST(Process, AFullRedisIsExhaustedAndHealthSaysSo) {
  testing::RedisSettings small;
  small.more = {{"maxmemory", "16mb"}, {"maxmemory-policy", "noeviction"}};
  World world({}, small);
  PutTwoPlaces(world);
  const Desk service = world.As(Role::kService);
  absl::Status refused;
  for (int b = 0; b < 2000 && refused.ok(); ++b) {
    v1::BatchPublishSlotsRequest batch;
    batch.set_request_id(absl::StrCat("batch-", b));
    for (int i = 0; i < 20; ++i) *batch.add_slots() = GoodSlot(absl::StrCat("s", b, "-", i), "p1");
    refused = service.Call(&Stub::BatchPublishSlots, batch).status();
  }
  EXPECT_EQ(ReasonOf(refused), Reason::kStoreFull) << refused;
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  while (Metric(world, "snp_serving") != 0) std::this_thread::yield();
  world.redis.Do({"CONFIG", "SET", "maxmemory", "0"});
  while (Metric(world, "snp_serving") != 1) std::this_thread::yield();
}

TEST(Process, StartsWithoutRedis) {
  testing::RedisSettings durable;
  durable.durable = true;
  World world({}, durable);
  world.redis.Kill();
  world.Restart();
  EXPECT_EQ(Metric(world, "snp_serving"), 0);
  world.redis.Start();
  while (Metric(world, "snp_serving") != 1) std::this_thread::yield();
  PutTwoPlaces(world);
}

// A hold in a department that nobody sweeps would never end, and the registry takes holds of all of them: what is shipped must not leave one out.
TEST(Process, AsShippedEveryDepartmentIsSwept) {
  const std::string source = SNP_SOURCE_DIR;
  std::ifstream conf(source + "/deploy/systemd/registry.conf");
  ASSERT_TRUE(conf.good());
  for (std::string line; std::getline(conf, line);) EXPECT_FALSE(absl::StartsWith(line, "departments")) << line;
  World world;
  v1::PutPlacesRequest put;
  put.set_request_id(NewRequestId());
  v1::Place place = GoodPlace("p1");
  place.set_name("departments/60/places/p1");
  place.mutable_location()->set_commune("60057");
  place.mutable_location()->set_latitude(49.43);
  place.mutable_location()->set_longitude(2.08);
  *put.add_places() = place;
  const auto known = world.As(Role::kAdmin).Call(&Stub::PutPlaces, put);
  ASSERT_TRUE(known.ok()) << known.status();
  v1::Slot definition = GoodSlot("s1", "p1");
  definition.set_name("departments/60/slots/s1");
  definition.set_place(place.name());
  const v1::Slot slot = Publish(world, definition);
  const Desk regulation = world.As(Role::kService);
  ASSERT_TRUE(Hold(regulation, "hold", {slot}, absl::Minutes(5)).ok());
  world.Restart();
  world.clock.Advance(absl::Minutes(6));
  while (!Hold(world.As(Role::kService), NewRequestId(), {slot}, absl::Minutes(5)).ok()) std::this_thread::yield();
}

TEST(Process, RefusesAConfigurationThatCannotWork) {
  World world;
  const auto why = [&](const std::function<void(Config&)>& spoil) {
    Config config;
    config.redis = "unix:/nowhere";
    config.communes_csv = "/nowhere/communes.csv";
    spoil(config);
    platform::App app({}, world.clock);
    return std::string(Bind(config, app).message());
  };
  EXPECT_THAT(why([](Config&) {}), HasSubstr("cannot read the communes from /nowhere/communes.csv"));
  EXPECT_THAT(why([](Config& c) { c.redis.clear(); }), HasSubstr("redis"));
  EXPECT_THAT(why([](Config& c) { c.departments = {"95", "xx"}; }), HasSubstr("no department xx"));
  EXPECT_THAT(why([](Config& c) { c.heartbeat = absl::ZeroDuration(); }), HasSubstr("period"));
  EXPECT_THAT(why([](Config& c) { c.forget_after = absl::Hours(1); }), HasSubstr("forget_after"));
  EXPECT_THAT(why([](Config& c) { c.log_length = 10; }), HasSubstr("log_length"));
}

}  // namespace
}  // namespace snp::registry
