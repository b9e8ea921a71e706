// Timed blocks of closed-loop load and their latency samples.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace snp::loadgen {

// Latencies in microseconds and the time spent collecting them.
struct Samples {
  std::vector<double> us;
  absl::Duration elapsed;

  void Append(const Samples& other);
  // q in [0, 1]; 0 when there is no sample.
  double Quantile(double q) const;
  double PerSecond() const;
  // {"p50":..,"p99":..}
  std::string Json() const;
};

// Runs `op(client)` in a closed loop on `clients` threads until `duration` has passed or an op returns false (that client stops; its call is not
// counted). `elapsed` ends when the last client is done.
Samples RunBlock(int clients, absl::Duration duration, const std::function<bool(int client)>& op);

}  // namespace snp::loadgen
