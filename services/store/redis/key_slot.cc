#include "store/redis/key_slot.h"

#include <algorithm>
#include <cstdint>

namespace snp::store::redis {

int KeySlot(absl::string_view key) {
  const size_t open = key.find('{');
  if (open != absl::string_view::npos) {
    const size_t close = key.find('}', open + 1);
    if (close != absl::string_view::npos && close > open + 1) key = key.substr(open + 1, close - open - 1);
  }
  // Bit by bit: a tag is a few characters long.
  uint16_t crc = 0;
  for (const char c : key) {
    crc ^= static_cast<uint16_t>(static_cast<uint16_t>(static_cast<unsigned char>(c)) << 8);
    for (int bit = 0; bit < 8; ++bit) crc = static_cast<uint16_t>((crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1);
  }
  return crc % kKeySlots;
}

absl::string_view KeyOf(const std::vector<std::string>& command) {
  if (command.size() < 2) return {};
  const std::string& name = command[0];
  if (name == "EVAL" || name == "EVALSHA") return command.size() > 3 && command[2] != "0" ? absl::string_view(command[3]) : absl::string_view();
  if (name == "XREAD") {
    const auto streams = std::find(command.begin(), command.end(), "STREAMS");
    return command.end() - streams > 1 ? absl::string_view(*(streams + 1)) : absl::string_view();
  }
  return command[1];
}

}  // namespace snp::store::redis
