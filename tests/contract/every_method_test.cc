// The door: nobody without a token, nobody outside the role matrix, on any method. The matrix as observed is golden.
#include "contract/every_method.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "loadgen/fleet.h"
#include "onebox/onebox.h"
#include "platform/clock.h"
#include "platform/error.h"
#include "platform/rpc/status_mapping.h"

namespace snp::contract {

using google::protobuf::DescriptorPool;
using google::protobuf::MethodDescriptor;
using platform::Role;

std::vector<const MethodDescriptor*> EveryMethod(const std::string& source_dir) {
  std::vector<const MethodDescriptor*> methods;
  const std::filesystem::path root = std::filesystem::path(source_dir) / "proto";
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "snp")) {
    if (entry.path().extension() == ".proto") files.push_back(std::filesystem::relative(entry.path(), root).string());
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    const auto* descriptor = DescriptorPool::generated_pool()->FindFileByName(file);
    // Linked in only when used: what defines a service and is not linked is not served either.
    if (descriptor == nullptr) {
      std::ifstream in(root / file);
      std::stringstream text;
      text << in.rdbuf();
      EXPECT_EQ(text.str().find("\nservice "), std::string::npos) << file << " defines a service that the onebox does not know";
      continue;
    }
    for (int s = 0; s < descriptor->service_count(); ++s) {
      for (int m = 0; m < descriptor->service(s)->method_count(); ++m) methods.push_back(descriptor->service(s)->method(m));
    }
  }
  return methods;
}

grpc::Status CallEmpty(const std::shared_ptr<grpc::Channel>& channel, const MethodDescriptor& method, const std::string& token) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(method.server_streaming() ? 300 : 5000));
  grpc::CompletionQueue queue;
  auto call = stub.PrepareCall(&context, absl::StrCat("/", method.service()->full_name(), "/", method.name()), &queue);
  const auto wait = [&] {
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return ok;
  };
  call->StartCall(nullptr);
  bool ok = wait();
  grpc::Slice nothing("", 0);
  const grpc::ByteBuffer empty(&nothing, 1);
  if (ok) {
    call->WriteLast(empty, grpc::WriteOptions(), nullptr);
    wait();
  }
  grpc::ByteBuffer response;
  do {
    call->Read(&response, nullptr);
  } while (wait());
  grpc::Status status;
  call->Finish(&status, nullptr);
  wait();
  return status;
}

namespace {

class Door : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    clock_ = new platform::SystemClock;
    work_dir_ = new std::string(*loadgen::MakeWorkDir());
    auto box = onebox::Onebox::Start({.source_dir = SNP_SOURCE_DIR, .work_dir = *work_dir_, .redis_socket = ""}, *clock_);
    ASSERT_TRUE(box.ok()) << box.status();
    box_ = box->release();
  }
  static void TearDownTestSuite() {
    delete box_;
    std::filesystem::remove_all(*work_dir_);
    delete work_dir_;
    delete clock_;
  }
  static platform::SystemClock* clock_;
  static std::string* work_dir_;
  static onebox::Onebox* box_;
};
platform::SystemClock* Door::clock_ = nullptr;
std::string* Door::work_dir_ = nullptr;
onebox::Onebox* Door::box_ = nullptr;

constexpr std::pair<Role, const char*> kRoles[] = {{Role::kRegulator, "regulator"}, {Role::kOsnp, "osnp"}, {Role::kAssistant, "assistant"},
                                                   {Role::kPractice, "practice"},   {Role::kArs, "ars"},   {Role::kAdmin, "admin"},
                                                   {Role::kService, "service"}};

TEST_F(Door, EveryMethodRefusesTheAnonymous) {
  const auto methods = EveryMethod(SNP_SOURCE_DIR);
  ASSERT_GT(methods.size(), 40u);
  const auto channel = box_->Channel();
  for (const MethodDescriptor* method : methods) {
    for (const std::string& token : {std::string(), std::string("not-a-token"), box_->Token(Role::kAdmin, "x", "") + "x"}) {
      const grpc::Status status = CallEmpty(channel, *method, token);
      EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << method->full_name() << ": " << status.error_message();
      EXPECT_EQ(platform::ReasonOf(platform::FromGrpc(status)), platform::Reason::kTokenInvalid) << method->full_name();
    }
  }
}

TEST_F(Door, TheRoleMatrixIsTheGoldenOne) {
  const auto channel = box_->Channel();
  std::string matrix = "# Which role may call which method, as observed. Change it on purpose: SNP_UPDATE_GOLDEN=1.\n";
  for (const MethodDescriptor* method : EveryMethod(SNP_SOURCE_DIR)) {
    std::vector<std::string> allowed;
    for (const auto& [role, name] : kRoles) {
      const grpc::Status status = CallEmpty(channel, *method, box_->Token(role, absl::StrCat("contract-", name), ""));
      ASSERT_NE(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << method->full_name() << " as " << name;
      ASSERT_NE(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << method->full_name() << " as " << name;
      ASSERT_NE(status.error_code(), grpc::StatusCode::INTERNAL) << method->full_name() << " as " << name << ": " << status.error_message();
      const bool refused = status.error_code() == grpc::StatusCode::PERMISSION_DENIED &&
                           platform::ReasonOf(platform::FromGrpc(status)) == platform::Reason::kRoleForbidden;
      if (!refused) allowed.push_back(name);
    }
    absl::StrAppend(&matrix, method->full_name(), ": ", absl::StrJoin(allowed, " "), "\n");
  }
  const std::string path = std::string(SNP_SOURCE_DIR) + "/tests/golden/role_matrix.txt";
  if (std::getenv("SNP_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << matrix;
  std::ifstream in(path);
  std::stringstream golden;
  golden << in.rdbuf();
  EXPECT_EQ(matrix, golden.str());
}

// An empty request is never enough for a mutation: it names what is missing and changes nothing.
TEST_F(Door, EmptyMutationsNameTheFieldAtFault) {
  const auto channel = box_->Channel();
  for (const MethodDescriptor* method : EveryMethod(SNP_SOURCE_DIR)) {
    if (method->options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS || method->client_streaming()) continue;
    ASSERT_NE(method->input_type()->FindFieldByName("request_id"), nullptr) << method->full_name();
    for (const auto& [role, name] : kRoles) {
      const grpc::Status status = CallEmpty(channel, *method, box_->Token(role, absl::StrCat("contract-", name), ""));
      if (status.error_code() == grpc::StatusCode::PERMISSION_DENIED) continue;
      EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << method->full_name() << " as " << name << ": " << status.error_message();
      EXPECT_FALSE(platform::ViolationsOf(platform::FromGrpc(status)).empty()) << method->full_name() << " as " << name;
    }
  }
}

}  // namespace
}  // namespace snp::contract
