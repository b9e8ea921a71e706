// Bearer tokens: JWT (RFC 7519) signed with ES256 (EC P-256) or RS256 (RSA from 2048 bits), verified with the issuer's public key; and the
// development issuer. The algorithm follows from the key, never from the token (services/decisions/0003-jwt.md). Claims: iss, aud, exp, nbf
// (optional), sub, role (regulator, osnp, assistant, practice, ars, admin, service), places (array of place names, optional), cpts (optional). Times
// are on the injected clock.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "platform/auth/caller.h"
#include "platform/clock.h"

namespace snp::platform {

// Verifies tokens. Thread-safe. A verified token is remembered until it expires (bounded memory), so that the signature is checked once, not at each
// call.
class TokenVerifier {
 public:
  virtual ~TokenVerifier() = default;
  // TOKEN_INVALID for anything but a well-formed, signed, current token of our issuer and audience with exactly one known role. The error says
  // which check failed, never the token.
  virtual absl::StatusOr<Caller> Verify(const std::string& token) const = 0;
  // Whether a token that was verified and runs out at `expiry` (Caller::token_expiry) has run out meanwhile. For streams, which outlive the check.
  virtual bool Expired(absl::Time expiry) const = 0;
};

struct VerifierConfig {
  std::string public_key_pem = {};
  std::string issuer = "snp-dev";
  std::string audience = "snp";
  absl::Duration leeway = absl::Seconds(30);
};
absl::StatusOr<std::unique_ptr<TokenVerifier>> MakeVerifier(const VerifierConfig& config, const Clock& clock);

// What the development issuer signs. Never for production: `snpctl token` and the demo use it with a key pair made at first run.
struct TokenClaims {
  Role role = Role::kUnspecified;
  std::string subject = {};
  std::vector<std::string> places = {};
  std::string cpts = {};
  absl::Duration lifetime = absl::Hours(12);
};

class DevIssuer {
 public:
  // Makes a fresh key pair.
  static absl::StatusOr<DevIssuer> Generate(std::string issuer = "snp-dev");
  // Reads a private key (PEM).
  static absl::StatusOr<DevIssuer> FromPem(std::string private_key_pem, std::string issuer = "snp-dev");
  absl::StatusOr<std::string> Sign(const TokenClaims& claims, absl::Time now) const;
  std::string private_key_pem() const { return private_key_pem_; }
  std::string public_key_pem() const { return public_key_pem_; }

 private:
  std::string issuer_, private_key_pem_, public_key_pem_;
};

}  // namespace snp::platform
