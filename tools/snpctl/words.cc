#include "snpctl/words.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace snp::ctl::internal {
namespace {

// The names of a type share a prefix; the value 0 is <prefix>UNSPECIFIED.
std::string WithoutPrefix(const google::protobuf::EnumDescriptor& type, const std::string& name) {
  const size_t prefix = type.value(0)->name().size() - std::string("UNSPECIFIED").size();
  return name.substr(prefix);
}

}  // namespace

absl::StatusOr<int> ParseWord(const google::protobuf::EnumDescriptor& type, absl::string_view word) {
  std::string wanted = absl::AsciiStrToUpper(word.substr(0, 100));
  std::replace(wanted.begin(), wanted.end(), '-', '_');
  for (int i = 1; i < type.value_count(); ++i) {
    if (WithoutPrefix(type, type.value(i)->name()) == wanted) return type.value(i)->number();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("expected one of ", absl::StrJoin(Words(type), ", "), "; got \"", absl::CEscape(word.substr(0, 80)), "\""));
}

std::string Word(const google::protobuf::EnumDescriptor& type, int value) {
  const auto* found = type.FindValueByNumber(value);
  if (found == nullptr) return absl::StrCat(value);
  return value == 0 ? std::string() : WithoutPrefix(type, found->name());
}

std::vector<std::string> Words(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 1; i < type.value_count(); ++i) words.push_back(WithoutPrefix(type, type.value(i)->name()));
  return words;
}

}  // namespace snp::ctl::internal
