#include <optional>

#include "regulation/times.h"
#include "regulation/verbs/mutation.h"

namespace snp::regulation {

Answer<pb::ConfirmPlaceResponse> ConfirmPlace(Office& office, Caller caller, const pb::ConfirmPlaceRequest& request) {
  Fields fields;
  fields.RequestId(request.request_id());
  const domain::CaseName name = NameOf(request.name(), fields);
  CO_RETURN_IF_ERROR(fields.status());
  const Asker asker = AskerOf(std::move(caller), request, office.desk.Now());
  CO_ASSIGN_OR_RETURN(std::string kept, co_await office.desk.FindAnswer(asker, name.department));
  for (int attempt = 0; kept.empty() && attempt < 6; ++attempt) {
    CO_ASSIGN_OR_RETURN(OpenedCase opened, co_await office.desk.Read(name, asker.deadline()));
    std::string step_id;
    bool ours = true;
    std::optional<StepRunner::Owned> owned;
    if (opened.record.has_pending()) {
      step_id = opened.record.pending().request_id();
      ours = opened.record.pending().client_request_id() == asker.request.id;
      if (ours && opened.record.pending().client_fingerprint() != asker.request.fingerprint) {
        co_return platform::MakeError(platform::Reason::kRequestIdReused, "request_id was used before with another body");
      }
    } else {
      pb::AuditRecord audit = office.desk.BeginAudit(asker.caller, name, "confirm");
      *audit.mutable_case_after() = opened.record.case_();
      const pb::Case& c = opened.record.case_();
      absl::Status may = MayWork(c, asker.caller);
      if (may.ok()) may = RefusalOf(domain::Judge(StandingOf(c), domain::CaseMove::kConfirm), c, domain::CaseMove::kConfirm);
      if (may.ok()) may = TakeClaim(opened.record, asker.caller);
      if (!may.ok()) {
        co_await office.desk.AuditRefusal(asker, name, std::move(audit), may);
        co_return may;
      }
      step_id = NextStepId(name, opened.record);
      pb::PendingStep& step = *opened.record.mutable_pending();
      step.set_kind("confirm");
      step.set_request_id(step_id);
      *step.mutable_begin_time() = ToProto(office.desk.Now());
      step.set_booking(c.booking());
      step.set_client_request_id(asker.request.id);
      step.set_client_fingerprint(asker.request.fingerprint);
      *step.mutable_draft() = audit;
      audit.clear_case_();
      owned.emplace(office.steps, step_id);
      store::Request no_marker = asker.request;
      no_marker.id.clear();
      auto written = co_await office.desk.Write(std::move(no_marker), std::move(opened), std::move(audit), nullptr);
      if (absl::IsAborted(written.status())) continue;
      if (!written.ok()) co_return written.status();
    }
    CO_ASSIGN_OR_RETURN(StepEnd end, co_await office.steps.End(name, step_id, false, asker.deadline()));
    if (!ours) continue;
    kept = end.answer;
    if (end.elsewhere) {
      CO_ASSIGN_OR_RETURN(kept, co_await office.desk.FindAnswer(asker, name.department));
    } else if (!end.outcome.ok()) {
      co_return end.outcome;
    }
  }
  if (kept.empty()) co_return platform::MakeError(platform::Reason::kRevisionMismatch, "the case changes too fast");
  co_return ParseAnswer<pb::ConfirmPlaceResponse>(kept);
}

}  // namespace snp::regulation
