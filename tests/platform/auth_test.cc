#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <jwt.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdlib>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "platform/auth/token.h"
#include "platform/error.h"
#include "platform/rpc/client.h"

namespace snp::platform {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1770000000);

class AuthTest : public ::testing::Test {
 protected:
  AuthTest() : clock_(kNow), issuer_(*DevIssuer::Generate()) {
    VerifierConfig config;
    config.public_key_pem = issuer_.public_key_pem();
    verifier_ = *MakeVerifier(config, clock_);
  }

  // Signs any JSON as claims, with any key and algorithm.
  static std::string SignRaw(const std::string& claims, jwt_alg_t alg, const std::string& key, const char* header = nullptr) {
    jwt_t* jwt = nullptr;
    EXPECT_EQ(jwt_new(&jwt), 0);
    EXPECT_EQ(jwt_add_grants_json(jwt, claims.c_str()), 0);
    if (header != nullptr) {
      EXPECT_EQ(jwt_add_headers_json(jwt, header), 0);
    }
    if (alg == JWT_ALG_NONE) {
      EXPECT_EQ(jwt_set_alg(jwt, alg, nullptr, 0), 0);
    } else {
      EXPECT_EQ(jwt_set_alg(jwt, alg, reinterpret_cast<const unsigned char*>(key.data()), static_cast<int>(key.size())), 0);
    }
    char* text = jwt_encode_str(jwt);
    EXPECT_NE(text, nullptr);
    std::string token = text == nullptr ? "" : text;
    std::free(text);
    jwt_free(jwt);
    return token;
  }
  std::string Signed(const std::string& claims, const char* header = nullptr) const {
    return SignRaw(claims, JWT_ALG_ES256, issuer_.private_key_pem(), header);
  }
  static std::string Claims(const std::string& changed = "", const std::string& role = R"("regulator")") {
    return absl::StrCat(R"({"iss":"snp-dev","aud":"snp","sub":"u1","exp":1770003600,"role":)", role, changed.empty() ? "" : ",", changed, "}");
  }
  void ExpectRefused(const std::string& token, const std::string& why) {
    const auto caller = verifier_->Verify(token);
    ASSERT_FALSE(caller.ok()) << why;
    EXPECT_EQ(caller.status().code(), absl::StatusCode::kUnauthenticated);
    EXPECT_EQ(ReasonOf(caller.status()), Reason::kTokenInvalid);
    EXPECT_THAT(std::string(caller.status().message()), HasSubstr(why));
    if (token.size() > 20) {
      EXPECT_EQ(std::string(caller.status().message()).find(token.substr(0, 20)), std::string::npos);
    }
  }

  FakeClock clock_;
  DevIssuer issuer_;
  std::unique_ptr<TokenVerifier> verifier_;
};

TEST_F(AuthTest, ASignedTokenSaysWhoCalls) {
  TokenClaims claims;
  claims.role = Role::kPractice;
  claims.subject = "cabinet-7";
  claims.places = {"departments/95/places/p1", "departments/95/places/p2"};
  claims.cpts = "cpts-1";
  const std::string token = *issuer_.Sign(claims, kNow);
  for (int i = 0; i < 2; ++i) {  // from the signature, then from memory
    const auto caller = verifier_->Verify(token);
    ASSERT_TRUE(caller.ok()) << caller.status();
    EXPECT_EQ(caller->role, Role::kPractice);
    EXPECT_EQ(caller->subject, "cabinet-7");
    EXPECT_THAT(caller->places, ElementsAre("departments/95/places/p1", "departments/95/places/p2"));
    EXPECT_EQ(caller->cpts, "cpts-1");
    EXPECT_EQ(caller->deadline, absl::InfiniteFuture());
  }
}

TEST_F(AuthTest, EveryRoleIsKnown) {
  for (int r = 1; r <= 7; ++r) {
    const auto caller = verifier_->Verify(*issuer_.Sign({.role = static_cast<Role>(r), .subject = "s"}, kNow));
    ASSERT_TRUE(caller.ok());
    EXPECT_EQ(static_cast<int>(caller->role), r);
  }
  EXPECT_FALSE(issuer_.Sign({.subject = "s"}, kNow).ok());
}

