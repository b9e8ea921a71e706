#include <algorithm>

#include "absl/strings/str_cat.h"
#include "regulation/times.h"
#include "regulation/verbs/mutation.h"

namespace snp::regulation {
namespace {

constexpr size_t kLongestFileNumber = 64;

// Made from who asked and under which request_id: a retry whose marker is gone cannot open the case a second time.
std::string CaseIdOf(const Asker& asker) {
  pb::ClaimCaseRequest key;
  key.set_name(absl::StrCat(asker.caller.subject, "\n", asker.request.id));
  return absl::StrCat("c", platform::Fingerprint(key).substr(0, 24));
}

}  // namespace

Answer<pb::OpenCaseResponse> OpenCase(Office& office, Caller caller, const pb::OpenCaseRequest& request) {
  Fields fields(office.communes);
  fields.RequestId(request.request_id());
  const auto department = domain::ParseDepartmentName(request.parent());
  if (!department.ok()) fields.Wrong("parent", department.status().message());
  const auto& served = office.departments;
  if (department.ok() && !served.empty() && std::find(served.begin(), served.end(), *department) == served.end()) {
    fields.Wrong("parent", "not a department that this service regulates");
  }
  fields.Text("file_number", request.file_number(), kLongestFileNumber);
  fields.Enum("priority", request.priority(), type::v1::CALL_PRIORITY_NR);
  fields.Code("motive", domain::Nomenclature::kMotive, request.motive());
  fields.Code("origin", domain::Nomenclature::kOrigin, request.origin());
  fields.Patient("patient", request.patient());
  CO_RETURN_IF_ERROR(fields.status());

  const absl::Time now = office.desk.Now();
  Asker asker = AskerOf(std::move(caller), request, now);
  const std::string id = CaseIdOf(asker);
  CO_ASSIGN_OR_RETURN(std::string kept, co_await office.desk.FindAnswer(asker, *department));
  if (!kept.empty()) co_return ParseAnswer<pb::OpenCaseResponse>(kept);

  OpenedCase opened;
  opened.name = {*department, domain::CaseId(id)};
  pb::Case& c = *opened.record.mutable_case_();
  c.set_file_number(request.file_number());
  c.set_state(pb::CASE_STATE_OPEN);
  c.set_priority(request.priority());
  c.set_motive(request.motive());
  c.set_origin(request.origin());
  *c.mutable_patient() = request.patient();
  *c.mutable_create_time() = ToProto(now);
  pb::AuditRecord audit = office.desk.BeginAudit(asker.caller, opened.name, "open");
  auto written = co_await office.desk.Write(asker.request, std::move(opened), std::move(audit), [](const pb::Case& written_case) {
    pb::OpenCaseResponse response;
    *response.mutable_case_() = written_case;
    return response.SerializeAsString();
  });
  if (!written.ok()) co_return written.status();
  if (!written->kept.empty()) co_return ParseAnswer<pb::OpenCaseResponse>(written->kept);
  pb::OpenCaseResponse response;
  *response.mutable_case_() = written->opened.record.case_();
  co_return response;
}

}  // namespace snp::regulation
