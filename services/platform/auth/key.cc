#include "platform/auth/key.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

#include "absl/strings/string_view.h"

namespace snp::platform::internal {
namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Bio = std::unique_ptr<BIO, FreeBio>;

// Never asks a terminal for a pass phrase.
int NoPassword(char*, int, int, void*) { return -1; }

Key ReadKey(const std::string& pem, bool is_private) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (bio == nullptr) return nullptr;
  Key key(is_private ? PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr)
                     : PEM_read_bio_PUBKEY(bio.get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  return key;
}

std::string Contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, size > 0 ? static_cast<size_t>(size) : 0);
}

absl::StatusOr<jwt_alg_t> AlgorithmOf(const Key& key) {
  if (key == nullptr) return absl::InvalidArgumentError("token key: not a PEM key");
  if (EVP_PKEY_is_a(key.get(), "EC")) {
    char group[64] = {0};
    size_t size = 0;
    if (EVP_PKEY_get_group_name(key.get(), group, sizeof(group), &size) == 1 && absl::string_view(group, size) == "prime256v1") return JWT_ALG_ES256;
    return absl::InvalidArgumentError("token key: of the elliptic curves only P-256 is supported");
  }
  if (EVP_PKEY_is_a(key.get(), "RSA")) {
    if (EVP_PKEY_get_bits(key.get()) >= 2048) return JWT_ALG_RS256;
    return absl::InvalidArgumentError("token key: an RSA key needs at least 2048 bits");
  }
  return absl::InvalidArgumentError("token key: neither EC P-256 nor RSA");
}

}  // namespace

absl::StatusOr<jwt_alg_t> AlgorithmOfPublicKey(const std::string& pem) { return AlgorithmOf(ReadKey(pem, false)); }
absl::StatusOr<jwt_alg_t> AlgorithmOfPrivateKey(const std::string& pem) { return AlgorithmOf(ReadKey(pem, true)); }

absl::StatusOr<std::string> PublicPem(const std::string& private_key_pem) {
  const Key key = ReadKey(private_key_pem, true);
  if (key == nullptr) return absl::InvalidArgumentError("token key: not a PEM private key");
  const Bio out(BIO_new(BIO_s_mem()));
  if (out == nullptr || PEM_write_bio_PUBKEY(out.get(), key.get()) != 1) return absl::InternalError("token key: cannot write the public key");
  return Contents(out.get());
}

absl::StatusOr<std::string> NewPrivatePem() {
  const Key key(EVP_EC_gen("P-256"));
  const Bio out(BIO_new(BIO_s_mem()));
  if (key == nullptr || out == nullptr || PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return absl::InternalError("token key: cannot make a key pair");
  }
  return Contents(out.get());
}

}  // namespace snp::platform::internal
