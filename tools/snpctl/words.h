// Enum values of the contract as people write them: the name without its prefix ("WALKIN" for SLOT_MODE_WALKIN), any case, "-" for "_".
#pragma once

#include <google/protobuf/generated_enum_reflection.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace snp::ctl {

namespace internal {
absl::StatusOr<int> ParseWord(const google::protobuf::EnumDescriptor& type, absl::string_view word);
std::string Word(const google::protobuf::EnumDescriptor& type, int value);
std::vector<std::string> Words(const google::protobuf::EnumDescriptor& type);
}  // namespace internal

// INVALID_ARGUMENT with the list of words; never the unspecified value.
template <typename E>
absl::StatusOr<E> ParseWord(absl::string_view word) {
  auto value = internal::ParseWord(*google::protobuf::GetEnumDescriptor<E>(), word);
  if (!value.ok()) return value.status();
  return static_cast<E>(*value);
}
// "" for the unspecified value; the number for one that this program does not know.
template <typename E>
std::string Word(E value) {
  return internal::Word(*google::protobuf::GetEnumDescriptor<E>(), value);
}
// All words, for help texts.
template <typename E>
std::vector<std::string> Words() {
  return internal::Words(*google::protobuf::GetEnumDescriptor<E>());
}

}  // namespace snp::ctl
