#include "platform/auth/token.h"

#include <jwt.h>

#include <array>
#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "platform/auth/key.h"
#include "platform/error.h"
#include "platform/status_macros.h"

namespace snp::platform {
namespace {

using nlohmann::json;

// gRPC refuses more than 8 kB of metadata in all; a larger token is not one of ours.
constexpr size_t kMaxToken = 8000;
constexpr size_t kMaxText = 256;
constexpr size_t kShards = 16;
constexpr size_t kPerShard = 256;

struct RoleName {
  Role role;
  absl::string_view name;
};
constexpr std::array<RoleName, 7> kRoles = {{{Role::kRegulator, "regulator"},
                                             {Role::kOsnp, "osnp"},
                                             {Role::kAssistant, "assistant"},
                                             {Role::kPractice, "practice"},
                                             {Role::kArs, "ars"},
                                             {Role::kAdmin, "admin"},
                                             {Role::kService, "service"}}};

struct FreeJwt {
  void operator()(jwt_t* jwt) const { jwt_free(jwt); }
};
using Jwt = std::unique_ptr<jwt_t, FreeJwt>;

struct FreeText {
  void operator()(char* text) const { std::free(text); }
};
using Text = std::unique_ptr<char, FreeText>;

absl::Status Invalid(absl::string_view why) { return MakeError(Reason::kTokenInvalid, why); }

// A claim that must be a text of bounded length.
bool ReadText(const json& claims, const char* name, std::string* out) {
  const auto it = claims.find(name);
  if (it == claims.end() || !it->is_string()) return false;
  *out = it->get<std::string>();
  return out->size() <= kMaxText;
}

bool ReadTime(const json& claims, const char* name, absl::Time* out) {
  const auto it = claims.find(name);
  if (it == claims.end() || !it->is_number()) return false;
  const double seconds = it->get<double>();
  if (!(seconds >= 0 && seconds < 1e12)) return false;
  *out = absl::UnixEpoch() + absl::Seconds(seconds);
  return true;
}

bool HasAudience(const json& claims, const std::string& audience) {
  const auto it = claims.find("aud");
  if (it == claims.end()) return false;
  if (it->is_string()) return it->get_ref<const std::string&>() == audience;
  if (!it->is_array()) return false;
  for (const json& one : *it) {
    if (one.is_string() && one.get_ref<const std::string&>() == audience) return true;
  }
  return false;
}

struct Verified {
  Caller caller;
  absl::Time not_before = absl::InfinitePast();
};

class JwtVerifier final : public TokenVerifier {
 public:
  JwtVerifier(VerifierConfig config, jwt_alg_t algorithm, const Clock& clock) : config_(std::move(config)), algorithm_(algorithm), clock_(clock) {}

  absl::StatusOr<Caller> Verify(const std::string& token) const override {
    if (token.size() > kMaxToken) return Invalid("token: too long");
    const absl::Time now = clock_.Now();
    Shard& shard = shards_[absl::Hash<std::string>()(token) >> 7 & (kShards - 1)];
    {
      std::lock_guard lock(shard.mutex);
      const auto it = shard.verified.find(token);
      if (it != shard.verified.end()) {
        const absl::Status current = CheckTime(it->second, now);
        if (current.ok()) return it->second.caller;
        shard.verified.erase(it);
        return current;
      }
    }
    ASSIGN_OR_RETURN(Verified verified, Check(token));
    RETURN_IF_ERROR(CheckTime(verified, now));
    std::lock_guard lock(shard.mutex);
    // Only tokens that verify are kept, so this takes an issuer's tokens to overflow. Any entry may go: it costs one signature check.
    if (shard.verified.size() >= kPerShard) shard.verified.erase(shard.verified.begin());
    Caller caller = verified.caller;
    shard.verified.insert_or_assign(token, std::move(verified));
    return caller;
  }

  bool Expired(absl::Time expiry) const override { return clock_.Now() >= expiry + config_.leeway; }

 private:
  struct Shard {
    std::mutex mutex;
    absl::flat_hash_map<std::string, Verified> verified;
  };

  absl::Status CheckTime(const Verified& verified, absl::Time now) const {
    if (now >= verified.caller.token_expiry + config_.leeway) return Invalid("token: expired");
    if (now < verified.not_before - config_.leeway) return Invalid("token: not valid yet");
    return absl::OkStatus();
  }

