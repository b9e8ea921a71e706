// Files that a command is given.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace snp::ctl {

// The whole file. NOT_FOUND that names the path when it cannot be read; an empty file is empty text.
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace snp::ctl
