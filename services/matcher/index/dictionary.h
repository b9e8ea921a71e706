// Strings of slots and places as small integers, shared by all departments: practitioners, specialties, CPTS, structures, capabilities.
// Append-only: an integer never changes its meaning. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "domain/demand.h"
#include "domain/eligibility.h"
#include "matcher/index/rw_lock.h"

namespace snp::matcher {

class Dictionary {
 public:
  // Empty string: kNoId. Interned on first sight.
  uint32_t Practitioner(absl::string_view rpps) { return Intern(practitioners_, rpps); }
  uint32_t Cpts(absl::string_view id) { return Intern(cpts_, id); }
  uint32_t Structure(absl::string_view key) { return Intern(structures_, key); }
  // General medicine, spelled or left empty: kNoId.
  uint32_t Specialty(absl::string_view code);
  // Sets the capability fields; returns the codes beyond the first 64, ascending.
  std::vector<uint32_t> Capabilities(const std::vector<std::string>& codes, uint64_t* bits);

  // Fills a question's specialty, own GP, CPTS and capabilities. Nothing is interned: strings that no slot has stay unknown.
  void Compile(const domain::Demand& demand, domain::Question* question) const;

 private:
  using Ids = absl::flat_hash_map<std::string, uint32_t>;
  uint32_t Intern(Ids& ids, absl::string_view text);

  mutable RwLock lock_;
  Ids practitioners_, specialties_, cpts_, structures_;
  Ids capabilities_;  // From 0.
};

}  // namespace snp::matcher
