#include "loadgen/blocks.h"

#include <algorithm>
#include <thread>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

namespace snp::loadgen {

void Samples::Append(const Samples& other) {
  us.insert(us.end(), other.us.begin(), other.us.end());
  elapsed += other.elapsed;
}

double Samples::Quantile(double q) const {
  if (us.empty()) return 0;
  std::vector<double> copy = us;
  const size_t i = std::min(copy.size() - 1, static_cast<size_t>(q * static_cast<double>(copy.size())));
  std::nth_element(copy.begin(), copy.begin() + static_cast<std::ptrdiff_t>(i), copy.end());
  return copy[i];
}

double Samples::PerSecond() const { return elapsed > absl::ZeroDuration() ? static_cast<double>(us.size()) / absl::ToDoubleSeconds(elapsed) : 0; }

std::string Samples::Json() const { return absl::StrFormat("{\"p50\":%.1f,\"p99\":%.1f}", Quantile(0.5), Quantile(0.99)); }

Samples RunBlock(int clients, absl::Duration duration, const std::function<bool(int client)>& op) {
  std::vector<std::vector<double>> each(static_cast<size_t>(clients));
  std::vector<std::thread> threads;
  const absl::Time begin = absl::Now();
  const absl::Time end = begin + duration;
  for (int c = 0; c < clients; ++c) {
    threads.emplace_back([&, c] {
      auto& mine = each[static_cast<size_t>(c)];
      for (absl::Time t0 = absl::Now(); t0 < end;) {
        if (!op(c)) return;
        const absl::Time t1 = absl::Now();
        mine.push_back(absl::ToDoubleMicroseconds(t1 - t0));
        t0 = t1;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  Samples samples;
  samples.elapsed = absl::Now() - begin;
  for (auto& mine : each) samples.us.insert(samples.us.end(), mine.begin(), mine.end());
  return samples;
}

}  // namespace snp::loadgen
