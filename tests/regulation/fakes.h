// Stand-ins for registry, matcher and event log: they keep the promises of the real ones (idempotency, atomic take), and break on command.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform/clock.h"
#include "regulation/ports/matcher_client.h"
#include "regulation/ports/registry_client.h"
#include "snp/matcher/v1/matcher_service.pb.h"
#include "snp/registry/v1/registry_service.pb.h"
#include "store/event_log.h"

namespace snp::regulation {

namespace rpb = registry::v1;
namespace mpb = matcher::v1;
using platform::Task;

class FakeRegistry final : public RegistryClient {
 public:
  explicit FakeRegistry(const platform::Clock& clock) : clock_(clock) {}

  void AddSlot(const std::string& slot, int capacity = 1, absl::Duration starts_in = absl::Hours(1));
  int remaining(const std::string& slot) const;
  std::optional<rpb::Booking> booking(const std::string& name) const;
  // HELD or BOOKED, of all cases or of one.
  std::vector<rpb::Booking> Live(const std::string& case_name = "") const;
  // Free slots, in the order they were added.
  std::vector<rpb::Candidate> Free() const;
  // What happens behind regulation's back.
  void Change(const std::string& booking, const std::function<void(rpb::Booking&)>& change);
  void EndBooking(const std::string& booking, rpb::BookingState state);
  // As if it had been taken under this name. Returns it.
  std::string Rename(const std::string& booking, const std::string& name);
  // As after a month.
  void Forget(const std::string& booking);

  // Of reading a booking.
  absl::Status read_error;

  // The next `n` mutations: UNAVAILABLE before anything is taken, or after it was (the answer is lost). -1: all, until 0.
  int silent_before = 0;
  int silent_after = 0;
  int calls = 0;
  // Runs inside the next mutation, before it takes anything: what happens while the call is on its way.
  std::function<Task<bool>()> meanwhile;

  Task<absl::StatusOr<rpb::HoldSlotResponse>> Hold(rpb::HoldSlotRequest request, absl::Time deadline) override;
  Task<absl::StatusOr<rpb::BookSlotResponse>> Book(rpb::BookSlotRequest request, absl::Time deadline) override;
  Task<absl::StatusOr<rpb::Booking>> Confirm(rpb::ConfirmHoldRequest request, absl::Time deadline) override;
  Task<absl::StatusOr<rpb::Booking>> Release(rpb::ReleaseHoldRequest request, absl::Time deadline) override;
  Task<absl::StatusOr<rpb::Booking>> Cancel(rpb::CancelBookingRequest request, absl::Time deadline) override;
  Task<absl::StatusOr<rpb::Booking>> RecordOutcome(rpb::RecordOutcomeRequest request, absl::Time deadline) override;
  Task<absl::StatusOr<rpb::Booking>> GetBooking(std::string name, absl::Time deadline) override;
  Task<absl::StatusOr<rpb::ListBookingsResponse>> ListBookings(rpb::ListBookingsRequest request, absl::Time deadline) override;

 private:
  struct Slot {
    int remaining = 1;
    absl::Time start;
  };
  Task<bool> Enter();
  bool Lost();
  absl::StatusOr<rpb::HoldSlotResponse> Take(const std::string& id, const std::string& body,
                                             const google::protobuf::RepeatedPtrField<rpb::Candidate>& candidates, rpb::Booking booking);
  // The kept answer of a request, or what `step` makes of the booking.
  absl::StatusOr<rpb::Booking> Once(const std::string& id, const std::string& body, const std::string& booking,
                                    const std::function<absl::Status(rpb::Booking&)>& step);
  void Free(rpb::Booking& booking);

  const platform::Clock& clock_;
  mutable std::recursive_mutex mutex_;
  std::vector<std::string> order_;
  std::map<std::string, Slot> slots_;
  std::map<std::string, rpb::Booking> bookings_;
  int last_booking_ = 0;
  struct Kept {
    std::string body;
    absl::StatusOr<rpb::HoldSlotResponse> answer;
  };
  std::map<std::string, Kept> kept_;
};

// Offers the fake registry's free slots in their order.
class FakeMatcher final : public MatcherClient {
 public:
  explicit FakeMatcher(const FakeRegistry& registry) : registry_(registry) {}

  // Not offered though free.
  std::set<std::string> hidden;
  // Offered though not free: an index that lags.
  std::vector<std::string> stale;
  absl::Status error;
  int calls = 0;
  mpb::RankRequest last;

  Task<absl::StatusOr<mpb::RankResponse>> Rank(mpb::RankRequest request, absl::Time deadline) override;

 private:
  const FakeRegistry& registry_;
};

// Events that a test appends.
class FakeLog final : public store::EventLog {
 public:
  void Append(domain::ChangeKind kind, const std::string& slot, const std::string& booking, const std::string& case_name, absl::Time time);
  // Forgets everything up to now, as a trimmed log does.
  void Trim() { first_ = head_.sequence + 1, events_.clear(); }

  Task<absl::StatusOr<store::LogHead>> ReadHead(domain::Department department, absl::Time deadline) override;
  Task<absl::StatusOr<std::vector<domain::Change>>> Read(domain::Department department, store::LogHead cursor, int limit,
                                                         absl::Duration wait) override;
  Task<absl::StatusOr<store::DepartmentSnapshot>> Snapshot(domain::Department department, absl::Time from,
                                                           std::function<void(int64_t, int64_t)> progress) override;

 private:
  store::LogHead head_{"epoch", 0};
  int64_t first_ = 1;
  std::vector<domain::Change> events_;
};

}  // namespace snp::regulation
