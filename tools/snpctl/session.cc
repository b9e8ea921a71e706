#include "snpctl/session.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "platform/rpc/client.h"
#include "platform/rpc/status_mapping.h"
#include "platform/status_macros.h"

namespace snp::ctl {

grpc::Status RetryUnavailable(World& world, absl::Time deadline, const std::function<grpc::Status(absl::Duration left)>& attempt) {
  constexpr absl::Duration kLongest = absl::Seconds(1);
  absl::Duration wait = absl::Milliseconds(50);
  while (true) {
    grpc::Status status = attempt(deadline - world.clock.Now());
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE || world.interrupted) return status;
    const absl::Time now = world.clock.Now();
    if (now + wait >= deadline) return status;
    if (wait == absl::Milliseconds(50)) world.err << "not available, trying again until the deadline...\n";
    world.sleep(wait);
    wait = std::min(wait * 2, kLongest);
  }
}

absl::Status Session::CallWithRetry(const std::function<grpc::Status(grpc::ClientContext*)>& call) {
  ASSIGN_OR_RETURN(const std::string token, Token());
  return platform::FromGrpc(RetryUnavailable(world_, now() + globals_.deadline, [&](absl::Duration left) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + left));
    context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
    return call(&context);
  }));
}

absl::Status Session::Prepare(grpc::ClientContext* context) {
  ASSIGN_OR_RETURN(const std::string token, Token());
  context->AddMetadata("authorization", absl::StrCat("Bearer ", token));
  return absl::OkStatus();
}

absl::StatusOr<std::string> Session::Token() {
  if (!token_.empty()) return token_;
  std::string token = globals_.token;
  if (!globals_.token_file.empty()) {
    std::ifstream in(globals_.token_file);
    if (!in) return absl::NotFoundError(absl::StrCat("cannot read the token file ", globals_.token_file));
    std::stringstream text;
    text << in.rdbuf();
    token = text.str();
  }
  if (token.empty()) token = world_.env("SNP_TOKEN");
  token = std::string(absl::StripAsciiWhitespace(token));
  if (token.empty()) {
    return absl::UnauthenticatedError(
        "no token: give --token-file FILE, or set SNP_TOKEN; `snpctl token --help` shows how to make one for development");
  }
  // A line end or another control character would break the header (and gRPC would end the process).
  for (char c : token) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) return absl::InvalidArgumentError("the token holds characters that no token has");
  }
  token_ = token;
  return token_;
}

std::string Session::RequestId(absl::string_view suffix) {
  if (request_id_.empty()) request_id_ = globals_.request_id.empty() ? world_.ids.NewId() : globals_.request_id;
  return suffix.empty() ? request_id_ : absl::StrCat(request_id_, "-", suffix);
}

std::shared_ptr<grpc::Channel> Session::Channel(const std::string& address) { return platform::MakeChannel(address); }

}  // namespace snp::ctl
