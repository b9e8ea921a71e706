#include "regulation/place_search.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "platform/error.h"
#include "platform/rpc/status_mapping.h"
#include "platform/status_macros.h"
#include "regulation/times.h"
#include "snp/matcher/v1/matcher_service.pb.h"

namespace snp::regulation {
namespace {

namespace mpb = matcher::v1;
namespace rpb = registry::v1;
using platform::MakeError;
using platform::MakeFieldError;
using platform::Reason;
using platform::Task;

constexpr int kMaxExcluded = 64;
// A proposal is what a regulator reads to the caller now. Later the patient can no longer be there in time, and a practice may have taken a slot
// back.
constexpr absl::Duration kProposalHolds = absl::Minutes(10);
// As many as a hold takes at once.
constexpr int kMaxCandidates = 16;

rpb::Candidate CandidateOf(const mpb::RankedCandidate& ranked) {
  rpb::Candidate candidate;
  candidate.set_slot(ranked.slot());
  candidate.set_revision(ranked.revision());
  return candidate;
}

absl::Status NoCandidate(const google::protobuf::RepeatedPtrField<mpb::RefusalCount>& refusals) {
  absl::Status status = MakeError(Reason::kNoCandidate, "no place suits this demand");
  for (const auto& count : refusals) {
    absl::string_view name = mpb::Refusal_Name(count.refusal());
    absl::ConsumePrefix(&name, "REFUSAL_");
    status = platform::WithMetadata(std::move(status), absl::StrCat("refused_", name), absl::StrCat(count.slots()));
  }
  return status;
}

// The matcher speaks of the demand's fields; the caller knows those of the case.
absl::Status InCaseTerms(const absl::Status& status) {
  if (platform::ReasonOf(status) != Reason::kFieldInvalid) return status;
  std::vector<platform::FieldViolation> violations = platform::ViolationsOf(status);
  for (auto& v : violations) v.field = absl::StrCat("case.", absl::StripPrefix(v.field, "demand."));
  return violations.empty() ? status : MakeFieldError(std::move(violations));
}

}  // namespace

mpb::Demand DemandOf(const pb::CaseRecord& record, std::optional<absl::Duration> max_travel, const std::vector<std::string>& lost) {
  const pb::Case& c = record.case_();
  mpb::Demand demand;
  *demand.mutable_location() = c.patient().location();
  *demand.mutable_latest_time() = c.latest_time();
  if (max_travel) *demand.mutable_max_travel() = ToProto(*max_travel);
  *demand.mutable_modalities() = c.need().modalities();
  demand.set_specialty(c.need().specialty());
  *demand.mutable_capabilities() = c.need().capabilities();
  if (c.patient().has_age_months()) demand.set_age_months(c.patient().age_months());
  demand.set_own_gp(c.patient().own_gp());
  demand.set_pmr(c.patient().pmr());
  demand.set_no_car(c.patient().no_car());
  std::set<std::string> seen;
  const auto exclude = [&](const std::string& slot) {
    if (demand.excluded_slots_size() < kMaxExcluded && seen.insert(slot).second) demand.add_excluded_slots(slot);
  };
  // What the patient said comes first, then the latest.
  for (auto it = c.refusals().rbegin(); it != c.refusals().rend(); ++it) exclude(it->slot());
  for (const std::string& slot : lost) exclude(slot);
  for (auto it = record.avoided_slots().rbegin(); it != record.avoided_slots().rend(); ++it) exclude(*it);
  return demand;
}

Task<absl::StatusOr<mpb::RankResponse>> PlaceSearch::Rank(pb::CaseRecord record, SearchOptions options, pb::AuditRecord* audit, absl::Time deadline) {
  mpb::RankRequest request;
  *request.mutable_demand() = DemandOf(record, options.max_travel, options.lost);
  request.set_limit(options.limit);
  request.set_explain(options.explain);
  *audit->mutable_demand() = request.demand();
  auto response = co_await matcher_.Rank(std::move(request), deadline);
  if (!response.ok()) co_return InCaseTerms(response.status());
  *audit->mutable_offered() = response->candidates();
  *audit->mutable_refusals() = response->refusals();
  audit->set_index_age_ms(absl::ToInt64Milliseconds(FromProto(response->index_age())));
  audit->set_policy(response->policy());
  co_return response;
}

Task<absl::StatusOr<ChosenPlaces>> PlaceSearch::Best(pb::CaseRecord record, SearchOptions options, pb::AuditRecord* audit, absl::Time deadline) {
  // The counts cost a second look, taken only when there is something to explain.
  options.explain = false;
  CO_ASSIGN_OR_RETURN(mpb::RankResponse ranked, co_await Rank(record, options, audit, deadline));
  if (ranked.candidates().empty()) {
    options.explain = true;
    CO_ASSIGN_OR_RETURN(ranked, co_await Rank(std::move(record), std::move(options), audit, deadline));
    if (ranked.candidates().empty()) co_return NoCandidate(ranked.refusals());
  }
  ChosenPlaces places;
  for (const auto& candidate : ranked.candidates()) {
    if (places.candidates.size() < kMaxCandidates) places.candidates.push_back(CandidateOf(candidate));
  }
  co_return places;
}

Task<absl::StatusOr<std::optional<pb::AuditRecord>>> PlaceSearch::LastProposal(OpenedCase opened, absl::Time now, absl::Time deadline) {
  CO_ASSIGN_OR_RETURN(std::vector<std::string> records, co_await store_.ReadAudit(opened.name, deadline));
  for (auto it = records.rbegin(); it != records.rend(); ++it) {
    pb::AuditRecord record;
    if (!record.ParseFromString(*it) || record.verb() != "propose" || record.result() != "ok") continue;
    if (!SameQuestion(record.case_after(), opened.record.case_()) || now - FromProto(record.time()) > kProposalHolds) break;
    co_return std::optional<pb::AuditRecord>(std::move(record));
  }
  co_return std::optional<pb::AuditRecord>();
}

Task<absl::StatusOr<ChosenPlaces>> PlaceSearch::Check(OpenedCase opened, std::vector<rpb::Candidate> chosen, platform::Caller caller,
                                                      std::string override_reason, pb::AuditRecord* audit, absl::Time deadline) {
  const bool may_override = caller.role == platform::Role::kRegulator && !override_reason.empty();
  if (!override_reason.empty()) audit->set_reason(override_reason);
  std::set<std::string> refused;
  for (const auto& refusal : opened.record.case_().refusals()) refused.insert(refusal.slot());
  refused.insert(opened.record.avoided_slots().begin(), opened.record.avoided_slots().end());
  std::set<std::string> offered;
  const auto all_offered = [&] {
    return std::all_of(chosen.begin(), chosen.end(), [&](const rpb::Candidate& c) { return offered.count(c.slot()) > 0; });
  };
  std::optional<absl::Duration> max_travel;
  std::vector<mpb::RankedCandidate> known;
  const auto learn = [&](const pb::AuditRecord& from) {
    for (const auto& candidate : from.offered()) {
      if (refused.count(candidate.slot()) > 0) continue;
      if (offered.insert(candidate.slot()).second) known.push_back(candidate);
    }
  };

  CO_ASSIGN_OR_RETURN(std::optional<pb::AuditRecord> proposal, co_await LastProposal(opened, FromProto(audit->time()), deadline));
  if (proposal) {
    learn(*proposal);
    *audit->mutable_demand() = proposal->demand();
    audit->set_index_age_ms(proposal->index_age_ms());
    audit->set_policy(proposal->policy());
    if (proposal->demand().has_max_travel()) max_travel = FromProto(proposal->demand().max_travel());
  }
  if (!all_offered()) {
    SearchOptions options;
    options.limit = 64;
    options.max_travel = max_travel;
    const auto ranked = co_await Rank(opened.record, std::move(options), audit, deadline);
    if (ranked.ok()) {
      learn(*audit);
    } else if (!may_override) {
      co_return ranked.status();
    }
  }
  // Keep in the audit what was said of the chosen ones, and of the one that stood first.
  audit->clear_offered();
  for (size_t i = 0; i < known.size(); ++i) {
    const bool named = std::any_of(chosen.begin(), chosen.end(), [&](const rpb::Candidate& c) { return c.slot() == known[i].slot(); });
    if (i == 0 || named) *audit->add_offered() = known[i];
  }

  ChosenPlaces places;
  for (rpb::Candidate& candidate : chosen) {
    if (offered.count(candidate.slot()) > 0 || may_override) places.candidates.push_back(std::move(candidate));
  }
  const bool best_first = !known.empty() && !places.candidates.empty() && places.candidates.front().slot() == known.front().slot();
  if (may_override && !best_first) audit->set_verb("override");
  if (!places.candidates.empty()) co_return places;
  if (caller.role != platform::Role::kRegulator) co_return MakeError(Reason::kRoleForbidden, "only a regulator may take a slot that is not offered");
  co_return MakeFieldError("override_reason", "required: none of these slots is offered for this case");
}

}  // namespace snp::regulation
