// GetCase, ListQueue, GetAudit, PurgeAudit.
#include "regulation/verbs/mutation.h"

namespace snp::regulation {
namespace {

constexpr int kMaxPage = 1000;
constexpr int kDefaultPage = 100;
constexpr int kMaxRetentionDays = 3650;
// Cases deleted by one step: it must not keep the shared state busy.
constexpr int kPurgeBatch = 200;

}  // namespace

Answer<pb::GetCaseResponse> GetCase(Office& office, Caller caller, const pb::GetCaseRequest& request) {
  Fields fields;
  domain::CaseName name = NameOf(request.name(), fields);
  CO_RETURN_IF_ERROR(fields.status());
  CO_ASSIGN_OR_RETURN(OpenedCase opened, co_await office.desk.Read(std::move(name), caller.deadline));
  pb::GetCaseResponse response;
  *response.mutable_case_() = std::move(*opened.record.mutable_case_());
  co_return response;
}

Answer<pb::ListQueueResponse> ListQueue(Office& office, Caller caller, const pb::ListQueueRequest& request) {
  Fields fields;
  const auto department = domain::ParseDepartmentName(request.parent());
  if (!department.ok()) fields.Wrong("parent", department.status().message());
  if (request.page_size() < 0 || request.page_size() > kMaxPage) fields.Wrong("page_size", "1 to 1000, or 0 for 100");
  fields.Text("page_token", request.page_token(), 200);
  CO_RETURN_IF_ERROR(fields.status());
  const int page_size = request.page_size() == 0 ? kDefaultPage : request.page_size();
  CO_ASSIGN_OR_RETURN(auto page, co_await office.desk.store().ListQueue(*department, page_size, request.page_token(), caller.deadline));
  pb::ListQueueResponse response;
  for (const store::StoredCase& stored : page.items) {
    pb::CaseRecord record;
    if (!record.ParseFromString(stored.record)) co_return platform::MakeError(platform::Reason::kInternal, "a stored case cannot be read");
    *response.add_cases() = std::move(*record.mutable_case_());
  }
  response.set_next_page_token(page.next_token);
  co_return response;
}

Answer<pb::GetAuditResponse> GetAudit(Office& office, Caller caller, const pb::GetAuditRequest& request) {
  Fields fields;
  domain::CaseName name = NameOf(request.name(), fields);
  CO_RETURN_IF_ERROR(fields.status());
  // For NOT_FOUND: no record and no such case are different answers.
  CO_ASSIGN_OR_RETURN(OpenedCase opened, co_await office.desk.Read(name, caller.deadline));
  CO_ASSIGN_OR_RETURN(std::vector<std::string> records, co_await office.desk.store().ReadAudit(std::move(name), caller.deadline));
  pb::GetAuditResponse response;
  for (const std::string& bytes : records) {
    pb::AuditRecord& record = *response.add_records();
    if (!record.ParseFromString(bytes)) co_return platform::MakeError(platform::Reason::kInternal, "a stored audit record cannot be read");
    record.set_index(response.records_size());
  }
  co_return response;
}

Answer<pb::PurgeAuditResponse> PurgeAudit(Office& office, Caller caller, const pb::PurgeAuditRequest& request) {
  Fields fields;
  fields.RequestId(request.request_id());
  const auto department = domain::ParseDepartmentName(request.parent());
  if (!department.ok()) fields.Wrong("parent", department.status().message());
  if (request.retention_days() < 0 || request.retention_days() > kMaxRetentionDays) {
    fields.Wrong("retention_days", "1 to 3650, or 0 for the configured retention");
  }
  CO_RETURN_IF_ERROR(fields.status());
  const int days = request.retention_days() == 0 ? office.audit_retention_days : request.retention_days();
  const absl::Time before = office.desk.Now() - absl::Hours(24) * days;
  pb::PurgeAuditResponse response;
  // Purging twice is purging once: a retry needs no kept answer, it counts what was left.
  for (;;) {
    CO_ASSIGN_OR_RETURN(int64_t purged, co_await office.desk.store().Purge(*department, before, kPurgeBatch, caller.deadline));
    if (purged == 0) break;
    response.set_purged_count(response.purged_count() + purged);
  }
  co_return response;
}

}  // namespace snp::regulation
