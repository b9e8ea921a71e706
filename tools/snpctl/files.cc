#include "snpctl/files.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace snp::ctl {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::error_code error;
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path, error)) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (in.bad()) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  return text;
}

}  // namespace snp::ctl
