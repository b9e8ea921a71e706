// The door, the app around it and the client, over a real loopback port.
#include "platform/rpc/door.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <future>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "platform/app/app.h"
#include "platform/async/signal.h"
#include "platform/async/sync_wait.h"
#include "platform/log.h"
#include "platform/rpc/client.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"

namespace snp::platform {
namespace {

using registry::v1::HoldSlotRequest;
using registry::v1::HoldSlotResponse;
using registry::v1::RegistryService;
using registry::v1::StreamPublishSlotsRequest;
using registry::v1::StreamPublishSlotsResponse;
using registry::v1::WatchSlotsRequest;
using registry::v1::WatchSlotsResponse;

constexpr char kService[] = "snp.registry.v1.RegistryService";

// What the handlers meet while a test looks on.
struct Stage {
  Timer timer;
  Signal gate;
  Signal arrived;
  std::atomic<int> handled{0};
  std::atomic<int> streams_ended{0};
};

class TestRegistry final : public RegistryService::CallbackService {
 public:
  TestRegistry(std::unique_ptr<Door> door, Stage& stage) : door_(std::move(door)), stage_(stage) {}

  grpc::ServerUnaryReactor* HoldSlot(grpc::CallbackServerContext* context, const HoldSlotRequest* request, HoldSlotResponse* response) override {
    return door_->Unary(context, request, response, "HoldSlot", [this](Caller c, const HoldSlotRequest& r) { return Hold(std::move(c), r); });
  }
  grpc::ServerUnaryReactor* GetPlace(grpc::CallbackServerContext* context, const registry::v1::GetPlaceRequest* request,
                                     registry::v1::GetPlaceResponse* response) override {
    return door_->Unary(context, request, response, "NotInTheContract", [this](Caller, const registry::v1::GetPlaceRequest&) { return Nobody(); });
  }
  grpc::ServerWriteReactor<WatchSlotsResponse>* WatchSlots(grpc::CallbackServerContext* context, const WatchSlotsRequest* request) override {
    return door_->ServerStream<WatchSlotsRequest, WatchSlotsResponse>(
        context, request, "WatchSlots", [this](Caller c, const WatchSlotsRequest& r, Door::Writer<WatchSlotsResponse>& w) { return Watch(c, r, w); });
  }
  grpc::ServerReadReactor<StreamPublishSlotsRequest>* StreamPublishSlots(grpc::CallbackServerContext* context,
                                                                         StreamPublishSlotsResponse* response) override {
    return door_->ClientStream<StreamPublishSlotsRequest, StreamPublishSlotsResponse>(
        context, response, "StreamPublishSlots", [this](Caller c, Door::Reader<StreamPublishSlotsRequest>& r) { return Publish(c, r); });
  }

 private:
  Task<absl::StatusOr<registry::v1::GetPlaceResponse>> Nobody() {
    ++stage_.handled;
    co_return registry::v1::GetPlaceResponse();
  }

  Task<absl::StatusOr<HoldSlotResponse>> Hold(Caller caller, const HoldSlotRequest& request) {
    ++stage_.handled;
    const std::string& what = request.motive();
    if (what == "field") co_return MakeFieldError({{"candidates", "1 to 16"}, {"hold_duration", "1 s to 30 min"}});
    if (what == "lost") co_return WithMetadata(MakeError(Reason::kSlotTaken, "all taken"), "tried", "3");
    if (what == "bare") co_return absl::NotFoundError("a name that must not leave");
    if (what == "wait") {
      const uint64_t seen = stage_.gate.version();
      stage_.arrived.Notify();
      co_await stage_.gate.Wait(seen, absl::InfiniteDuration(), stage_.timer);
    }
    HoldSlotResponse response;
    response.set_candidate_index(static_cast<int>(caller.role));
    response.mutable_booking()->set_name(caller.subject);
    if (what == "deadline_ms") response.set_candidate_index(static_cast<int>(absl::ToInt64Milliseconds(caller.deadline - absl::Now())));
    if (what == "deadline") response.set_candidate_index(static_cast<int>(absl::ToInt64Seconds(caller.deadline - absl::Now())));
    co_return response;
  }

