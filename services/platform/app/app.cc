#include "platform/app/app.h"

#include <dlfcn.h>
#include <grpcpp/health_check_service_interface.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "platform/log.h"
#include "platform/rpc/client.h"
#include "platform/status_macros.h"

namespace snp::platform {
namespace {

constexpr absl::Duration kHealthPeriod = absl::Milliseconds(100);

// The one process-wide switch that gRPC forces on us: both features are turned on for every server built later in the process.
//
// Reflection: merely loading libgrpc++_reflection adds it to every server (a static of the library), so it is loaded only on demand instead of
// linked.
absl::Status EnableProcessWide(bool reflection) {
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  grpc::EnableDefaultHealthCheckService(true);
  static void* reflection_library = nullptr;
  if (reflection && reflection_library == nullptr) {
    reflection_library = dlopen("libgrpc++_reflection.so.1.51", RTLD_NOW | RTLD_GLOBAL);
    if (reflection_library == nullptr) return absl::FailedPreconditionError(absl::StrCat("reflection: ", dlerror()));
  }
  return absl::OkStatus();
}

}  // namespace

struct App::Impl {
  struct Loop {
    std::string name;
    std::function<absl::Duration()> body;
    std::thread thread;
    bool stop = false;
  };
  struct HealthCheck {
    std::string name;
    std::function<bool()> healthy;
    bool last = true;
  };

  AppConfig config;
  const Clock& clock;
  absl::Status init_status;
  // Destroyed last of what services see.
  std::shared_ptr<prometheus::Registry> metrics = std::make_shared<prometheus::Registry>();
  std::unique_ptr<TokenVerifier> verifier;
  std::vector<std::shared_ptr<void>> owned;
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::vector<std::string> service_names;
  std::vector<std::function<void()>> stream_enders;
  std::vector<HealthCheck> checks;
  std::vector<std::function<void()>> on_stop;
  prometheus::Gauge* serving_gauge = nullptr;

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::unique_ptr<Loop>> loops;
  Loop health;

  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<prometheus::Exposer> exposer;
  int port = 0;
  bool started = false;
  bool serving = false;

  Impl(AppConfig c, const Clock& k) : config(std::move(c)), clock(k) {}

  void SetServing(bool value) {
    serving = value;
    if (serving_gauge != nullptr) serving_gauge->Set(value ? 1 : 0);
    auto* health_service = server->GetHealthCheckService();
    if (health_service == nullptr) return;
    health_service->SetServingStatus(value);
    for (const auto& name : service_names) health_service->SetServingStatus(name, value);
  }

  // Returns after every check was asked once.
  void PollHealth(bool first) {
    bool all = true;
    for (auto& check : checks) {
      const bool ok = check.healthy();
      if (ok != check.last) Log(ok ? LogLevel::kInfo : LogLevel::kWarning, "health", {{"check", check.name}, {"healthy", ok ? "true" : "false"}});
      check.last = ok;
      all = all && ok;
    }
    if (first || all != serving) SetServing(all);
  }

  void RunLoop(Loop* loop) {
    std::unique_lock lock(mutex);
    while (!loop->stop) {
      lock.unlock();
      const absl::Duration wait = loop->body();
      lock.lock();
      if (wait <= absl::ZeroDuration()) continue;
      changed.wait_for(lock, absl::ToChronoNanoseconds(std::min(wait, absl::Hours(1))), [&] { return loop->stop; });
    }
  }

  void StartLoop(Loop* loop) {
    loop->thread = std::thread([this, loop] { RunLoop(loop); });
  }

