// A child process: started with its output in a log file, ended by pid, never left behind.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace snp::loadgen {

class Child {
 public:
  Child() = default;
  // `argv[0]` is a path or a name looked up in PATH. Output is appended to `log_path`. The child is in a process group of
  // its own (a terminal's Ctrl-C does not reach it) and dies with the thread that started it (PR_SET_PDEATHSIG): start children from a thread that
  // lives as long as they should.
  static absl::StatusOr<Child> Start(std::vector<std::string> argv, const std::string& log_path);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  // SIGKILL and wait, if it still runs.
  ~Child();

  // Sends the signal; no effect once it has ended.
  void Signal(int signal) const;
  // Sends the signal and waits for the end (SIGKILL after 10 s).
  void End(int signal);
  bool Running();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

// A TCP port of 127.0.0.1 that was free a moment ago.
absl::StatusOr<int> FreePort();

}  // namespace snp::loadgen
