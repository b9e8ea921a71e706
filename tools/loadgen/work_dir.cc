#include "loadgen/work_dir.h"

#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/status_macros.h"

namespace snp::loadgen {
namespace {

// sun_path has 108 bytes with its end; room is left for the socket's name.
constexpr size_t kLongestSocketFolder = 80;

absl::StatusOr<std::string> Fresh(const std::string& parent) {
  std::string path = parent + "/snp-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) return absl::InternalError("cannot make a folder under " + parent);
  return path;
}

}  // namespace

absl::StatusOr<WorkDir> WorkDir::Make(const std::string& parent) {
  std::error_code error;
  std::filesystem::create_directories(parent, error);
  if (error) return absl::InternalError(absl::StrCat("cannot make ", parent, ": ", error.message()));
  WorkDir dir;
  ASSIGN_OR_RETURN(dir.path_, Fresh(std::filesystem::canonical(parent).string()));
  if (dir.path_.size() > kLongestSocketFolder) {
    ASSIGN_OR_RETURN(dir.socket_dir_, Fresh("/tmp"));
  }
  return dir;
}

WorkDir::WorkDir(WorkDir&& other) noexcept : path_(std::exchange(other.path_, "")), socket_dir_(std::exchange(other.socket_dir_, "")) {}

WorkDir::~WorkDir() {
  for (const std::string& path : {path_, socket_dir_}) {
    std::error_code ignored;
    if (!path.empty()) std::filesystem::remove_all(path, ignored);
  }
}

int PendingSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  const timespec now{};
  return std::max(0, sigtimedwait(&signals, nullptr, &now));
}

}  // namespace snp::loadgen
