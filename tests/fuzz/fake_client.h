// Redis' client without a Redis: what reads the store is fuzzed with answers of the target's own choice. Link fake_client.cc in place of
// store/redis/client.cc.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/redis/client.h"

namespace snp::fuzz {

// Answers every command of every client, on the caller's thread. Set it before the first command.
extern std::function<store::redis::Reply(const std::vector<std::string>& command)> answer;

inline store::redis::Reply Text(std::string text) {
  store::redis::Reply reply;
  reply.kind = store::redis::Reply::Kind::kString;
  reply.text = std::move(text);
  return reply;
}

}  // namespace snp::fuzz
