#include "registry/slots.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "google/protobuf/timestamp.pb.h"
#include "platform/status_macros.h"
#include "registry/convert.h"
#include "registry/scope.h"
#include "registry/validate.h"
#include "snp/registry/v1/registry_service.pb.h"

namespace snp::registry {

using platform::Caller;

SlotVerbs::Task<v1::GetSlotResponse> SlotVerbs::GetSlot(Caller caller, const v1::GetSlotRequest& request) {
  Violations violations;
  const auto name = ReadName("name", domain::ParseSlotName(request.name()), &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  CO_RETURN_IF_ERROR(co_await CheckSlot(caller, ports_.reader, *name));
  CO_ASSIGN_OR_RETURN(const domain::Slot slot, co_await ports_.reader.GetSlot(*name, caller.deadline));
  v1::GetSlotResponse response;
  ToProto(slot, response.mutable_slot());
  co_return response;
}

SlotVerbs::Task<v1::ListSlotsResponse> SlotVerbs::ListSlots(Caller caller, const v1::ListSlotsRequest& request) {
  Violations violations;
  domain::PlaceName parent;
  if (absl::StrContains(request.parent(), "/places/")) {
    if (auto place = ReadName("parent", domain::ParsePlaceName(request.parent()), &violations)) parent = *std::move(place);
  } else if (auto department = ReadName("parent", domain::ParseDepartmentName(request.parent()), &violations)) {
    parent.department = *std::move(department);
  }
  absl::Time from = ports_.clock.Now(), to = absl::InfiniteFuture();
  if (request.has_start_time()) from = ReadTime("start_time", request.start_time(), &violations).value_or(from);
  if (request.has_end_time()) to = ReadTime("end_time", request.end_time(), &violations).value_or(to);
  const int page_size = ReadPageSize(request.page_size(), &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  if (!MayActOn(caller, parent)) co_return NotYours();

  v1::ListSlotsResponse response;
  std::string token = request.page_token();
  // With open_only a page of the shared state may hold few that are wanted: never asks for more than still fit, so that the token stays exact.
  do {
    CO_ASSIGN_OR_RETURN(store::Page<domain::Slot> page, co_await ports_.reader.ListSlots(parent.department, parent.id, from, to,
                                                                                         page_size - response.slots_size(), token, caller.deadline));
    for (const domain::Slot& slot : page.items) {
      if (request.open_only() && (slot.withdrawn || slot.remaining <= 0)) continue;
      ToProto(slot, response.add_slots());
    }
    token = std::move(page.next_token);
  } while (!token.empty() && response.slots_size() < page_size);
  response.set_next_page_token(std::move(token));
  co_return response;
}

}  // namespace snp::registry
