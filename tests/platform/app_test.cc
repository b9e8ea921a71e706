#include "platform/app/app.h"

#include <grpcpp/impl/codegen/client_unary_call.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <thread>

#include "absl/strings/str_cat.h"
#include "platform/log.h"
#include "platform/rpc/client.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"

namespace snp::platform {
namespace {

// One message there, one back, without generated code.
grpc::Status CallRaw(const std::shared_ptr<grpc::Channel>& channel, const char* path, const std::string& bytes, grpc::ByteBuffer* response) {
  grpc::internal::RpcMethod method(path, grpc::internal::RpcMethod::NORMAL_RPC, channel);
  grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ClientContext context;
  return grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(channel.get(), method, &context, request, response);
}

bool HasReflection(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ByteBuffer response;
  // ServerReflectionRequest{list_services = 7}.
  return CallRaw(channel, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "\x3a\x01*", &response).ok();
}

// grpc.health.v1: HealthCheckRequest{service = 1}, HealthCheckResponse{status = 1}.
int HealthOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  std::string bytes;
  if (!service.empty()) bytes = absl::StrCat("\x0a", std::string(1, static_cast<char>(service.size())), service);
  grpc::ByteBuffer response;
  const grpc::Status status = CallRaw(channel, "/grpc.health.v1.Health/Check", bytes, &response);
  if (!status.ok()) return -static_cast<int>(status.error_code());
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(response.Dump(&slices).ok());
  std::string out;
  for (const auto& s : slices) out.append(reinterpret_cast<const char*>(s.begin()), s.size());
  return out.size() == 2 ? out[1] : 0;
}
constexpr int kServing = 1;
constexpr int kNotServing = 2;

class AppTest : public ::testing::Test {
 protected:
  AppTest() : clock_(absl::FromUnixSeconds(1770000000)), issuer_(*DevIssuer::Generate()) {
    SetLogLevel(LogLevel::kOff);
    config_.verifier.public_key_pem = issuer_.public_key_pem();
  }
  ~AppTest() override { SetLogLevel(LogLevel::kInfo); }
  // gRPC starts no server without a service; every method of this one is unimplemented.
  static void AddAService(App& app) { app.AddService(std::make_unique<registry::v1::RegistryService::CallbackService>()); }
  FakeClock clock_;
  DevIssuer issuer_;
  AppConfig config_;
};

TEST_F(AppTest, DoesNotServeWithoutAKey) {
  config_.verifier.public_key_pem.clear();
  App app(config_, clock_);
  AddAService(app);
  EXPECT_FALSE(app.init_status().ok());
  EXPECT_FALSE(app.Start().ok());
}

TEST_F(AppTest, SaysWhenItsPortIsTaken) {
  App first(config_, clock_);
  AddAService(first);
  ASSERT_TRUE(first.Start().ok());
  config_.listen = absl::StrCat("127.0.0.1:", first.port());
  App second(config_, clock_);
  AddAService(second);
  EXPECT_FALSE(second.Start().ok());
}

TEST_F(AppTest, HealthFollowsItsChecks) {
  std::atomic<bool> store{false};
  App app(config_, clock_);
  AddAService(app);
  auto door = app.MakeDoor("snp.registry.v1.RegistryService");
  app.AddHealthCheck("store", [&] { return store.load(); });
  app.AddHealthCheck("other", [] { return true; });
  ASSERT_TRUE(app.Start().ok());
  const auto channel = MakeChannel(absl::StrCat("127.0.0.1:", app.port()), true);
  EXPECT_EQ(HealthOf(channel, ""), kNotServing);
  EXPECT_EQ(HealthOf(channel, "snp.registry.v1.RegistryService"), kNotServing);
  store = true;
  while (HealthOf(channel, "") != kServing) std::this_thread::yield();
  EXPECT_EQ(HealthOf(channel, "snp.registry.v1.RegistryService"), kServing);
  store = false;
  while (HealthOf(channel, "") != kNotServing) std::this_thread::yield();
  EXPECT_EQ(HealthOf(channel, "no.such.Service"), -static_cast<int>(grpc::StatusCode::NOT_FOUND));
}

TEST_F(AppTest, LoopsRunFromStartToStopAndAreWoken) {
  std::atomic<int> turns{0};
  std::promise<void> slow_ran;
  std::vector<int> ended;
  App app(config_, clock_);
  AddAService(app);
  app.AddLoop("fast", [&] {
    ++turns;
    return absl::Milliseconds(1);
  });
  bool first = true;
  app.AddLoop("slow", [&] {
    if (first) slow_ran.set_value();
    first = false;
    return absl::InfiniteDuration();
  });
  EXPECT_EQ(turns, 0);
  ASSERT_TRUE(app.Start().ok());
  slow_ran.get_future().wait();
  while (turns < 3) std::this_thread::yield();
  app.Stop();
  const int at_stop = turns;
  EXPECT_EQ(turns, at_stop);
  app.Stop();
}

TEST_F(AppTest, OwnedObjectsGoInReverseOrderAfterTheServices) {
  std::vector<std::string> gone;
  struct Tell {
    std::vector<std::string>* gone;
    std::string name;
    ~Tell() { gone->push_back(name); }
  };
  {
    App app(config_, clock_);
    AddAService(app);
    app.Own(std::make_shared<Tell>(&gone, "first"));
    app.Own(std::make_shared<Tell>(&gone, "second"));
    app.OnStop([&] { gone.push_back("stop 1"); });
    app.OnStop([&] { gone.push_back("stop 2"); });
    ASSERT_TRUE(app.Start().ok());
  }
  EXPECT_EQ(gone, (std::vector<std::string>{"stop 2", "stop 1", "second", "first"}));
}

// A service calls the others through its own process's server, and does so until the very end: a follower that has just lost its stream opens it
// again.
TEST_F(AppTest, ACallToItselfWhileItStopsIsRefusedAtWorst) {
  config_.drain_timeout = absl::Milliseconds(50);
  for (int round = 0; round < 20; ++round) {
    App app(config_, clock_);
    AddAService(app);
    ASSERT_TRUE(app.Start().ok());
    const auto channel = app.ChannelToSelf();
    std::atomic<int> answered{0};
    std::atomic<bool> stopped{false};
    std::vector<std::thread> callers;
    for (int i = 0; i < 3; ++i) {
      callers.emplace_back([&] {
        while (!stopped.load()) {
          if (HealthOf(channel, "") > 0) answered.fetch_add(1);
        }
      });
    }
    while (answered.load() < 3) std::this_thread::yield();
    app.Stop();
    stopped = true;
    for (auto& caller : callers) caller.join();
    EXPECT_EQ(HealthOf(channel, ""), -static_cast<int>(grpc::StatusCode::UNAVAILABLE));
  }
}

TEST_F(AppTest, AUnixSocketWillDo) {
  const std::string path = absl::StrCat("/tmp/snp-app-test-", getpid(), ".sock");
  config_.listen = "unix:" + path;
  App app(config_, clock_);
  AddAService(app);
  ASSERT_TRUE(app.Start().ok());
  EXPECT_EQ(HealthOf(MakeChannel(config_.listen, true), ""), kServing);
  app.Stop();
  unlink(path.c_str());
}

// In a process of its own: signals must be blocked before the first thread starts.
int RunUntilSigterm(const AppConfig& config, const Clock& clock) {
  App::BlockSignals();
  App app(config, clock);
  app.AddService(std::make_unique<registry::v1::RegistryService::CallbackService>());
  app.AddLoop("end", [told = false]() mutable {
    if (!told) kill(getpid(), SIGTERM);
    told = true;
    return absl::Hours(1);
  });
  return app.Run() == 0 ? 42 : 1;
}

TEST_F(AppTest, RunEndsOnSigterm) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(_exit(RunUntilSigterm(config_, clock_)), ::testing::ExitedWithCode(42), "");
}

// In a process of its own: gRPC keeps reflection for the rest of the process.
int ReflectOnlyWhenConfigured(AppConfig config, const Clock& clock) {
  for (const bool wanted : {false, true}) {
    config.reflection = wanted;
    App app(config, clock);
    app.AddService(std::make_unique<registry::v1::RegistryService::CallbackService>());
    if (!app.Start().ok()) return 1;
    if (HasReflection(MakeChannel(absl::StrCat("127.0.0.1:", app.port()), true)) != wanted) return wanted ? 2 : 3;
    app.Stop();
  }
  return 42;
}

TEST_F(AppTest, ReflectionIsThereOnlyWhenConfigured) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(_exit(ReflectOnlyWhenConfigured(config_, clock_)), ::testing::ExitedWithCode(42), "");
}

}  // namespace
}  // namespace snp::platform
