// The Lua texts as the build embedded them; ends with {nullptr, nullptr}.
#pragma once

namespace snp::store::redis {
struct EmbeddedScript {
  const char* name;
  const char* text;
};
extern const EmbeddedScript kEmbeddedScripts[];
}  // namespace snp::store::redis