TEST_F(AuthTest, AlteredOrForeignSignatureIsRefused) {
  const std::string token = *issuer_.Sign({.role = Role::kPractice, .subject = "s"}, kNow);
  ASSERT_TRUE(verifier_->Verify(token).ok());
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  ASSERT_EQ(parts.size(), 3u);
  std::string payload;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts[1], &payload));
  const size_t at = payload.find("practice");
  ASSERT_NE(at, std::string::npos);
  payload.replace(at, 8, "admin");
  ExpectRefused(absl::StrCat(parts[0], ".", absl::WebSafeBase64Escape(payload), ".", parts[2]), "signed by another key");
  ExpectRefused(absl::StrCat(parts[0], ".", parts[1], "."), "signed by another key");
  ExpectRefused(absl::StrCat(parts[0], ".", parts[1]), "malformed");
  const DevIssuer other = *DevIssuer::Generate();
  ExpectRefused(*other.Sign({.role = Role::kAdmin, .subject = "s"}, kNow), "signed by another key");
}

TEST_F(AuthTest, AlgNoneIsRefused) {
  ExpectRefused(SignRaw(Claims(), JWT_ALG_NONE, ""), "token:");
  const std::string header = absl::WebSafeBase64Escape(R"({"alg":"none","typ":"JWT"})");
  ExpectRefused(absl::StrCat(header, ".", absl::WebSafeBase64Escape(Claims()), "."), "token:");
}

TEST_F(AuthTest, Hs256WithThePublicKeyAsSecretIsRefused) {
  const std::string token = SignRaw(Claims(), JWT_ALG_HS256, issuer_.public_key_pem());
  // The attack is real: the library alone takes it.
  jwt_t* jwt = nullptr;
  const std::string pem = issuer_.public_key_pem();
  ASSERT_EQ(jwt_decode(&jwt, token.c_str(), reinterpret_cast<const unsigned char*>(pem.data()), static_cast<int>(pem.size())), 0);
  jwt_free(jwt);
  ExpectRefused(token, "algorithm");
}

TEST_F(AuthTest, ClaimsAreChecked) {
  ASSERT_TRUE(verifier_->Verify(Signed(Claims())).ok());
  ExpectRefused(Signed(R"({"iss":"other","aud":"snp","sub":"u","exp":1770003600,"role":"admin"})"), "issuer");
  ExpectRefused(Signed(R"({"aud":"snp","sub":"u","exp":1770003600,"role":"admin"})"), "issuer");
  ExpectRefused(Signed(R"({"iss":"snp-dev","aud":"other","sub":"u","exp":1770003600,"role":"admin"})"), "audience");
  ExpectRefused(Signed(R"({"iss":"snp-dev","sub":"u","exp":1770003600,"role":"admin"})"), "audience");
  ASSERT_TRUE(verifier_->Verify(Signed(R"({"iss":"snp-dev","aud":["x","snp"],"sub":"u","exp":1770003600,"role":"admin"})")).ok());
  ExpectRefused(Signed(R"({"iss":"snp-dev","aud":"snp","sub":"u","role":"admin"})"), "expiry");
  ExpectRefused(Signed(R"({"iss":"snp-dev","aud":"snp","sub":"u","exp":"tomorrow","role":"admin"})"), "expiry");
  ExpectRefused(Signed(R"({"iss":"snp-dev","aud":"snp","exp":1770003600,"role":"admin"})"), "subject");
  ExpectRefused(Signed(Claims("", R"("surgeon")")), "unknown role");
  ExpectRefused(Signed(Claims("", R"("Regulator")")), "unknown role");
  ExpectRefused(Signed(Claims("", R"(["regulator","admin"])")), "exactly one role");
  ExpectRefused(Signed(R"({"iss":"snp-dev","aud":"snp","sub":"u","exp":1770003600})"), "exactly one role");
  ExpectRefused(Signed(Claims(R"("places":"departments/95/places/p1")")), "places");
  ExpectRefused(Signed(Claims(R"("places":[7])")), "places");
  ExpectRefused(Signed(Claims(R"("cpts":7)")), "cpts");
  ExpectRefused(Signed(Claims(), R"({"crit":["exp"]})"), "critical");
}