  Task<absl::Status> Watch(Caller caller, const WatchSlotsRequest& request, Door::Writer<WatchSlotsResponse>& writer) {
    WatchSlotsResponse event;
    int64_t cursor = request.cursor();
    if (request.parent() == "count") {
      EXPECT_EQ(caller.deadline, absl::InfiniteFuture());
      for (int i = 0; i < 100; ++i) {
        event.set_cursor(++cursor);
        const bool ok = co_await writer.Write(event);
        if (!ok) break;
      }
    } else if (request.parent() == "follow") {
      while (!writer.cancelled()) {
        const uint64_t seen = stage_.gate.version();
        event.set_cursor(++cursor);
        const bool ok = co_await writer.Write(event);
        if (!ok) break;
        stage_.arrived.Notify();
        co_await stage_.gate.Wait(seen, absl::InfiniteDuration(), stage_.timer, &writer.cancellation());
      }
    } else if (request.parent() == "flood") {
      event.set_slot(std::string(10000, 's'));
      for (;;) {
        const bool ok = co_await writer.Write(event);
        if (!ok) break;
      }
      EXPECT_TRUE(writer.cancelled());
    } else {
      co_return MakeFieldError("parent", "unknown");
    }
    ++stage_.streams_ended;
    stage_.arrived.Notify();
    co_return absl::OkStatus();
  }

  Task<absl::StatusOr<StreamPublishSlotsResponse>> Publish(Caller, Door::Reader<StreamPublishSlotsRequest>& reader) {
    StreamPublishSlotsRequest batch;
    StreamPublishSlotsResponse response;
    for (;;) {
      const bool more = co_await reader.Read(&batch);
      if (!more) break;
      if (batch.request_id() == "bad") co_return MakeFieldError("request_id", "bad");
      response.set_published_count(response.published_count() + batch.slots_size());
    }
    ++stage_.streams_ended;
    stage_.arrived.Notify();
    if (reader.cancelled()) co_return absl::CancelledError();
    co_return response;
  }

  std::unique_ptr<Door> door_;
  Stage& stage_;
};

class DoorTest : public ::testing::Test {
 protected:
  DoorTest() : clock_(absl::FromUnixSeconds(1770000000)), issuer_(*DevIssuer::Generate()) {
    SetLogLevel(LogLevel::kOff);
    AppConfig config;
    config.verifier.public_key_pem = issuer_.public_key_pem();
    config.drain_timeout = absl::Seconds(20);
    app_ = std::make_unique<App>(config, clock_);
    app_->AddService(std::make_unique<TestRegistry>(app_->MakeDoor(kService), stage_));
  }
  ~DoorTest() override { SetLogLevel(LogLevel::kInfo); }

  void Start() {
    ASSERT_TRUE(app_->Start().ok());
    stub_ = RegistryService::NewStub(MakeChannel(absl::StrCat("127.0.0.1:", app_->port()), true));
  }
  std::string Token(Role role, const std::string& subject = "dr-1") { return *issuer_.Sign({.role = role, .subject = subject}, clock_.Now()); }
  static void Authorize(grpc::ClientContext& context, const std::string& token) { context.AddMetadata("authorization", "Bearer " + token); }

  // The motive says what the handler does.
  absl::StatusOr<HoldSlotResponse> Hold(const std::string& motive, CallOptions options) {
    HoldSlotRequest request;
    request.set_motive(motive);
    options.timeout = absl::Seconds(30);
    return SyncWait(CallUnary<HoldSlotResponse>(
        std::move(options), std::move(request),
        [stub = stub_.get()](auto* context, auto* r, auto* s, auto done) { stub->async()->HoldSlot(context, r, s, std::move(done)); }));
  }
  absl::StatusOr<HoldSlotResponse> Hold(const std::string& motive, Role role = Role::kService) {
    return Hold(motive, CallOptions{.token = Token(role)});
  }
  // Waits until the stage's `arrived` has left `seen`.
  void AwaitArrival(uint64_t seen) { ASSERT_TRUE(SyncWait(stage_.arrived.Wait(seen, absl::Seconds(30), stage_.timer))); }

