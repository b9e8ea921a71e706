// RegistryStore over Redis. One Lua script per verb (scripts/*.lua), each on one department.
//
// Two verbs are several scripts:
//  - Publish and ConfirmFresh of many slots are cut into chunks of 100, so that no script holds Redis for more than about a millisecond. Each chunk
//  has a
//    request marker of its own (`<request>.<n>`); a broken call leaves the first chunks done, and a retry goes on where it stopped.
//  - Hold with candidates of several departments goes by runs of equal departments, in rank order, one script each. The marker in `home` is written
//    first and names the run being tried (`><n>`), then holds the answer. A retry asks that run first: its department has a marker of its own, so
//    what was taken there is found again. Booking at once in a department that is not `home` holds for a minute first, writes the answer to `home`,
//    then confirms. So whatever breaks in between, a hold that nobody knows of ends by its own deadline, and a retry returns the first answer. When
//    two retries run at once and take two places, the second to reach `home` releases its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/ids.h"
#include "store/redis/client.h"
#include "store/redis/script.h"
#include "store/registry_store.h"

namespace snp::store::redis {

// Events that a department's log keeps unless configured otherwise.
inline constexpr int64_t kDefaultLogLength = 1'000'000;

// Thread-safe.
class RedisRegistryStore final : public RegistryStore {
 public:
  // `client` and `ids` outlive it and its calls. `log_length`: events that each department's log keeps (about).
  RedisRegistryStore(Client& client, platform::IdSource& ids, int64_t log_length = kDefaultLogLength);

  Task<absl::StatusOr<std::vector<absl::StatusOr<PublishOutcome>>>> Publish(Request request, domain::Department department,
                                                                            std::vector<PublishItem> items, bool keep_bookings,
                                                                            std::optional<std::vector<domain::PlaceId>> only = std::nullopt) override;
  Task<absl::StatusOr<PublishOutcome>> Withdraw(Request request, domain::SlotName slot) override;
  Task<absl::StatusOr<std::vector<domain::SlotId>>> ConfirmFresh(Request request, domain::Department department,
                                                                 std::vector<domain::SlotId> slots) override;
  Task<absl::StatusOr<HoldResult>> Hold(Request request, HoldArgs args) override;
  Task<absl::StatusOr<domain::Booking>> Confirm(Request request, domain::BookingName name) override;
  Task<absl::StatusOr<domain::Booking>> Release(Request request, domain::BookingName name) override;
  Task<absl::StatusOr<domain::Booking>> Cancel(Request request, domain::BookingName name, domain::CancelledBy by) override;
  Task<absl::StatusOr<domain::Booking>> Acknowledge(Request request, domain::BookingName name) override;
  Task<absl::StatusOr<domain::Booking>> RecordOutcome(Request request, domain::BookingName name, domain::BookingState outcome) override;
  Task<absl::StatusOr<domain::Booking>> Overbook(Request request, domain::SlotName slot, HoldArgs args) override;

 private:
  // A run of candidates [begin, end) of one department.
  struct Run {
    size_t begin, end;
  };
  // The four arguments that every script begins with, with room for `more`.
  std::vector<std::string> Arguments(const Request& request, size_t more) const;
  // A script's whole answer, with its sign.
  Task<absl::StatusOr<std::string>> Ask(const Script& script, const Request& request, const domain::Department& department,
                                        std::vector<std::string> args);
  Task<absl::StatusOr<domain::Booking>> Move(const Script& script, Request request, domain::BookingName name, std::vector<std::string> more);
  Task<absl::StatusOr<std::string>> HoldRun(const Request& request, const HoldArgs& args, Run run, bool resume, absl::Time hold_deadline);
  Task<absl::StatusOr<std::string>> Route(const Request& request, const HoldArgs& args, const char* how, std::string what);
  Task<absl::StatusOr<HoldResult>> HoldAcross(const Request& request, const HoldArgs& args, const std::vector<Run>& runs);
  Task<absl::StatusOr<HoldResult>> FinishAbroad(const Request& request, const HoldArgs& args, std::string answer);

  Client& client_;
  platform::IdSource& ids_;
  const std::string log_length_;
};

}  // namespace snp::store::redis
