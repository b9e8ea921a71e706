// A folder for the data of one run, gone with it.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace snp::loadgen {

class WorkDir {
 public:
  // A fresh folder, readable by its owner only, under `parent`, which is made if need be.
  static absl::StatusOr<WorkDir> Make(const std::string& parent);
  WorkDir(WorkDir&& other) noexcept;
  WorkDir& operator=(WorkDir&&) = delete;
  // Removes it with all it holds.
  ~WorkDir();

  const std::string& path() const { return path_; }
  // Where a unix socket may be made: in the folder, or, when that path is too long for a socket (107 characters), in a private one under /tmp.
  std::string Socket(const std::string& name) const { return (socket_dir_.empty() ? path_ : socket_dir_) + "/" + name; }

 private:
  WorkDir() = default;

  std::string path_;
  std::string socket_dir_;
};

// The number of a SIGINT or SIGTERM that was sent to this process and is blocked (App::BlockSignals), taken from the queue; 0: none. What runs for
// minutes asks now and then, and ends in order: its folder and its children go with it.
int PendingSignal();

}  // namespace snp::loadgen
