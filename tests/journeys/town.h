// A small town for journeys: every service as it ships, in one process, over a redis-server of its own, on a clock that the test moves.
//
// The territory is a drawing, one character per kilometre, blanks too: capital letters are places, digits patients, the rest is fields. Around Cergy,
// Val d'Oise.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "platform/app/app.h"
#include "platform/auth/token.h"
#include "platform/clock.h"
#include "platform/error.h"
#include "platform/rpc/status_mapping.h"
#include "snp/matcher/v1/matcher_service.grpc.pb.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"
#include "snp/regulation/v1/regulation_service.grpc.pb.h"
#include "support/redis_fixture.h"

namespace snp::journeys {

namespace rpb = registry::v1;
namespace mpb = matcher::v1;
namespace gpb = regulation::v1;

// One person with a token.
class Person {
 public:
  Person(std::shared_ptr<grpc::Channel> channel, std::string token);

  // `doctor.Does(&gpb::RegulationService::Stub::OpenCase, request)`.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Does(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Request& request) const {
    grpc::ClientContext context;
    Identify(&context);
    Response response;
    const grpc::Status status = (StubFor(static_cast<Stub*>(nullptr)).*method)(&context, request, &response);
    if (!status.ok()) return platform::FromGrpc(status);
    return response;
  }
  void Identify(grpc::ClientContext* context) const;
  gpb::RegulationService::Stub& regulation() const { return *regulation_; }

 private:
  rpb::RegistryService::Stub& StubFor(rpb::RegistryService::Stub*) const { return *registry_; }
  mpb::MatcherService::Stub& StubFor(mpb::MatcherService::Stub*) const { return *matcher_; }
  gpb::RegulationService::Stub& StubFor(gpb::RegulationService::Stub*) const { return *regulation_; }

  std::shared_ptr<rpb::RegistryService::Stub> registry_;
  std::shared_ptr<mpb::MatcherService::Stub> matcher_;
  std::shared_ptr<gpb::RegulationService::Stub> regulation_;
  std::string token_;
};

class Town {
 public:
  // The morning of Friday 15 January 2027, 8:00 UTC (9:00 in Paris).
  explicit Town(const std::string& map);
  ~Town();

  Person Is(platform::Role role, const std::string& subject = "someone", const std::string& place = "") const;
  Person doctor() const { return Is(platform::Role::kRegulator, "dr-a"); }
  Person assistant() const { return Is(platform::Role::kAssistant, "arm-a"); }
  // The practice of a place of the map.
  Person practice(char place) const { return Is(platform::Role::kPractice, absl::StrCat("practice-", std::string(1, place)), PlaceName(place)); }

  // Puts a place of the map into the directory.
  void Settle(char letter, type::v1::PlaceKind kind, bool pmr = true);
  // Publishes an appointment of a quarter of an hour at `hhmm` (Paris); seen by regulation only. `more` changes it before.
  void Offers(char letter, const std::string& hhmm, const std::function<void(rpb::Slot&)>& more = nullptr);
  // Waits until the matcher has seen every slot published so far.
  void Opens();

  type::v1::Location At(char mark) const;
  std::string PlaceName(char letter) const;
  // "A 10:30": the place's letter and the hour in Paris of a booking; "-" without one.
  std::string Spoken(const rpb::Booking& booking) const;
  std::string NewRequestId();
  // Waits, really, until `done` is true; fails the test after 10 s.
  void Until(const std::string& what, const std::function<bool()>& done) const;

  platform::FakeClock clock;
  testing::RedisFixture redis;

 private:
  std::map<char, std::pair<int, int>> marks_;  // Column, row.
  platform::DevIssuer issuer_;
  std::unique_ptr<platform::App> app_;
  std::shared_ptr<grpc::Channel> channel_;
  int next_request_ = 0;
  int64_t slots_ = 0;
};

}  // namespace snp::journeys
