#include "matcher/index/index.h"

#include <algorithm>

#include "domain/ranking.h"
#include "matcher/index/search.h"

namespace snp::matcher {
namespace {

constexpr size_t kEventsPerLock = 64;
constexpr uint32_t kSitesPerLock = 64;
constexpr uint32_t kPrunePerLock = 2048;

absl::Time TimeOf(int64_t nanos) { return absl::FromUnixNanos(nanos); }

}  // namespace

double Territory::Density(absl::string_view commune) const {
  const domain::Commune* found = communes_ ? communes_->Find(commune) : nullptr;
  return found ? domain::DensityPerKm2(*found) : -1;
}

void Index::Load(const domain::Department& department, const store::DepartmentSnapshot& snapshot) {
  auto shard = std::make_shared<Shard>(department, dictionary_, ground_);
  for (const domain::Place& place : snapshot.places) shard->Put(place);
  for (const domain::Practitioner& practitioner : snapshot.practitioners) shard->Put(practitioner);
  for (const domain::Slot& slot : snapshot.slots) shard->Put(slot);
  shard->Settle();
  RwLock::Writing writing(lock_);
  for (std::shared_ptr<Shard>& known : shards_) {
    if (known->department() == department) {
      known.swap(shard);
      return;
    }
  }
  shards_.push_back(std::move(shard));
  std::sort(shards_.begin(), shards_.end(), [](const auto& a, const auto& b) { return a->department() < b->department(); });
}

void Index::Apply(const domain::Department& department, const std::vector<domain::Change>& changes) {
  for (size_t begin = 0; begin < changes.size(); begin += kEventsPerLock) {
    RwLock::Writing writing(lock_);
    for (const std::shared_ptr<Shard>& shard : shards_) {
      if (shard->department() != department) continue;
      const size_t end = std::min(changes.size(), begin + kEventsPerLock);
      for (size_t i = begin; i < end; ++i) shard->Apply(changes[i]);
    }
  }
}

void Index::Prune(const domain::Department& department, absl::Time ended) {
  uint32_t from = 0;
  do {
    RwLock::Writing writing(lock_);
    uint32_t next = 0;
    for (const std::shared_ptr<Shard>& shard : shards_) {
      if (shard->department() == department) next = shard->Prune(ended, from, kPrunePerLock);
    }
    from = next;
  } while (from != 0);
}

std::vector<const Shard*> Index::Shards() const {
  std::vector<const Shard*> shards;
  shards.reserve(shards_.size());
  for (const auto& shard : shards_) shards.push_back(shard.get());
  return shards;
}

domain::RankedSlot Index::Describe(const domain::Question& q, const Found& found) const {
  const Shard& shard = *found.shard;
  const domain::SlotFacts& facts = shard.facts(found.slot);
  const domain::Place& place = shard.place(shard.site_of(found.slot));
  domain::RankedSlot ranked;
  ranked.slot = {shard.department(), domain::SlotId(shard.id_of(found.slot))};
  ranked.revision = shard.revision_of(found.slot);
  ranked.place = place.name.id;
  ranked.place_kind = place.kind;
  ranked.modality = facts.modality;
  ranked.mode = facts.mode;
  ranked.seen = TimeOf(found.seen);
  ranked.travel = absl::Minutes(found.travel);
  ranked.wait = absl::Nanoseconds(found.seen - q.earliest);
  ranked.circle = found.circle;
  ranked.cost = found.cost;
  ranked.confirmed = TimeOf(facts.confirmed);
  ranked.remaining = facts.remaining;
  ranked.stale = domain::IsStale(q, facts);
  ranked.travel_by_matrix = found.by_matrix;
  ranked.place_display_name = place.display_name;
  ranked.place_address = place.address;
  return ranked;
}

domain::Ranking Index::Rank(const domain::Demand& demand, const domain::Policy& policy, int k, bool explain) const {
  domain::Ranking ranking;
  domain::Question question = domain::MakeQuestion(demand, policy);
  dictionary_.Compile(demand, &question);
  std::vector<std::shared_ptr<Shard>> held;
  {
    RwLock::Reading reading(lock_);
    const std::vector<const Shard*> shards = Shards();
    Search search(demand, question, shards, ground_);
    const std::vector<Found> best = search.Best(k);
    ranking.best.reserve(best.size());
    for (const Found& found : best) ranking.best.push_back(Describe(question, found));
    if (explain) held = shards_;
  }
  if (!explain) return ranking;
  // Counting looks at every slot around: in pieces, so that no event waits for the whole of it.
  std::vector<const Shard*> shards;
  for (const auto& shard : held) shards.push_back(shard.get());
  for (const Shard* shard : shards) {
    for (uint32_t first = 0;; first += kSitesPerLock) {
      RwLock::Reading reading(lock_);
      domain::Question again = question;
      again.structures.clear();
      Search search(demand, again, shards, ground_);
      search.Count(*shard, first, kSitesPerLock, first == 0, &ranking.refused);
      if (first + kSitesPerLock >= shard->sites().size()) break;
    }
  }
  return ranking;
}

Index::Size Index::SizeOf(const domain::Department& department) const {
  RwLock::Reading reading(lock_);
  for (const auto& shard : shards_) {
    if (shard->department() == department) return {shard->open_slots(), shard->known_places()};
  }
  return {};
}

}  // namespace snp::matcher
