// Token verification. The first byte of the input says how the rest is used:
//   'r'  raw: the text is the token. None can verify: the key pair is made at start and nobody has it.
//   'c'  claims: the text is signed by the right issuer, as it is. It may verify; then the caller obeys the promises of caller.h.
//   'h'  the text is signed with HS256 and the public key as the secret (the classical confusion): never verifies.
//   'd'  damage: a good token with bytes changed (pairs of position and mask). Verifies only when nothing of weight changed.
#include <jwt.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "fuzz/check.h"
#include "platform/auth/token.h"
#include "platform/clock.h"
#include "platform/error.h"

namespace {

using namespace snp::platform;

struct World {
  FakeClock clock{absl::FromUnixSeconds(1735689600)};
  DevIssuer issuer = *DevIssuer::Generate();
  std::unique_ptr<TokenVerifier> verifier = *MakeVerifier({.public_key_pem = issuer.public_key_pem()}, clock);
  std::string good = *issuer.Sign({.role = Role::kPractice, .subject = "s", .places = {"departments/95/places/a"}}, clock.Now());
};

// Empty when the text is not a JSON object that the library takes.
std::string Signed(const std::string& claims, jwt_alg_t algorithm, const std::string& key) {
  jwt_t* jwt = nullptr;
  if (jwt_new(&jwt) != 0) return "";
  std::string token;
  if (jwt_add_grants_json(jwt, claims.c_str()) == 0 &&
      jwt_set_alg(jwt, algorithm, reinterpret_cast<const unsigned char*>(key.data()), static_cast<int>(key.size())) == 0) {
    if (char* text = jwt_encode_str(jwt)) {
      token = text;
      std::free(text);
    }
  }
  jwt_free(jwt);
  return token;
}

void CheckRefused(const absl::StatusOr<Caller>& caller, const std::string& token) {
  FUZZ_CHECK(!caller.ok());
  FUZZ_CHECK(ReasonOf(caller.status()) == Reason::kTokenInvalid);
  FUZZ_CHECK(token.size() < 20 || caller.status().ToString().find(token) == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const World world;
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'c': {
      const std::string token = Signed(text, JWT_ALG_ES256, world.issuer.private_key_pem());
      if (token.empty()) break;
      const auto caller = world.verifier->Verify(token);
      if (!caller.ok()) {
        CheckRefused(caller, token);
        break;
      }
      FUZZ_CHECK(caller->role >= Role::kRegulator && caller->role <= Role::kService);
      FUZZ_CHECK(!caller->subject.empty() && caller->subject.size() <= 256 && caller->cpts.size() <= 256);
      FUZZ_CHECK(world.verifier->Verify(token).ok());  // From memory now.
      break;
    }
    case 'h': {
      const std::string token = Signed(text, JWT_ALG_HS256, world.issuer.public_key_pem());
      if (!token.empty()) CheckRefused(world.verifier->Verify(token), token);
      break;
    }
    case 'd': {
      std::string token = world.good;
      for (size_t i = 0; i + 1 < text.size(); i += 2) token[static_cast<uint8_t>(text[i]) * token.size() / 256] ^= text[i + 1];
      const auto caller = world.verifier->Verify(token);
      // The last character of a base64 part has bits without meaning, so another text may be the same token.
      if (caller.ok()) FUZZ_CHECK(caller->role == Role::kPractice && caller->subject == "s" && caller->places.size() == 1);
      break;
    }
    default:
      CheckRefused(world.verifier->Verify(text), text);
  }
  return 0;
}
