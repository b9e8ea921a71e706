// Protobuf messages as fuzz input: text when the kind is an upper case letter, wire bytes otherwise.
#pragma once

#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/text_format.h>

#include <string>

#include "absl/strings/ascii.h"

namespace snp::fuzz {

// protobuf logs every malformed text; thousands of lines say nothing here.
inline void SilenceProtobuf() {
  static const bool silent = (google::protobuf::SetLogHandler(nullptr), true);
  (void)silent;
}

template <typename Message>
bool ReadMessage(char kind, const std::string& text, Message* message) {
  SilenceProtobuf();
  if (absl::ascii_isupper(kind)) return google::protobuf::TextFormat::ParseFromString(text, message);
  return message->ParseFromString(text);
}

}  // namespace snp::fuzz
