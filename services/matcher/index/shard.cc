#include "matcher/index/shard.h"

#include <algorithm>
#include <bit>

#include "absl/strings/str_cat.h"

namespace snp::matcher {
namespace {

using domain::kNoId;
using domain::Modality;
using domain::SlotMode;

bool Earlier(const SlotRef& a, const SlotRef& b) { return a.start != b.start ? a.start < b.start : a.slot < b.slot; }

void EraseValue(std::vector<uint32_t>& from, uint32_t value) {
  auto it = std::find(from.begin(), from.end(), value);
  if (it == from.end()) return;
  *it = from.back();
  from.pop_back();
}

}  // namespace

uint64_t ShapeBit(domain::PlaceKind kind, Modality modality, bool of_cpts) {
  const int bit = of_cpts ? 40 + static_cast<int>(kind) : static_cast<int>(kind) * 4 + static_cast<int>(modality);
  return uint64_t{1} << bit;
}

Shard::Shard(domain::Department department, Dictionary& dictionary, const Ground& ground)
    : department_(std::move(department)), dictionary_(dictionary), ground_(ground) {}

uint32_t Shard::SiteFor(const domain::PlaceId& place) {
  auto [it, fresh] = place_ids_.try_emplace(place.value(), static_cast<uint32_t>(sites_.size()));
  if (fresh) {
    sites_.emplace_back();
    places_.emplace_back().name = {department_, place};
    open_.Resize(sites_.size());
  }
  return it->second;
}

void Shard::Put(const domain::Place& place) {
  const uint32_t index = SiteFor(place.name.id);
  Site& site = sites_[index];
  const bool was_known = site.known;
  const bool moved = !was_known || site.position != place.position;
  if (was_known) {
    EraseValue(by_structure_[site.facts.structure], index);
    if (site.matrix_commune >= 0) EraseValue(by_matrix_commune_[site.matrix_commune], index);
  } else {
    ++known_places_;
  }
  places_[index] = place;
  site.known = true;
  site.facts.kind = place.kind;
  site.facts.pmr_access = place.pmr_access;
  site.facts.cpts = dictionary_.Cpts(place.cpts);
  // A structure may have sites in several departments; a place without one is its own.
  site.facts.structure = dictionary_.Structure(place.structure.empty() ? domain::ToString(place.name) : absl::StrCat("s/", place.structure));
  by_structure_[site.facts.structure].push_back(index);
  site.density = ground_.Density(place.commune);
  site.matrix_commune = ground_.matrix() ? ground_.matrix()->Find(place.commune) : -1;
  if (site.matrix_commune >= 0) by_matrix_commune_[site.matrix_commune].push_back(index);
  if (moved) {
    site.position = place.position;
    site.unit = UnitVector(place.position);
    if (!was_known) loose_.push_back(index);
    // A site that moves is rare; new ones come in numbers, and wait in a list that a search reads whole.
    if (site.leaf >= 0 || loose_.size() > 64 + sites_.size() / 4) Settle();
  }
  Resum(index);
}

void Shard::Put(const domain::Practitioner& practitioner) { practitioners_[practitioner.name.id.value()] = practitioner.places; }

void Shard::Put(const domain::Slot& slot) {
  auto it = slot_ids_.find(slot.name.id.value());
  if (it != slot_ids_.end() && slots_[it->second].sequence >= slot.sequence) return;
  if (slot.withdrawn) {
    if (it != slot_ids_.end()) Remove(it->second);
    return;
  }
  uint32_t index;
  if (it == slot_ids_.end()) {
    index = AddSlot(slot.name.id);
  } else {
    index = it->second;
    Unlink(index);
  }
  Define(index, slot.definition, slot.remaining, slot.confirmed);
  slots_[index].revision = slot.revision;
  slots_[index].sequence = slot.sequence;
  Link(index);
}

void Shard::Apply(const domain::Change& change) {
  if (change.put_place) Put(*change.put_place);
  if (change.put_practitioner) Put(*change.put_practitioner);
  if (change.slot.empty()) return;
  auto it = slot_ids_.find(change.slot.value());
  if (it == slot_ids_.end()) {
    // An event of a slot that is over or withdrawn: nothing to keep.
    if (!change.definition || change.withdrawn) return;
    const uint32_t index = AddSlot(change.slot);
    Define(index, *change.definition, change.remaining, change.confirmed);
    slots_[index].revision = change.revision;
    slots_[index].sequence = change.sequence;
    Link(index);
    return;
  }
  const uint32_t index = it->second;
  if (change.sequence <= slots_[index].sequence) return;
  if (change.withdrawn) {
    Remove(index);
    return;
  }
  domain::SlotFacts& facts = facts_[index];
  if (change.definition) {
    Unlink(index);
    Define(index, *change.definition, change.remaining, change.confirmed);
    Link(index);
  } else {
    if ((facts.remaining > 0) != (change.remaining > 0)) {
      Unlink(index);
      facts.remaining = change.remaining;
      Link(index);
    }
    facts.remaining = change.remaining;
    facts.confirmed = std::max(facts.confirmed, domain::Nanos(change.confirmed));
  }
  slots_[index].revision = change.revision;
  slots_[index].sequence = change.sequence;
}

uint32_t Shard::Prune(absl::Time ended, uint32_t from, uint32_t count) {
  const int64_t before = domain::Nanos(ended);
  const uint32_t end = static_cast<uint32_t>(std::min<uint64_t>(slots_.size(), uint64_t{from} + count));
  for (uint32_t i = from; i < end; ++i) {
    if (slots_[i].live && facts_[i].end < before) Remove(i);
  }
  return end == slots_.size() ? 0 : end;
}

void Shard::Settle() {
  std::vector<SiteTree::Point> points;
  points.reserve(sites_.size());
  for (uint32_t i = 0; i < sites_.size(); ++i) {
    sites_[i].leaf = -1;
    if (sites_[i].known) points.push_back({sites_[i].unit, i});
  }
  loose_.clear();
  tree_.Build(std::move(points), open_.width());
  std::vector<int32_t> leaves;
  tree_.ForEachLeaf([&](int32_t leaf, const SiteTree::Node& node) {
    for (uint32_t p = node.first; p < node.first + node.count; ++p) sites_[tree_.site(p)].leaf = leaf;
    leaves.push_back(leaf);
  });
  for (const int32_t leaf : leaves) Mend(leaf);
}

uint32_t Shard::AddSlot(const domain::SlotId& id) {
  uint32_t index;
  if (free_slots_.empty()) {
    index = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
    facts_.emplace_back();
  } else {
    index = free_slots_.back();
    free_slots_.pop_back();
  }
  slots_[index].id = id.value();
  slots_[index].live = true;
  slot_ids_[id.value()] = index;
  return index;
}

void Shard::Define(uint32_t slot, const domain::SlotDefinition& definition, int remaining, absl::Time confirmed) {
  SlotEntry& entry = slots_[slot];
  entry.site = SiteFor(definition.place);
  domain::SlotFacts facts = domain::PackSlot(definition, remaining, confirmed);
  facts.practitioner = dictionary_.Practitioner(definition.practitioner.value());
  facts.specialty = dictionary_.Specialty(definition.specialty);
  std::vector<uint32_t> more = dictionary_.Capabilities(definition.capabilities, &facts.capabilities);
  entry.more_capabilities.reset();
  if (!more.empty()) entry.more_capabilities = std::make_unique<std::vector<uint32_t>>(std::move(more));
  facts.more_capabilities = entry.more_capabilities.get();
  facts_[slot] = facts;
  if (facts.mode == SlotMode::kWalkin) longest_walkin_ = std::max(longest_walkin_, facts.end - facts.start);
}

void Shard::Remove(uint32_t slot) {
  Unlink(slot);
  slot_ids_.erase(slots_[slot].id);
  slots_[slot] = SlotEntry();
  facts_[slot] = domain::SlotFacts();
  free_slots_.push_back(slot);
}

SlotLists& Shard::ListsOf(uint32_t slot) { return facts_[slot].modality == Modality::kTele ? tele_ : sites_[slots_[slot].site].lists; }

void Shard::AddBits(uint32_t slot, uint64_t* row) const {
  const domain::SlotFacts& facts = facts_[slot];
  const domain::PlaceFacts& place = sites_[slots_[slot].site].facts;
  const bool of_cpts =
      facts.modality == Modality::kCabinet && place.cpts != kNoId && domain::VisibilitySet(facts.visibility).Has(domain::Visibility::kCpts);
  const int64_t first = HourOf(facts.start);
  const uint64_t hours = HourBits(first, facts.mode == SlotMode::kWalkin ? HourOf(facts.end) : first);
  row[kShapesColumn] |= ShapeBit(place.kind, facts.modality, of_cpts);
  row[kAnyColumn] |= hours;
  for (uint64_t bits = facts.capabilities; bits != 0; bits &= bits - 1) row[kFirstCapabilityColumn + std::countr_zero(bits)] |= hours;
}

void Shard::Link(uint32_t slot) {
  const domain::SlotFacts& facts = facts_[slot];
  if (facts.practitioner != kNoId) by_practitioner_[facts.practitioner].push_back(slot);
  SlotLists& lists = ListsOf(slot);
  if (facts.remaining <= 0) {
    lists.full.push_back(slot);
    return;
  }
  ++open_slots_;
  std::vector<SlotRef>& list = facts.mode == SlotMode::kWalkin ? lists.walkin : lists.routine;
  const SlotRef ref{facts.start, facts.capabilities, slot};
  if (list.empty() || Earlier(list.back(), ref)) {
    list.push_back(ref);
  } else {
    list.insert(std::lower_bound(list.begin(), list.end(), ref, Earlier), ref);
  }
  Site& site = sites_[slots_[slot].site];
  if (facts.modality == Modality::kTele) {
    ++site.tele_open;
    return;
  }
  const int columns = kFirstCapabilityColumn + static_cast<int>(std::bit_width(facts.capabilities));
  if (columns > open_.width()) {
    // A capability never seen before: seldom, and in powers of two.
    open_.Widen(
        std::min(kMaxColumns, kFirstCapabilityColumn + static_cast<int>(std::bit_ceil(static_cast<unsigned>(columns - kFirstCapabilityColumn)))));
    if (!tree_.empty()) Settle();
  }
  uint64_t row[kMaxColumns] = {};
  AddBits(slot, row);
  if (open_.Add(slots_[slot].site, row) && site.leaf >= 0) tree_.Add(site.leaf, row);
}

void Shard::Unlink(uint32_t slot) {
  const domain::SlotFacts& facts = facts_[slot];
  if (facts.practitioner != kNoId) {
    auto it = by_practitioner_.find(facts.practitioner);
    EraseValue(it->second, slot);
    if (it->second.empty()) by_practitioner_.erase(it);
  }
  SlotLists& lists = ListsOf(slot);
  if (facts.remaining <= 0) {
    EraseValue(lists.full, slot);
    return;
  }
  --open_slots_;
  std::vector<SlotRef>& list = facts.mode == SlotMode::kWalkin ? lists.walkin : lists.routine;
  list.erase(std::lower_bound(list.begin(), list.end(), SlotRef{facts.start, 0, slot}, Earlier));
  Site& site = sites_[slots_[slot].site];
  if (facts.modality == Modality::kTele) {
    --site.tele_open;
    return;
  }
  // A row may stay too generous for a while; a big place does not pay for being exact at every removal.
  const size_t left = site.lists.routine.size() + site.lists.walkin.size();
  if (left <= 64 || ++site.removals >= left / 16) Resum(slots_[slot].site);
}

void Shard::Resum(uint32_t index) {
  Site& site = sites_[index];
  uint64_t row[kMaxColumns] = {};
  for (const auto* list : {&site.lists.routine, &site.lists.walkin}) {
    for (const SlotRef& ref : *list) AddBits(ref.slot, row);
  }
  site.removals = 0;
  if (open_.Set(index, row) && site.leaf >= 0) Mend(site.leaf);
}

void Shard::Mend(int32_t leaf) {
  const SiteTree::Node& node = tree_.node(leaf);
  uint64_t row[kMaxColumns] = {};
  for (uint32_t p = node.first; p < node.first + node.count; ++p) {
    const uint64_t* open = open_.row(tree_.site(p));
    for (int c = 0; c < open_.width(); ++c) row[c] |= open[c];
  }
  tree_.Set(leaf, row);
}

int64_t Shard::FindSlot(absl::string_view id) const {
  auto it = slot_ids_.find(id);
  return it == slot_ids_.end() ? -1 : it->second;
}

const std::vector<uint32_t>* Shard::SlotsOf(uint32_t practitioner) const {
  auto it = by_practitioner_.find(practitioner);
  return it == by_practitioner_.end() ? nullptr : &it->second;
}

const std::vector<domain::PlaceName>* Shard::PlacesOf(absl::string_view rpps) const {
  auto it = practitioners_.find(rpps);
  return it == practitioners_.end() ? nullptr : &it->second;
}

int64_t Shard::FindSite(absl::string_view place) const {
  auto it = place_ids_.find(place);
  return it == place_ids_.end() ? -1 : it->second;
}

const std::vector<uint32_t>* Shard::SitesOfStructure(uint32_t structure) const {
  auto it = by_structure_.find(structure);
  return it == by_structure_.end() ? nullptr : &it->second;
}

const std::vector<uint32_t>* Shard::SitesOfMatrixCommune(int commune) const {
  auto it = by_matrix_commune_.find(commune);
  return it == by_matrix_commune_.end() ? nullptr : &it->second;
}

}  // namespace snp::matcher
