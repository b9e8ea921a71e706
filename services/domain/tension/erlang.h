// Erlang C: the wait for an answer that a staffing makes one expect (Erlang 1917; Gans, Koole, Mandelbaum 2003, M&SOM 5(2)). Assumes calls that come
// at random and wait for ever: an upper bound when callers hang up.
#pragma once

#include "absl/time/time.h"

namespace snp::domain {

struct QueueLoad {
  double calls_per_hour = 0;                   // Not below 0.
  absl::Duration handling = absl::Minutes(3);  // Mean, above 0.
  int agents = 0;                              // Not below 0.
};

struct ExpectedWait {
  double occupancy = 0;  // Offered load per agent; infinite without an agent.
  // Nobody answers, or calls come faster than they are answered: the queue only grows, and what follows is certain and infinite.
  bool overloaded = false;
  double wait_probability = 0;  // That a call waits at all.
  absl::Duration mean;          // Over all calls.
  // Share of calls answered within `limit` (0.8 at 60 s is the usual aim), 0 to 1.
  double AnsweredWithin(absl::Duration limit) const;

  absl::Duration mean_of_waiting;  // Over the calls that wait.
};

// Without calls: no wait, with or without agents.
ExpectedWait ErlangC(const QueueLoad& load);

}  // namespace snp::domain
