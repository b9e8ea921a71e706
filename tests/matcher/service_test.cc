// MatcherService behind its door, over a real Redis.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "google/protobuf/util/message_differencer.h"
#include "matcher/matcher.h"
#include "platform/app/app.h"
#include "platform/async/sync_wait.h"
#include "platform/auth/token.h"
#include "platform/error.h"
#include "platform/rpc/client.h"
#include "snp/matcher/v1/matcher_service.grpc.pb.h"
#include "store/redis/directory.h"
#include "support/registry_fixture.h"

namespace snp::matcher {
namespace {

using platform::Reason;
using platform::Role;
using platform::SyncWait;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() : clock_(registry_.now), directory_(*registry_.client, 1'000'000), issuer_(*platform::DevIssuer::Generate()) {}

  Config GoodConfig() const {
    Config config;
    config.redis = registry_.redis.address();
    config.departments = {"95"};
    config.communes_csv = SNP_SOURCE_DIR "/tools/scenario/data/communes.csv";
    config.policies = SNP_SOURCE_DIR "/services/matcher/policies";
    return config;
  }

  void PutPlaces() {
    std::vector<domain::Place> places(2);
    for (int i = 0; i < 2; ++i) {
      places[i].name = {registry_.department, domain::PlaceId(i == 0 ? "p1" : "p2")};
      places[i].display_name = i == 0 ? "Cabinet des Tilleuls" : "Maison des Acacias";
      places[i].address = "1 rue de la Gare, Cergy";
      places[i].kind = i == 0 ? domain::PlaceKind::kCabinet : domain::PlaceKind::kMmg;
      places[i].commune = "95127";
      places[i].position = {49.04, 2.05 + 0.02 * i};
    }
    ASSERT_TRUE(SyncWait(directory_.PutPlaces(registry_.NewRequest(), registry_.department, places)).ok());
    domain::Practitioner doctor;
    doctor.name = {registry_.department, domain::Rpps("99900000001")};
    doctor.places = {places[1].name};
    ASSERT_TRUE(SyncWait(directory_.PutPractitioners(registry_.NewRequest(), registry_.department, {doctor})).ok());
  }

  void Start(const Config& config) {
    platform::AppConfig app_config;
    app_config.verifier.public_key_pem = issuer_.public_key_pem();
    app_ = std::make_unique<platform::App>(app_config, clock_);
    ASSERT_EQ(Bind(config, *app_), absl::OkStatus());
    ASSERT_EQ(app_->Start(), absl::OkStatus());
    stub_ = v1::MatcherService::NewStub(app_->ChannelToSelf());
  }

  std::string Token(Role role, const std::string& cpts = "") {
    platform::TokenClaims claims;
    claims.role = role;
    claims.subject = "tester";
    claims.cpts = cpts;
    if (role == Role::kPractice) claims.places = {"departments/95/places/p1"};
    return *issuer_.Sign(claims, clock_.Now());
  }

  absl::StatusOr<v1::RankResponse> Rank(const v1::RankRequest& request, Role role = Role::kRegulator, const std::string& cpts = "") {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + Token(role, cpts));
    v1::RankResponse response;
    const grpc::Status status = stub_->Rank(&context, request, &response);
    if (!status.ok()) return platform::FromGrpc(status);
    return response;
  }

