// Which slots a patient may be offered: the rules, on packed facts so that an index can ask millions of times a second. Pure, inline, no allocation.
//
// Facts hold small integers instead of strings; whoever keeps the slots interns the strings and compiles a demand's own (`Question`) with the same
// dictionary. Times are nanoseconds since 1970. The texts behind the rules: proto/snp/matcher/v1/matcher.proto.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/string_view.h"
#include "domain/care.h"
#include "domain/demand.h"
#include "domain/policy.h"
#include "domain/supply.h"

namespace snp::domain {

inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
inline constexpr uint32_t kNoId = 0;                                          // Empty string.
inline constexpr uint32_t kUnknownId = std::numeric_limits<uint32_t>::max();  // A string that no slot has.

// General medicine (nomenclature TRE-R38): an empty specialty means it, and so do the codes under which general practitioners are registered: SM26
// qualification, SM53 specialist, SM54 general medicine. Which codes they are is general knowledge, to be checked against the nomenclature in force.
inline bool IsGeneralMedicine(absl::string_view specialty) {
  return specialty.empty() || specialty == "SM26" || specialty == "SM53" || specialty == "SM54";
}

struct SlotFacts {
  int64_t start = 0;
  int64_t end = 0;
  int64_t confirmed = 0;
  int64_t public_from = kNever;                              // The release rule: from then on PUBLIC and not regulated-only.
  uint64_t capabilities = 0;                                 // The first 64 codes of the dictionary, as bits.
  const std::vector<uint32_t>* more_capabilities = nullptr;  // Further codes, ascending; null when none.
  uint32_t practitioner = kNoId;
  uint32_t specialty = kNoId;  // kNoId: general medicine.
  int32_t remaining = 0;
  uint16_t min_age_months = 0;
  uint16_t max_age_months = 0;  // 0: no upper limit.
  uint8_t visibility = 0;       // VisibilitySet.
  SlotMode mode = SlotMode::kRoutine;
  Modality modality = Modality::kCabinet;
  bool regulated_only = false;
};

struct PlaceFacts {
  PlaceKind kind = PlaceKind::kCabinet;
  bool pmr_access = false;
  uint32_t cpts = kNoId;
  uint32_t structure = kNoId;
};

// A demand under a policy, ready to be asked about facts.
struct Question {
  // Filled by MakeQuestion.
  LatLon position;
  int64_t now = 0, earliest = 0, latest = 0;
  uint32_t modalities = 0;  // ModalitySet mask, never empty.
  int age_months = -1;      // -1: unknown.
  bool pmr = false;
  bool regulation = false, professional = false;
  bool flat = false, reachable = true;
  double travel_weight = 1, wait_weight = 0;
  double car_factor = 1;  // Travel by car is divided by it.
  double stale_minutes = 0;
  int64_t demote_after = kNever, refuse_after = kNever;
  double visit_limit = 0;                    // Minutes.
  std::array<double, kCircleCount> limit{};  // Minutes, per circle.
  std::array<double, kCircleCount> extra{};  // Minutes, per circle.
  std::array<int, kCircleCount> rank{};
  const Policy* policy = nullptr;

