#include "fuzz/fake_client.h"

#include <utility>

namespace snp::fuzz {

std::function<store::redis::Reply(const std::vector<std::string>& command)> answer;

}  // namespace snp::fuzz

namespace snp::store::redis {

struct Client::Impl {};

Client::Client(ClientOptions) : impl_(std::make_unique<Impl>()) {}
Client::~Client() = default;

absl::StatusOr<Reply> Checked(absl::StatusOr<Reply> reply) {
  if (reply.ok() && reply->kind == Reply::Kind::kError) return absl::InternalError(reply->text);
  return reply;
}

platform::Task<absl::StatusOr<Reply>> Client::Command(std::vector<std::string> args, absl::Time) { co_return Checked(fuzz::answer(args)); }

platform::Task<absl::StatusOr<std::vector<Reply>>> Client::Pipeline(std::vector<std::vector<std::string>> commands, absl::Time) {
  std::vector<Reply> replies;
  for (const auto& command : commands) replies.push_back(fuzz::answer(command));
  co_return replies;
}

bool Client::WaitConnected(absl::Duration) const { return true; }

}  // namespace snp::store::redis
