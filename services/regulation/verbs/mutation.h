// The common course of verbs that answer with the case alone: retry -> first answer; judge and write; then end the step that was begun, if any. The
// answer does not wait for that step to succeed: what it gives back is forgotten by the case already.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "platform/error.h"
#include "platform/fingerprint.h"
#include "platform/status_macros.h"
#include "regulation/fields.h"
#include "regulation/verbs/verbs.h"

namespace snp::regulation {

template <typename Request>
Asker AskerOf(Caller caller, const Request& request, absl::Time now) {
  Asker asker;
  asker.request.id = request.request_id();
  asker.request.fingerprint = platform::Fingerprint(request);
  asker.request.now = now;
  asker.request.deadline = caller.deadline;
  asker.caller = std::move(caller);
  return asker;
}

// Parses the name; what is wrong with it goes to `fields`.
inline domain::CaseName NameOf(const std::string& name, Fields& fields) {
  auto parsed = domain::ParseCaseName(name);
  if (parsed.ok()) return *std::move(parsed);
  fields.Wrong("name", parsed.status().message());
  return {};
}

template <typename Response>
absl::StatusOr<Response> ParseAnswer(const std::string& bytes) {
  Response response;
  if (!response.ParseFromString(bytes)) return platform::MakeError(platform::Reason::kInternal, "a kept answer cannot be read");
  return response;
}

// A step under way must end before another may begin: for judges of verbs that would begin one.
inline absl::Status NoStepUnderWay(const pb::CaseRecord& record) {
  return record.has_pending() ? platform::MakeError(platform::Reason::kRevisionMismatch, "a step of this case is under way") : absl::OkStatus();
}

// How long an answer may wait for a place to go back before it leaves that to the reconciler.
inline constexpr absl::Duration kGiveBackPatience = absl::Seconds(2);

template <typename Response>
platform::Task<absl::StatusOr<Response>> Mutate(Office& office, Asker asker, domain::CaseName name, CaseVerb verb) {
  CO_ASSIGN_OR_RETURN(std::string kept, co_await office.desk.FindAnswer(asker, name.department));
  if (!kept.empty()) co_return ParseAnswer<Response>(kept);
  verb.answer = [](const pb::Case& c) {
    Response response;
    *response.mutable_case_() = c;
    return response.SerializeAsString();
  };
  for (int attempt = 0;; ++attempt) {
    auto written = co_await office.desk.Apply(asker, name, verb);
    if (absl::IsAborted(written.status()) && attempt < 3) {
      // A step of somebody else: end it and judge again.
      CO_ASSIGN_OR_RETURN(OpenedCase opened, co_await office.desk.Read(name, asker.deadline()));
      if (opened.record.has_pending()) {
        const std::string step_id = opened.record.pending().request_id();
        CO_ASSIGN_OR_RETURN(StepEnd end, co_await office.steps.End(name, step_id, false, asker.deadline()));
      }
      continue;
    }
    if (!written.ok()) co_return written.status();
    if (!written->kept.empty()) co_return ParseAnswer<Response>(written->kept);
    Response response;
    *response.mutable_case_() = written->opened.record.case_();
    if (written->opened.record.has_pending()) {
      const std::string step_id = written->opened.record.pending().request_id();
      const absl::Time deadline = std::min(asker.deadline(), absl::Now() + kGiveBackPatience);
      const auto end = co_await office.steps.End(std::move(name), step_id, false, deadline);
      if (end.ok()) *response.mutable_case_() = end->opened.record.case_();
    }
    co_return response;
  }
}

}  // namespace snp::regulation
