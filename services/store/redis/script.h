// A Lua step, known by the SHA1 of its text: EVALSHA, and once EVAL when Redis does not know it yet (new server, flushed scripts).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "platform/async/task.h"
#include "store/redis/client.h"

namespace snp::store::redis {

// Text of services/store/redis/scripts/<name>.lua (after the shared prelude lib.lua), embedded at build time by cmake/EmbedLua in services/store/redis.
class Script {
 public:
  // Precondition: the script exists.
  static const Script& Named(const char* name);
  platform::Task<absl::StatusOr<Reply>> Run(Client& client, std::vector<std::string> keys, std::vector<std::string> args, absl::Time deadline) const;
  const std::string& text() const { return text_; }
  const std::string& sha1() const { return sha1_; }
  explicit Script(std::string text);

 private:
  std::string text_, sha1_;
};

}  // namespace snp::store::redis
