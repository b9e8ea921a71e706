// Verbs that take a place and give it back: HoldSlot, BookSlot, OverbookSlot, ConfirmHold, ReleaseHold.
#pragma once

#include "absl/status/statusor.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "registry/ports.h"

namespace snp::registry {

namespace v1 {
class BookSlotRequest;
class BookSlotResponse;
class ConfirmHoldRequest;
class ConfirmHoldResponse;
class HoldSlotRequest;
class HoldSlotResponse;
class OverbookSlotRequest;
class OverbookSlotResponse;
class ReleaseHoldRequest;
class ReleaseHoldResponse;
}  // namespace v1

// Promises: registry_service.proto.
class HoldVerbs {
 public:
  explicit HoldVerbs(const Ports& ports) : ports_(ports) {}

  template <typename T>
  using Task = platform::Task<absl::StatusOr<T>>;
  Task<v1::HoldSlotResponse> HoldSlot(platform::Caller caller, const v1::HoldSlotRequest& request);
  Task<v1::BookSlotResponse> BookSlot(platform::Caller caller, const v1::BookSlotRequest& request);
  Task<v1::OverbookSlotResponse> OverbookSlot(platform::Caller caller, const v1::OverbookSlotRequest& request);
  Task<v1::ConfirmHoldResponse> ConfirmHold(platform::Caller caller, const v1::ConfirmHoldRequest& request);
  Task<v1::ReleaseHoldResponse> ReleaseHold(platform::Caller caller, const v1::ReleaseHoldRequest& request);

 private:
  const Ports ports_;
};

}  // namespace snp::registry
