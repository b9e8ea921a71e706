// A Lua step, known by the SHA1 of its text: EVALSHA, and once EVAL when Redis does not know it yet (new server, flushed scripts).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "platform/async/task.h"
#include "store/redis/client.h"

namespace snp::store::redis {

// Text of services/store/redis/scripts/<name>.lua, embedded at build time. The file's first line is its shebang (`#!lua`, `#!lua flags=allow-oom`,
// `#!lua flags=no-writes`): Redis then refuses a step as a whole, before it began, when memory is full or the disk fails. After that line come the
// parts of keys (keys.h) and the shared prelude lib.lua, then the file's own text.
class Script {
 public:
  // Precondition: the script exists.
  static const Script& Named(const char* name);
  // Every script, for loading them when a connection is made.
  static const std::vector<const Script*>& All();
  platform::Task<absl::StatusOr<Reply>> Run(Client& client, std::vector<std::string> keys, std::vector<std::string> args, absl::Time deadline) const;
  const std::string& text() const { return text_; }
  const std::string& sha1() const { return sha1_; }
  explicit Script(std::string text);

 private:
  std::string text_, sha1_;
};

// What a step answers: the payload after '+', or the error after '-' (`-SLOT_TAKEN\nmessage`). Refusals leave no request marker and change nothing.
absl::StatusOr<std::string> PayloadOf(absl::StatusOr<Reply> reply);
// The same for one item of a batch: `text` is the whole answer with its sign.
absl::StatusOr<std::string> PayloadOf(std::string text);

}  // namespace snp::store::redis
