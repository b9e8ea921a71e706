// Every method of every service of the project, called as bytes: what holds for one must hold for all, also for those written tomorrow.
#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

namespace snp::contract {

// From the protos under proto/snp: a service that nobody serves is found too.
std::vector<const google::protobuf::MethodDescriptor*> EveryMethod(const std::string& source_dir);

// Calls with one empty message, whatever the kind of stream; `token` empty: without credentials. A stream that goes on is cancelled after 300 ms.
grpc::Status CallEmpty(const std::shared_ptr<grpc::Channel>& channel, const google::protobuf::MethodDescriptor& method, const std::string& token);

}  // namespace snp::contract
