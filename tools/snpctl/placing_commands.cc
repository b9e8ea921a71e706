// snpctl propose, hold, confirm, release, dispatch, refuse, redispatch: a place for the patient.
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "platform/status_macros.h"
#include "snp/regulation/v1/regulation_service.grpc.pb.h"
#include "snpctl/commands.h"
#include "snpctl/plain_text.h"
#include "snpctl/show.h"
#include "snpctl/words.h"

namespace snp::ctl {
namespace {

namespace regulation = snp::regulation::v1;
using Service = regulation::RegulationService;

struct Options {
  std::string name, max_travel, hold, override_reason, slot, reason;
  std::vector<std::string> candidates;
  int limit = 8;
};

// "cab-0001-a@3": slot and revision, as propose shows them.
bool SplitCandidate(const std::string& text, std::string* slot, int64_t* revision) {
  const size_t at = text.rfind('@');
  if (at == std::string::npos || at == 0) return false;
  *slot = text.substr(0, at);
  return absl::SimpleAtoi(text.substr(at + 1), revision) && *revision > 0;
}

template <typename Request>
void AddCandidates(Session& s, const Options& o, Request& request) {
  for (const std::string& text : o.candidates) {
    std::string slot;
    int64_t revision = 0;
    SplitCandidate(text, &slot, &revision);
    auto* candidate = request.add_candidates();
    candidate->set_slot(FullName(slot, s.globals().department, "slots"));
    candidate->set_revision(revision);
  }
  request.set_override_reason(o.override_reason);
}

template <typename Request, typename Response, typename Show>
absl::Status Do(Session& s, grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Options& o, Request request,
                Show show) {
  request.set_request_id(s.RequestId());
  request.set_name(FullName(o.name, s.globals().department, "cases"));
  auto stub = Service::NewStub(s.Regulation());
  ASSIGN_OR_RETURN(const Response response, s.Call(*stub, method, request));
  Emit(s, response, [&](std::ostream& out) { show(out, response); });
  return absl::OkStatus();
}

absl::Status Propose(Session& s, const Options& o) {
  regulation::ProposePlacesRequest request;
  request.set_limit(o.limit);
  if (!o.max_travel.empty()) SetDuration(*ParseLength(o.max_travel), request.mutable_max_travel());
  return Do(s, &Service::Stub::ProposePlaces, o, request, [&](std::ostream& out, const auto& r) { ShowProposal(out, r, s.now()); });
}

absl::Status Hold(Session& s, const Options& o) {
  regulation::HoldPlaceRequest request;
  AddCandidates(s, o, request);
  if (!o.hold.empty()) SetDuration(*ParseLength(o.hold), request.mutable_hold_duration());
  return Do(s, &Service::Stub::HoldPlace, o, request, [&](std::ostream& out, const auto& r) {
    ShowCase(out, r.case_(), s.now());
    ShowBooking(out, r.booking(), s.now());
    if (r.lost_slots_size() > 0) out << r.lost_slots_size() << " place(s) prise(s) entre-temps par d'autres\n";
  });
}

absl::Status Confirm(Session& s, const Options& o) {
  return Do(s, &Service::Stub::ConfirmPlace, o, regulation::ConfirmPlaceRequest(), [&](std::ostream& out, const auto& r) {
    ShowCase(out, r.case_(), s.now());
    ShowBooking(out, r.booking(), s.now());
  });
}

absl::Status Release(Session& s, const Options& o) {
  return Do(s, &Service::Stub::ReleasePlace, o, regulation::ReleasePlaceRequest(),
            [&](std::ostream& out, const auto& r) { ShowCase(out, r.case_(), s.now()); });
}

template <typename Response>
void ShowDispatch(std::ostream& out, const Response& r, absl::Time now) {
  ShowCase(out, r.case_(), now);
  ShowBooking(out, r.booking(), now);
  if (!r.candidate().slot().empty()) {
    google::protobuf::RepeatedPtrField<matcher::v1::RankedCandidate> chosen;
    *chosen.Add() = r.candidate();
    out << "\n";
    ShowCandidates(out, chosen, now);
  }
}

absl::Status Dispatch(Session& s, const Options& o) {
  regulation::DispatchCaseRequest request;
  AddCandidates(s, o, request);
  return Do(s, &Service::Stub::DispatchCase, o, request, [&](std::ostream& out, const auto& r) { ShowDispatch(out, r, s.now()); });
}

absl::Status Redispatch(Session& s, const Options& o) {
  return Do(s, &Service::Stub::RedispatchCase, o, regulation::RedispatchCaseRequest(),
            [&](std::ostream& out, const auto& r) { ShowDispatch(out, r, s.now()); });
}

absl::Status Refuse(Session& s, const Options& o) {
  regulation::RefusePlaceRequest request;
  request.set_slot(FullName(o.slot, s.globals().department, "slots"));
  request.set_reason(*ParseWord<regulation::RefusalReason>(o.reason));
  return Do(s, &Service::Stub::RefusePlace, o, request, [&](std::ostream& out, const auto& r) { ShowCase(out, r.case_(), s.now()); });
}

}  // namespace

void AddPlacingCommands(CLI::App& app, Action* action) {
  const auto add = [&](const std::string& name, const std::string& what, const std::string& examples, absl::Status (*run)(Session&, const Options&)) {
    auto o = std::make_shared<Options>();
    CLI::App* c = AddCommand(app, name, what, examples);
    c->add_option("case", o->name, "Id or full name")->required();
    c->callback([o, action, run] { *action = [o, run](Session& s) { return run(s, *o); }; });
    return std::make_pair(c, o);
  };
  const auto add_choice = [](CLI::App* c, Options& o) {
    c->add_option("--candidate", o.candidates, "SLOT@REVISION as propose shows it; repeat, best first, at most 16; none: the best")
        ->check([](const std::string& s) {
          std::string slot;
          int64_t revision = 0;
          return SplitCandidate(s, &slot, &revision) ? std::string() : std::string("expected SLOT@REVISION, e.g. cab-0001-a@1");
        });
    c->add_option("--override-reason", o.override_reason, "Why not the best, when the choice is not");
  };

  auto [propose, po] = add("propose", "Ranked places for a case, why each, and why others were refused; changes nothing (role regulator or osnp)",
                           "  snpctl propose CASE\n  snpctl propose CASE --limit 3 --max-travel 45m", &Propose);
  propose->add_option("--limit", po->limit, "Number of candidates")->capture_default_str()->check(CLI::Range(1, 64));
  AddLength(propose, "--max-travel", po->max_travel, "Look farther than the policy does");

  auto [hold, ho] = add("hold", "Hold a place while the caller is on the line (role regulator or osnp)",
                        "  snpctl hold CASE\n  snpctl hold CASE --candidate cab-0001-a@1 --candidate msp-01-b@4 --for 5m", &Hold);
  add_choice(hold, *ho);
  AddLength(hold, "--for", ho->hold, "How long, 1s to 30m; 3m when not given");

  add("confirm", "Confirm the held place (role regulator or osnp)", "  snpctl confirm CASE", &Confirm);
  add("release", "Give the held place back (role regulator or osnp)", "  snpctl release CASE", &Release);

  auto [dispatch, dispatch_o] = add("dispatch", "Book the chosen place, or the best, in one go (role regulator or osnp)",
                                    "  snpctl dispatch CASE\n"
                                    "  snpctl dispatch CASE --candidate cab-0001-a@1 --override-reason \"le patient y est connu\"",
                                    &Dispatch);
  add_choice(dispatch, *dispatch_o);

  auto [refuse, ro] = add("refuse", "Record that the patient refuses a place; it is never proposed to them again (role regulator or osnp)",
                          "  snpctl refuse CASE --slot cab-0001-a --reason TRAVEL", &Refuse);
  refuse->add_option("--slot", ro->slot, "The refused slot")->required();
  refuse->add_option("--reason", ro->reason, "DOCTOR, TRAVEL, TIME, COST or OTHER")->required()->check([](const std::string& r) {
    return std::string(ParseWord<regulation::RefusalReason>(r).status().message());
  });

  add("redispatch", "Give back what the case has and book another place (role regulator or osnp)", "  snpctl redispatch CASE", &Redispatch);
}

}  // namespace snp::ctl
