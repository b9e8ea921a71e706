#include "platform/rpc/door.h"

#include <google/protobuf/descriptor.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/time/clock.h"
#include "platform/error.h"
#include "platform/log.h"
#include "platform/rpc/status_mapping.h"
#include "snp/type/v1/access.pb.h"

namespace snp::platform {
namespace {

constexpr absl::string_view kBearer = "Bearer ";
constexpr absl::Duration kAnswerMargin = absl::Milliseconds(200);

int64_t SteadyNanos() { return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

const prometheus::Histogram::BucketBoundaries& Buckets() {
  static const auto* const kBuckets =
      new prometheus::Histogram::BucketBoundaries{0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10};
  return *kBuckets;
}

absl::string_view RoleLabel(Role role) {
  const std::string& name = type::v1::Role_Name(static_cast<type::v1::Role>(role));
  return absl::string_view(name).substr(std::min<size_t>(name.size(), 5));
}

bool IsOurFault(Reason reason) {
  switch (reason) {
    case Reason::kInternal:
    case Reason::kStoreUnavailable:
    case Reason::kPeerUnavailable:
    case Reason::kStoreFull:
    case Reason::kOverloaded:
      return true;
    default:
      return false;
  }
}

// One method: its rule, and its metrics made once.
struct Method {
  std::string name;
  // Bit r is set when role r may call.
  uint32_t roles = 0;
  prometheus::Counter* ok = nullptr;
  prometheus::Histogram* seconds = nullptr;
};

// The server streams that are open.
struct Streams {
  std::mutex mutex;
  bool stopping = false;
  std::set<std::shared_ptr<Cancellation>> open;
};

}  // namespace

struct Door::Impl {
  DoorConfig config;
  const TokenVerifier& verifier;
  prometheus::Family<prometheus::Counter>* totals = nullptr;
  // Filled in the constructor, then only read.
  absl::flat_hash_map<std::string, std::unique_ptr<Method>> methods;
  // A method that the contract does not know: nobody may call it.
  Method unknown;
  std::atomic<int> in_flight{0};

  std::shared_ptr<Streams> streams = std::make_shared<Streams>();

