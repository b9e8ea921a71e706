// Plays a day of callers through the real services: an assistant who opens cases as they arrive, several regulators who work the queue at once, and
// the practices, which acknowledge, sometimes cancel, and say what became of the patient.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "onebox/rpc_client.h"
#include "onebox/tally.h"
#include "platform/auth/caller.h"
#include "platform/clock.h"
#include "scenario/day.h"
#include "scenario/territory.h"

namespace snp::onebox {

struct PlayerOptions {
  int regulators = 4;
  uint64_t seed = 1;
  // How long a regulator speaks with the caller between the hold and the confirmation, on the day's clock.
  absl::Duration call = absl::Seconds(45);
  // Shares [M]: parameters of the demo, not facts.
  double patient_refuses = 0.02;
  double practice_cancels = 0.01;
};

class DayPlayer {
 public:
  // Signs a token for a role: subject and, for a practice, its place.
  using Tokens = std::function<std::string(platform::Role role, const std::string& subject, const std::string& place)>;

  // All outlive the player. `channel` reaches the three services.
  DayPlayer(const scenario::Territory& territory, const scenario::Day& day, const platform::Clock& clock, std::shared_ptr<grpc::Channel> channel,
            Tokens tokens, PlayerOptions options);
  ~DayPlayer();

  // Publishes the territory. Blocks.
  absl::Status Publish();
  // Starts the people.
  void Start();
  // Every caller has been answered (or `give_up` has passed on the day's clock).
  bool Finished() const;
  // Stops the people and joins them.
  void Stop();

  const Tally& tally() const { return tally_; }
  size_t arrived() const { return arrived_; }
  // The queue as regulation tells it: "P2 M03.14 depuis 4 min".
  std::vector<std::string> QueueLines(size_t count, size_t* total);

  // After Stop: reads every booking that was confirmed to a caller, and every slot. Counts those that are lost, and places given twice.
  struct Check {
    int64_t lost_bookings = 0;
    int64_t double_booked = 0;
    int64_t stuck_holds = 0;
  };
  absl::StatusOr<Check> Verify();

 private:
  void Assistant();
  void Regulator(int number);
  void Practices();
  // One case from claim to its end; `request` is what the doctor finds out.
  void Work(Desk& desk, const std::string& name, const scenario::Request& request, bool again);
  void Place(Desk& desk, const std::string& name, const scenario::Request& request, bool again);
  void Close(Desk& desk, const std::string& name, snp::regulation::v1::Outcome outcome);
  bool SleepUntil(absl::Time t);
  std::string NextId(const char* verb);
  std::string DeskToken(int number);

  const scenario::Territory& territory_;
  const scenario::Day& day_;
  const platform::Clock& clock_;
  std::shared_ptr<grpc::Channel> channel_;
  Tokens tokens_;
  PlayerOptions options_;
  Tally tally_;
  std::vector<std::thread> people_;
  std::atomic<bool> stop_{false};
  std::atomic<size_t> arrived_{0};
  std::atomic<size_t> busy_{0};
  std::atomic<bool> all_opened_{false};
  std::atomic<uint64_t> next_id_{0};
  std::unique_ptr<grpc::ClientContext> watch_context_;
};

}  // namespace snp::onebox
