#include "store/redis/script.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "platform/status_macros.h"
#include "store/redis/embedded.h"
#include "store/redis/keys.h"

namespace snp::store::redis {
namespace {

using platform::MakeError;
using platform::Reason;

std::string Sha1Hex(const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), size));
}

// `flags` empty: the shebang stays as the file says it.
std::string Assemble(absl::string_view prelude, absl::string_view body, absl::string_view flags = "") {
  absl::string_view shebang;
  if (absl::StartsWith(body, "#!")) {
    size_t end = body.find('\n');
    shebang = body.substr(0, end + 1);
    body.remove_prefix(end + 1);
  }
  if (!flags.empty()) shebang = flags;
  return absl::StrCat(shebang, LuaKeyParts(), prelude, body);
}

const std::map<std::string, Script, std::less<>>& Table() {
  static const auto* table = [] {
    auto* all = new std::map<std::string, Script, std::less<>>;
    absl::string_view prelude;
    for (const EmbeddedScript* s = kEmbeddedScripts; s->name; ++s) {
      if (std::strcmp(s->name, "lib") == 0) prelude = s->text;
    }
    for (const EmbeddedScript* s = kEmbeddedScripts; s->name; ++s) {
      if (std::strcmp(s->name, "lib") != 0) all->emplace(s->name, Script(Assemble(prelude, s->text)));
      // One text under two rules: Redis reads the flag from the first line, so a change that must not wait for memory is a script of its own.
      if (std::strcmp(s->name, "put_case") == 0) {
        all->emplace("put_case_even_when_full", Script(Assemble(prelude, s->text, "#!lua flags=allow-oom\n")));
      }
    }
    return all;
  }();
  return *table;
}

// The reasons that scripts state.
Reason ReasonNamed(absl::string_view name) {
  static const auto* reasons = new std::map<absl::string_view, Reason>{
      {"REQUEST_ID_REUSED", Reason::kRequestIdReused},
      {"NOT_FOUND", Reason::kNotFound},
      {"NOT_YOURS", Reason::kNotYours},
      {"ALREADY_EXISTS", Reason::kAlreadyExists},
      {"SLOT_TAKEN", Reason::kSlotTaken},
      {"REVISION_MISMATCH", Reason::kRevisionMismatch},
      {"SLOT_CLOSED", Reason::kSlotClosed},
      {"SLOT_HAS_BOOKINGS", Reason::kSlotHasBookings},
      {"HOLD_EXPIRED", Reason::kHoldExpired},
      {"BOOKING_STATE", Reason::kBookingState},
      {"CURSOR_TRIMMED", Reason::kCursorTrimmed},
      {"OVERLOADED", Reason::kOverloaded},
  };
  auto it = reasons->find(name);
  return it == reasons->end() ? Reason::kInternal : it->second;
}

}  // namespace

Script::Script(std::string text) : text_(std::move(text)), sha1_(Sha1Hex(text_)) {}

const Script& Script::Named(const char* name) {
  auto it = Table().find(absl::string_view(name));
  if (it == Table().end()) std::abort();
  return it->second;
}

const std::vector<const Script*>& Script::All() {
  static const auto* all = [] {
    auto* list = new std::vector<const Script*>;
    for (const auto& [name, script] : Table()) list->push_back(&script);
    return list;
  }();
  return *all;
}

platform::Task<absl::StatusOr<Reply>> Script::Run(Client& client, std::vector<std::string> keys, std::vector<std::string> args,
                                                  absl::Time deadline) const {
  std::vector<std::string> command;
  command.reserve(3 + keys.size() + args.size());
  command.emplace_back("EVALSHA");
  command.push_back(sha1_);
  command.push_back(std::to_string(keys.size()));
  for (auto& key : keys) command.push_back(std::move(key));
  for (auto& arg : args) command.push_back(std::move(arg));
  // A refused EVALSHA has done nothing, so sending the text after it is the same step, not a second one.
  absl::StatusOr<Reply> reply = co_await client.Run(command, deadline);
  if (!reply.ok() || reply->kind != Reply::Kind::kError || !absl::StartsWith(reply->text, "NOSCRIPT")) co_return Checked(std::move(reply));
  command[0] = "EVAL";
  command[1] = text_;
  reply = co_await client.Run(command, deadline);
  co_return Checked(std::move(reply));
}

absl::StatusOr<std::string> PayloadOf(std::string text) {
  if (!text.empty() && text[0] == '+') {
    text.erase(0, 1);
    return text;
  }
  if (text.empty() || text[0] != '-') return MakeError(Reason::kInternal, "a step answered something unknown");
  absl::string_view rest = absl::string_view(text).substr(1);
  size_t end = rest.find('\n');
  absl::string_view message = end == absl::string_view::npos ? absl::string_view() : rest.substr(end + 1);
  rest = rest.substr(0, end);
  // After the message, lines `key=value` are metadata.
  size_t line = message.find('\n');
  absl::Status status = MakeError(ReasonNamed(rest), message.substr(0, line));
  while (line != absl::string_view::npos) {
    message = message.substr(line + 1);
    line = message.find('\n');
    absl::string_view pair = message.substr(0, line);
    size_t equals = pair.find('=');
    if (equals != absl::string_view::npos) status = platform::WithMetadata(std::move(status), pair.substr(0, equals), pair.substr(equals + 1));
  }
  return status;
}

absl::StatusOr<std::string> PayloadOf(absl::StatusOr<Reply> reply) {
  if (!reply.ok()) return reply.status();
  if (reply->kind != Reply::Kind::kString) return MakeError(Reason::kInternal, "a step answered something unknown");
  return PayloadOf(std::move(reply->text));
}

}  // namespace snp::store::redis
