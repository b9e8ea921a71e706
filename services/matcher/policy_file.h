// Policies as YAML files. The keys: policies/default.yaml.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "domain/policy.h"

namespace snp::matcher {

// INVALID_ARGUMENT `line L, column C: ...` for text that is not YAML, a key that is unknown, twice or missing, or a value of the wrong kind; and the
// message of domain::Validate for figures out of range. Keys left out: domain::Policy's own values.
absl::StatusOr<domain::Policy> ParsePolicy(const std::string& yaml);

// By name.
using Policies = std::map<std::string, domain::Policy, std::less<>>;

// Every *.yaml of a folder. The message names the file. Two policies of one name are an error, and so is a folder without any.
absl::StatusOr<Policies> ReadPolicies(const std::string& folder);

}  // namespace snp::matcher
