// Which signature algorithm a key stands for. Of auth only.
#pragma once

#include <jwt.h>

#include <string>

#include "absl/status/statusor.h"

namespace snp::platform::internal {

// EC P-256: ES256; RSA of 2048 bits and more: RS256; anything else, or no such PEM: INVALID_ARGUMENT.
absl::StatusOr<jwt_alg_t> AlgorithmOfPublicKey(const std::string& pem);
absl::StatusOr<jwt_alg_t> AlgorithmOfPrivateKey(const std::string& pem);
// The public half, PEM.
absl::StatusOr<std::string> PublicPem(const std::string& private_key_pem);
// A fresh EC P-256 key, PEM.
absl::StatusOr<std::string> NewPrivatePem();

}  // namespace snp::platform::internal
