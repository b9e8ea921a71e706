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

// grpc.health.v1 without its generated code: HealthCheckRequest{service = 1}, HealthCheckResponse{status = 1}.
int HealthOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check", grpc::internal::RpcMethod::NORMAL_RPC, channel);
  std::string bytes;
  if (!service.empty()) bytes = absl::StrCat("\x0a", std::string(1, static_cast<char>(service.size())), service);
  grpc::Slice slice(bytes);
  grpc::ByteBuffer request(&slice, 1), response;
  grpc::ClientContext context;
  const grpc::Status status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(channel.get(), method, &context, request, &response);
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

TEST_F(AppTest, RunEndsOnSigterm) {
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, nullptr, &before);
  App::BlockSignals();
  App app(config_, clock_);
  AddAService(app);
  std::promise<void> up;
  app.AddLoop("up", [&, told = false]() mutable {
    if (!told) up.set_value();
    told = true;
    return absl::Hours(1);
  });
  int result = -1;
  std::thread runner([&] { result = app.Run(); });
  EXPECT_EQ(up.get_future().wait_for(std::chrono::seconds(60)), std::future_status::ready);
  kill(getpid(), SIGTERM);
  runner.join();
  EXPECT_EQ(result, 0);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
}  // namespace snp::platform
