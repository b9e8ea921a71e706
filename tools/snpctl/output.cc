#include "snpctl/output.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "platform/rpc/status_mapping.h"

namespace snp::ctl {
namespace {

std::string OneLine(const nlohmann::json& json) { return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

// Characters of a UTF-8 text: bytes that do not continue one.
size_t Width(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// A reason that a server stated: errors of snpctl itself carry none.
bool HasReason(const absl::Status& status) {
  return platform::ReasonOf(status) != platform::Reason::kInternal || status.code() == absl::StatusCode::kInternal;
}

}  // namespace

nlohmann::json ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return nlohmann::json::object();
  return nlohmann::json::parse(text, nullptr, false);
}

void Emit(Session& session, const nlohmann::json& json, const std::function<void(std::ostream&)>& human) {
  if (session.globals().json) {
    session.world().out << OneLine(json) << std::endl;
  } else {
    human(session.world().out);
    session.world().out << std::flush;
  }
}

void Emit(Session& session, const google::protobuf::Message& message, const std::function<void(std::ostream&)>& human) {
  Emit(session, session.globals().json ? ToJson(message) : nlohmann::json(), human);
}

absl::string_view MendOf(const absl::Status& status) {
  using platform::Reason;
  if (!HasReason(status)) return "";
  switch (platform::ReasonOf(status)) {
    case Reason::kTokenInvalid:
      return "get a fresh token (for development: snpctl token)";
    case Reason::kRoleForbidden:
      return "use a token of a role that may do this";
    case Reason::kNotYours:
      return "a practice acts on its own places only";
    case Reason::kFieldInvalid:
      return "correct the fields above and send again";
    case Reason::kRequestIdReused:
      return "leave --request-id out, or give a new one";
    case Reason::kNotFound:
      return "check the name (snpctl list ...)";
    case Reason::kSlotTaken:
      return "ask for new proposals (snpctl propose)";
    case Reason::kRevisionMismatch:
      return "read it again (snpctl show ...), then repeat";
    case Reason::kSlotHasBookings:
      return "repeat with --keep-bookings to keep and mark them";
    case Reason::kHoldExpired:
      return "hold again, then confirm within the hold's time";
    case Reason::kCaseClaimed:
      return "ask for a hand-over (snpctl handover)";
    case Reason::kSafetyR1:
    case Reason::kSafetyR2:
      return "no town place: follow the instruction of the case (snpctl show case)";
    case Reason::kSafetyNotQualified:
      return "a doctor qualifies the case first (snpctl qualify)";
    case Reason::kSafetyDoctorFirst:
      return "a regulating doctor records R3 or R4 first (snpctl qualify)";
    case Reason::kNoCandidate:
      return "see why places were refused (snpctl propose), or widen the travel limit";
    case Reason::kStoreUnavailable:
    case Reason::kPeerUnavailable:
      return "try again with the same --request-id; are the services up? (snp status)";
    case Reason::kIndexLoading:
    case Reason::kOverloaded:
      return "try again in a moment";
    case Reason::kStoreFull:
      return "tell the operator: the store is full";
    case Reason::kCursorTrimmed:
      return "list again, then watch without --cursor";
    case Reason::kDeadline:
      return "try again with the same --request-id, or a longer --deadline";
    default:
      return "";
  }
}

void PrintError(const absl::Status& status, const std::string& request_id, bool json, std::ostream& out, std::ostream& err, nlohmann::json more) {
  const bool has_reason = HasReason(status);
  const std::string reason = has_reason ? std::string(platform::ReasonName(platform::ReasonOf(status))) : std::string();
  err << "snpctl: " << (has_reason ? absl::StrCat(reason, ": ") : "") << Plain(status.message()) << "\n";
  nlohmann::json fields = nlohmann::json::array(), metadata = nlohmann::json::object();
  for (const auto& violation : platform::ViolationsOf(status)) {
    err << "  " << Plain(violation.field) << ": " << Plain(violation.description) << "\n";
    fields.push_back({{"field", violation.field}, {"description", violation.description}});
  }
  for (const auto& [key, value] : platform::MetadataOf(status)) {
    err << "  " << Plain(key) << " = " << Plain(value) << "\n";
    metadata[key] = value;
  }
  const absl::string_view mend = MendOf(status);
  if (!mend.empty()) err << "  -> " << mend << "\n";
  // The call may have been done although its answer was lost: only the same id makes a second try harmless.
  const bool again = status.code() == absl::StatusCode::kUnavailable || status.code() == absl::StatusCode::kDeadlineExceeded;
  if (again && !request_id.empty()) err << "  --request-id " << request_id << "\n";
  err << std::flush;
  if (!json) return;
  more["error"] = {{"code", std::string(platform::CodeName(status.code()))},
                   {"reason", reason},
                   {"message", std::string(status.message())},
                   {"fields", fields},
                   {"metadata", metadata},
                   {"mend", std::string(mend)},
                   {"request_id", request_id}};
  out << OneLine(more) << std::endl;
}

std::string Plain(absl::string_view text) {
  std::string plain(text);
  for (size_t i = 0; i < plain.size(); ++i) {
    const auto c = static_cast<unsigned char>(plain[i]);
    // C1 controls are U+0080 to U+009F: C2 80 to C2 9F in UTF-8.
    const bool c1 = c == 0xC2 && i + 1 < plain.size() && static_cast<unsigned char>(plain[i + 1]) < 0xA0;
    if (c < 0x20 || c == 0x7F) plain[i] = '?';
    if (c1) plain.replace(i, 2, "?");
  }
  return plain;
}

void Table::Print(std::ostream& out) const {
  std::vector<size_t> widths(rows_[0].size(), 0);
  for (const auto& row : rows_) {
    for (size_t c = 0; c < row.size() && c < widths.size(); ++c) widths[c] = std::max(widths[c], Width(row[c]));
  }
  for (const auto& row : rows_) {
    std::string line;
    for (size_t c = 0; c < row.size() && c < widths.size(); ++c) {
      absl::StrAppend(&line, row[c]);
      if (c + 1 < row.size()) line.append(widths[c] - Width(row[c]) + 2, ' ');
    }
    out << line << "\n";
  }
}

}  // namespace snp::ctl
