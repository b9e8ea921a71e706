// HoldPlace, DispatchCase, RedispatchCase: one course. Choose, write the step, take it, record it; a race lost is run again with what is left.
#include <optional>
#include <vector>

#include "absl/strings/str_join.h"
#include "regulation/times.h"
#include "regulation/verbs/mutation.h"

namespace snp::regulation {
namespace {

using platform::MakeError;
using platform::Reason;
using platform::Task;

constexpr int kRaces = 3;
constexpr int kConflicts = 8;
constexpr absl::Duration kDefaultHold = absl::Minutes(3);
constexpr size_t kLongestReason = 500;

struct TakeArgs {
  std::string verb;  // hold, dispatch, redispatch.
  bool book = false;
  absl::Duration hold = kDefaultHold;
  std::vector<registry::v1::Candidate> chosen;
  std::string override_reason;
};

absl::Status MayTake(pb::CaseRecord& record, const Caller& caller, domain::CaseMove move) {
  const absl::Status may = MayWork(record.case_(), caller);
  if (!may.ok()) return may;
  const absl::Status legal = RefusalOf(domain::Judge(StandingOf(record.case_()), move), record.case_(), move);
  return legal.ok() ? TakeClaim(record, caller) : legal;
}

void WriteStep(pb::CaseRecord& record, const TakeArgs& args, const Asker& asker, const domain::CaseName& name,
               std::vector<registry::v1::Candidate> candidates, const std::vector<std::string>& lost, const pb::AuditRecord& draft, absl::Time now) {
  const std::string step_id = NextStepId(name, record);
  pb::PendingStep& step = *record.mutable_pending();
  step.Clear();
  step.set_kind(args.book ? "book" : "hold");
  step.set_request_id(step_id);
  *step.mutable_begin_time() = ToProto(now);
  for (auto& candidate : candidates) *step.add_candidates() = std::move(candidate);
  step.set_hold_ms(absl::ToInt64Milliseconds(args.hold));
  step.set_motive(record.case_().motive());
  step.set_client_request_id(asker.request.id);
  step.set_client_fingerprint(asker.request.fingerprint);
  for (const std::string& slot : lost) step.add_lost_slots(slot);
  *step.mutable_draft() = draft;
}

absl::Status LostRace(const std::vector<std::string>& lost) {
  return platform::WithMetadata(MakeError(Reason::kSlotTaken, "every candidate was taken in the meantime"), "lost_slots",
                                absl::StrJoin(lost.begin(), lost.size() > 16 ? lost.begin() + 16 : lost.end(), ","));
}

// Returns the serialised answer.
Task<absl::StatusOr<std::string>> TakePlace(Office& office, Asker asker, domain::CaseName name, TakeArgs args) {
  CO_ASSIGN_OR_RETURN(std::string kept, co_await office.desk.FindAnswer(asker, name.department));
  if (!kept.empty()) co_return kept;
  const domain::CaseMove move = args.book ? domain::CaseMove::kBook : domain::CaseMove::kHold;
  const bool redispatch = args.verb == "redispatch";
  std::vector<std::string> lost;
  int races = 0;
  for (int attempt = 0; attempt < kConflicts; ++attempt) {
    CO_ASSIGN_OR_RETURN(OpenedCase opened, co_await office.desk.Read(name, asker.deadline()));
    std::string step_id;
    bool ours = true;
    std::optional<StepRunner::Owned> owned;
    if (opened.record.has_pending()) {
      // Ours from an earlier try, or somebody's: it ends first.
      step_id = opened.record.pending().request_id();
      ours = opened.record.pending().client_request_id() == asker.request.id;
      if (ours && opened.record.pending().client_fingerprint() != asker.request.fingerprint) {
        co_return platform::MakeError(platform::Reason::kRequestIdReused, "request_id was used before with another body");
      }
    } else {
      pb::AuditRecord audit = office.desk.BeginAudit(asker.caller, name, args.verb);
      const bool gives_back = redispatch && domain::HasPlace(StandingOf(opened.record.case_()).state);
      *audit.mutable_case_after() = opened.record.case_();
      absl::Status may = MayTake(opened.record, asker.caller, gives_back ? domain::CaseMove::kRedispatch : move);
      if (!may.ok()) {
        co_await office.desk.AuditRefusal(asker, name, std::move(audit), may);
        co_return may;
      }
      if (gives_back) {
        // Looked for before anything is given back: a patient who has a place keeps it when there is no other.
        SearchOptions options;
        options.lost = {opened.record.case_().slot()};
        const auto others = co_await office.search.Best(opened.record, std::move(options), &audit, asker.deadline());
        if (!others.ok()) {
          co_await office.desk.AuditRefusal(asker, name, std::move(audit), others.status());
          co_return others.status();
        }
        ours = false;
        opened.when_full = OpenedCase::WhenFull::kRefuse;
        step_id = NextStepId(name, opened.record);
        Avoid(opened.record, opened.record.case_().slot());
        const absl::Status moved =
            Move(opened.record, domain::CaseMove::kRedispatch, office.desk.Now(), step_id, registry::v1::CANCELLED_BY_REGULATION);
        if (!moved.ok()) co_return moved;
      } else {
        absl::StatusOr<ChosenPlaces> places = absl::UnknownError("");
        if (args.chosen.empty()) {
          SearchOptions options;
          options.lost = lost;
          places = co_await office.search.Best(opened.record, std::move(options), &audit, asker.deadline());
        } else {
          places = co_await office.search.Check(opened, args.chosen, asker.caller, args.override_reason, &audit, asker.deadline());
        }
        if (!places.ok()) {
          co_await office.desk.AuditRefusal(asker, name, std::move(audit), places.status());
          co_return places.status();
        }
        WriteStep(opened.record, args, asker, name, std::move(places->candidates), lost, audit, office.desk.Now());
        step_id = opened.record.pending().request_id();
        audit.clear_case_();
      }
      owned.emplace(office.steps, step_id);
      store::Request no_marker = asker.request;
      no_marker.id.clear();
      auto written = co_await office.desk.Write(std::move(no_marker), std::move(opened), std::move(audit), nullptr);
      if (absl::IsAborted(written.status())) continue;
      if (!written.ok()) co_return written.status();
    }

    CO_ASSIGN_OR_RETURN(StepEnd end, co_await office.steps.End(name, step_id, false, asker.deadline()));
    // Another's step, or a place given back: judge anew.
    if (!ours) continue;
    if (!end.answer.empty()) co_return end.answer;
    if (end.elsewhere) {
      CO_ASSIGN_OR_RETURN(kept, co_await office.desk.FindAnswer(asker, name.department));
      if (!kept.empty()) co_return kept;
      continue;
    }
    if (platform::ReasonOf(end.outcome) != Reason::kSlotTaken) co_return end.outcome;
    lost.insert(lost.end(), end.tried.begin(), end.tried.end());
    if (!args.chosen.empty() || ++races >= kRaces) co_return LostRace(lost);
  }
  co_return MakeError(Reason::kRevisionMismatch, "the case changes too fast");
}

}  // namespace

Answer<pb::HoldPlaceResponse> HoldPlace(Office& office, Caller caller, const pb::HoldPlaceRequest& request) {
  Fields fields;
  fields.RequestId(request.request_id());
  domain::CaseName name = NameOf(request.name(), fields);
  fields.Candidates("candidates", request.candidates());
  fields.Text("override_reason", request.override_reason(), kLongestReason);
  TakeArgs args;
  args.verb = "hold";
  if (request.has_hold_duration()) {
    args.hold = FromProto(request.hold_duration());
    if (args.hold < absl::Seconds(1) || args.hold > absl::Minutes(30)) fields.Wrong("hold_duration", "1 s to 30 min");
  }
  CO_RETURN_IF_ERROR(fields.status());
  args.chosen.assign(request.candidates().begin(), request.candidates().end());
  args.override_reason = request.override_reason();
  Asker asker = AskerOf(std::move(caller), request, office.desk.Now());
  CO_ASSIGN_OR_RETURN(std::string bytes, co_await TakePlace(office, std::move(asker), std::move(name), std::move(args)));
  co_return ParseAnswer<pb::HoldPlaceResponse>(bytes);
}

Answer<pb::DispatchCaseResponse> DispatchCase(Office& office, Caller caller, const pb::DispatchCaseRequest& request) {
  Fields fields;
  fields.RequestId(request.request_id());
  domain::CaseName name = NameOf(request.name(), fields);
  fields.Candidates("candidates", request.candidates());
  fields.Text("override_reason", request.override_reason(), kLongestReason);
  CO_RETURN_IF_ERROR(fields.status());
  TakeArgs args;
  args.verb = "dispatch";
  args.book = true;
  args.chosen.assign(request.candidates().begin(), request.candidates().end());
  args.override_reason = request.override_reason();
  Asker asker = AskerOf(std::move(caller), request, office.desk.Now());
  CO_ASSIGN_OR_RETURN(std::string bytes, co_await TakePlace(office, std::move(asker), std::move(name), std::move(args)));
  co_return ParseAnswer<pb::DispatchCaseResponse>(bytes);
}

Answer<pb::RedispatchCaseResponse> RedispatchCase(Office& office, Caller caller, const pb::RedispatchCaseRequest& request) {
  Fields fields;
  fields.RequestId(request.request_id());
  domain::CaseName name = NameOf(request.name(), fields);
  CO_RETURN_IF_ERROR(fields.status());
  TakeArgs args;
  args.verb = "redispatch";
  args.book = true;
  Asker asker = AskerOf(std::move(caller), request, office.desk.Now());
  CO_ASSIGN_OR_RETURN(std::string bytes, co_await TakePlace(office, std::move(asker), std::move(name), std::move(args)));
  co_return ParseAnswer<pb::RedispatchCaseResponse>(bytes);
}

}  // namespace snp::regulation
