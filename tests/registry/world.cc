#include "registry/world.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "platform/log.h"
#include "platform/rpc/client.h"

namespace snp::registry {

using platform::Role;

absl::Time Morning() { return absl::FromCivil(absl::CivilSecond(2027, 1, 15, 8, 0, 0), absl::UTCTimeZone()); }
std::string PlaceNamed(const std::string& id) { return absl::StrCat("departments/95/places/", id); }
std::string SlotNamed(const std::string& id) { return absl::StrCat("departments/95/slots/", id); }

std::string NewRequestId() {
  static std::atomic<int64_t> last{0};
  return absl::StrCat("request-", ++last);
}

void Desk::Identify(grpc::ClientContext* context) const {
  context->AddMetadata("authorization", absl::StrCat("Bearer ", token_));
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
}

Watcher::Watcher(const Desk& desk, const std::string& parent, int64_t cursor) {
  desk.Identify(&context_);
  v1::WatchSlotsRequest request;
  request.set_parent(parent);
  request.set_cursor(cursor);
  reader_ = desk.stub().WatchSlots(&context_, request);
}

Watcher::~Watcher() { context_.TryCancel(); }

v1::WatchSlotsResponse Watcher::NextChange() {
  v1::WatchSlotsResponse message;
  do {
    if (!Next(&message)) {
      ADD_FAILURE() << "the stream ended: " << Finish();
      return {};
    }
  } while (message.kind() == v1::CHANGE_KIND_HEARTBEAT);
  return message;
}

World::World(Config config, testing::RedisSettings settings)
    : clock(Morning()), redis(std::move(settings)), config_(std::move(config)), issuer_(*platform::DevIssuer::Generate()) {
  platform::SetLogLevel(platform::LogLevel::kOff);
  config_.redis = redis.address();
  config_.communes_csv = absl::StrCat(SNP_SOURCE_DIR, "/tools/scenario/data/communes.csv");
  Start();
}

World::~World() = default;

void World::Start() {
  platform::AppConfig app_config;
  app_config.verifier.public_key_pem = issuer_.public_key_pem();
  app_ = std::make_unique<platform::App>(app_config, clock);
  const absl::Status bound = Bind(config_, *app_);
  EXPECT_TRUE(bound.ok()) << bound;
  const absl::Status started = app_->Start();
  EXPECT_TRUE(started.ok()) << started;
  // Each world has a connection of its own: channels to one address would share one, and its flow control windows.
  channel_ = platform::MakeChannel(absl::StrCat("127.0.0.1:", app_->port()), /*own_subchannel_pool=*/true);
  EXPECT_TRUE(channel_->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10)));
}

void World::Restart() {
  app_.reset();
  Start();
}

std::string World::TokenOf(Role role, std::vector<std::string> places) const {
  platform::TokenClaims claims;
  claims.role = role;
  claims.subject = "test";
  claims.places = std::move(places);
  claims.lifetime = absl::Hours(24 * 30);
  return *issuer_.Sign(claims, clock.Now());
}

Desk World::As(Role role, std::vector<std::string> places) const { return Desk(channel_, TokenOf(role, std::move(places))); }

Desk World::OverNarrowConnection() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 1024);
  // Else the window grows with what the line could carry.
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  const auto channel = grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", app_->port()), grpc::InsecureChannelCredentials(), arguments);
  return Desk(channel, TokenOf(Role::kService, {}));
}

v1::Place GoodPlace(const std::string& id) {
  v1::Place place;
  place.set_name(PlaceNamed(id));
  place.set_kind(type::v1::PLACE_KIND_CABINET);
  place.set_display_name("Cabinet de l'Écluse");
  place.mutable_location()->set_commune("95127");
  place.mutable_location()->set_latitude(49.04);
  place.mutable_location()->set_longitude(2.05);
  place.set_time_zone("Europe/Paris");
  return place;
}

v1::Slot GoodSlot(const std::string& id, const std::string& place) {
  v1::Slot slot;
  slot.set_name(SlotNamed(id));
  slot.set_place(PlaceNamed(place));
  slot.mutable_start_time()->set_seconds(absl::ToUnixSeconds(Morning() + absl::Hours(1)));
  slot.mutable_end_time()->set_seconds(absl::ToUnixSeconds(Morning() + absl::Minutes(75)));
  slot.set_capacity(1);
  slot.set_mode(type::v1::SLOT_MODE_ROUTINE);
  slot.set_modality(type::v1::MODALITY_CABINET);
  slot.add_visibility(type::v1::VISIBILITY_SNP);
  slot.set_source("manual");
  return slot;
}

void PutTwoPlaces(const World& world) {
  v1::PutPlacesRequest request;
  request.set_request_id(NewRequestId());
  *request.add_places() = GoodPlace("p1");
  *request.add_places() = GoodPlace("p2");
  const auto put = world.As(Role::kAdmin).Call(&Stub::PutPlaces, request);
  ASSERT_TRUE(put.ok()) << put.status();
}

v1::Slot Publish(const World& world, const v1::Slot& slot) {
  v1::PublishSlotRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_slot() = slot;
  const auto published = world.As(Role::kService).Call(&Stub::PublishSlot, request);
  EXPECT_TRUE(published.ok()) << published.status();
  return published.ok() ? published->slot() : v1::Slot();
}

absl::StatusOr<v1::HoldSlotResponse> Hold(const Desk& desk, const std::string& request_id, const std::vector<v1::Slot>& candidates,
                                          absl::Duration duration) {
  v1::HoldSlotRequest request;
  request.set_request_id(request_id);
  for (const v1::Slot& slot : candidates) {
    auto* candidate = request.add_candidates();
    candidate->set_slot(slot.name());
    candidate->set_revision(slot.revision());
  }
  request.mutable_hold_duration()->set_seconds(absl::ToInt64Seconds(duration));
  return desk.Call(&Stub::HoldSlot, request);
}

absl::StatusOr<v1::BookSlotResponse> Book(const Desk& desk, const std::string& request_id, const v1::Slot& slot, const std::string& case_name) {
  v1::BookSlotRequest request;
  request.set_request_id(request_id);
  auto* candidate = request.add_candidates();
  candidate->set_slot(slot.name());
  candidate->set_revision(slot.revision());
  request.set_case_(case_name);
  return desk.Call(&Stub::BookSlot, request);
}

platform::Reason ReasonOf(const absl::Status& status) {
  EXPECT_FALSE(status.ok());
  return status.ok() ? platform::Reason::kInternal : platform::ReasonOf(status);
}

std::vector<std::string> FieldsOf(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  std::vector<std::string> fields;
  for (const auto& v : platform::ViolationsOf(status)) fields.push_back(v.field);
  return fields;
}

}  // namespace snp::registry
