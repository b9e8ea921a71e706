// Supply: places, practitioners, slots, bookings. Value types; the promises of each field are in proto/snp/registry/v1/registry.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "domain/care.h"
#include "domain/geo.h"
#include "domain/names.h"

namespace snp::domain {

struct Place {
  PlaceName name;
  PlaceKind kind = PlaceKind::kCabinet;
  std::string display_name;
  std::string finess;
  std::string siret;
  std::string commune;
  LatLon position;
  std::string time_zone = "Europe/Paris";
  bool pmr_access = false;
  std::string cpts;
  std::string structure;  // Empty: the place is its own structure.
  std::string address;
  bool operator==(const Place&) const = default;
};

struct Practitioner {
  PractitionerName name;
  std::string profession;
  std::string specialty;
  std::vector<PlaceName> places;
  bool operator==(const Practitioner&) const = default;
};

// What a publisher states about a slot.
struct SlotDefinition {
  PlaceId place;
  Rpps practitioner;  // May be empty.
  absl::Time start;
  absl::Time end;
  int capacity = 1;
  SlotMode mode = SlotMode::kRoutine;
  Modality modality = Modality::kCabinet;
  VisibilitySet visibility;
  std::vector<std::string> capabilities;
  std::string specialty;
  int min_age_months = 0;
  int max_age_months = 0;  // 0: no upper limit.
  bool regulated_only = false;
  std::string source;
  std::optional<absl::Duration> release_before;
  bool operator==(const SlotDefinition&) const = default;
};

// A slot as the registry holds it.
struct Slot {
  SlotName name;
  SlotDefinition definition;
  int64_t revision = 0;  // Of the definition; what a hold states.
  int64_t sequence = 0;  // Last event of this slot in its department's log.
  int remaining = 0;
  int overbooked = 0;
  bool withdrawn = false;
  absl::Time confirmed;
};

enum class BookingState { kHeld = 1, kBooked, kReleased, kExpired, kCancelled, kSeen, kNoShow };
enum class CancelledBy { kNobody = 0, kPatient, kPractice, kRegulation };

struct Booking {
  BookingName name;
  SlotName slot;
  PlaceId place;
  std::string case_name;  // Full name or empty; may be of another department.
  std::string reference;
  BookingState state = BookingState::kHeld;
  absl::Time hold_deadline = absl::InfinitePast();
  absl::Time created;
  std::optional<absl::Time> acknowledged;
  CancelledBy cancelled_by = CancelledBy::kNobody;
  bool overbooked = false;
  bool slot_changed = false;
  absl::Time start;
  std::string motive;
};

// Kinds of events of a department's registry log; values of snp.registry.v1.ChangeKind.
enum class ChangeKind {
  kSlotPublished = 1,
  kSlotWithdrawn,
  kSlotConfirmedFresh,
  kHeld,
  kBooked,
  kReleased,
  kExpired,
  kCancelled,
  kAcknowledged,
  kSeen,
  kNoShow,
  kUnacknowledged,
  kDirectory,
  kHeartbeat
};

// One event: ids, codes and counts only, never a patient.
struct Change {
  int64_t sequence = 0;  // Contiguous within the department: a jump is a gap.
  ChangeKind kind = ChangeKind::kHeartbeat;
  absl::Time time;
  SlotId slot;  // Empty for directory changes.
  PlaceId place;
  BookingId booking;  // Empty when none.
  std::string case_name;
  int remaining = 0;
  int64_t revision = 0;
  bool withdrawn = false;
  absl::Time confirmed;
  // With kSlotPublished: the whole definition, so that an index never needs to read the slot again.
  std::optional<SlotDefinition> definition;
  // With kDirectory: what was put.
  std::optional<Place> put_place;
  std::optional<Practitioner> put_practitioner;
};

}  // namespace snp::domain