  // Filled by the keeper of the dictionary.
  uint32_t specialty = kNoId;
  uint32_t own_gp = kNoId;
  uint32_t cpts = kNoId;
  uint64_t capabilities = 0;
  std::vector<uint32_t> more_capabilities;  // Ascending.
  bool unknown_capability = false;          // A code that no slot has.
  std::vector<uint32_t> structures;         // Of the own GP.
};

// `policy` outlives the question.
Question MakeQuestion(const Demand& demand, const Policy& policy);

// Nanoseconds since 1970, saturated.
int64_t Nanos(absl::Time t);

// Slot facts of a definition, without what the dictionary gives (practitioner, specialty, capabilities).
SlotFacts PackSlot(const SlotDefinition& definition, int remaining, absl::Time confirmed);

inline int64_t MinutesToNanos(double minutes) { return static_cast<int64_t>(std::llround(minutes * 6e10)); }
inline double NanosToMinutes(int64_t nanos) { return static_cast<double>(nanos) / 6e10; }

// Where the slot stands before its cost. The own GP comes first whatever the place, except an emergency department, which is always last.
inline Circle CircleOf(const Question& q, const SlotFacts& s, const PlaceFacts& p) {
  if (q.flat) return Circle::kFlat;
  if (p.kind == PlaceKind::kEmergencyDepartment) return Circle::kEmergencyDepartment;
  if (q.own_gp != kNoId && s.practitioner == q.own_gp) return Circle::kOwnGp;
  if (p.structure != kNoId && std::find(q.structures.begin(), q.structures.end(), p.structure) != q.structures.end()) return Circle::kSameStructure;
  const Circle base = q.policy->circle_of[static_cast<int>(p.kind)][static_cast<int>(s.modality)];
  const Circle cpts = q.policy->cpts_circle;
  if (cpts != Circle::kFlat && cpts < base && p.cpts != kNoId && s.modality == Modality::kCabinet &&
      VisibilitySet(s.visibility).Has(Visibility::kCpts)) {
    return cpts;
  }
  return base;
}

// Longest travel accepted for the slot, minutes. Nobody travels for tele.
inline double TravelLimit(const Question& q, Modality modality, Circle circle) {
  if (modality == Modality::kTele) return std::numeric_limits<double>::infinity();
  return modality == Modality::kVisit ? q.visit_limit : q.limit[static_cast<int>(circle)];
}

// When the patient is seen: at the start of an appointment; in a walk-in range on arrival, if that is later, and not before the earliest time.
inline int64_t SeenAt(const Question& q, const SlotFacts& s, double travel_minutes) {
  if (!q.reachable || s.mode != SlotMode::kWalkin) return s.start;
  return std::max({s.start, q.earliest, q.now + MinutesToNanos(travel_minutes)});
}

inline bool VisibleTo(const Question& q, const SlotFacts& s, const PlaceFacts& p) {
  if (q.regulation) return true;
  if (q.now >= s.public_from) return true;
  if (s.regulated_only) return false;
  const VisibilitySet seen_by(s.visibility);
  if (seen_by.Has(Visibility::kPublic)) return true;
  if (!q.professional) return false;
  if (seen_by.Has(Visibility::kPro)) return true;
  return seen_by.Has(Visibility::kCpts) && p.cpts != kNoId && p.cpts == q.cpts;
}

inline bool HasCapabilities(const Question& q, const SlotFacts& s) {
  if (q.unknown_capability || (q.capabilities & ~s.capabilities) != 0) return false;
  if (q.more_capabilities.empty()) return true;
  return s.more_capabilities != nullptr &&
         std::includes(s.more_capabilities->begin(), s.more_capabilities->end(), q.more_capabilities.begin(), q.more_capabilities.end());
}

// The first reason of the enum for which the slot is refused, or kNone. `travel_minutes` as TravelLimit compares it; `circle` from CircleOf.
// kExcluded is not known here (names): it is the last of the enum, so the caller asks it of slots for which this says kNone.
inline Refusal Judge(const Question& q, const SlotFacts& s, const PlaceFacts& p, Circle circle, double travel_minutes) {
  if (travel_minutes > TravelLimit(q, s.modality, circle)) return Refusal::kTooFar;
  const int64_t seen = SeenAt(q, s, travel_minutes);
  if (seen > q.latest) return Refusal::kTooLate;
  if (q.reachable && s.mode == SlotMode::kWalkin) {
    if (seen >= s.end) return Refusal::kTooEarly;
  } else {
    if (s.start < q.earliest) return Refusal::kTooEarly;
    if (q.reachable && s.start < q.now + MinutesToNanos(travel_minutes)) return Refusal::kTooEarly;
  }
  if (q.age_months < 0 ? (s.min_age_months != 0 || s.max_age_months != 0)
                       : (q.age_months < s.min_age_months || (s.max_age_months != 0 && q.age_months > s.max_age_months))) {
    return Refusal::kAge;
  }
  if (((q.modalities >> static_cast<int>(s.modality)) & 1u) == 0) return Refusal::kModality;
  if (q.specialty != s.specialty || !HasCapabilities(q, s)) return Refusal::kCapability;
  if (!VisibleTo(q, s, p)) return Refusal::kNotVisible;
  if (q.refuse_after != kNever && q.now - s.confirmed > q.refuse_after) return Refusal::kStale;
  if (s.remaining <= 0) return Refusal::kFull;
  if (q.pmr && s.modality == Modality::kCabinet && !p.pmr_access) return Refusal::kPmr;
  return Refusal::kNone;
}

}  // namespace snp::domain
