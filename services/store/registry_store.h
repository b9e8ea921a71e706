// Port to the registry's shared state: the verbs on slots and bookings, each one atomic step (one script, one hash tag) that also appends its event.
//
// Guarantees: a success is durable as the Redis is configured (shipped: AOF, appendfsync always). A retry with the same `request.id` and the same
// fingerprint returns the first answer, a different fingerprint is REQUEST_ID_REUSED; markers live 24 h. Errors: UNAVAILABLE STORE_UNAVAILABLE (the
// step may or may not have been taken: retry with the same id), RESOURCE_EXHAUSTED STORE_FULL (not taken), and those named per verb.
// Thread-safe. Coroutines resume on the client's reader thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "domain/supply.h"
#include "platform/async/task.h"

namespace snp::store {

using platform::Task;

// Idempotency key of a mutation and the fingerprint (128-bit hash, hex) of its body.
struct Request {
  std::string id;
  std::string fingerprint;
  absl::Time now;       // The caller's clock: scripts never read one.
  absl::Time deadline;  // Give up waiting for Redis then.
};

struct Candidate {
  domain::SlotName slot;
  int64_t revision = 0;
};

struct HoldArgs {
  std::vector<Candidate> candidates;  // Best first; may span departments (rank order kept).
  domain::Department home;            // Keeps the request marker: the case's department, or the first candidate's.
  absl::Time hold_deadline;           // Ignored when `book`.
  bool book = false;                  // Book at once.
  std::string case_name;
  std::string motive;
  std::string reference;  // Proposed; the store derives another when it is taken.
};

struct HoldResult {
  domain::Booking booking;
  int candidate_index = 0;
};

struct PublishItem {
  domain::SlotName name;
  domain::SlotDefinition definition;
};
struct PublishOutcome {
  domain::Slot slot;                          // As stored, when OK.
  std::vector<domain::BookingName> affected;  // Live bookings and holds concerned by the change.
};

// A page of ids by start time.
template <typename T>
struct Page {
  std::vector<T> items;
  std::string next_token;  // Empty: last page.
};

class RegistryStore {
 public:
  virtual ~RegistryStore() = default;

  // All of one department. SLOT_HAS_BOOKINGS per item, see PublishSlotRequest.keep_bookings. Unknown place: NOT_FOUND per item. `only`: the places
  // that the publisher acts for; NOT_YOURS per item for a slot that is, or would be, of another. nullopt: any.
  virtual Task<absl::StatusOr<std::vector<absl::StatusOr<PublishOutcome>>>> Publish(
      Request request, domain::Department department, std::vector<PublishItem> items, bool keep_bookings,
      std::optional<std::vector<domain::PlaceId>> only = std::nullopt) = 0;
  virtual Task<absl::StatusOr<PublishOutcome>> Withdraw(Request request, domain::SlotName slot) = 0;
  // Ids not found or withdrawn.
  virtual Task<absl::StatusOr<std::vector<domain::SlotId>>> ConfirmFresh(Request request, domain::Department department,
                                                                         std::vector<domain::SlotId> slots) = 0;
  // SLOT_TAKEN when no candidate is free at its revision. SLOT_CLOSED is not distinguished: to the caller it is a lost race.
  virtual Task<absl::StatusOr<HoldResult>> Hold(Request request, HoldArgs args) = 0;
  // HOLD_EXPIRED, BOOKING_STATE, NOT_FOUND.
  virtual Task<absl::StatusOr<domain::Booking>> Confirm(Request request, domain::BookingName name) = 0;
  virtual Task<absl::StatusOr<domain::Booking>> Release(Request request, domain::BookingName name) = 0;
  virtual Task<absl::StatusOr<domain::Booking>> Cancel(Request request, domain::BookingName name, domain::CancelledBy by) = 0;
  virtual Task<absl::StatusOr<domain::Booking>> Acknowledge(Request request, domain::BookingName name) = 0;
  // SEEN from 30 minutes before the start on, NO_SHOW from the start on; BOOKING_STATE before.
  virtual Task<absl::StatusOr<domain::Booking>> RecordOutcome(Request request, domain::BookingName name, domain::BookingState outcome) = 0;
  // FAILED_PRECONDITION (BOOKING_STATE) while the slot still has a place; SLOT_CLOSED.
  virtual Task<absl::StatusOr<domain::Booking>> Overbook(Request request, domain::SlotName slot, HoldArgs args) = 0;
};

// Reads.
class RegistryReader {
 public:
  virtual ~RegistryReader() = default;
  virtual Task<absl::StatusOr<domain::Slot>> GetSlot(domain::SlotName name, absl::Time deadline) = 0;
  virtual Task<absl::StatusOr<domain::Booking>> GetBooking(domain::BookingName name, absl::Time deadline) = 0;
  // `place` empty: the whole department. By (start, id).
  virtual Task<absl::StatusOr<Page<domain::Slot>>> ListSlots(domain::Department department, domain::PlaceId place, absl::Time from, absl::Time to,
                                                             int page_size, std::string token, absl::Time deadline) = 0;
  // Every booking ever attached to a slot that is still known (live and ended).
  virtual Task<absl::StatusOr<std::vector<domain::Booking>>> ListBookings(domain::SlotName slot, absl::Time deadline) = 0;
};

// Directory.
class DirectoryStore {
 public:
  virtual ~DirectoryStore() = default;
  virtual Task<absl::Status> PutPlaces(Request request, domain::Department department, std::vector<domain::Place> places) = 0;
  virtual Task<absl::Status> PutPractitioners(Request request, domain::Department department, std::vector<domain::Practitioner> practitioners) = 0;
  virtual Task<absl::StatusOr<domain::Place>> GetPlace(domain::PlaceName name, absl::Time deadline) = 0;
  virtual Task<absl::StatusOr<domain::Practitioner>> GetPractitioner(domain::PractitionerName name, absl::Time deadline) = 0;
  virtual Task<absl::StatusOr<Page<domain::Place>>> ListPlaces(domain::Department department, int page_size, std::string token,
                                                               absl::Time deadline) = 0;
};

// Time-driven steps, taken by the registry's sweeper; safe to run from several processes at once.
class RegistrySweep {
 public:
  virtual ~RegistrySweep() = default;
  // Ends up to `limit` holds whose deadline is at or before `now`; returns how many.
  virtual Task<absl::StatusOr<int>> ExpireHolds(domain::Department department, absl::Time now, int limit) = 0;
  // Appends kUnacknowledged once for each booking that starts within `lead` and is not acknowledged; returns how many.
  virtual Task<absl::StatusOr<int>> FlagUnacknowledged(domain::Department department, absl::Time now, absl::Duration lead, int limit) = 0;
  // Forgets slots that ended before `before`, with their ended bookings; returns how many slots.
  virtual Task<absl::StatusOr<int>> ForgetPast(domain::Department department, absl::Time before, int limit) = 0;
};

}  // namespace snp::store
