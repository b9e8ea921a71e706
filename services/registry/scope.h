// Which resources a caller may act on, beyond the access table: a practice only on its own places, and it never learns whether the others' exist.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "domain/supply.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "registry/convert.h"
#include "store/registry_store.h"

namespace snp::registry {

// PERMISSION_DENIED NOT_YOURS; the same words whatever the reason.
absl::Status NotYours();

bool MayActOn(const platform::Caller& caller, const domain::PlaceName& place);
// The places of this department that a practice acts for, for the steps that check it themselves; nullopt for other roles: any.
std::optional<std::vector<domain::PlaceId>> OwnPlaces(const platform::Caller& caller, const domain::Department& department);
CaseField CaseFieldFor(const platform::Caller& caller);

// OK for every role but practice. For a practice: OK when the slot (booking) is of one of its places; NOT_YOURS otherwise, unknown ones included.
// `caller` and `reader` outlive the task.
platform::Task<absl::Status> CheckSlot(const platform::Caller& caller, store::RegistryReader& reader, domain::SlotName slot);
platform::Task<absl::Status> CheckBooking(const platform::Caller& caller, store::RegistryReader& reader, domain::BookingName booking);
// For what ends a booking: as CheckBooking, and a regulator or OSNP does not end a case's booking behind the case's back: NOT_YOURS. There the case
// would stay booked, without the reason and the audit record that a verb on the case leaves.
platform::Task<absl::Status> CheckMayEnd(const platform::Caller& caller, store::RegistryReader& reader, domain::BookingName booking);
// The same for ConfirmFresh, where a slot that does not exist is the store's to tell.
platform::Task<absl::Status> CheckNoOthersSlot(const platform::Caller& caller, store::RegistryReader& reader, domain::SlotName slot);

}  // namespace snp::registry
