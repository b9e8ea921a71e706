#include "matcher/rank.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "matcher/demand.h"
#include "matcher/index/search.h"
#include "matcher/reasons.h"
#include "platform/error.h"
#include "platform/status_macros.h"
#include "snp/matcher/v1/matcher_service.pb.h"

namespace snp::matcher {
namespace {

constexpr int kDefaultLimit = 8;
constexpr int kMaxLimit = 64;

void Set(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t nanos = absl::ToUnixNanos(time);
  const int64_t seconds = nanos / 1'000'000'000 - (nanos % 1'000'000'000 < 0 ? 1 : 0);
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>(nanos - seconds * 1'000'000'000));
}

void Set(absl::Duration duration, google::protobuf::Duration* out) {
  const int64_t nanos = absl::ToInt64Nanoseconds(duration);
  out->set_seconds(nanos / 1'000'000'000);
  out->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
}

void Describe(domain::RankedSlot& slot, absl::Time now, absl::TimeZone zone, v1::RankedCandidate* out) {
  out->set_slot(domain::ToString(slot.slot));
  out->set_revision(slot.revision);
  out->set_place(domain::ToString(domain::PlaceName{slot.slot.department, slot.place}));
  out->set_place_kind(static_cast<type::v1::PlaceKind>(slot.place_kind));
  out->set_modality(static_cast<type::v1::Modality>(slot.modality));
  out->set_mode(static_cast<type::v1::SlotMode>(slot.mode));
  Set(slot.seen, out->mutable_seen_time());
  Set(slot.travel, out->mutable_travel());
  Set(slot.wait, out->mutable_wait());
  out->set_circle(static_cast<v1::Circle>(slot.circle));
  out->set_cost(slot.cost);
  Set(std::max(absl::ZeroDuration(), now - slot.confirmed), out->mutable_age());
  out->set_remaining(slot.remaining);
  for (std::string& reason : Reasons(slot, now, zone)) out->add_reasons(std::move(reason));
  out->set_place_display_name(std::move(slot.place_display_name));
  out->set_place_address(std::move(slot.place_address));
}

// What an explanation counted, for people.
std::string ScopeInFrench(const domain::Demand& demand, const domain::Policy& policy) {
  const absl::Duration limit = demand.max_travel.value_or(policy.max_travel);
  return absl::StrCat("créneaux des lieux à moins de ", absl::ToInt64Minutes(limit), " min de trajet",
                      demand.max_travel || policy.flat ? "" : " (selon le cercle)", " plus ", Search::kExplainMarginKm,
                      " km, et toutes les téléconsultations");
}

}  // namespace

platform::Task<absl::StatusOr<v1::RankResponse>> RankVerb::Rank(platform::Caller caller, const v1::RankRequest& request) const {
  co_return Answer(caller, request);
}

absl::StatusOr<v1::RankResponse> RankVerb::Answer(const platform::Caller& caller, const v1::RankRequest& request) const {
  const absl::Time now = parts_.clock.Now();
  absl::StatusOr<domain::Demand> demand = ReadDemand(request.demand(), caller, now, parts_.communes);
  std::vector<platform::FieldViolation> wrong;
  if (!demand.ok()) wrong = platform::ViolationsOf(demand.status());
  if (request.limit() < 0 || request.limit() > kMaxLimit)
    wrong.push_back({"limit", absl::StrCat("expected 1 to ", kMaxLimit, ", or 0 for ", kDefaultLimit)});
  const std::string& name = request.policy().empty() ? parts_.default_policy : request.policy();
  const auto policy = parts_.policies.find(name);
  if (policy == parts_.policies.end()) {
    std::string known;
    for (const auto& entry : parts_.policies) absl::StrAppend(&known, known.empty() ? "" : ", ", entry.first);
    wrong.push_back({"policy", absl::StrCat("no policy of this name is loaded; loaded: ", known)});
  }
  if (!wrong.empty()) return platform::MakeFieldError(std::move(wrong));
  if (!parts_.departments.ready()) return platform::MakeError(platform::Reason::kIndexLoading, "the index is still loading");

  const int limit = request.limit() == 0 ? kDefaultLimit : request.limit();
  // The age before the ranking: an event that comes meanwhile makes the answer younger than it says, never older.
  const absl::Duration age = parts_.departments.Age();
  domain::Ranking ranking = parts_.index.Rank(*demand, policy->second, limit, request.explain());
  v1::RankResponse response;
  response.mutable_candidates()->Reserve(static_cast<int>(ranking.best.size()));
  for (domain::RankedSlot& slot : ranking.best) Describe(slot, now, parts_.zone, response.add_candidates());
  if (request.explain()) {
    for (int r = 1; r < domain::kRefusalCount; ++r) {
      if (ranking.refused[r] == 0) continue;
      auto* count = response.add_refusals();
      count->set_refusal(static_cast<v1::Refusal>(r));
      count->set_slots(ranking.refused[r]);
    }
    response.set_explain_scope(ScopeInFrench(*demand, policy->second));
  }
  Set(age, response.mutable_index_age());
  response.set_policy(absl::StrCat(policy->second.name, "@", policy->second.version));
  return response;
}

}  // namespace snp::matcher
