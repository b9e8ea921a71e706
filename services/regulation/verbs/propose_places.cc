#include <optional>

#include "regulation/times.h"
#include "regulation/verbs/mutation.h"
#include "snp/matcher/v1/matcher_service.pb.h"

namespace snp::regulation {
namespace {

constexpr int kDefaultLimit = 8;
constexpr int kMaxLimit = 64;
constexpr absl::Duration kLongestTravel = absl::Hours(24);

absl::Status Judge(pb::CaseRecord& record, const Caller& caller) {
  absl::Status status = MayWork(record.case_(), caller);
  if (!status.ok()) return status;
  status = RefusalOf(domain::Judge(StandingOf(record.case_()), domain::CaseMove::kPropose), record.case_(), domain::CaseMove::kPropose);
  return status.ok() ? TakeClaim(record, caller) : status;
}

}  // namespace

Answer<pb::ProposePlacesResponse> ProposePlaces(Office& office, Caller caller, const pb::ProposePlacesRequest& request) {
  Fields fields;
  fields.RequestId(request.request_id());
  const domain::CaseName name = NameOf(request.name(), fields);
  if (request.limit() < 0 || request.limit() > kMaxLimit) fields.Wrong("limit", "1 to 64, or 0 for 8");
  SearchOptions options;
  options.limit = request.limit() == 0 ? kDefaultLimit : request.limit();
  options.explain = true;
  if (request.has_max_travel()) {
    options.max_travel = FromProto(request.max_travel());
    if (*options.max_travel <= absl::ZeroDuration() || *options.max_travel > kLongestTravel) fields.Wrong("max_travel", "above 0, at most 24 h");
  }
  CO_RETURN_IF_ERROR(fields.status());
  const Asker asker = AskerOf(std::move(caller), request, office.desk.Now());
  CO_ASSIGN_OR_RETURN(std::string kept, co_await office.desk.FindAnswer(asker, name.department));
  if (!kept.empty()) co_return ParseAnswer<pb::ProposePlacesResponse>(kept);

  absl::Status last;
  for (int attempt = 0; attempt < 4; ++attempt) {
    CO_ASSIGN_OR_RETURN(OpenedCase opened, co_await office.desk.Read(name, asker.deadline()));
    pb::AuditRecord audit = office.desk.BeginAudit(asker.caller, name, "propose");
    const std::string claimed_by = opened.record.case_().claimed_by();
    const bool by_qualifying = opened.record.claimed_by_qualifying();
    last = Judge(opened.record, asker.caller);
    *audit.mutable_case_after() = opened.record.case_();
    if (!last.ok()) {
      co_await office.desk.AuditRefusal(asker, name, std::move(audit), last);
      co_return last;
    }
    CO_ASSIGN_OR_RETURN(matcher::v1::RankResponse ranked, co_await office.search.Rank(opened.record, options, &audit, asker.deadline()));
    audit.set_result("ok");
    pb::ProposePlacesResponse response;
    *response.mutable_candidates() = std::move(*ranked.mutable_candidates());
    *response.mutable_refusals() = std::move(*ranked.mutable_refusals());
    response.set_explain_scope(ranked.explain_scope());
    *response.mutable_index_age() = ranked.index_age();
    response.set_policy(ranked.policy());
    std::string bytes = response.SerializeAsString();

    if (opened.record.case_().claimed_by() == claimed_by && opened.record.claimed_by_qualifying() == by_qualifying) {
      // Nothing of the case changes: its audit alone grows.
      store::Request marker = asker.request;
      CO_ASSIGN_OR_RETURN(std::string first, co_await office.desk.store().Audit(std::move(marker), name, audit.SerializeAsString(), bytes));
      if (!first.empty()) co_return ParseAnswer<pb::ProposePlacesResponse>(first);
      co_return response;
    }
    const auto answer = [&bytes](const pb::Case&) { return bytes; };
    auto written = co_await office.desk.Write(asker.request, std::move(opened), std::move(audit), answer);
    if (written.ok() && !written->kept.empty()) co_return ParseAnswer<pb::ProposePlacesResponse>(written->kept);
    if (written.ok()) co_return response;
    last = written.status();
    if (!absl::IsAborted(last)) co_return last;
  }
  co_return last;
}

}  // namespace snp::regulation