  // Everything but the times.
  absl::StatusOr<Verified> Check(const std::string& token) const {
    // A NUL would end the token early for the library, but not for the cache's key.
    if (token.empty() || token.find('\0') != std::string::npos) return Invalid("token: malformed");
    jwt_t* decoded = nullptr;
    const int failed = jwt_decode(&decoded, token.c_str(), reinterpret_cast<const unsigned char*>(config_.public_key_pem.data()),
                                  static_cast<int>(config_.public_key_pem.size()));
    const Jwt jwt(decoded);
    if (failed != 0 || jwt == nullptr) return Invalid("token: malformed, or signed by another key");
    // The library takes the algorithm from the token. A token "signed" with HS256 and our public key as the secret verifies there; not here.
    if (jwt_get_alg(jwt.get()) != algorithm_) return Invalid("token: another signature algorithm than the key's");
    if (const Text critical(jwt_get_headers_json(jwt.get(), "crit")); critical != nullptr) return Invalid("token: unknown critical header");

    const Text payload(jwt_get_grants_json(jwt.get(), nullptr));
    const json claims = json::parse(payload == nullptr ? "" : payload.get(), nullptr, /*allow_exceptions=*/false);
    if (!claims.is_object()) return Invalid("token: claims are not an object");

    Verified verified;
    std::string text;
    if (!ReadText(claims, "iss", &text) || text != config_.issuer) return Invalid("token: issuer");
    if (!HasAudience(claims, config_.audience)) return Invalid("token: audience");
    if (!ReadTime(claims, "exp", &verified.caller.token_expiry)) return Invalid("token: no expiry");
    if (claims.contains("nbf") && !ReadTime(claims, "nbf", &verified.not_before)) return Invalid("token: nbf");
    if (!ReadText(claims, "sub", &verified.caller.subject) || verified.caller.subject.empty()) return Invalid("token: subject");
    if (!ReadText(claims, "role", &text)) return Invalid("token: exactly one role is needed");
    for (const RoleName& known : kRoles) {
      if (known.name == text) verified.caller.role = known.role;
    }
    if (verified.caller.role == Role::kUnspecified) return Invalid("token: unknown role");
    if (const auto it = claims.find("places"); it != claims.end()) {
      if (!it->is_array()) return Invalid("token: places");
      for (const json& place : *it) {
        if (!place.is_string() || place.get_ref<const std::string&>().size() > kMaxText) return Invalid("token: places");
        verified.caller.places.push_back(place.get<std::string>());
      }
    }
    if (claims.contains("cpts") && !ReadText(claims, "cpts", &verified.caller.cpts)) return Invalid("token: cpts");
    return verified;
  }

  const VerifierConfig config_;
  const jwt_alg_t algorithm_;
  const Clock& clock_;
  mutable std::array<Shard, kShards> shards_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<TokenVerifier>> MakeVerifier(const VerifierConfig& config, const Clock& clock) {
  if (config.issuer.empty() || config.audience.empty()) return absl::InvalidArgumentError("verifier: issuer and audience are needed");
  ASSIGN_OR_RETURN(const jwt_alg_t algorithm, internal::AlgorithmOfPublicKey(config.public_key_pem));
  return std::unique_ptr<TokenVerifier>(new JwtVerifier(config, algorithm, clock));
}

absl::StatusOr<DevIssuer> DevIssuer::Generate(std::string issuer) {
  ASSIGN_OR_RETURN(std::string pem, internal::NewPrivatePem());
  return FromPem(std::move(pem), std::move(issuer));
}

absl::StatusOr<DevIssuer> DevIssuer::FromPem(std::string private_key_pem, std::string issuer) {
  RETURN_IF_ERROR(internal::AlgorithmOfPrivateKey(private_key_pem).status());
  DevIssuer made;
  ASSIGN_OR_RETURN(made.public_key_pem_, internal::PublicPem(private_key_pem));
  made.issuer_ = std::move(issuer);
  made.private_key_pem_ = std::move(private_key_pem);
  return made;
}

absl::StatusOr<std::string> DevIssuer::Sign(const TokenClaims& claims, absl::Time now) const {
  ASSIGN_OR_RETURN(const jwt_alg_t algorithm, internal::AlgorithmOfPrivateKey(private_key_pem_));
  absl::string_view role;
  for (const RoleName& known : kRoles) {
    if (known.role == claims.role) role = known.name;
  }
  if (role.empty()) return absl::InvalidArgumentError("token: a role is needed");
  json payload = {{"iss", issuer_},
                  {"aud", "snp"},
                  {"sub", claims.subject},
                  {"role", std::string(role)},
                  {"iat", absl::ToUnixSeconds(now)},
                  {"nbf", absl::ToUnixSeconds(now)},
                  {"exp", absl::ToUnixSeconds(now + claims.lifetime)}};
  if (!claims.places.empty()) payload["places"] = claims.places;
  if (!claims.cpts.empty()) payload["cpts"] = claims.cpts;

  jwt_t* made = nullptr;
  if (jwt_new(&made) != 0) return absl::ResourceExhaustedError("token: out of memory");
  const Jwt jwt(made);
  const std::string text = payload.dump(-1, ' ', false, json::error_handler_t::replace);
  if (jwt_add_grants_json(jwt.get(), text.c_str()) != 0 ||
      jwt_set_alg(jwt.get(), algorithm, reinterpret_cast<const unsigned char*>(private_key_pem_.data()), static_cast<int>(private_key_pem_.size())) !=
          0) {
    return absl::InternalError("token: cannot set claims");
  }
  const Text encoded(jwt_encode_str(jwt.get()));
  if (encoded == nullptr) return absl::InternalError("token: cannot sign");
  return std::string(encoded.get());
}

}  // namespace snp::platform
