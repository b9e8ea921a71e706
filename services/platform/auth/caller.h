// Who calls: what a verified token says.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace snp::platform {

// Values of snp.type.v1.Role.
enum class Role { kUnspecified = 0, kRegulator = 1, kOsnp = 2, kAssistant = 3, kPractice = 4, kArs = 5, kAdmin = 6, kService = 7 };

// A verified caller. Value type.
struct Caller {
  Role role = Role::kUnspecified;
  // Stable subject of the token; opaque, never logged.
  std::string subject;
  // Full names of the places a practice acts for (claim `places`).
  std::vector<std::string> places;
  // CPTS the practice belongs to (claim `cpts`), or empty.
  std::string cpts;
  // When the handler must have its answer: a little before the client's deadline, so that the answer ("the shared state does not answer") still
  // reaches it. Infinite future for a stream whose client set none (for unary calls the door applies its default).
  absl::Time deadline = absl::InfiniteFuture();
  // When the token runs out, on the verifier's clock.
  absl::Time token_expiry = absl::InfiniteFuture();
};

}  // namespace snp::platform