TEST_F(AuthTest, AnOversizeTokenIsRefused) {
  TokenClaims claims{.role = Role::kPractice, .subject = "s"};
  for (int i = 0; i < 400; ++i) claims.places.push_back(absl::StrCat("departments/95/places/p", i));
  ExpectRefused(*issuer_.Sign(claims, kNow), "too long");
  ExpectRefused(std::string(1 << 20, 'a'), "too long");
}

TEST_F(AuthTest, GarbageIsRefused) {
  ExpectRefused("", "malformed");
  ExpectRefused("....", "malformed");
  const std::string token = Signed(Claims());
  ExpectRefused(token + std::string(1, '\0') + "x", "malformed");
  ExpectRefused(token + ".x", "malformed");
}

TEST_F(AuthTest, TimesAreOnTheInjectedClockAlsoForARememberedToken) {
  const std::string token = *issuer_.Sign({.role = Role::kOsnp, .subject = "s", .lifetime = absl::Hours(1)}, kNow);
  ASSERT_TRUE(verifier_->Verify(token).ok());
  clock_.Advance(absl::Hours(1) + absl::Seconds(29));  // within the leeway
  EXPECT_TRUE(verifier_->Verify(token).ok());
  clock_.Advance(absl::Seconds(1));
  ExpectRefused(token, "expired");
  ExpectRefused(token, "expired");
  clock_.Set(kNow);
  EXPECT_TRUE(verifier_->Verify(token).ok());
  clock_.Set(kNow - absl::Seconds(31));
  ExpectRefused(token, "not valid yet");
}

TEST_F(AuthTest, ManyTokensAndThreads) {
  std::vector<std::string> tokens;
  for (int i = 0; i < 40; ++i) tokens.push_back(*issuer_.Sign({.role = Role::kOsnp, .subject = absl::StrCat("s", i)}, kNow));
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        for (size_t i = 0; i < tokens.size(); ++i) {
          const auto caller = verifier_->Verify(tokens[i]);
          if (!caller.ok() || caller->subject != absl::StrCat("s", i)) ++wrong;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

std::string RsaPem(int bits) {
  EVP_PKEY* key = EVP_RSA_gen(static_cast<unsigned>(bits));
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<size_t>(size));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
}

TEST_F(AuthTest, AnRsaKeyMeansRs256) {
  const auto rsa = DevIssuer::FromPem(RsaPem(2048));
  ASSERT_TRUE(rsa.ok()) << rsa.status();
  VerifierConfig config;
  config.public_key_pem = rsa->public_key_pem();
  const auto verifier = MakeVerifier(config, clock_);
  ASSERT_TRUE(verifier.ok());
  EXPECT_TRUE((*verifier)->Verify(*rsa->Sign({.role = Role::kArs, .subject = "s"}, kNow)).ok());
  EXPECT_FALSE((*verifier)->Verify(SignRaw(Claims(), JWT_ALG_RS512, rsa->private_key_pem())).ok());
  EXPECT_FALSE((*verifier)->Verify(Signed(Claims())).ok());
  EXPECT_FALSE(DevIssuer::FromPem(RsaPem(1024)).ok());
}

TEST_F(AuthTest, ABadKeyIsRefusedAtOnce) {
  for (const char* pem : {"", "hello", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"}) {
    VerifierConfig config;
    config.public_key_pem = pem;
    EXPECT_FALSE(MakeVerifier(config, clock_).ok()) << pem;
  }
  // A private key is not a public one.
  VerifierConfig config;
  config.public_key_pem = issuer_.private_key_pem();
  EXPECT_FALSE(MakeVerifier(config, clock_).ok());
}

TEST_F(AuthTest, ATokenSourceRenewsOnTheInjectedClock) {
  const TokenSource source = MakeTokenSource(issuer_, {.role = Role::kService, .subject = "regulation", .lifetime = absl::Hours(1)}, clock_);
  const std::string first = source();
  EXPECT_EQ(source(), first);
  clock_.Advance(absl::Minutes(29));
  EXPECT_EQ(source(), first);
  clock_.Advance(absl::Minutes(2));
  const std::string second = source();
  EXPECT_NE(second, first);
  clock_.Advance(absl::Hours(30));
  EXPECT_TRUE(verifier_->Verify(source()).ok());
  EXPECT_FALSE(verifier_->Verify(second).ok());
  clock_.Set(kNow);
  EXPECT_TRUE(verifier_->Verify(source()).ok());
}

}  // namespace
}  // namespace snp::platform
