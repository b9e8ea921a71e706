// Ids and references. Randomness is an input: components take an IdSource.
#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

namespace snp::platform {

// Thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;
  // 26 characters of Crockford's base 32 in lower case: 128 random bits, unique without asking anybody.
  std::string NewId();
  // 6 characters of 23456789ABCDEFGHJKMNPQRSTUVWXYZ (nothing that is mistaken for another when read aloud or by hand): about 8.9e8 values, so a
  // store must check that it is free.
  std::string MakeReference();

 protected:
  virtual void Fill(uint8_t* bytes, int size) = 0;
};

// The operating system's generator (through OpenSSL): unguessable.
class RandomIdSource final : public IdSource {
 protected:
  void Fill(uint8_t* bytes, int size) override;
};

// The same ids for the same seed. For tests and replays.
class SeededIdSource final : public IdSource {
 public:
  explicit SeededIdSource(uint64_t seed) : engine_(seed) {}

 protected:
  void Fill(uint8_t* bytes, int size) override;

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

}  // namespace snp::platform