  v1::GetIndexStatusResponse IndexStatus() {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + Token(Role::kArs));
    v1::GetIndexStatusResponse response;
    const grpc::Status status = stub_->GetIndexStatus(&context, {}, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  // Asks until the index has this many open slots.
  void AwaitSlots(int64_t slots) {
    for (int i = 0; i < 200'000; ++i) {
      int64_t open = 0;
      bool ready = true;
      const auto status = IndexStatus();
      for (const auto& department : status.departments()) {
        open += department.open_slots();
        ready = ready && department.ready();
      }
      if (ready && status.departments_size() > 0 && open == slots) return;
    }
    FAIL() << "the index never had " << slots << " open slots";
  }

  v1::RankRequest Near() {
    v1::RankRequest request;
    auto& demand = *request.mutable_demand();
    demand.mutable_location()->set_commune("95127");
    demand.mutable_latest_time()->set_seconds(absl::ToUnixSeconds(registry_.now + absl::Hours(10)));
    demand.set_age_months(400);
    return request;
  }

  static std::vector<std::string> Slots(const v1::RankResponse& response) {
    std::vector<std::string> slots;
    for (const auto& candidate : response.candidates()) slots.push_back(candidate.slot());
    return slots;
  }

  testing::RegistryFixture registry_;
  platform::FakeClock clock_;
  store::redis::RedisDirectoryStore directory_;
  platform::DevIssuer issuer_;
  std::unique_ptr<platform::App> app_;
  std::unique_ptr<v1::MatcherService::Stub> stub_;
};

TEST_F(ServiceTest, RanksAndSaysWhy) {
  PutPlaces();
  domain::SlotDefinition town = registry_.Definition();
  registry_.Publish("town", town);
  domain::SlotDefinition relief = registry_.Definition(3);
  relief.place = domain::PlaceId("p2");
  relief.mode = domain::SlotMode::kWalkin;
  relief.start = registry_.now - absl::Hours(1);
  relief.end = registry_.now + absl::Hours(5);
  registry_.Publish("relief", relief);
  domain::SlotDefinition late = registry_.Definition();
  late.start += absl::Hours(20);
  late.end += absl::Hours(20);
  registry_.Publish("late", late);
  Start(GoodConfig());
  AwaitSlots(3);

  v1::RankRequest request = Near();
  request.set_explain(true);
  auto response = Rank(request);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_THAT(Slots(*response), ElementsAre("departments/95/slots/town", "departments/95/slots/relief"));
  const auto& best = response->candidates(0);
  EXPECT_EQ(best.revision(), 1);
  EXPECT_EQ(best.place(), "departments/95/places/p1");
  EXPECT_EQ(best.place_kind(), type::v1::PLACE_KIND_CABINET);
  EXPECT_EQ(best.circle(), v1::CIRCLE_TOWN);
  EXPECT_EQ(best.seen_time().seconds(), absl::ToUnixSeconds(town.start));
  EXPECT_EQ(best.wait().seconds(), 3600);
  EXPECT_GT(best.travel().seconds(), 0);
  EXPECT_EQ(best.remaining(), 1);
  EXPECT_EQ(best.place_display_name(), "Cabinet des Tilleuls");
  EXPECT_EQ(best.place_address(), "1 rue de la Gare, Cergy");
  EXPECT_EQ(best.reasons(0), "cabinet de ville");
  // 05:46:40 UTC: a quarter to seven in Paris, and an hour later.
  EXPECT_EQ(best.reasons(2), "créneau à 7:46");
  const auto& second = response->candidates(1);
  EXPECT_EQ(second.mode(), type::v1::SLOT_MODE_WALKIN);
  EXPECT_EQ(second.wait().seconds(), second.travel().seconds());
  EXPECT_EQ(second.remaining(), 3);
  ASSERT_EQ(response->refusals_size(), 1);
  EXPECT_EQ(response->refusals(0).refusal(), v1::REFUSAL_TOO_LATE);
  EXPECT_EQ(response->refusals(0).slots(), 1);
  EXPECT_THAT(response->explain_scope(), HasSubstr("plus 10 km"));
  EXPECT_EQ(response->policy(), "default@1");

  // The own GP works at p2's structure.
  request = Near();
  request.mutable_demand()->set_own_gp("99900000001");
  response = Rank(request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->candidates(0).slot(), "departments/95/slots/relief");
  EXPECT_EQ(response->candidates(0).circle(), v1::CIRCLE_SAME_STRUCTURE);
  EXPECT_EQ(response->refusals_size(), 0);
  EXPECT_EQ(response->explain_scope(), "");

  // A practice does not see what is kept for regulation (the fixture's slots are SNP).
  response = Rank(Near(), Role::kPractice);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->candidates_size(), 1);  // The walk-in range began: its release time is past.
  EXPECT_EQ(response->candidates(0).slot(), "departments/95/slots/relief");

  // Flat policies: no circles, no reasons.
  request = Near();
  request.set_policy("flat-nearest");
  request.set_limit(1);
  response = Rank(request);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->candidates_size(), 1);
  EXPECT_EQ(response->candidates(0).circle(), v1::CIRCLE_UNSPECIFIED);
  EXPECT_EQ(response->candidates(0).reasons_size(), 0);
  EXPECT_EQ(response->policy(), "flat-nearest@1");
}

TEST_F(ServiceTest, SeesAHoldWithoutBeingAsked) {
  PutPlaces();
  registry_.Publish("a", registry_.Definition());
  registry_.Publish("b", registry_.Definition());
  Start(GoodConfig());
  AwaitSlots(2);
  ASSERT_TRUE(registry_.Hold({"a"}).ok());
  AwaitSlots(1);
  const auto response = Rank(Near());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_THAT(Slots(*response), ElementsAre("departments/95/slots/b"));
}

