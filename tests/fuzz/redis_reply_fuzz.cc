// Replies of Redis: a broken or hostile stream ends the connection, never the process, and the same bytes give the same replies however they are cut.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "fuzz/check.h"
#include "store/redis/reply_reader.h"

namespace {

using snp::store::redis::Reply;
using snp::store::redis::ReplyReader;

void Describe(const Reply& reply, std::string* out) {
  absl::StrAppend(out, static_cast<int>(reply.kind), ":", reply.integer, ":", reply.text.size(), ":", reply.text, "[");
  for (const Reply& item : reply.items) Describe(item, out);
  absl::StrAppend(out, "]");
}

// All replies as one text; "!" at the end when the stream is broken.
std::string ReadAll(const std::string& stream, size_t piece) {
  ReplyReader reader;
  std::string out;
  for (size_t at = 0; at < stream.size(); at += piece) {
    if (!reader.Feed(stream.data() + at, std::min(piece, stream.size() - at))) return out + "!";
    bool broken = false;
    while (const auto reply = reader.Next(&broken)) Describe(*reply, &out);
    if (broken) return out + "!";
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string stream(reinterpret_cast<const char*>(data), size);
  const std::string whole = ReadAll(stream, std::max<size_t>(size, 1));
  if (size <= 4096) FUZZ_CHECK(ReadAll(stream, 1) == whole);
  FUZZ_CHECK(ReadAll(stream, 7) == whole);
  return 0;
}
