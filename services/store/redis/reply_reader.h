// Parses RESP2 straight into Reply with hiredis' reader: no tree of redisReply in between.
#pragma once

#include <cstddef>
#include <memory>

#include "store/redis/client.h"

struct redisReader;

namespace snp::store::redis {

// One connection's stream of replies. Not thread-safe.
class ReplyReader {
 public:
  ReplyReader();
  ~ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  // False when the stream is broken: give the connection up.
  bool Feed(const char* data, size_t size);
  // The next whole reply; null when more bytes are needed, or with `*broken` set.
  std::unique_ptr<Reply> Next(bool* broken);

 private:
  redisReader* reader_;
};

}  // namespace snp::store::redis
