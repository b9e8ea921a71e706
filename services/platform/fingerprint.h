// Fingerprint of a request, to tell a retry from another request that reuses the request_id.
#pragma once

#include <string>

namespace google::protobuf {
class Message;
}

namespace snp::platform {

// 32 hex digits: the first 128 bits of SHA-256 over the message's full name and its deterministic serialisation without the top-level field
// `request_id` (if it has one). The same for equal messages in every process of one version of the contract; unknown fields count. About a
// microsecond for a request of some hundred bytes.
std::string Fingerprint(const google::protobuf::Message& message);

}  // namespace snp::platform
