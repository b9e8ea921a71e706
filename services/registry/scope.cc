#include "registry/scope.h"

#include <algorithm>
#include <utility>

#include "platform/error.h"

namespace snp::registry {

using platform::Caller;
using platform::Role;
using platform::Task;

absl::Status NotYours() { return platform::MakeError(platform::Reason::kNotYours, "a practice acts on its own places only"); }

bool MayActOn(const Caller& caller, const domain::PlaceName& place) {
  return caller.role != Role::kPractice || std::find(caller.places.begin(), caller.places.end(), ToString(place)) != caller.places.end();
}

std::optional<std::vector<domain::PlaceId>> OwnPlaces(const Caller& caller, const domain::Department& department) {
  if (caller.role != Role::kPractice) return std::nullopt;
  std::vector<domain::PlaceId> own;
  for (const std::string& name : caller.places) {
    auto place = domain::ParsePlaceName(name);
    if (place.ok() && place->department == department) own.push_back(std::move(place->id));
  }
  return own;
}

CaseField CaseFieldFor(const Caller& caller) { return caller.role == Role::kPractice ? CaseField::kHidden : CaseField::kShown; }

Task<absl::Status> CheckSlot(const Caller& caller, store::RegistryReader& reader, domain::SlotName slot) {
  if (caller.role != Role::kPractice) co_return absl::OkStatus();
  const auto found = co_await reader.GetSlot(slot, caller.deadline);
  if (!found.ok() && !absl::IsNotFound(found.status())) co_return found.status();
  if (!found.ok() || !MayActOn(caller, {slot.department, found->definition.place})) co_return NotYours();
  co_return absl::OkStatus();
}

Task<absl::Status> CheckBooking(const Caller& caller, store::RegistryReader& reader, domain::BookingName booking) {
  if (caller.role != Role::kPractice) co_return absl::OkStatus();
  const auto found = co_await reader.GetBooking(booking, caller.deadline);
  if (!found.ok() && !absl::IsNotFound(found.status())) co_return found.status();
  if (!found.ok() || !MayActOn(caller, {booking.department, found->place})) co_return NotYours();
  co_return absl::OkStatus();
}

Task<absl::Status> CheckMayEnd(const Caller& caller, store::RegistryReader& reader, domain::BookingName booking) {
  if (caller.role == Role::kService) co_return absl::OkStatus();
  if (caller.role == Role::kPractice) co_return co_await CheckBooking(caller, reader, std::move(booking));
  const auto found = co_await reader.GetBooking(booking, caller.deadline);
  if (absl::IsNotFound(found.status())) co_return absl::OkStatus();  // The step itself says so.
  if (!found.ok()) co_return found.status();
  if (!found->case_name.empty()) {
    co_return platform::MakeError(platform::Reason::kNotYours, "the booking is for a case: release, refuse or close it on the case, at regulation");
  }
  co_return absl::OkStatus();
}

Task<absl::Status> CheckNoOthersSlot(const Caller& caller, store::RegistryReader& reader, domain::SlotName slot) {
  if (caller.role != Role::kPractice) co_return absl::OkStatus();
  const auto found = co_await reader.GetSlot(slot, caller.deadline);
  if (absl::IsNotFound(found.status())) co_return absl::OkStatus();
  if (!found.ok()) co_return found.status();
  if (!MayActOn(caller, {slot.department, found->definition.place})) co_return NotYours();
  co_return absl::OkStatus();
}

}  // namespace snp::registry
