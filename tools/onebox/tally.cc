#include "onebox/tally.h"

#include <algorithm>
#include <utility>

#include "scenario/baseline.h"

namespace snp::onebox {

void Settle(Result& result, domain::Circle circle, absl::Time arrival, absl::Time deadline, absl::Time start, const std::string& refused_most) {
  result.circle = circle;
  result.delay = start - arrival;
  result.last_resort = circle == domain::Circle::kEmergencyDepartment;
  result.fate = result.last_resort || start > deadline ? Fate::kUnplaced : Fate::kBooked;
  if (result.last_resort) {
    result.why = refused_most;
  } else if (result.fate == Fate::kUnplaced) {
    result.why = "placé après l'échéance";
  }
}

Quantiles QuantilesOf(const std::vector<double>& values) {
  return {scenario::NearestRank(values, 0.5), scenario::NearestRank(values, 0.9), scenario::NearestRank(values, 0.99)};
}

void Tally::Set(size_t request, Result result, std::string line) {
  std::lock_guard lock(mutex_);
  if (!line.empty()) lines_.push_back({result.decided, std::move(line)});
  results_[request] = std::move(result);
}

void Tally::AddDispatchMs(double ms) {
  std::lock_guard lock(mutex_);
  dispatch_ms_.push_back(ms);
}

void Tally::CountRace() {
  std::lock_guard lock(mutex_);
  ++races_;
}

void Tally::CountRefusal() {
  std::lock_guard lock(mutex_);
  ++refusals_;
}

void Tally::CountRedispatch() {
  std::lock_guard lock(mutex_);
  ++redispatched_;
}

void Tally::Error(std::string what) {
  std::lock_guard lock(mutex_);
  errors_.push_back(std::move(what));
}

Summary Tally::Summarise() const {
  std::lock_guard lock(mutex_);
  Summary s;
  std::vector<double> delay;
  std::vector<double> travel;
  s.requests = static_cast<int64_t>(results_.size());
  for (const Result& r : results_) {
    switch (r.fate) {
      case Fate::kWaiting:
        ++s.waiting;
        break;
      case Fate::kBooked:
        ++s.booked;
        ++s.by_circle[r.circle];
        delay.push_back(absl::ToDoubleMinutes(r.delay));
        travel.push_back(absl::ToDoubleMinutes(r.travel));
        break;
      case Fate::kAdvice:
        ++s.advice;
        break;
      case Fate::kEmergency:
        ++s.emergency;
        break;
      case Fate::kUnplaced:
        ++s.unplaced;
        s.last_resort += r.last_resort ? 1 : 0;
        ++s.why_unplaced[r.why];
        break;
    }
  }
  s.delay_min = QuantilesOf(std::move(delay));
  s.travel_min = QuantilesOf(std::move(travel));
  s.dispatch_ms = QuantilesOf(dispatch_ms_);
  s.races_lost = races_;
  s.refusals = refusals_;
  s.redispatched = redispatched_;
  return s;
}

std::vector<Recent> Tally::LastLines(size_t count) const {
  std::lock_guard lock(mutex_);
  return std::vector<Recent>(lines_.end() - static_cast<std::ptrdiff_t>(std::min(count, lines_.size())), lines_.end());
}

std::vector<Result> Tally::Results() const {
  std::lock_guard lock(mutex_);
  return results_;
}

std::vector<std::string> Tally::Errors() const {
  std::lock_guard lock(mutex_);
  return errors_;
}

}  // namespace snp::onebox