TEST_F(ServiceTest, FindsDepartmentsByItself) {
  PutPlaces();
  registry_.Publish("a", registry_.Definition());
  Config config = GoodConfig();
  config.departments.clear();
  Start(config);
  AwaitSlots(1);
  const auto status = IndexStatus();
  ASSERT_EQ(status.departments_size(), 1);
  EXPECT_EQ(status.departments(0).department(), "95");
  EXPECT_EQ(status.departments(0).places(), 2);
  EXPECT_EQ(status.departments(0).snapshots(), 1);
}

TEST_F(ServiceTest, WrongFieldsAreNamedAndRolesChecked) {
  PutPlaces();
  Start(GoodConfig());
  AwaitSlots(0);
  v1::RankRequest request = Near();
  request.mutable_demand()->mutable_location()->set_commune("75056");
  request.set_limit(65);
  request.set_policy(std::string(10'000, 'x'));
  auto response = Rank(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(platform::ReasonOf(response.status()), Reason::kFieldInvalid);
  std::vector<std::string> fields;
  for (const auto& violation : platform::ViolationsOf(response.status())) {
    fields.push_back(violation.field);
    EXPECT_LT(violation.description.size(), 300u);
  }
  EXPECT_THAT(fields, ElementsAre("demand.location.commune", "limit", "policy"));
  EXPECT_EQ(platform::ReasonOf(Rank({}).status()), Reason::kFieldInvalid);
  for (const Role role : {Role::kAssistant, Role::kArs, Role::kAdmin}) {
    EXPECT_EQ(platform::ReasonOf(Rank(Near(), role).status()), Reason::kRoleForbidden);
  }
}

TEST_F(ServiceTest, UntilTheFirstSnapshotItIsLoading) {
  PutPlaces();
  registry_.redis.Kill();
  Start(GoodConfig());
  EXPECT_EQ(platform::ReasonOf(Rank(Near()).status()), Reason::kIndexLoading);
  const auto status = IndexStatus();
  for (const auto& department : status.departments()) EXPECT_FALSE(department.ready());
  registry_.redis.Start();
  AwaitSlots(0);
  EXPECT_TRUE(Rank(Near()).ok());
}

TEST_F(ServiceTest, GoesOnAnsweringWhileRedisIsAway) {
  PutPlaces();
  registry_.Publish("a", registry_.Definition());
  Start(GoodConfig());
  AwaitSlots(1);
  registry_.redis.Kill();
  // The last read may still end well; from then on nothing is known.
  absl::Duration age = absl::ZeroDuration();
  for (int i = 0; i < 200'000 && age < absl::Minutes(1); ++i) {
    if (i % 50 == 0) clock_.Advance(absl::Seconds(10));
    const auto response = Rank(Near());
    ASSERT_TRUE(response.ok()) << response.status();
    age = absl::Seconds(response->index_age().seconds());
  }
  EXPECT_GE(age, absl::Minutes(1));
}

TEST_F(ServiceTest, BadConfigurationIsRefusedBeforeAnythingIsServed) {
  platform::AppConfig app_config;
  app_config.verifier.public_key_pem = issuer_.public_key_pem();
  platform::App app(app_config, clock_);
  const auto refused = [&](auto spoil, const char* says) {
    Config config = GoodConfig();
    spoil(config);
    const absl::Status status = Bind(config, app);
    EXPECT_FALSE(status.ok()) << says;
    EXPECT_THAT(std::string(status.message()), HasSubstr(says));
  };
  refused([](Config& c) { c.redis = ""; }, "redis");
  refused([](Config& c) { c.departments = {"95", "20"}; }, "20");
  refused([](Config& c) { c.communes_csv = "/no/such/file"; }, "/no/such/file");
  refused([](Config& c) { c.communes_csv = SNP_SOURCE_DIR "/README.md"; }, "README.md");
  refused([](Config& c) { c.policies = "/no/such/folder"; }, "/no/such/folder");
  refused([](Config& c) { c.default_policy = "other"; }, "other");
  refused([](Config& c) { c.travel_matrix_csv = SNP_SOURCE_DIR "/README.md"; }, "README.md");
}

}  // namespace
}  // namespace snp::matcher
