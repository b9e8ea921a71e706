// Programs run as a person runs them.
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <nlohmann/json.hpp>
#include <string>

namespace snp {

struct Ran {
  int status = -1;  // Exit status; -1: ended by a signal, or not started.
  std::string out;  // Standard output. Standard error goes where the test's own goes.

  // The last line of standard output.
  nlohmann::json json() const {
    const std::string text = out.substr(0, out.find_last_not_of('\n') + 1);
    const size_t line = text.rfind('\n');
    return nlohmann::json::parse(line == std::string::npos ? text : text.substr(line + 1), nullptr, /*allow_exceptions=*/false);
  }
};

// `command` is for the shell.
inline Ran RunCommand(const std::string& command) {
  Ran ran;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return ran;
  char buffer[4096];
  for (size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) ran.out.append(buffer, n);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) ran.status = WEXITSTATUS(status);
  return ran;
}

// An environment variable that ctest sets.
inline std::string FromCtest(const char* name) {
  const char* value = getenv(name);
  return value == nullptr ? std::string() : value;
}

}  // namespace snp
