// What snpctl prints: one JSON object on one line with --json, tables and texts otherwise; errors with their reason and what to mend.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "snpctl/session.h"

namespace snp::ctl {

// The message as canonical proto JSON with the field names of the contract; zero values are written too.
nlohmann::json ToJson(const google::protobuf::Message& message);

// On standard output: `json` on one line with --json, else what `human` writes.
void Emit(Session& session, const nlohmann::json& json, const std::function<void(std::ostream&)>& human);
void Emit(Session& session, const google::protobuf::Message& message, const std::function<void(std::ostream&)>& human);

// The error on `err`: reason, message, each field and what to mend; for an error that may be tried again, the `request_id` to do it with (empty: none
// was used). With `json` also {"error": {code, reason, message, fields, metadata, mend, request_id}} on `out`, beside what `more` holds.
void PrintError(const absl::Status& status, const std::string& request_id, bool json, std::ostream& out, std::ostream& err,
                nlohmann::json more = nlohmann::json::object());

// What to do about an error, in a few words; empty when its message says it all.
absl::string_view MendOf(const absl::Status& status);

// Text from a server without control characters, which a terminal would obey.
std::string Plain(absl::string_view text);

// A table whose columns are as wide as their widest text (in characters, not bytes).
class Table {
 public:
  explicit Table(std::vector<std::string> header) : rows_{std::move(header)} {}
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.size() == 1; }
  void Print(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace snp::ctl
