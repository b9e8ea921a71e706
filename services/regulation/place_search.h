// From a case to candidates: the demand it makes, the matcher's ranking, and whether a chosen slot may be taken.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "regulation/case_desk.h"
#include "regulation/ports/matcher_client.h"
#include "snp/matcher/v1/matcher.pb.h"

namespace snp::regulation {

// What the case asks of the matcher. Slots that the patient refused, that the case lost, and `lost` are never offered again.
matcher::v1::Demand DemandOf(const pb::CaseRecord& record, std::optional<absl::Duration> max_travel, const std::vector<std::string>& lost);

struct SearchOptions {
  int limit = 8;
  std::optional<absl::Duration> max_travel;
  bool explain = false;
  std::vector<std::string> lost;  // To a race, in this very call.
};

struct ChosenPlaces {
  std::vector<registry::v1::Candidate> candidates;  // Best first, not empty.
};

// Thread-safe.
class PlaceSearch {
 public:
  PlaceSearch(store::CaseStore& store, MatcherClient& matcher) : store_(store), matcher_(matcher) {}

  // Ranks, and writes into `audit` what was asked, offered and refused.
  platform::Task<absl::StatusOr<matcher::v1::RankResponse>> Rank(pb::CaseRecord record, SearchOptions options, pb::AuditRecord* audit,
                                                                 absl::Time deadline);
  // The matcher's best. NO_CANDIDATE carries how many slots were refused for which reason ("refused_TOO_FAR": "12").
  platform::Task<absl::StatusOr<ChosenPlaces>> Best(pb::CaseRecord record, SearchOptions options, pb::AuditRecord* audit, absl::Time deadline);
  // Those of `chosen` that may be taken: offered by the case's last proposal if that is at most 10 min old, or by the matcher now. One that neither
  // offers: only a regulator with a reason (kept in the audit, verb "override"). `audit` has been begun: its time is now.
  platform::Task<absl::StatusOr<ChosenPlaces>> Check(OpenedCase opened, std::vector<registry::v1::Candidate> chosen, platform::Caller caller,
                                                     std::string override_reason, pb::AuditRecord* audit, absl::Time deadline);

 private:
  platform::Task<absl::StatusOr<std::optional<pb::AuditRecord>>> LastProposal(OpenedCase opened, absl::Time now, absl::Time deadline);
  store::CaseStore& store_;
  MatcherClient& matcher_;
};

}  // namespace snp::regulation
