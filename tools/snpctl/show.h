// Messages of the contract as people read them, in French. `now` decides how moments are written.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "snp/matcher/v1/matcher.pb.h"
#include "snp/registry/v1/registry.pb.h"
#include "snp/regulation/v1/regulation.pb.h"
#include "snpctl/output.h"

namespace snp::ctl {

absl::Time ToTime(const google::protobuf::Timestamp& t);
absl::Duration ToDuration(const google::protobuf::Duration& d);
void SetTime(absl::Time time, google::protobuf::Timestamp* out);
void SetDuration(absl::Duration duration, google::protobuf::Duration* out);

// Last part of a resource name: "departments/95/places/cab-0001" -> "cab-0001".
std::string ShortName(absl::string_view name);

void ShowCase(std::ostream& out, const regulation::v1::Case& c, absl::Time now);
void ShowBooking(std::ostream& out, const registry::v1::Booking& booking, absl::Time now);
void ShowSlot(std::ostream& out, const registry::v1::Slot& slot, absl::Time now);
void ShowPlace(std::ostream& out, const registry::v1::Place& place);
void ShowAudit(std::ostream& out, const regulation::v1::AuditRecord& record, absl::Time now);

// The answer of propose: a table of candidates, why each stands there, and why others were refused.
template <typename Proposal>
void ShowProposal(std::ostream& out, const Proposal& p, absl::Time now);

// Rows of lists.
Table QueueTable();
void AddToQueueTable(Table& table, const regulation::v1::Case& c, absl::Time now);
Table SlotTable();
void AddToSlotTable(Table& table, const registry::v1::Slot& slot, absl::Time now);
Table BookingTable();
void AddToBookingTable(Table& table, const registry::v1::Booking& booking, absl::Time now);

// Parts of ShowProposal.
void ShowCandidates(std::ostream& out, const google::protobuf::RepeatedPtrField<matcher::v1::RankedCandidate>& candidates, absl::Time now);
void ShowRefusals(std::ostream& out, const google::protobuf::RepeatedPtrField<matcher::v1::RefusalCount>& refusals, const std::string& scope);

template <typename Proposal>
void ShowProposal(std::ostream& out, const Proposal& p, absl::Time now) {
  ShowCandidates(out, p.candidates(), now);
  ShowRefusals(out, p.refusals(), p.explain_scope());
  out << "Index âgé de " << absl::ToInt64Milliseconds(ToDuration(p.index_age())) << " ms, politique " << Plain(p.policy()) << "\n";
}

}  // namespace snp::ctl
