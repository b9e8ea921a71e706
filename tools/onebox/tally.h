// What became of the requests of a played day.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "domain/care.h"

namespace snp::onebox {

// Fate of one request. A later decision (the practice cancelled, the patient was placed elsewhere) replaces an earlier one.
enum class Fate { kWaiting = 0, kBooked, kAdvice, kEmergency, kUnplaced };

struct Result {
  Fate fate = Fate::kWaiting;
  bool last_resort = false;  // Unplaced, and sent to the emergency department.
  domain::Circle circle = domain::Circle::kFlat;
  std::string place;    // Display name.
  std::string commune;  // Of the patient.
  std::string booking;  // Full name, when booked or sent to the emergency department.
  std::string slot;
  absl::Duration delay;  // Request to being seen.
  absl::Duration travel;
  absl::Time decided;
  std::string why;  // Of an unplaced one: the refusal that excluded most slots, in French.
};

// Writes down what a booked place means for a patient who rang at `arrival` and had to be seen by `deadline`: the request's own deadline, which is
// the baseline's too. Regulation counts the delay from the qualification, some minutes later, and so may book a start that the comparison must not
// accept. `refused_most`: why other places were not offered, for a patient sent to the emergency department.
void Settle(Result& result, domain::Circle circle, absl::Time arrival, absl::Time deadline, absl::Time start, const std::string& refused_most);

struct Quantiles {
  double p50 = 0, p90 = 0, p99 = 0;
};
// By nearest rank; zeros when empty.
Quantiles QuantilesOf(const std::vector<double>& values);

// One line of the live view.
struct Recent {
  absl::Time time;
  std::string text;
};

struct Summary {
  int64_t requests = 0, booked = 0, advice = 0, emergency = 0, unplaced = 0, waiting = 0, last_resort = 0;
  std::map<domain::Circle, int64_t> by_circle;  // Booked only.
  std::map<std::string, int64_t> why_unplaced;
  Quantiles delay_min, travel_min, dispatch_ms;
  int64_t races_lost = 0, refusals = 0, redispatched = 0;
};

// Thread-safe.
class Tally {
 public:
  explicit Tally(size_t requests) : results_(requests) {}
  void Set(size_t request, Result result, std::string line);
  void AddDispatchMs(double ms);
  void CountRace();
  void CountRefusal();
  void CountRedispatch();
  void Error(std::string what);

  Summary Summarise() const;
  std::vector<Recent> LastLines(size_t count) const;
  std::vector<Result> Results() const;
  std::vector<std::string> Errors() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Result> results_;
  std::vector<Recent> lines_;
  std::vector<double> dispatch_ms_;
  std::vector<std::string> errors_;
  int64_t races_ = 0, refusals_ = 0, redispatched_ = 0;
};

}  // namespace snp::onebox
