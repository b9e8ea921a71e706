#include "platform/ids.h"

#include <openssl/rand.h>

#include <cstdlib>

namespace snp::platform {

std::string IdSource::NewId() {
  static constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
  uint8_t bytes[16];
  Fill(bytes, sizeof(bytes));
  std::string id;
  id.reserve(26);
  unsigned buffer = 0;
  int bits = 0;
  for (const uint8_t byte : bytes) {
    buffer = buffer << 8 | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      id.push_back(kAlphabet[buffer >> bits & 31]);
    }
  }
  id.push_back(kAlphabet[buffer << (5 - bits) & 31]);
  return id;
}

std::string IdSource::MakeReference() {
  static constexpr char kAlphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  constexpr unsigned kLetters = sizeof(kAlphabet) - 1;
  constexpr unsigned kFair = 256 / kLetters * kLetters;
  std::string reference;
  while (reference.size() < 6) {
    uint8_t bytes[8];
    Fill(bytes, sizeof(bytes));
    for (const uint8_t byte : bytes) {
      // A remainder of all 256 values would favour the first letters.
      if (byte < kFair && reference.size() < 6) reference.push_back(kAlphabet[byte % kLetters]);
    }
  }
  return reference;
}

void RandomIdSource::Fill(uint8_t* bytes, int size) {
  // Without randomness ids would repeat: better no process than two patients with one id.
  if (RAND_bytes(bytes, size) != 1) std::abort();
}

void SeededIdSource::Fill(uint8_t* bytes, int size) {
  std::lock_guard lock(mutex_);
  for (int i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(engine_());
}

}  // namespace snp::platform