  double Count(const std::string& method, const std::string& code, const std::string& reason) {
    for (const auto& family : app_->metrics().Collect()) {
      if (family.name != "snp_rpc_total") continue;
      for (const auto& metric : family.metric) {
        const auto has = [&](const std::string& name, const std::string& value) {
          return std::any_of(metric.label.begin(), metric.label.end(), [&](const auto& l) { return l.name == name && l.value == value; });
        };
        if (has("service", kService) && has("method", method) && has("code", code) && has("reason", reason)) return metric.counter.value;
      }
    }
    return 0;
  }

  FakeClock clock_;
  DevIssuer issuer_;
  Stage stage_;
  std::unique_ptr<App> app_;
  std::unique_ptr<RegistryService::Stub> stub_;
};

TEST_F(DoorTest, AnAllowedCallerIsHandedToTheHandler) {
  Start();
  const auto held = Hold("");
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_EQ(held->candidate_index(), static_cast<int>(Role::kService));
  EXPECT_EQ(held->booking().name(), "dr-1");
  EXPECT_EQ(Count("HoldSlot", "OK", ""), 1);
}

TEST_F(DoorTest, NobodyWithoutAToken) {
  Start();
  for (const std::string& token : {std::string(), std::string("x.y.z"), Token(Role::kService) + "A"}) {
    const auto held = Hold("", CallOptions{.token = token});
    EXPECT_EQ(held.status().code(), absl::StatusCode::kUnauthenticated);
    EXPECT_EQ(ReasonOf(held.status()), Reason::kTokenInvalid);
  }
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Basic " + Token(Role::kService));
  HoldSlotResponse response;
  EXPECT_EQ(stub_->HoldSlot(&context, HoldSlotRequest(), &response).error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(stage_.handled, 0);
  EXPECT_EQ(Count("HoldSlot", "UNAUTHENTICATED", "TOKEN_INVALID"), 4);
}

TEST_F(DoorTest, OnlyTheRolesOfTheContract) {
  Start();
  EXPECT_TRUE(Hold("", Role::kService).ok());
  for (const Role role : {Role::kRegulator, Role::kOsnp, Role::kAssistant, Role::kPractice, Role::kArs, Role::kAdmin}) {
    const auto held = Hold("", role);
    EXPECT_EQ(held.status().code(), absl::StatusCode::kPermissionDenied);
    EXPECT_EQ(ReasonOf(held.status()), Reason::kRoleForbidden);
  }
  EXPECT_EQ(stage_.handled, 1);
}

TEST_F(DoorTest, AMethodWithoutRuleIsClosedToEverybody) {
  Start();
  for (int r = 1; r <= 7; ++r) {
    grpc::ClientContext context;
    Authorize(context, Token(static_cast<Role>(r)));
    registry::v1::GetPlaceResponse place;
    EXPECT_EQ(stub_->GetPlace(&context, registry::v1::GetPlaceRequest(), &place).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  }
  grpc::ClientContext context;
  registry::v1::GetPlaceResponse place;
  EXPECT_EQ(stub_->GetPlace(&context, registry::v1::GetPlaceRequest(), &place).error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(stage_.handled, 0);
}

TEST_F(DoorTest, AnExpiredTokenIsRefusedOnTheInjectedClock) {
  Start();
  const std::string token = Token(Role::kService);
  ASSERT_TRUE(Hold("", CallOptions{.token = token}).ok());
  clock_.Advance(absl::Hours(13));
  EXPECT_EQ(ReasonOf(Hold("", CallOptions{.token = token}).status()), Reason::kTokenInvalid);
}

TEST_F(DoorTest, ErrorsKeepReasonFieldsAndMetadata) {
  Start();
  const auto field = Hold("field").status();
  EXPECT_EQ(ReasonOf(field), Reason::kFieldInvalid);
  ASSERT_EQ(ViolationsOf(field).size(), 2u);
  EXPECT_EQ(ViolationsOf(field)[1].field, "hold_duration");
  const auto lost = Hold("lost").status();
  EXPECT_EQ(lost.code(), absl::StatusCode::kAborted);
  ASSERT_EQ(MetadataOf(lost).size(), 1u);
  EXPECT_EQ(MetadataOf(lost)[0].second, "3");
  const auto bare = Hold("bare").status();
  EXPECT_EQ(bare.code(), absl::StatusCode::kInternal);
  EXPECT_FALSE(absl::StrContains(bare.message(), "name"));
  EXPECT_EQ(Count("HoldSlot", "ABORTED", "SLOT_TAKEN"), 1);
  EXPECT_EQ(Count("HoldSlot", "INTERNAL", "INTERNAL"), 1);
}

TEST_F(DoorTest, TheClientsDeadlineReachesTheHandlerAndADefaultIsSetWithoutOne) {
  Start();
  CallOptions options{.token = Token(Role::kService)};
  options.deadline = absl::Now() + absl::Seconds(100);
  EXPECT_NEAR(Hold("deadline", options)->candidate_index(), 100, 20);

  grpc::ClientContext context;
  Authorize(context, Token(Role::kService));
  HoldSlotRequest request;
  request.set_motive("deadline");
  HoldSlotResponse response;
  ASSERT_TRUE(stub_->HoldSlot(&context, request, &response).ok());
  EXPECT_LE(response.candidate_index(), 10);
}

TEST_F(DoorTest, APassedDeadlineIsDeadlineAndNothingHappens) {
  Start();
  CallOptions options{.token = Token(Role::kService)};
  options.deadline = absl::Now() - absl::Seconds(1);
  const auto held = Hold("", options);
  EXPECT_EQ(held.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(ReasonOf(held.status()), Reason::kDeadline);
  EXPECT_EQ(stage_.handled, 0);
}

// A deadline that passes on the way: the client would still wait for its answer, but the server finds it passed when the call arrives. The header is
// written by hand, as gRPC's own client would give up first; a call may still be quick enough, so until one was not.
TEST_F(DoorTest, ADeadlineThatPassedOnTheWayIsRefusedByTheDoor) {
  Start();
  while (Count("HoldSlot", "DEADLINE_EXCEEDED", "DEADLINE") == 0) {
    grpc::ClientContext context;
    Authorize(context, Token(Role::kService));
    context.AddMetadata("grpc-timeout", "1n");
    HoldSlotResponse response;
    stub_->HoldSlot(&context, HoldSlotRequest(), &response);
  }
  app_->Stop();
  EXPECT_EQ(stage_.handled, Count("HoldSlot", "OK", ""));
}

TEST_F(DoorTest, AHandlerMustAnswerALittleBeforeTheClientsDeadline) {
  Start();
  CallOptions options{.token = Token(Role::kService)};
  options.deadline = absl::Now() + absl::Seconds(9);
  // Less 200 ms; on the wire a deadline is rounded up to a hundredth of a second.
  EXPECT_LE(Hold("deadline_ms", options)->candidate_index(), 8'820);
  options.deadline = absl::Now() + absl::Milliseconds(400);
  const auto held = Hold("deadline_ms", options);
  if (held.ok()) {
    EXPECT_LE(held->candidate_index(), 310);
  }
}

TEST_F(DoorTest, ADeadlineThatPassesWhileTheHandlerWaitsEndsTheCallAndThenTheHandler) {
  Start();
  CallOptions options{.token = Token(Role::kService)};
  options.deadline = absl::Now() + absl::Milliseconds(50);
  EXPECT_EQ(ReasonOf(Hold("wait", options).status()), Reason::kDeadline);
  stage_.gate.Notify();
  app_->Stop();  // returns: the handler, cancelled or not, has ended
}

TEST_F(DoorTest, AClientThatGoesAwayLeavesTheHandlerToItsEnd) {
  Start();
  for (int i = 0; i < 20; ++i) {
    const uint64_t seen = stage_.arrived.version();
    grpc::ClientContext context;
    Authorize(context, Token(Role::kService));
    HoldSlotRequest request;
    request.set_motive("wait");
    HoldSlotResponse response;
    std::promise<grpc::Status> done;
    stub_->async()->HoldSlot(&context, &request, &response, [&](grpc::Status s) { done.set_value(s); });
    AwaitArrival(seen);
    context.TryCancel();
    auto ended = done.get_future();
    if (i % 2 == 0) {
      EXPECT_EQ(ended.get().error_code(), grpc::StatusCode::CANCELLED);
    }
    stage_.gate.Notify();
    if (i % 2 == 1) ended.wait();
  }
  EXPECT_EQ(stage_.handled, 20);
}

TEST_F(DoorTest, NoPeerIsPeerUnavailableAtOnce) {
  Start();
  const int port = app_->port();
  app_->Stop();
  stub_ = RegistryService::NewStub(MakeChannel(absl::StrCat("127.0.0.1:", port), true));
  const absl::Time begin = absl::Now();
  EXPECT_EQ(ReasonOf(Hold("").status()), Reason::kPeerUnavailable);
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
}

TEST_F(DoorTest, TooManyCallsAtOnceAreShed) {
  prometheus::Registry metrics;
  VerifierConfig verifier_config;
  verifier_config.public_key_pem = issuer_.public_key_pem();
  const auto verifier = *MakeVerifier(verifier_config, clock_);
  DoorConfig config;
  config.service = kService;
  config.max_in_flight = 1;
  App app(AppConfig{.verifier = verifier_config}, clock_);
  app.AddService(std::make_unique<TestRegistry>(std::make_unique<Door>(config, *verifier, &metrics), stage_));
  ASSERT_TRUE(app.Start().ok());
  stub_ = RegistryService::NewStub(app.ChannelToSelf());

  const uint64_t seen = stage_.arrived.version();
  std::thread first([&] { EXPECT_EQ(Hold("wait").status(), absl::OkStatus()); });
  AwaitArrival(seen);
  EXPECT_EQ(ReasonOf(Hold("").status()), Reason::kOverloaded);
  stage_.gate.Notify();
  first.join();
  EXPECT_TRUE(Hold("").ok());
  app.Stop();
}

TEST_F(DoorTest, AServerStreamArrivesWhole) {
  Start();
  grpc::ClientContext context;
  Authorize(context, Token(Role::kOsnp));
  WatchSlotsRequest request;
  request.set_parent("count");
  request.set_cursor(41);
  auto reader = stub_->WatchSlots(&context, request);
  WatchSlotsResponse event;
  int64_t expected = 42;
  while (reader->Read(&event)) EXPECT_EQ(event.cursor(), expected++);
  EXPECT_EQ(expected, 142);
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(Count("WatchSlots", "OK", ""), 1);
}

TEST_F(DoorTest, AServerStreamIsRefusedLikeAnyCall) {
  Start();
  WatchSlotsRequest request;
  request.set_parent("count");
  WatchSlotsResponse event;
  {
    grpc::ClientContext context;
    auto reader = stub_->WatchSlots(&context, request);
    EXPECT_FALSE(reader->Read(&event));
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
  }
  {
    grpc::ClientContext context;
    Authorize(context, Token(Role::kAssistant));
    auto reader = stub_->WatchSlots(&context, request);
    EXPECT_FALSE(reader->Read(&event));
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  }
  {
    grpc::ClientContext context;
    Authorize(context, Token(Role::kOsnp));
    request.set_parent("no such");
    auto reader = stub_->WatchSlots(&context, request);
    EXPECT_FALSE(reader->Read(&event));
    EXPECT_EQ(ReasonOf(FromGrpc(reader->Finish())), Reason::kFieldInvalid);
  }
}

TEST_F(DoorTest, CancellingAStreamWakesItsHandlerFromItsWait) {
  Start();
  grpc::ClientContext context;
  Authorize(context, Token(Role::kOsnp));
  WatchSlotsRequest request;
  request.set_parent("follow");
  auto reader = stub_->WatchSlots(&context, request);
  WatchSlotsResponse event;
  ASSERT_TRUE(reader->Read(&event));
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  while (Count("WatchSlots", "CANCELLED", "") == 0) std::this_thread::yield();
  EXPECT_EQ(stage_.streams_ended, 1);
}

// Whoever closes a screen ends a stream: no warning, and nothing that looks like a defect of ours.
TEST_F(DoorTest, AStreamThatItsClientClosesIsNoError) {
  Start();
  ::testing::internal::CaptureStderr();
  SetLogLevel(LogLevel::kInfo);
  grpc::ClientContext context;
  Authorize(context, Token(Role::kOsnp));
  WatchSlotsRequest request;
  request.set_parent("follow");
  auto reader = stub_->WatchSlots(&context, request);
  WatchSlotsResponse event;
  EXPECT_TRUE(reader->Read(&event));
  context.TryCancel();
  reader->Finish();
  // A service that stops meanwhile would say so instead.
  while (Count("WatchSlots", "CANCELLED", "") + Count("WatchSlots", "CANCELLED", "INTERNAL") == 0) std::this_thread::yield();
  app_->Stop();
  SetLogLevel(LogLevel::kOff);
  EXPECT_FALSE(absl::StrContains(::testing::internal::GetCapturedStderr(), "method=WatchSlots"));
  EXPECT_EQ(Count("WatchSlots", "CANCELLED", ""), 1);
  EXPECT_EQ(Count("WatchSlots", "CANCELLED", "INTERNAL"), 0);
}

TEST_F(DoorTest, AServerStreamEndsWithItsToken) {
  Start();
  grpc::ClientContext context;
  Authorize(context, Token(Role::kOsnp));
  WatchSlotsRequest request;
  request.set_parent("follow");
  auto reader = stub_->WatchSlots(&context, request);
  WatchSlotsResponse event;
  ASSERT_TRUE(reader->Read(&event));
  clock_.Advance(absl::Hours(11));
  stage_.gate.Notify();
  ASSERT_TRUE(reader->Read(&event));
  clock_.Advance(absl::Hours(2));
  stage_.gate.Notify();
  while (reader->Read(&event)) {
  }
  const absl::Status ended = FromGrpc(reader->Finish());
  EXPECT_EQ(ended.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ReasonOf(ended), Reason::kTokenInvalid);
  EXPECT_EQ(Count("WatchSlots", "UNAUTHENTICATED", "TOKEN_INVALID"), 1);
}

TEST_F(DoorTest, AClientStreamEndsWithItsToken) {
  Start();
  grpc::ClientContext context;
  Authorize(context, Token(Role::kPractice));
  StreamPublishSlotsResponse response;
  auto writer = stub_->StreamPublishSlots(&context, &response);
  ASSERT_TRUE(writer->Write(StreamPublishSlotsRequest()));
  clock_.Advance(absl::Hours(13));
  while (writer->Write(StreamPublishSlotsRequest())) {
  }
  EXPECT_EQ(ReasonOf(FromGrpc(writer->Finish())), Reason::kTokenInvalid);
}

TEST_F(DoorTest, CancellingAStreamWhoseReaderSleepsEndsItsWrite) {
  Start();
  grpc::ClientContext context;
  Authorize(context, Token(Role::kOsnp));
  WatchSlotsRequest request;
  request.set_parent("flood");
  auto reader = stub_->WatchSlots(&context, request);
  WatchSlotsResponse event;
  ASSERT_TRUE(reader->Read(&event));
  context.TryCancel();
  reader->Finish();
  app_->Stop();
  EXPECT_EQ(stage_.streams_ended, 1);
}

// Cancellation, news and writes race for the same streams.
TEST_F(DoorTest, StreamsCancelledAtAnyMoment) {
  Start();
  std::atomic<bool> stop{false};
  std::thread news([&] {
    while (!stop) {
      stage_.gate.Notify();
      std::this_thread::yield();
    }
  });
  std::vector<std::thread> clients;
  const std::string token = Token(Role::kOsnp);
  for (int c = 0; c < 4; ++c) {
    clients.emplace_back([&, c] {
      for (int i = 0; i < 25; ++i) {
        grpc::ClientContext context;
        Authorize(context, token);
        WatchSlotsRequest request;
        request.set_parent(i % 3 == 0 ? "flood" : "follow");
        auto reader = stub_->WatchSlots(&context, request);
        WatchSlotsResponse event;
        for (int n = 0; n < (c + i) % 5; ++n) reader->Read(&event);
        context.TryCancel();
        reader->Finish();
      }
    });
  }
  for (auto& client : clients) client.join();
  stop = true;
  news.join();
  app_->Stop();
}

TEST_F(DoorTest, AClientStreamIsReadToItsEnd) {
  Start();
  grpc::ClientContext context;
  Authorize(context, Token(Role::kPractice));
  StreamPublishSlotsResponse response;
  auto writer = stub_->StreamPublishSlots(&context, &response);
  StreamPublishSlotsRequest batch;
  batch.add_slots();
  batch.add_slots();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(writer->Write(batch));
  writer->WritesDone();
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(response.published_count(), 100);
}

TEST_F(DoorTest, AClientStreamMayBeRefusedEarlyOrCancelled) {
  Start();
  StreamPublishSlotsResponse response;
  {
    grpc::ClientContext context;
    auto writer = stub_->StreamPublishSlots(&context, &response);
    EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
  }
  {
    grpc::ClientContext context;
    Authorize(context, Token(Role::kPractice));
    auto writer = stub_->StreamPublishSlots(&context, &response);
    StreamPublishSlotsRequest batch;
    batch.set_request_id("bad");
    while (writer->Write(batch)) {
    }
    EXPECT_EQ(ReasonOf(FromGrpc(writer->Finish())), Reason::kFieldInvalid);
  }
  {
    grpc::ClientContext context;
    Authorize(context, Token(Role::kPractice));
    auto writer = stub_->StreamPublishSlots(&context, &response);
    ASSERT_TRUE(writer->Write(StreamPublishSlotsRequest()));
    context.TryCancel();
    EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  app_->Stop();
}

TEST_F(DoorTest, StopLetsACallUnderWayEnd) {
  app_->OnStop([this] { stage_.gate.Notify(); });
  Start();
  const uint64_t seen = stage_.arrived.version();
  std::thread client([&] { EXPECT_EQ(Hold("wait").status(), absl::OkStatus()); });
  AwaitArrival(seen);
  app_->Stop();
  client.join();
}

TEST_F(DoorTest, StopEndsStreamsAtOnceWithUnavailable) {
  Start();
  grpc::ClientContext context;
  Authorize(context, Token(Role::kOsnp));
  WatchSlotsRequest request;
  request.set_parent("follow");
  auto reader = stub_->WatchSlots(&context, request);
  WatchSlotsResponse event;
  ASSERT_TRUE(reader->Read(&event));
  const absl::Time begin = absl::Now();
  app_->Stop();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(15));  // not the drain timeout
  while (reader->Read(&event)) {
  }
  EXPECT_EQ(ReasonOf(FromGrpc(reader->Finish())), Reason::kPeerUnavailable);
}

TEST_F(DoorTest, ManyCallersAtOnce) {
  Start();
  std::vector<std::thread> clients;
  std::atomic<int> wrong{0};
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      const std::string subject = absl::StrCat("s", c);
      const std::string token = Token(Role::kService, subject);
      for (int i = 0; i < 50; ++i) {
        const auto held = Hold(i % 10 == 0 ? "lost" : "", CallOptions{.token = token});
        if (i % 10 == 0 ? ReasonOf(held.status()) != Reason::kSlotTaken : !held.ok() || held->booking().name() != subject) ++wrong;
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(Count("HoldSlot", "OK", ""), 360);
  EXPECT_EQ(Count("HoldSlot", "ABORTED", "SLOT_TAKEN"), 40);
}

}  // namespace
}  // namespace snp::platform
