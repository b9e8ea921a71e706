// RegistryReader over Redis.
#pragma once

#include <string>
#include <vector>

#include "store/redis/client.h"
#include "store/registry_store.h"

namespace snp::store::redis {

// Thread-safe. `client` must outlive it. Nothing here is read in one transaction: a list may show one slot before and another after a change.
class RedisRegistryReader final : public RegistryReader {
 public:
  explicit RedisRegistryReader(Client& client) : client_(client) {}

  // Withdrawn slots too.
  Task<absl::StatusOr<domain::Slot>> GetSlot(domain::SlotName name, absl::Time deadline) override;
  Task<absl::StatusOr<domain::Booking>> GetBooking(domain::BookingName name, absl::Time deadline) override;
  // from <= start < to. Withdrawn slots too. A page may be short, even empty, before the last.
  Task<absl::StatusOr<Page<domain::Slot>>> ListSlots(domain::Department department, domain::PlaceId place, absl::Time from, absl::Time to,
                                                     int page_size, std::string token, absl::Time deadline) override;
  // By (created, id). NOT_FOUND: no such slot.
  Task<absl::StatusOr<std::vector<domain::Booking>>> ListBookings(domain::SlotName slot, absl::Time deadline) override;

 private:
  Client& client_;
};

}  // namespace snp::store::redis
