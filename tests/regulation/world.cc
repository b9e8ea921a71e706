#include "regulation/world.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "regulation/times.h"

namespace snp::regulation {

using platform::SyncWait;

World::World()
    : store(*client, [this] {
        store::redis::ClientOptions options;
        options.address = redis.address();
        return options;
      }()) {
  process = std::make_unique<Process>(store, registry, matcher, clock);
  for (int i = 1; i <= 4; ++i) registry.AddSlot(SlotName(i));
}

std::string SlotName(int n) { return absl::StrCat("departments/95/slots/s", n); }

Caller World::As(Role role, const std::string& subject) const {
  Caller caller;
  caller.role = role;
  caller.subject = subject;
  caller.deadline = absl::Now() + absl::Seconds(20);
  return caller;
}

std::string World::NewRequestId() { return absl::StrCat("r", ++next_request_); }

pb::OpenCaseRequest World::OpenRequest(type::v1::CallPriority priority) {
  pb::OpenCaseRequest request;
  request.set_request_id(NewRequestId());
  request.set_parent("departments/95");
  request.set_file_number("DRM-1");
  request.set_priority(priority);
  request.set_motive("M03.14");
  request.set_origin("15");
  request.mutable_patient()->set_age_months(400);
  request.mutable_patient()->mutable_location()->set_commune("95127");
  return request;
}

pb::Case World::Open(type::v1::CallPriority priority) {
  auto response = Do(&OpenCase, assistant(), OpenRequest(priority));
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? response->case_() : pb::Case();
}

pb::QualifyCaseRequest World::QualifyRequest(const pb::Case& c, type::v1::CareLevel level, bool examination) {
  pb::QualifyCaseRequest request;
  request.set_request_id(NewRequestId());
  request.set_name(c.name());
  request.set_care_level(level);
  if (level == type::v1::CARE_LEVEL_R3 || level == type::v1::CARE_LEVEL_R4) {
    request.mutable_need()->set_examination(examination);
    if (level == type::v1::CARE_LEVEL_R3 || examination) request.mutable_need()->set_delay("4H");
  }
  return request;
}

absl::StatusOr<pb::Case> World::Qualify(const pb::Case& c, type::v1::CareLevel level, const Caller& caller, bool examination) {
  auto response = Do(&QualifyCase, caller, QualifyRequest(c, level, examination));
  if (!response.ok()) return response.status();
  return response->case_();
}

pb::Case World::R3() {
  auto qualified = Qualify(Open(), type::v1::CARE_LEVEL_R3, doctor());
  EXPECT_TRUE(qualified.ok()) << qualified.status();
  return qualified.ok() ? *qualified : pb::Case();
}

absl::StatusOr<pb::HoldPlaceResponse> World::Hold(const pb::Case& c, const Caller& caller, std::string request_id) {
  pb::HoldPlaceRequest request;
  request.set_request_id(request_id.empty() ? NewRequestId() : request_id);
  request.set_name(c.name());
  return Do(&HoldPlace, caller, request);
}

absl::StatusOr<pb::DispatchCaseResponse> World::Dispatch(const pb::Case& c, const Caller& caller, std::string request_id) {
  pb::DispatchCaseRequest request;
  request.set_request_id(request_id.empty() ? NewRequestId() : request_id);
  request.set_name(c.name());
  return Do(&DispatchCase, caller, request);
}

absl::StatusOr<pb::ConfirmPlaceResponse> World::Confirm(const pb::Case& c, const Caller& caller, std::string request_id) {
  pb::ConfirmPlaceRequest request;
  request.set_request_id(request_id.empty() ? NewRequestId() : request_id);
  request.set_name(c.name());
  return Do(&ConfirmPlace, caller, request);
}

absl::StatusOr<pb::RedispatchCaseResponse> World::Redispatch(const pb::Case& c, const Caller& caller) {
  pb::RedispatchCaseRequest request;
  request.set_request_id(NewRequestId());
  request.set_name(c.name());
  return Do(&RedispatchCase, caller, request);
}

absl::StatusOr<pb::ProposePlacesResponse> World::Propose(const pb::Case& c, const Caller& caller) {
  pb::ProposePlacesRequest request;
  request.set_request_id(NewRequestId());
  request.set_name(c.name());
  return Do(&ProposePlaces, caller, request);
}

absl::StatusOr<pb::Case> World::Close(const pb::Case& c, pb::Outcome outcome, const Caller& caller) {
  pb::CloseCaseRequest request;
  request.set_request_id(NewRequestId());
  request.set_name(c.name());
  request.set_outcome(outcome);
  auto response = Do(&CloseCase, caller, request);
  if (!response.ok()) return response.status();
  return response->case_();
}

absl::StatusOr<pb::Case> World::Refuse(const pb::Case& c, const std::string& slot, const Caller& caller) {
  pb::RefusePlaceRequest request;
  request.set_request_id(NewRequestId());
  request.set_name(c.name());
  request.set_slot(slot);
  request.set_reason(pb::REFUSAL_REASON_DOCTOR);
  auto response = Do(&RefusePlace, caller, request);
  if (!response.ok()) return response.status();
  return response->case_();
}

void World::AdoptBooking(const pb::Case& c, const std::string& booking) {
  auto opened = SyncWait(process->desk.Read(*domain::ParseCaseName(c.name()), absl::Now() + absl::Seconds(5)));
  ASSERT_TRUE(opened.ok()) << opened.status();
  opened->record.mutable_case_()->set_booking(booking);
  store::Request request;
  request.deadline = absl::Now() + absl::Seconds(5);
  ASSERT_TRUE(SyncWait(process->desk.Write(std::move(request), *std::move(opened), pb::AuditRecord(), nullptr)).ok());
}

pb::CaseRecord World::RecordOf(const pb::Case& c) {
  auto opened = SyncWait(process->desk.Read(*domain::ParseCaseName(c.name()), absl::Now() + absl::Seconds(5)));
  EXPECT_TRUE(opened.ok()) << opened.status();
  return opened.ok() ? opened->record : pb::CaseRecord();
}

pb::Case World::Now(const pb::Case& c) { return RecordOf(c).case_(); }

std::vector<pb::AuditRecord> World::Audit(const pb::Case& c) {
  pb::GetAuditRequest request;
  request.set_name(c.name());
  auto response = Do(&GetAudit, doctor(), request);
  EXPECT_TRUE(response.ok()) << response.status();
  if (!response.ok()) return {};
  return {response->records().begin(), response->records().end()};
}

std::vector<pb::Case> World::Queue() {
  pb::ListQueueRequest request;
  request.set_parent("departments/95");
  std::vector<pb::Case> cases;
  do {
    request.set_page_size(2);
    auto response = Do(&ListQueue, doctor(), request);
    EXPECT_TRUE(response.ok()) << response.status();
    if (!response.ok()) break;
    cases.insert(cases.end(), response->cases().begin(), response->cases().end());
    request.set_page_token(response->next_page_token());
  } while (!request.page_token().empty());
  return cases;
}

Reconciler::Turn World::Reconcile() {
  Process other(store, registry, matcher, clock);
  return SyncWait(other.reconciler.Run(department));
}

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const auto& violation : platform::ViolationsOf(status)) fields.push_back(violation.field);
  return fields;
}

}  // namespace snp::regulation
