// Fields of an entry of a department's event log (stream `log`, entry id `<seq>-0`, seq from INCR `seq` in the same script: contiguous).
// lib.lua's emit() writes them, event_log.cc reads them. Every entry has the first ten, in this order, so that the stream stores their names once.
//
//   kind     number of domain::ChangeKind
//   slot     slot id, or empty
//   place    place id, or empty
//   booking  booking id, or empty
//   case     full case name, or empty
//   rem      remaining after the change
//   rev      revision of the slot's definition
//   st       0 open, 1 withdrawn
//   fresh    when the slot's source last confirmed it, ms
//   t        when it happened (the caller's now), ms
//   def      only with kSlotPublished: serialised snp.record.v1.SlotRecord
//   put      only with kDirectory: `P` + id + newline + serialised PlaceRecord, or `R` + rpps + newline + serialised PractitionerRecord
//
// `epoch` is made by the first reader of an empty log, or by the script that takes sequence number 1 (from its request id and its now), whoever comes
// first, and never changes: another epoch is another data set.
#pragma once

namespace snp::store::redis {

inline constexpr char kEventKind[] = "kind";
inline constexpr char kEventSlot[] = "slot";
inline constexpr char kEventPlace[] = "place";
inline constexpr char kEventBooking[] = "booking";
inline constexpr char kEventCase[] = "case";
inline constexpr char kEventRemaining[] = "rem";
inline constexpr char kEventRevision[] = "rev";
inline constexpr char kEventState[] = "st";
inline constexpr char kEventFresh[] = "fresh";
inline constexpr char kEventTime[] = "t";
inline constexpr char kEventDefinition[] = "def";
inline constexpr char kEventPut[] = "put";

}  // namespace snp::store::redis
