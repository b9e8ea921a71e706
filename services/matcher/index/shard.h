// One department's part of the index: its sites with their open slots by start time, its tele-consultations, its practitioners.
//
// Not locked: Index guards it (many readers, one writer). Built aside from a snapshot, then changed by events in the order of their log.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "domain/eligibility.h"
#include "domain/supply.h"
#include "domain/travel.h"
#include "matcher/index/dictionary.h"
#include "matcher/index/site_tree.h"

namespace snp::matcher {

// What a shard needs to know of the ground.
struct Ground {
  virtual ~Ground() = default;
  // People per km2; negative: unknown.
  virtual double Density(absl::string_view commune) const = 0;
  // May be null.
  virtual const domain::TravelMatrix* matrix() const = 0;
};

// An open slot in a list ordered by (start, slot).
struct SlotRef {
  int64_t start;
  uint64_t capabilities;
  uint32_t slot;
};

// Slots of one place (or of the whole shard, for tele) by what a search does with them.
struct SlotLists {
  std::vector<SlotRef> routine, walkin;  // With a place left.
  std::vector<uint32_t> full;            // Without; for explanations only. In no order.
};

// Bit of a slot's shape: kind of its place x modality; a CPTS's own bit when it is published in the CPTS's name, because policies may raise it.
uint64_t ShapeBit(domain::PlaceKind kind, domain::Modality modality, bool of_cpts);

struct Site {
  Vec3 unit;
  domain::LatLon position;
  double density = -1;
  int32_t matrix_commune = -1;
  int32_t leaf = -1;  // In the tree; -1: not there (then in Shard::loose, once known).
  domain::PlaceFacts facts;
  bool known = false;      // False: slots came before their place; nobody may be offered them yet.
  uint32_t removals = 0;   // Since its row of open hours was last exact.
  uint32_t tele_open = 0;  // Of its tele-consultations, how many have a place left.
  SlotLists lists;         // Without tele.
};

class Shard {
 public:
  // `dictionary` and `ground` outlive the shard.
  Shard(domain::Department department, Dictionary& dictionary, const Ground& ground);
  Shard(const Shard&) = delete;

  // From a snapshot. A slot that is known is replaced only by a higher sequence.
  void Put(const domain::Place& place);
  void Put(const domain::Practitioner& practitioner);
  void Put(const domain::Slot& slot);
  // The next event of the log. A slot's event is ignored when its sequence is not above the slot's.
  void Apply(const domain::Change& change);
  // Forgets slots that ended before `ended` among `count` slot numbers from `from`; returns the number to go on from, 0 at the end.
  uint32_t Prune(absl::Time ended, uint32_t from, uint32_t count);
  // Rebuilds the tree now. Call once after a snapshot; events rebuild it by themselves, seldom.
  void Settle();

  const domain::Department& department() const { return department_; }
  int64_t open_slots() const { return open_slots_; }
  int64_t known_places() const { return known_places_; }

  // For searches.
  const SiteTree& tree() const { return tree_; }
  // What may be open at a site, without tele.
  const uint64_t* open(uint32_t site) const { return open_.row(site); }
  int open_width() const { return open_.width(); }
  const std::vector<Site>& sites() const { return sites_; }
  const std::vector<uint32_t>& loose() const { return loose_; }
  const SlotLists& tele() const { return tele_; }
  const domain::SlotFacts& facts(uint32_t slot) const { return facts_[slot]; }
  uint32_t site_of(uint32_t slot) const { return slots_[slot].site; }
  const std::string& id_of(uint32_t slot) const { return slots_[slot].id; }
  int64_t revision_of(uint32_t slot) const { return slots_[slot].revision; }
  const domain::Place& place(uint32_t site) const { return places_[site]; }
  int64_t longest_walkin() const { return longest_walkin_; }
  // Number of the slot, or -1.
  int64_t FindSlot(absl::string_view id) const;
  // Slots of a practitioner (open and full), or null.
  const std::vector<uint32_t>* SlotsOf(uint32_t practitioner) const;
  // Places of a practitioner as this department's directory says, or null.
  const std::vector<domain::PlaceName>* PlacesOf(absl::string_view rpps) const;
  // Site of a place, or -1.
  int64_t FindSite(absl::string_view place) const;
  // Sites of a structure, or null.
  const std::vector<uint32_t>* SitesOfStructure(uint32_t structure) const;
  // Sites of a commune of the travel matrix, or null.
  const std::vector<uint32_t>* SitesOfMatrixCommune(int commune) const;

 private:
  struct SlotEntry {
    std::string id;
    int64_t revision = 0;
    int64_t sequence = 0;
    uint32_t site = 0;
    bool live = false;
    std::unique_ptr<std::vector<uint32_t>> more_capabilities;
  };
  uint32_t SiteFor(const domain::PlaceId& place);
  void Define(uint32_t slot, const domain::SlotDefinition& definition, int remaining, absl::Time confirmed);
  uint32_t AddSlot(const domain::SlotId& id);
  void Remove(uint32_t slot);
  // Into and out of the list that its facts say.
  void Link(uint32_t slot);
  void Unlink(uint32_t slot);
  SlotLists& ListsOf(uint32_t slot);
  // Adds what the slot means to a row.
  void AddBits(uint32_t slot, uint64_t* row) const;
  // Makes a site's row exact.
  void Resum(uint32_t site);
  // Makes the leaf's row that of its sites.
  void Mend(int32_t leaf);

  const domain::Department department_;
  Dictionary& dictionary_;
  const Ground& ground_;
  SiteTree tree_;
  std::vector<Site> sites_;
  std::vector<domain::Place> places_;  // Beside sites_.
  std::vector<uint32_t> loose_;
  HourTable open_;  // Beside sites_.
  SlotLists tele_;
  std::vector<domain::SlotFacts> facts_;
  std::vector<SlotEntry> slots_;  // Beside facts_.
  std::vector<uint32_t> free_slots_;
  absl::flat_hash_map<std::string, uint32_t> slot_ids_, place_ids_;
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> by_practitioner_, by_structure_;
  absl::flat_hash_map<int, std::vector<uint32_t>> by_matrix_commune_;
  absl::flat_hash_map<std::string, std::vector<domain::PlaceName>> practitioners_;
  int64_t open_slots_ = 0, known_places_ = 0, longest_walkin_ = 0;
};

}  // namespace snp::matcher
