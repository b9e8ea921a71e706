// The verbs of regulation. Each checks its request, judges the case and writes it; what a step towards the registry needs is in step.h.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "domain/commune.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "regulation/case_desk.h"
#include "regulation/place_search.h"
#include "regulation/step.h"
#include "snp/regulation/v1/regulation_service.pb.h"

namespace snp::regulation {

// What the verbs work with. All outlive the calls.
struct Office {
  CaseDesk& desk;
  StepRunner& steps;
  PlaceSearch& search;
  const domain::CommuneTable* communes = nullptr;  // Null: commune codes are checked by form only.
  int audit_retention_days = 90;
  // Whose cases this service opens: only of these does it end half-done steps. Empty: any.
  std::vector<domain::Department> departments = {};
};

template <typename Response>
using Answer = platform::Task<absl::StatusOr<Response>>;
using platform::Caller;

Answer<pb::OpenCaseResponse> OpenCase(Office& office, Caller caller, const pb::OpenCaseRequest& request);
Answer<pb::QualifyCaseResponse> QualifyCase(Office& office, Caller caller, const pb::QualifyCaseRequest& request);
Answer<pb::ProposePlacesResponse> ProposePlaces(Office& office, Caller caller, const pb::ProposePlacesRequest& request);
Answer<pb::HoldPlaceResponse> HoldPlace(Office& office, Caller caller, const pb::HoldPlaceRequest& request);
Answer<pb::ConfirmPlaceResponse> ConfirmPlace(Office& office, Caller caller, const pb::ConfirmPlaceRequest& request);
Answer<pb::ReleasePlaceResponse> ReleasePlace(Office& office, Caller caller, const pb::ReleasePlaceRequest& request);
Answer<pb::DispatchCaseResponse> DispatchCase(Office& office, Caller caller, const pb::DispatchCaseRequest& request);
Answer<pb::RefusePlaceResponse> RefusePlace(Office& office, Caller caller, const pb::RefusePlaceRequest& request);
Answer<pb::RedispatchCaseResponse> RedispatchCase(Office& office, Caller caller, const pb::RedispatchCaseRequest& request);
Answer<pb::AdviseCaseResponse> AdviseCase(Office& office, Caller caller, const pb::AdviseCaseRequest& request);
Answer<pb::CloseCaseResponse> CloseCase(Office& office, Caller caller, const pb::CloseCaseRequest& request);
Answer<pb::ClaimCaseResponse> ClaimCase(Office& office, Caller caller, const pb::ClaimCaseRequest& request);
Answer<pb::HandOverCaseResponse> HandOverCase(Office& office, Caller caller, const pb::HandOverCaseRequest& request);
Answer<pb::GetCaseResponse> GetCase(Office& office, Caller caller, const pb::GetCaseRequest& request);
Answer<pb::ListQueueResponse> ListQueue(Office& office, Caller caller, const pb::ListQueueRequest& request);
Answer<pb::GetAuditResponse> GetAudit(Office& office, Caller caller, const pb::GetAuditRequest& request);
Answer<pb::PurgeAuditResponse> PurgeAudit(Office& office, Caller caller, const pb::PurgeAuditRequest& request);

}  // namespace snp::regulation
