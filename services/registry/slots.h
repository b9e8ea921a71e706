// Reads of slots: GetSlot, ListSlots.
#pragma once

#include "absl/status/statusor.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "registry/ports.h"

namespace snp::registry {

namespace v1 {
class GetSlotRequest;
class GetSlotResponse;
class ListSlotsRequest;
class ListSlotsResponse;
}  // namespace v1

// Promises: registry_service.proto. A practice gets the slots of its own places.
class SlotVerbs {
 public:
  explicit SlotVerbs(const Ports& ports) : ports_(ports) {}

  template <typename T>
  using Task = platform::Task<absl::StatusOr<T>>;
  Task<v1::GetSlotResponse> GetSlot(platform::Caller caller, const v1::GetSlotRequest& request);
  Task<v1::ListSlotsResponse> ListSlots(platform::Caller caller, const v1::ListSlotsRequest& request);

 private:
  const Ports ports_;
};

}  // namespace snp::registry
