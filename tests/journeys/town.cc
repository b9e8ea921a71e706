#include "journeys/town.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <numbers>
#include <sstream>
#include <thread>

#include "absl/time/civil_time.h"
#include "matcher/matcher.h"
#include "platform/log.h"
#include "platform/rpc/client.h"
#include "registry/registry.h"
#include "regulation/regulation.h"

namespace snp::journeys {
namespace {

using platform::Role;

// The upper left corner of every map.
constexpr double kNorth = 49.10;
constexpr double kWest = 1.95;
constexpr double kKmPerDegree = 111.2;

absl::TimeZone Paris() {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone("Europe/Paris", &zone)) ADD_FAILURE() << "no time zone Europe/Paris";
  return zone;
}

std::string TokenFor(const platform::DevIssuer& issuer, Role role, const std::string& subject, const std::string& place, absl::Time now) {
  platform::TokenClaims claims;
  claims.role = role;
  claims.subject = subject;
  if (!place.empty()) claims.places = {place};
  claims.lifetime = absl::Hours(24 * 30);
  return *issuer.Sign(claims, now);
}

}  // namespace

Person::Person(std::shared_ptr<grpc::Channel> channel, std::string token)
    : registry_(rpb::RegistryService::NewStub(channel)),
      matcher_(mpb::MatcherService::NewStub(channel)),
      regulation_(gpb::RegulationService::NewStub(channel)),
      token_(std::move(token)) {}

void Person::Identify(grpc::ClientContext* context) const {
  context->AddMetadata("authorization", absl::StrCat("Bearer ", token_));
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
}

Town::Town(const std::string& map)
    : clock(absl::FromCivil(absl::CivilSecond(2027, 1, 15, 8, 0, 0), absl::UTCTimeZone())), issuer_(*platform::DevIssuer::Generate()) {
  platform::SetLogLevel(platform::LogLevel::kOff);
  std::istringstream lines(map);
  std::string line;
  for (int row = 0; std::getline(lines, line); ++row) {
    for (size_t column = 0; column < line.size(); ++column) {
      if (std::isalnum(static_cast<unsigned char>(line[column]))) marks_[line[column]] = {static_cast<int>(column), row};
    }
  }
  platform::AppConfig app_config;
  app_config.verifier.public_key_pem = issuer_.public_key_pem();
  app_ = std::make_unique<platform::App>(app_config, clock);
  const std::string communes = absl::StrCat(SNP_SOURCE_DIR, "/tools/scenario/data/communes.csv");

  registry::Config registry_config;
  registry_config.redis = redis.address();
  registry_config.communes_csv = communes;
  registry_config.departments = {"95"};
  EXPECT_EQ(registry::Bind(registry_config, *app_), absl::OkStatus());
  matcher::Config matcher_config;
  matcher_config.redis = redis.address();
  matcher_config.communes_csv = communes;
  matcher_config.departments = {"95"};
  matcher_config.policies = absl::StrCat(SNP_SOURCE_DIR, "/services/matcher/policies");
  EXPECT_EQ(matcher::Bind(matcher_config, *app_), absl::OkStatus());
  regulation::Config regulation_config;
  regulation_config.redis = redis.address();
  regulation_config.communes_csv = communes;
  regulation_config.departments = {"95"};
  regulation_config.heartbeat = absl::Milliseconds(200);
  // A day passes in a test without a purge in the middle of it.
  regulation_config.purge_every = absl::ZeroDuration();
  const std::string token = TokenFor(issuer_, Role::kService, "regulation", "", clock.Now());
  regulation_config.service_token = [token] { return token; };
  EXPECT_EQ(regulation::Bind(regulation_config, *app_), absl::OkStatus());
  EXPECT_EQ(app_->Start(), absl::OkStatus());
  channel_ = platform::MakeChannel(absl::StrCat("127.0.0.1:", app_->port()), /*own_subchannel_pool=*/true);
  EXPECT_TRUE(channel_->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10)));
}

