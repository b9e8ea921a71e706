// The index of open slots in memory: many readers, one writer.
//
// Advice, not truth: what it offers may be gone; the registry's hold decides. Writers keep the lock for some tens of events at most; a department's
// snapshot is built aside and swapped in.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "domain/commune.h"
#include "domain/demand.h"
#include "domain/policy.h"
#include "matcher/index/dictionary.h"
#include "matcher/index/rw_lock.h"
#include "matcher/index/shard.h"
#include "store/event_log.h"

namespace snp::matcher {

// The communes and the travel matrix as the index asks for them.
class Territory final : public Ground {
 public:
  Territory() = default;
  // Either may be null; both outlive the territory.
  Territory(const domain::CommuneTable* communes, const domain::TravelMatrix* matrix) : communes_(communes), matrix_(matrix) {}
  double Density(absl::string_view commune) const override;
  const domain::TravelMatrix* matrix() const override { return matrix_; }

 private:
  const domain::CommuneTable* communes_ = nullptr;
  const domain::TravelMatrix* matrix_ = nullptr;
};

// Thread-safe.
class Index {
 public:
  struct Size {
    int64_t open_slots = 0;
    int64_t places = 0;
  };

  // `ground` outlives the index.
  explicit Index(const Ground& ground) : ground_(ground) {}

  // Replaces a department's part with what a snapshot says. Builds it on this thread, without the lock.
  void Load(const domain::Department& department, const store::DepartmentSnapshot& snapshot);
  // Applies events in order. No effect on a department that was never loaded.
  void Apply(const domain::Department& department, const std::vector<domain::Change>& changes);
  // Forgets slots that ended before `ended`.
  void Prune(const domain::Department& department, absl::Time ended);

  // The k best, best first; `refused` only with `explain`. Cost: some tens of microseconds; explain looks at every slot of the territory around, in
  // pieces.
  domain::Ranking Rank(const domain::Demand& demand, const domain::Policy& policy, int k, bool explain) const;
  Size SizeOf(const domain::Department& department) const;

 private:
  domain::RankedSlot Describe(const domain::Question& q, const struct Found& found) const;
  std::vector<const Shard*> Shards() const;

  const Ground& ground_;
  Dictionary dictionary_;
  mutable RwLock lock_;
  // By department code; shared so that an explanation in pieces may outlive a swap.
  std::vector<std::shared_ptr<Shard>> shards_;
};

}  // namespace snp::matcher
