// snpctl: the command line client.
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "absl/time/clock.h"
#include "snpctl/ctl.h"

namespace {

std::atomic<bool> interrupted{false};

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  // The first Ctrl-C lets a stream end in order, the second ends the process.
  std::signal(SIGINT, [](int signal) {
    interrupted = true;
    std::signal(signal, SIG_DFL);
  });
  const snp::platform::SystemClock clock;
  snp::platform::RandomIdSource ids;
  snp::ctl::World world{std::cout,
                        std::cerr,
                        clock,
                        ids,
                        [](absl::Duration d) { absl::SleepFor(d); },
                        [](const char* name) {
                          const char* value = std::getenv(name);
                          return std::string(value == nullptr ? "" : value);
                        },
                        interrupted};
  return snp::ctl::RunCtl(std::vector<std::string>(argv + 1, argv + argc), world);
}