Town::~Town() = default;

Person Town::Is(Role role, const std::string& subject, const std::string& place) const {
  return Person(channel_, TokenFor(issuer_, role, subject, place, clock.Now()));
}

std::string Town::NewRequestId() { return absl::StrCat("journey-", ++next_request_); }
std::string Town::PlaceName(char letter) const { return absl::StrCat("departments/95/places/", std::string(1, letter)); }

type::v1::Location Town::At(char mark) const {
  const auto [column, row] = marks_.at(mark);
  type::v1::Location location;
  location.set_latitude(kNorth - row / kKmPerDegree);
  location.set_longitude(kWest + column / (kKmPerDegree * std::cos(kNorth * std::numbers::pi / 180)));
  return location;
}

void Town::Settle(char letter, type::v1::PlaceKind kind, bool pmr) {
  rpb::PutPlacesRequest request;
  request.set_request_id(NewRequestId());
  rpb::Place& place = *request.add_places();
  place.set_name(PlaceName(letter));
  place.set_kind(kind);
  place.set_display_name(absl::StrCat("Lieu ", std::string(1, letter)));
  *place.mutable_location() = At(letter);
  place.mutable_location()->set_commune("95127");
  place.set_time_zone("Europe/Paris");
  place.set_pmr_access(pmr);
  const auto put = Is(Role::kAdmin).Does(&rpb::RegistryService::Stub::PutPlaces, request);
  EXPECT_TRUE(put.ok()) << put.status();
}

void Town::Offers(char letter, const std::string& hhmm, const std::function<void(rpb::Slot&)>& more) {
  const absl::CivilDay today(absl::ToCivilDay(clock.Now(), Paris()));
  const absl::CivilMinute at(today.year(), today.month(), today.day(), std::stoi(hhmm.substr(0, 2)), std::stoi(hhmm.substr(3, 2)));
  const int64_t start = absl::ToUnixSeconds(absl::FromCivil(at, Paris()));
  rpb::PublishSlotRequest request;
  request.set_request_id(NewRequestId());
  rpb::Slot& slot = *request.mutable_slot();
  slot.set_name(absl::StrCat("departments/95/slots/", std::string(1, letter), "-", hhmm.substr(0, 2), hhmm.substr(3, 2)));
  slot.set_place(PlaceName(letter));
  slot.mutable_start_time()->set_seconds(start);
  slot.mutable_end_time()->set_seconds(start + 900);
  slot.set_capacity(1);
  slot.set_mode(type::v1::SLOT_MODE_ROUTINE);
  slot.set_modality(type::v1::MODALITY_CABINET);
  slot.add_visibility(type::v1::VISIBILITY_SNP);
  slot.set_source("manual");
  if (more) more(slot);
  const auto published = Is(Role::kService).Does(&rpb::RegistryService::Stub::PublishSlot, request);
  EXPECT_TRUE(published.ok()) << published.status();
  ++slots_;
}

void Town::Opens() {
  const Person admin = Is(Role::kAdmin);
  Until("the matcher to see every slot", [&] {
    const auto status = admin.Does(&mpb::MatcherService::Stub::GetIndexStatus, mpb::GetIndexStatusRequest());
    return status.ok() && status->departments_size() == 1 && status->departments(0).ready() && status->departments(0).open_slots() == slots_;
  });
}

std::string Town::Spoken(const rpb::Booking& booking) const {
  if (booking.place().empty()) return "-";
  const absl::Time start = absl::FromUnixSeconds(booking.start_time().seconds());
  return absl::StrCat(booking.place().substr(booking.place().rfind('/') + 1), " ", absl::FormatTime("%H:%M", start, Paris()));
}

void Town::Until(const std::string& what, const std::function<bool()>& done) const {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!done()) {
    if (std::chrono::steady_clock::now() > give_up) {
      ADD_FAILURE() << "waited in vain for " << what;
      return;
    }
    std::this_thread::yield();
  }
}

}  // namespace snp::journeys
