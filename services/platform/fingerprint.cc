#include "platform/fingerprint.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>
#include <google/protobuf/wire_format_lite.h>
#include <openssl/evp.h>

#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace snp::platform {
namespace {

using google::protobuf::internal::WireFormatLite;

std::string Serialize(const google::protobuf::Message& message) {
  std::string bytes;
  bytes.reserve(message.ByteSizeLong());
  google::protobuf::io::StringOutputStream out(&bytes);
  google::protobuf::io::CodedOutputStream coded(&out);
  // Maps come in key order; everything else is deterministic anyway.
  coded.SetSerializationDeterministic(true);
  message.SerializePartialToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

// Fetched once: OpenSSL 3 looks an algorithm up by name at each use otherwise.
const EVP_MD* Sha256() {
  static const EVP_MD* const kMd = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return kMd;
}

}  // namespace

std::string Fingerprint(const google::protobuf::Message& message) {
  const std::string bytes = Serialize(message);
  const auto* field = message.GetDescriptor()->FindFieldByName("request_id");

  EVP_MD_CTX* hash = EVP_MD_CTX_new();
  if (hash == nullptr || EVP_DigestInit_ex2(hash, Sha256(), nullptr) != 1) std::abort();
  const std::string& name = message.GetDescriptor()->full_name();
  // With its final NUL, so that name and content cannot run into one another.
  EVP_DigestUpdate(hash, name.c_str(), name.size() + 1);
  if (field == nullptr) {
    EVP_DigestUpdate(hash, bytes.data(), bytes.size());
  } else {
    // Cheaper than copying the message to clear the field: hash the serialised fields around it.
    google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
    int from = 0;
    for (;;) {
      const int at = in.CurrentPosition();
      const uint32_t tag = in.ReadTag();
      const bool end = tag == 0 || !WireFormatLite::SkipField(&in, tag);
      if (end) break;
      if (WireFormatLite::GetTagFieldNumber(tag) != field->number()) continue;
      EVP_DigestUpdate(hash, bytes.data() + from, static_cast<size_t>(at - from));
      from = in.CurrentPosition();
    }
    EVP_DigestUpdate(hash, bytes.data() + from, bytes.size() - static_cast<size_t>(from));
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  if (EVP_DigestFinal_ex(hash, digest, nullptr) != 1) std::abort();
  EVP_MD_CTX_free(hash);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), 16));
}

}  // namespace snp::platform