  const Method* Find(absl::string_view name) const {
    const auto it = methods.find(name);
    return it == methods.end() ? &unknown : it->second.get();
  }
};

Door::Door(DoorConfig config, const TokenVerifier& verifier, prometheus::Registry* metrics)
    : impl_(new Impl{.config = std::move(config), .verifier = verifier, .methods = {}, .unknown = {}}) {
  prometheus::Family<prometheus::Histogram>* seconds = nullptr;
  if (metrics != nullptr) {
    impl_->totals = &prometheus::BuildCounter().Name("snp_rpc_total").Help("Calls ended, by outcome").Register(*metrics);
    seconds = &prometheus::BuildHistogram().Name("snp_rpc_seconds").Help("Time from call to reply").Register(*metrics);
  }
  const std::string& service_name = impl_->config.service;
  const auto add_metrics = [&](Method& m) {
    if (metrics == nullptr) return;
    m.ok = &impl_->totals->Add({{"service", service_name}, {"method", m.name}, {"code", "OK"}, {"reason", ""}});
    m.seconds = &seconds->Add({{"service", service_name}, {"method", m.name}}, Buckets());
  };
  impl_->unknown.name = "unknown";
  add_metrics(impl_->unknown);
  const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service_name);
  if (service == nullptr) {
    Log(LogLevel::kError, "service is not in the contract: every call will be refused", {{"service", service_name}});
    return;
  }
  for (int i = 0; i < service->method_count(); ++i) {
    auto method = std::make_unique<Method>();
    method->name = service->method(i)->name();
    for (const int role : service->method(i)->options().GetExtension(type::v1::access).roles()) {
      if (role > 0 && role < 32) method->roles |= 1u << role;
    }
    add_metrics(*method);
    const std::string name = method->name;
    impl_->methods.emplace(name, std::move(method));
  }
}

namespace internal {
absl::Status TokenRanOut() { return MakeError(Reason::kTokenInvalid, "token: expired while the stream was open"); }
}  // namespace internal

Door::~Door() = default;

absl::StatusOr<Caller> Door::Admit(grpc::CallbackServerContext* context, absl::string_view method_name, Kind kind, CallRecord* record) {
  const Method* method = impl_->Find(method_name);
  record->method = method;
  record->begin_nanos = SteadyNanos();

  const auto& metadata = context->client_metadata();
  const auto header = metadata.find("authorization");
  if (header == metadata.end()) return MakeError(Reason::kTokenInvalid, "no bearer token");
  const absl::string_view value(header->second.data(), header->second.size());
  if (value.size() <= kBearer.size() || value.substr(0, kBearer.size()) != kBearer) {
    return MakeError(Reason::kTokenInvalid, "authorization is not a bearer token");
  }
  absl::StatusOr<Caller> caller = impl_->verifier.Verify(std::string(value.substr(kBearer.size())));
  if (!caller.ok()) return caller.status();
  record->role = caller->role;

  if ((method->roles >> static_cast<int>(caller->role) & 1u) == 0) {
    return MakeError(Reason::kRoleForbidden, "this role may not call this method");
  }

  const auto deadline = context->deadline();
  if (deadline != std::chrono::system_clock::time_point::max()) {
    caller->deadline = absl::FromChrono(deadline);
    const absl::Duration left = caller->deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return MakeError(Reason::kDeadline, "the deadline had passed when the call arrived");
    caller->deadline -= std::min(left / 4, kAnswerMargin);
  } else if (kind == Kind::kUnary) {
    caller->deadline = absl::Now() + impl_->config.default_deadline;
  }

  if (kind == Kind::kUnary) {
    record->counted = true;
    if (impl_->in_flight.fetch_add(1, std::memory_order_relaxed) >= impl_->config.max_in_flight) {
      return MakeError(Reason::kOverloaded, "too many calls at once");
    }
  }
  return caller;
}

grpc::Status Door::Leave(const CallRecord& record, const absl::Status& status) {
  const Method& method = *static_cast<const Method*>(record.method);
  if (record.counted) impl_->in_flight.fetch_sub(1, std::memory_order_relaxed);
  const int64_t nanos = SteadyNanos() - record.begin_nanos;
  if (method.seconds != nullptr) method.seconds->Observe(static_cast<double>(nanos) * 1e-9);
  if (status.ok()) {
    if (method.ok != nullptr) method.ok->Increment();
    if (impl_->config.log_successes) {
      Log(LogLevel::kInfo, "call",
          {{"service", impl_->config.service}, {"method", method.name}, {"code", "OK"}, {"role", RoleLabel(record.role)}, {"us", nanos / 1000}});
    }
    return grpc::Status::OK;
  }
  const Reason reason = WireReason(status);
  const grpc::Status wire = ToGrpc(status);
  // A client that hung up: no refusal of ours and no defect, however it is put on a wire that nobody reads any more.
  const bool hung_up = wire.error_code() == grpc::StatusCode::CANCELLED;
  const absl::string_view reason_name = hung_up ? absl::string_view() : ReasonName(reason);
  const std::string code(CodeName(static_cast<absl::StatusCode>(wire.error_code())));
  if (impl_->totals != nullptr) {
    impl_->totals->Add({{"service", impl_->config.service}, {"method", method.name}, {"code", code}, {"reason", std::string(reason_name)}})
        .Increment();
  }
  const LogLevel level = IsOurFault(reason) && !hung_up ? LogLevel::kWarning : LogLevel::kInfo;
  if (LogEnabled(level) && (!hung_up || impl_->config.log_successes)) {
    Log(level, "call",
        {{"service", impl_->config.service},
         {"method", method.name},
         {"code", code},
         {"reason", reason_name},
         {"role", RoleLabel(record.role)},
         {"us", nanos / 1000}});
  }
  return wire;
}

bool Door::TokenExpired(absl::Time expiry) const { return impl_->verifier.Expired(expiry); }

bool Door::EnterStream(const std::shared_ptr<Cancellation>& cancellation) {
  std::lock_guard lock(impl_->streams->mutex);
  if (impl_->streams->stopping) return false;
  impl_->streams->open.insert(cancellation);
  return true;
}

absl::Status Door::LeaveStream(const std::shared_ptr<Cancellation>& cancellation, absl::Status status) {
  std::lock_guard lock(impl_->streams->mutex);
  impl_->streams->open.erase(cancellation);
  if (impl_->streams->stopping) return MakeError(Reason::kPeerUnavailable, "the service is stopping");
  return status;
}

std::function<void()> Door::StreamEnder() const {
  return [streams = impl_->streams] {
    std::set<std::shared_ptr<Cancellation>> open;
    {
      std::lock_guard lock(streams->mutex);
      streams->stopping = true;
      open.swap(streams->open);
    }
    // Without the lock: a handler that is woken here may end here.
    for (const auto& cancellation : open) cancellation->Cancel();
  };
}

}  // namespace snp::platform
