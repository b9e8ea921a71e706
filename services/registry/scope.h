// Which resources a caller may act on, beyond the access table: a practice only on its own places, and it never learns whether the others' exist.
#pragma once

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
CaseField CaseFieldFor(const platform::Caller& caller);

// OK for every role but practice. For a practice: OK when the slot (booking) is of one of its places; NOT_YOURS otherwise, unknown ones included.
// `caller` and `reader` outlive the task.
platform::Task<absl::Status> CheckSlot(const platform::Caller& caller, store::RegistryReader& reader, domain::SlotName slot);
platform::Task<absl::Status> CheckBooking(const platform::Caller& caller, store::RegistryReader& reader, domain::BookingName booking);
// For publishing: a slot that does not exist yet is fine.
platform::Task<absl::Status> CheckNoOthersSlot(const platform::Caller& caller, store::RegistryReader& reader, domain::SlotName slot);

}  // namespace snp::registry
