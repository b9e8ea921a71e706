// Every key of the shared state is spelled here and nowhere else.
//
// All keys of a department share the hash tag `{95}`, so that one script may touch them on a Redis Cluster. A script gets the root `snp:{95}:` as its
// only declared key (KEYS[1], which routes it) and derives the others from the same parts: Script puts LuaKeyParts() before its text.
//
//   slot:<slot>          hash  a slot: def (SlotRecord), rev, seq, cap, rem, over, st (0 open, 1 withdrawn), start, end, till, mod, place, fresh and
//                              `b:<booking>` = state for each hold or booking that takes a place (HELD, BOOKED, SEEN, NO_SHOW)
//   ended:<slot>         set   ids of its bookings that gave their place back (RELEASED, EXPIRED, CANCELLED)
//   bk:<booking>         hash  a hold or booking, see slot_codec.h
//   refs                 hash  reference -> id, of the live bookings
//   slots                zset  slots by start (ms), all of the department
//   pslots:<place>       zset  slots by start (ms), of one place
//   holds                zset  holds by deadline (ms)
//   unack                zset  bookings not acknowledged yet by start (ms)
//   rq:<request>         str   request marker of the registry: fingerprint, newline, answer; lives 24 h
//   seq, log, epoch            last sequence number, event stream, name of the data set (event_codec.h)
//   places, practitioners hash id -> PlaceRecord, PractitionerRecord
//   placeids             zset  ids of places, all of score 0: for lists by id
//   case:<case>          hash  a case: rev, record, and what its scripts need
//   crq:<request>        str   request marker of regulation; same form as rq
//   queue                zset  live cases by order of the queue
//   due                  zset  cases with a pending step by when the reconciler looks at them (ms)
//   closed               zset  cases by when their retention begins (ms): their end, or when they count as forgotten
//   casebk               hash  full name of a booking -> id of the case it is for
//   cseq, clog                 sequence number and stream of the queue's log
//   audit:<case>         list  serialised AuditRecords of a case, oldest first
//   cursor:<consumer>    str   where a consumer of the log stands
#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "domain/names.h"

namespace snp::store::redis {

// What follows the root. The Lua local of each is its name in upper case after K_: K_SLOT, K_PSLOTS.
struct KeyPart {
  const char* name;
  const char* text;
};
inline constexpr KeyPart kSlotKey{"SLOT", "slot:"}, kEndedKey{"ENDED", "ended:"}, kBookingKey{"BK", "bk:"}, kReferencesKey{"REFS", "refs"},
    kSlotsKey{"SLOTS", "slots"}, kPlaceSlotsKey{"PSLOTS", "pslots:"}, kHoldsKey{"HOLDS", "holds"}, kUnacknowledgedKey{"UNACK", "unack"},
    kRequestKey{"RQ", "rq:"}, kSequenceKey{"SEQ", "seq"}, kLogKey{"LOG", "log"}, kEpochKey{"EPOCH", "epoch"}, kPlacesKey{"PLACES", "places"},
    kPlaceIdsKey{"PLACEIDS", "placeids"}, kPractitionersKey{"PRACTITIONERS", "practitioners"}, kCaseKey{"CASE", "case:"},
    kCaseRequestKey{"CRQ", "crq:"}, kQueueKey{"QUEUE", "queue"}, kDueKey{"DUE", "due"}, kClosedKey{"CLOSED", "closed"},
    kCaseBookingsKey{"CASEBK", "casebk"}, kCaseSequenceKey{"CSEQ", "cseq"}, kCaseLogKey{"CLOG", "clog"}, kAuditKey{"AUDIT", "audit:"},
    kCursorKey{"CURSOR", "cursor:"};

// `local K_SLOT='slot:' ...` for every part, on one line.
const std::string& LuaKeyParts();

// The keys of one department. Value type.
class Keys {
 public:
  explicit Keys(const domain::Department& department) : root_(absl::StrCat("snp:{", department.value(), "}:")) {}

  // KEYS[1] of every script.
  const std::string& root() const { return root_; }

  std::string Slot(const domain::SlotId& id) const { return Of(kSlotKey, id.value()); }
  std::string Ended(const domain::SlotId& id) const { return Of(kEndedKey, id.value()); }
  std::string Booking(const domain::BookingId& id) const { return Of(kBookingKey, id.value()); }
  std::string References() const { return Of(kReferencesKey); }
  std::string Slots() const { return Of(kSlotsKey); }
  std::string PlaceSlots(const domain::PlaceId& id) const { return Of(kPlaceSlotsKey, id.value()); }
  std::string Holds() const { return Of(kHoldsKey); }
  std::string Unacknowledged() const { return Of(kUnacknowledgedKey); }
  std::string Request(absl::string_view id) const { return Of(kRequestKey, id); }
  std::string Sequence() const { return Of(kSequenceKey); }
  std::string Log() const { return Of(kLogKey); }
  std::string Epoch() const { return Of(kEpochKey); }
  std::string Places() const { return Of(kPlacesKey); }
  std::string PlaceIds() const { return Of(kPlaceIdsKey); }
  std::string Practitioners() const { return Of(kPractitionersKey); }
  std::string Case(const domain::CaseId& id) const { return Of(kCaseKey, id.value()); }
  std::string CaseRequest(absl::string_view id) const { return Of(kCaseRequestKey, id); }
  std::string Queue() const { return Of(kQueueKey); }
  std::string Due() const { return Of(kDueKey); }
  std::string Closed() const { return Of(kClosedKey); }
  std::string CaseBookings() const { return Of(kCaseBookingsKey); }
  std::string CaseSequence() const { return Of(kCaseSequenceKey); }
  std::string CaseLog() const { return Of(kCaseLogKey); }
  std::string Audit(const domain::CaseId& id) const { return Of(kAuditKey, id.value()); }
  std::string Cursor(absl::string_view consumer) const { return Of(kCursorKey, consumer); }

 private:
  std::string Of(const KeyPart& part, absl::string_view id = "") const { return absl::StrCat(root_, part.text, id); }
  std::string root_;
};

}  // namespace snp::store::redis
