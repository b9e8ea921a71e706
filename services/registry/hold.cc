#include "registry/hold.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/duration.pb.h"
#include "platform/error.h"
#include "platform/fingerprint.h"
#include "platform/status_macros.h"
#include "registry/active_departments.h"
#include "registry/convert.h"
#include "registry/metrics.h"
#include "registry/scope.h"
#include "registry/validate.h"
#include "snp/registry/v1/registry_service.pb.h"

namespace snp::registry {
namespace {

using platform::Caller;
using platform::Reason;

template <typename Candidates>
std::vector<store::Candidate> ReadCandidates(const Candidates& candidates, Violations* violations) {
  CheckCount("candidates", candidates.size(), kMaxCandidates, violations);
  std::vector<store::Candidate> read;
  std::set<domain::SlotName> seen;
  for (int i = 0; i < std::min(candidates.size(), kMaxCandidates); ++i) {
    const std::string path = absl::StrCat("candidates[", i, "]");
    auto candidate = ReadCandidate(path, candidates[i], violations);
    if (!candidate) continue;
    if (!seen.insert(candidate->slot).second) violations->Add(Path(path, "slot"), "stands twice");
    read.push_back(*std::move(candidate));
  }
  return read;
}

// The case's department keeps the request marker, so that a retry is recognised whatever the order of its candidates' departments.
domain::Department HomeOf(const std::string& case_name, const domain::Department& otherwise) {
  const auto parsed = domain::ParseCaseName(case_name);
  return parsed.ok() ? parsed->department : otherwise;
}

// Others than services may over-book, but not in a case's name: a place for a case is taken through regulation alone, which asks the safety rule,
// writes the step into the case and gives the place back when the case turns out to be an emergency.
void CheckWhoNamesCase(const Caller& caller, const std::string& case_name, Violations* violations) {
  if (!case_name.empty() && caller.role != platform::Role::kService) {
    violations->Add("case", "only regulation takes a place for a case: dispatch the case there");
  }
}

bool IsLost(const absl::Status& status) { return absl::IsAborted(status); }

}  // namespace

HoldVerbs::Task<v1::HoldSlotResponse> HoldVerbs::HoldSlot(Caller caller, const v1::HoldSlotRequest& request) {
  const absl::Time now = ports_.clock.Now();
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  store::HoldArgs args;
  args.candidates = ReadCandidates(request.candidates(), &violations);
  if (!request.has_hold_duration()) {
    violations.Add("hold_duration", "required: 1 s to 30 min");
  } else if (const auto duration = ReadDuration("hold_duration", request.hold_duration(), &violations)) {
    if (*duration < kMinHold || *duration > kMaxHold) violations.Add("hold_duration", "expected 1 s to 30 min");
    args.hold_deadline = now + *duration;
  }
  if (auto case_name = ReadCase(request.case_(), &violations)) args.case_name = *std::move(case_name);
  CheckMotive(request.motive(), &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  args.home = HomeOf(args.case_name, args.candidates[0].slot.department);
  args.motive = request.motive();
  args.reference = ports_.ids.MakeReference();
  store::Request key{request.request_id(), platform::Fingerprint(request), now, caller.deadline};
  auto held = co_await ports_.store.Hold(std::move(key), std::move(args));
  if (held.ok() || IsLost(held.status())) ports_.metrics.CountTake(Metrics::Take::kHold, held.ok());
  if (!held.ok()) co_return held.status();
  ports_.active.Touch(held->booking.slot.department);
  v1::HoldSlotResponse response;
  ToProto(held->booking, CaseFieldFor(caller), response.mutable_booking());
  response.set_candidate_index(held->candidate_index);
  co_return response;
}

HoldVerbs::Task<v1::BookSlotResponse> HoldVerbs::BookSlot(Caller caller, const v1::BookSlotRequest& request) {
  const absl::Time now = ports_.clock.Now();
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  store::HoldArgs args;
  args.candidates = ReadCandidates(request.candidates(), &violations);
  if (auto case_name = ReadCase(request.case_(), &violations)) args.case_name = *std::move(case_name);
  CheckMotive(request.motive(), &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  args.home = HomeOf(args.case_name, args.candidates[0].slot.department);
  args.book = true;
  args.hold_deadline = now;
  args.motive = request.motive();
  args.reference = ports_.ids.MakeReference();
  store::Request key{request.request_id(), platform::Fingerprint(request), now, caller.deadline};
  auto booked = co_await ports_.store.Hold(std::move(key), std::move(args));
  if (booked.ok() || IsLost(booked.status())) ports_.metrics.CountTake(Metrics::Take::kBook, booked.ok());
  if (!booked.ok()) co_return booked.status();
  ports_.active.Touch(booked->booking.slot.department);
  v1::BookSlotResponse response;
  ToProto(booked->booking, CaseFieldFor(caller), response.mutable_booking());
  response.set_candidate_index(booked->candidate_index);
  co_return response;
}

HoldVerbs::Task<v1::OverbookSlotResponse> HoldVerbs::OverbookSlot(Caller caller, const v1::OverbookSlotRequest& request) {
  const absl::Time now = ports_.clock.Now();
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  const auto slot = ReadName("slot", domain::ParseSlotName(request.slot()), &violations);
  store::HoldArgs args;
  if (auto case_name = ReadCase(request.case_(), &violations)) {
    CheckWhoNamesCase(caller, *case_name, &violations);
    args.case_name = *std::move(case_name);
  }
  CheckMotive(request.motive(), &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  CO_RETURN_IF_ERROR(co_await CheckSlot(caller, ports_.reader, *slot));
  // One slot, one department: the marker lives beside it.
  args.home = slot->department;
  args.book = true;
  args.hold_deadline = now;
  args.motive = request.motive();
  args.reference = ports_.ids.MakeReference();
  store::Request key{request.request_id(), platform::Fingerprint(request), now, caller.deadline};
  auto booking = co_await ports_.store.Overbook(std::move(key), *slot, std::move(args));
  if (booking.ok()) ports_.metrics.CountTake(Metrics::Take::kOverbook, true);
  if (!booking.ok()) co_return booking.status();
  ports_.active.Touch(slot->department);
  v1::OverbookSlotResponse response;
  ToProto(*booking, CaseFieldFor(caller), response.mutable_booking());
  co_return response;
}

HoldVerbs::Task<v1::ConfirmHoldResponse> HoldVerbs::ConfirmHold(Caller caller, const v1::ConfirmHoldRequest& request) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  const auto name = ReadName("name", domain::ParseBookingName(request.name()), &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  store::Request key{request.request_id(), platform::Fingerprint(request), ports_.clock.Now(), caller.deadline};
  CO_ASSIGN_OR_RETURN(const domain::Booking booking, co_await ports_.store.Confirm(std::move(key), *name));
  v1::ConfirmHoldResponse response;
  ToProto(booking, CaseFieldFor(caller), response.mutable_booking());
  co_return response;
}

HoldVerbs::Task<v1::ReleaseHoldResponse> HoldVerbs::ReleaseHold(Caller caller, const v1::ReleaseHoldRequest& request) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  const auto name = ReadName("name", domain::ParseBookingName(request.name()), &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  store::Request key{request.request_id(), platform::Fingerprint(request), ports_.clock.Now(), caller.deadline};
  CO_ASSIGN_OR_RETURN(const domain::Booking booking, co_await ports_.store.Release(std::move(key), *name));
  v1::ReleaseHoldResponse response;
  ToProto(booking, CaseFieldFor(caller), response.mutable_booking());
  co_return response;
}

}  // namespace snp::registry
