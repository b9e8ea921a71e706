#include "matcher/index/dictionary.h"

#include <algorithm>

namespace snp::matcher {

using domain::kNoId;
using domain::kUnknownId;

uint32_t Dictionary::Intern(Ids& ids, absl::string_view text) {
  if (text.empty()) return kNoId;
  {
    RwLock::Reading reading(lock_);
    if (auto it = ids.find(text); it != ids.end()) return it->second;
  }
  RwLock::Writing writing(lock_);
  return ids.try_emplace(std::string(text), static_cast<uint32_t>(ids.size() + 1)).first->second;
}

uint32_t Dictionary::Specialty(absl::string_view code) {
  if (domain::IsGeneralMedicine(code)) return kNoId;
  return Intern(specialties_, code);
}

std::vector<uint32_t> Dictionary::Capabilities(const std::vector<std::string>& codes, uint64_t* bits) {
  *bits = 0;
  std::vector<uint32_t> more;
  for (const std::string& code : codes) {
    uint32_t id;
    {
      RwLock::Writing writing(lock_);
      id = capabilities_.try_emplace(code, static_cast<uint32_t>(capabilities_.size())).first->second;
    }
    if (id < 64) {
      *bits |= uint64_t{1} << id;
    } else {
      more.push_back(id);
    }
  }
  std::sort(more.begin(), more.end());
  more.erase(std::unique(more.begin(), more.end()), more.end());
  return more;
}

void Dictionary::Compile(const domain::Demand& demand, domain::Question* q) const {
  RwLock::Reading reading(lock_);
  auto find = [](const Ids& ids, absl::string_view text) {
    if (text.empty()) return kNoId;
    auto it = ids.find(text);
    return it == ids.end() ? kUnknownId : it->second;
  };
  q->specialty = domain::IsGeneralMedicine(demand.specialty) ? kNoId : find(specialties_, demand.specialty);
  q->own_gp = find(practitioners_, demand.own_gp.value());
  q->cpts = find(cpts_, demand.viewer.cpts);
  q->capabilities = 0;
  q->more_capabilities.clear();
  q->unknown_capability = false;
  for (const std::string& code : demand.capabilities) {
    auto it = capabilities_.find(code);
    if (it == capabilities_.end()) {
      q->unknown_capability = true;
    } else if (it->second < 64) {
      q->capabilities |= uint64_t{1} << it->second;
    } else {
      q->more_capabilities.push_back(it->second);
    }
  }
  std::sort(q->more_capabilities.begin(), q->more_capabilities.end());
  q->more_capabilities.erase(std::unique(q->more_capabilities.begin(), q->more_capabilities.end()), q->more_capabilities.end());
}

}  // namespace snp::matcher
