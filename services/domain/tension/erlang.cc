#include "domain/tension/erlang.h"

#include <cmath>
#include <limits>

namespace snp::domain {

double ExpectedWait::AnsweredWithin(absl::Duration limit) const {
  if (overloaded) return 0;
  if (wait_probability == 0) return 1;
  return 1 - wait_probability * std::exp(-absl::FDivDuration(limit, mean_of_waiting));
}

ExpectedWait ErlangC(const QueueLoad& load) {
  ExpectedWait wait;
  if (load.calls_per_hour <= 0) return wait;
  const double offered = load.calls_per_hour * absl::ToDoubleHours(load.handling);
  wait.occupancy = load.agents > 0 ? offered / load.agents : std::numeric_limits<double>::infinity();
  if (wait.occupancy >= 1) {
    wait.overloaded = true;
    wait.wait_probability = 1;
    wait.mean = wait.mean_of_waiting = absl::InfiniteDuration();
    return wait;
  }
  // Erlang B by its recursion, which never overflows, then C from B.
  double blocked = 1;
  for (int agents = 1; agents <= load.agents; ++agents) blocked = offered * blocked / (agents + offered * blocked);
  wait.wait_probability = blocked / (1 - wait.occupancy * (1 - blocked));
  wait.mean_of_waiting = load.handling / (load.agents - offered);
  wait.mean = wait.mean_of_waiting * wait.wait_probability;
  return wait;
}

}  // namespace snp::domain
