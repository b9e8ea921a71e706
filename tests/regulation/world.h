// Regulation's verbs over a real Redis, with stand-ins for registry and matcher, and short ways to say what a regulator does.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "platform/async/sync_wait.h"
#include "platform/clock.h"
#include "platform/error.h"
#include "regulation/fakes.h"
#include "regulation/reconciler.h"
#include "regulation/registry_follower.h"
#include "regulation/verbs/verbs.h"
#include "store/redis/case_store.h"
#include "store/redis/cursor_store.h"
#include "support/redis_fixture.h"

namespace snp::regulation {

using platform::Reason;
using platform::Role;

// The parts of one process over the shared state. A second one stands for the process that comes after a crash.
struct Process {
  Process(store::CaseStore& store, RegistryClient& registry, MatcherClient& matcher, const platform::Clock& clock)
      : desk(store, clock), steps(desk, registry), search(store, matcher), office{desk, steps, search}, reconciler(desk, steps, registry) {}
  CaseDesk desk;
  StepRunner steps;
  PlaceSearch search;
  Office office;
  Reconciler reconciler;
};

class World {
 public:
  World();

  Caller As(Role role, const std::string& subject) const;
  Caller doctor() const { return As(Role::kRegulator, "dr-a"); }
  Caller other_doctor() const { return As(Role::kRegulator, "dr-b"); }
  Caller osnp() const { return As(Role::kOsnp, "osnp-a"); }
  Caller assistant() const { return As(Role::kAssistant, "arm-a"); }
  std::string NewRequestId();

  // Verbs, each under a new request_id; the short ones end the test when refused.
  pb::OpenCaseRequest OpenRequest(type::v1::CallPriority priority = type::v1::CALL_PRIORITY_P2);
  pb::Case Open(type::v1::CallPriority priority = type::v1::CALL_PRIORITY_P2);
  pb::QualifyCaseRequest QualifyRequest(const pb::Case& c, type::v1::CareLevel level, bool examination = false);
  absl::StatusOr<pb::Case> Qualify(const pb::Case& c, type::v1::CareLevel level, const Caller& caller, bool examination = false);
  // Opened P2, qualified R3 within 4 h by doctor().
  pb::Case R3();
  absl::StatusOr<pb::HoldPlaceResponse> Hold(const pb::Case& c, const Caller& caller, std::string request_id = "");
  absl::StatusOr<pb::DispatchCaseResponse> Dispatch(const pb::Case& c, const Caller& caller, std::string request_id = "");
  absl::StatusOr<pb::ConfirmPlaceResponse> Confirm(const pb::Case& c, const Caller& caller, std::string request_id = "");
  absl::StatusOr<pb::RedispatchCaseResponse> Redispatch(const pb::Case& c, const Caller& caller);
  absl::StatusOr<pb::ProposePlacesResponse> Propose(const pb::Case& c, const Caller& caller);
  absl::StatusOr<pb::Case> Close(const pb::Case& c, pb::Outcome outcome, const Caller& caller);
  absl::StatusOr<pb::Case> Refuse(const pb::Case& c, const std::string& slot, const Caller& caller);
  // The case has this booking, behind everybody's back.
  void AdoptBooking(const pb::Case& c, const std::string& booking);
  // As stored now.
  pb::Case Now(const pb::Case& c);
  pb::CaseRecord RecordOf(const pb::Case& c);
  std::vector<pb::AuditRecord> Audit(const pb::Case& c);
  std::vector<pb::Case> Queue();

  template <typename Response, typename Request>
  absl::StatusOr<Response> Do(Answer<Response> (*verb)(Office&, Caller, const Request&), const Caller& caller, const Request& request) {
    return platform::SyncWait(verb(process->office, caller, request));
  }
  // A turn of the reconciler of a process of its own.
  Reconciler::Turn Reconcile();

  platform::FakeClock clock{absl::FromUnixSeconds(1'770'000'000)};
  testing::RedisFixture redis;
  std::unique_ptr<store::redis::Client> client = redis.NewClient();
  store::redis::RedisCaseStore store;
  FakeRegistry registry{clock};
  FakeMatcher matcher{registry};
  std::unique_ptr<Process> process;
  const domain::Department department{"95"};

 private:
  int next_request_ = 0;
};

std::string SlotName(int n);
// The reason of an error; fails the test on OK.
template <typename T>
Reason Why(const absl::StatusOr<T>& result) {
  EXPECT_FALSE(result.ok()) << "expected a refusal";
  return result.ok() ? Reason::kInternal : platform::ReasonOf(result.status());
}
// Fields named by a FIELD_INVALID.
std::vector<std::string> FieldsOf(const absl::Status& status);

}  // namespace snp::regulation
