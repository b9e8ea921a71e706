// A registry store on a Redis of its own, with short ways to publish, hold and look. Time stands still unless a test moves `now`.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "domain/supply.h"
#include "platform/ids.h"
#include "store/redis/registry_store.h"
#include "store/redis/sweep.h"
#include "support/redis_fixture.h"

namespace snp::testing {

// One entry of the event log, its fields by name ("seq" is the sequence number).
using LogEntry = std::map<std::string, std::string>;

class RegistryFixture {
 public:
  // The department "95" and, for holds that span, any other, have the places "p1" and "p2".
  explicit RegistryFixture(RedisSettings settings = {}, int64_t log_length = store::redis::kDefaultLogLength);

  // A request with an id never used before, or this one. The fingerprint is made of `body`.
  store::Request NewRequest();
  store::Request Retry(std::string id, std::string body = "body") const;

  // A routine slot of place p1 that starts in an hour and lasts 20 minutes.
  domain::SlotDefinition Definition(int capacity = 1) const;
  domain::SlotName SlotNamed(std::string id, std::string department = "95") const;
  // Publishes and returns what is stored; ends the test program on an error.
  domain::Slot Publish(std::string id, const domain::SlotDefinition& definition, std::string department = "95");
  absl::StatusOr<store::PublishOutcome> TryPublish(std::string id, const domain::SlotDefinition& definition, bool keep_bookings = false);
  void AddPlace(std::string id, std::string department = "95");

  // Arguments of a hold of 5 minutes: slots at revision 1 unless "id@revision"; "78/id" is of department 78.
  store::HoldArgs Candidates(std::vector<std::string> slots, bool book = false);
  absl::StatusOr<store::HoldResult> Hold(std::vector<std::string> slots, bool book = false);
  // Books at once in one slot; ends the test program on an error.
  domain::Booking Book(std::string slot);

  absl::StatusOr<domain::Slot> ReadSlot(const domain::SlotName& name) const;
  absl::StatusOr<domain::Booking> ReadBooking(const domain::BookingName& name) const;
  std::vector<LogEntry> Log(std::string department = "95") const;
  // Kinds of the log, in order.
  std::vector<domain::ChangeKind> Kinds(std::string department = "95") const;
  // Every key of the server with its content, for "nothing changed". Request markers included.
  std::map<std::string, std::string> Dump() const;
  // What must hold whatever was done; returns what does not, empty when all is well: remaining = max(0, capacity - live) and overbooked = max(0, live
  // - capacity) of each slot; holds, unacknowledged, references and ended bookings agree with the bookings; sequence numbers are contiguous from 1.
  std::vector<std::string> Violations(std::string department = "95") const;

  RedisFixture redis;
  std::unique_ptr<store::redis::Client> client;
  platform::SeededIdSource ids;
  store::redis::RedisRegistryStore store;
  store::redis::RedisRegistrySweep sweep;
  domain::Department department{"95"};
  absl::Time now = absl::FromUnixSeconds(1'765'000'000);

 private:
  int next_request_ = 0;
};

}  // namespace snp::testing
