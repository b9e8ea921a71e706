#include "support/cluster_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace snp::testing {
namespace {

std::string FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 && getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(fd);
  return bound ? absl::StrCat(ntohs(address.sin_port)) : "0";
}

RedisSettings NodeSettings(const std::string& port, const std::string& bus) {
  return {.durable = false,
          .more = {{"port", port}, {"bind", "127.0.0.1"}, {"cluster-enabled", "yes"}, {"cluster-port", bus}, {"cluster-node-timeout", "60000"}}};
}

bool Formed(const RedisFixture& node) {
  const std::string info = node.Do({"CLUSTER", "INFO"}).text;
  return absl::StrContains(info, "cluster_state:ok") && absl::StrContains(info, "cluster_known_nodes:2");
}

}  // namespace

void Breathe() { std::this_thread::sleep_for(std::chrono::milliseconds(10)); }

ClusterFixture::ClusterFixture() {
  const std::string port = FreePort(), bus = FreePort();
  one_ = std::make_unique<RedisFixture>(NodeSettings(FreePort(), FreePort()));
  two_ = std::make_unique<RedisFixture>(NodeSettings(port, bus));
  one_->Do({"CLUSTER", "ADDSLOTSRANGE", "0", "8191"});
  two_->Do({"CLUSTER", "ADDSLOTSRANGE", "8192", "16383"});
  const absl::Time give_up = absl::Now() + absl::Seconds(30);
  int round = 0;
  while (!Formed(*one_) || !Formed(*two_)) {
    if (absl::Now() > give_up) {
      std::fprintf(stderr, "cluster fixture: the two nodes do not form a cluster\n");
      std::abort();
    }
    // Said again: a handshake that a busy machine was too slow for is forgotten.
    if (round++ % 100 == 0) one_->Do({"CLUSTER", "MEET", "127.0.0.1", port, bus});
    Breathe();
  }
}

}  // namespace snp::testing
