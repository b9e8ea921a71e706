// The departments that the sweeper looks after.
#pragma once

#include <mutex>
#include <set>
#include <vector>

#include "domain/names.h"

namespace snp::registry {

// Thread-safe.
class ActiveDepartments {
 public:
  // `only` not empty: exactly these. Empty: those that were touched.
  explicit ActiveDepartments(std::vector<domain::Department> only) : fixed_(!only.empty()), known_(only.begin(), only.end()) {}

  bool fixed() const { return fixed_; }
  // The department has data: this process wrote to it or found its log. A lock and a look-up.
  void Touch(const domain::Department& department) {
    if (fixed_) return;
    std::lock_guard lock(mutex_);
    known_.insert(department);
  }
  std::vector<domain::Department> List() const {
    std::lock_guard lock(mutex_);
    return {known_.begin(), known_.end()};
  }

 private:
  const bool fixed_;
  mutable std::mutex mutex_;
  std::set<domain::Department> known_;
};

}  // namespace snp::registry
