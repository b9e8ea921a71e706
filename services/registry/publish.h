// Verbs of a publisher: PublishSlot, BatchPublishSlots, StreamPublishSlots, WithdrawSlot, ConfirmFresh.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "platform/rpc/door.h"
#include "registry/ports.h"

namespace google::protobuf {
template <typename T>
class RepeatedPtrField;
}

namespace snp::registry {

namespace v1 {
class BatchPublishSlotsRequest;
class BatchPublishSlotsResponse;
class Booking;
class ConfirmFreshRequest;
class ConfirmFreshResponse;
class PublishResult;
class PublishSlotRequest;
class PublishSlotResponse;
class Slot;
class StreamPublishSlotsRequest;
class StreamPublishSlotsResponse;
class WithdrawSlotRequest;
class WithdrawSlotResponse;
}  // namespace v1

// Promises: registry_service.proto.
class PublishVerbs {
 public:
  explicit PublishVerbs(const Ports& ports) : ports_(ports) {}

  template <typename T>
  using Task = platform::Task<absl::StatusOr<T>>;
  Task<v1::PublishSlotResponse> PublishSlot(platform::Caller caller, const v1::PublishSlotRequest& request);
  Task<v1::BatchPublishSlotsResponse> BatchPublishSlots(platform::Caller caller, const v1::BatchPublishSlotsRequest& request);
  Task<v1::StreamPublishSlotsResponse> StreamPublishSlots(platform::Caller caller, platform::Door::Reader<v1::StreamPublishSlotsRequest>& reader);
  Task<v1::WithdrawSlotResponse> WithdrawSlot(platform::Caller caller, const v1::WithdrawSlotRequest& request);
  Task<v1::ConfirmFreshResponse> ConfirmFresh(platform::Caller caller, const v1::ConfirmFreshRequest& request);

 private:
  struct BatchResult {
    int64_t published = 0;
    std::vector<v1::PublishResult> refused;
  };
  Task<BatchResult> PublishBatch(const platform::Caller& caller, const google::protobuf::RepeatedPtrField<v1::Slot>& slots, store::Request key,
                                 int64_t first_index);
  // False: a practice names a practitioner whom the directory does not know at that place.
  Task<bool> MayName(const platform::Caller& caller, const domain::Department& department, const domain::SlotDefinition& slot);
  Task<std::vector<v1::Booking>> ReadBookings(const platform::Caller& caller, const std::vector<domain::BookingName>& names);

  const Ports ports_;
};

}  // namespace snp::registry
