// Policy files: what is read in is valid; what is not is refused with a message, whatever YAML can be made to do.
#include <cstdint>
#include <string>

#include "fuzz/check.h"
#include "matcher/policy_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto policy = snp::matcher::ParsePolicy(std::string(reinterpret_cast<const char*>(data), size));
  if (!policy.ok()) {
    FUZZ_CHECK(policy.status().code() == absl::StatusCode::kInvalidArgument);
    FUZZ_CHECK(!policy.status().message().empty() && policy.status().message().size() < 4000);
    return 0;
  }
  FUZZ_CHECK(snp::domain::Validate(*policy).ok());
  FUZZ_CHECK(!policy->name.empty() && !policy->version.empty());
  return 0;
}
