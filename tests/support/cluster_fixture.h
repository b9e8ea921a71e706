// A Redis Cluster of two nodes on loopback ports of their own: hash slots 0 to 8191 on the first, the others on the second.
#pragma once

#include <memory>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "support/redis_fixture.h"

namespace snp::testing {

// Not thread-safe.
class ClusterFixture {
 public:
  // Waits until both nodes serve as one cluster (about 2 s); ends the process when they do not within 30 s.
  ClusterFixture();

  RedisFixture& one() { return *one_; }
  RedisFixture& two() { return *two_; }

 private:
  std::unique_ptr<RedisFixture> one_, two_;
};

// A breath between two tries of what cannot be waited for.
void Breathe();

// Calls until it is OK, 10 s at most; returns the last answer.
template <typename Call>
auto Insist(Call call) {
  const absl::Time give_up = absl::Now() + absl::Seconds(10);
  for (;;) {
    auto result = call();
    if (result.ok() || absl::Now() > give_up) return result;
    Breathe();
  }
}

}  // namespace snp::testing