  void StopLoop(Loop* loop) {
    {
      std::lock_guard lock(mutex);
      loop->stop = true;
    }
    changed.notify_all();
    if (loop->thread.joinable()) loop->thread.join();
  }
};

App::App(AppConfig config, const Clock& clock) : impl_(new Impl(std::move(config), clock)) {
  auto verifier = MakeVerifier(impl_->config.verifier, clock);
  if (verifier.ok()) {
    impl_->verifier = *std::move(verifier);
  } else {
    impl_->init_status = verifier.status();
    // Bind may still make doors: they refuse everybody, and Start refuses to start.
    class Refuse final : public TokenVerifier {
      absl::StatusOr<Caller> Verify(const std::string&) const override { return absl::UnauthenticatedError("no verifier"); }
      bool Expired(absl::Time) const override { return true; }
    };
    impl_->verifier = std::make_unique<Refuse>();
  }
}

App::~App() {
  Stop();
  impl_->loops.clear();
  impl_->on_stop.clear();
  impl_->checks.clear();
  // Every call has ended. What is owned goes first: it joins the threads on which handlers ended, and with that whatever these threads did to a call,
  // a door or the server is over in the eyes of a race detector too (gRPC orders it, out of its sight).
  while (!impl_->owned.empty()) impl_->owned.pop_back();
  impl_->server.reset();
  while (!impl_->services.empty()) impl_->services.pop_back();
}

const Clock& App::clock() const { return impl_->clock; }
prometheus::Registry& App::metrics() { return *impl_->metrics; }
absl::Status App::init_status() const { return impl_->init_status; }

std::unique_ptr<Door> App::MakeDoor(absl::string_view full_service_name) {
  DoorConfig config;
  config.service = std::string(full_service_name);
  config.log_successes = impl_->config.log_successes;
  auto door = std::make_unique<Door>(std::move(config), *impl_->verifier, impl_->metrics.get());
  impl_->stream_enders.push_back(door->StreamEnder());
  impl_->service_names.emplace_back(full_service_name);
  return door;
}

void App::AddService(std::unique_ptr<grpc::Service> service) { impl_->services.push_back(std::move(service)); }

void App::AddHealthCheck(std::string name, std::function<bool()> healthy) { impl_->checks.push_back({std::move(name), std::move(healthy), true}); }

void App::AddLoop(std::string name, std::function<absl::Duration()> body) {
  auto loop = std::make_unique<Impl::Loop>();
  loop->name = std::move(name);
  loop->body = std::move(body);
  impl_->loops.push_back(std::move(loop));
}

void App::OnStop(std::function<void()> fn) { impl_->on_stop.push_back(std::move(fn)); }
void App::Own(std::shared_ptr<void> object) { impl_->owned.push_back(std::move(object)); }

absl::Status App::Start() {
  RETURN_IF_ERROR(impl_->init_status);
  if (impl_->started) return absl::FailedPreconditionError("started before");
  KeepGrpc();
  RETURN_IF_ERROR(EnableProcessWide(impl_->config.reflection));

  grpc::ServerBuilder builder;
  builder.AddListeningPort(impl_->config.listen, grpc::InsecureServerCredentials(), &impl_->port);
  // gRPC's default lets a second server take the same port and half of the calls.
  // Bandwidth probes (a ping beside nearly every small answer) tune windows for long fat links; services are neighbours.
  builder.AddChannelArgument("grpc.http2.bdp_probe", 0);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10000);
  for (const auto& service : impl_->services) builder.RegisterService(service.get());
  impl_->server = builder.BuildAndStart();
  if (impl_->server == nullptr || (impl_->port == 0 && !absl::StartsWith(impl_->config.listen, "unix:"))) {
    impl_->server.reset();
    return absl::UnavailableError(absl::StrCat("cannot listen on ", impl_->config.listen));
  }
  if (!impl_->config.metrics_listen.empty()) {
    try {
      impl_->exposer = std::make_unique<prometheus::Exposer>(impl_->config.metrics_listen, 1);
      impl_->exposer->RegisterCollectable(impl_->metrics);
    } catch (const std::exception&) {
      impl_->server->Shutdown();
      impl_->server.reset();
      return absl::UnavailableError(absl::StrCat("cannot serve metrics on ", impl_->config.metrics_listen));
    }
  }
  impl_->started = true;
  impl_->serving_gauge = &prometheus::BuildGauge().Name("snp_serving").Help("1 while every health check is true").Register(*impl_->metrics).Add({});
  impl_->PollHealth(true);
  for (auto& loop : impl_->loops) impl_->StartLoop(loop.get());
  impl_->health.name = "health";
  impl_->health.body = [this] {
    impl_->PollHealth(false);
    return kHealthPeriod;
  };
  impl_->StartLoop(&impl_->health);
  Log(LogLevel::kInfo, "listening", {{"address", impl_->config.listen}, {"port", impl_->port}});
  return absl::OkStatus();
}

void App::Stop() {
  if (!impl_->started) return;
  impl_->started = false;
  impl_->StopLoop(&impl_->health);
  impl_->SetServing(false);
  for (auto it = impl_->on_stop.rbegin(); it != impl_->on_stop.rend(); ++it) (*it)();
  for (const auto& end_streams : impl_->stream_enders) end_streams();
  // Takes no new call, waits for those under way, cancels what is left at the deadline and waits for its handlers: loops still run, since a call may
  // need one to end.
  impl_->server->Shutdown(std::chrono::system_clock::now() + absl::ToChronoMicroseconds(impl_->config.drain_timeout));
  for (auto it = impl_->loops.rbegin(); it != impl_->loops.rend(); ++it) impl_->StopLoop(it->get());
  impl_->exposer.reset();
  Log(LogLevel::kInfo, "stopped", {{"port", impl_->port}});
}

void App::BlockSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int App::Run() {
  const absl::Status status = Start();
  if (!status.ok()) {
    Log(LogLevel::kError, "cannot start", {{"error", status.message()}});
    return 1;
  }
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  const timespec wait{60, 0};
  while (sigtimedwait(&set, nullptr, &wait) < 0) {
    // EAGAIN: the minute has passed; EINTR: another signal, e.g. of a debugger.
  }
  Stop();
  return 0;
}

int App::port() const { return impl_->port; }

std::shared_ptr<grpc::Channel> App::ChannelToSelf() const {
  std::string address = impl_->config.listen;
  if (!absl::StartsWith(address, "unix:")) {
    const std::string host = address.substr(0, address.rfind(':'));
    // One does not connect to "every address".
    const bool any = host.empty() || host == "0.0.0.0" || host == "[::]";
    address = absl::StrCat(any ? "127.0.0.1" : host, ":", impl_->port);
  }
  return MakeChannel(address, /*own_subchannel_pool=*/true);
}

}  // namespace snp::platform
