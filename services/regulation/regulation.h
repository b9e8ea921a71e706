// Regulation (Centre 15): cases from the call to their outcome (proto/snp/regulation/v1).
//
// The rules of a case are pure (domain/case_life.h, domain/safety.h); state is in Redis, changed by compare-and-set; places are taken at the registry
// in steps that are written down first. Several processes may serve the same departments.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace snp::platform {
class App;
}

namespace snp::regulation {

struct Config {
  // "unix:/path/redis.sock" or "host:port". Required.
  std::string redis;
  // Departments of this Centre 15 ("95"): whose queue can be watched, whose half-done steps are ended, whose registry events are followed. Required.
  std::vector<std::string> departments;
  // Further departments whose places the matcher offers to cases here: a booking there is heard of as well. Those of `departments` need not be named.
  std::vector<std::string> neighbours;
  // gRPC addresses of the other services; empty: this very process serves them.
  std::string registry;
  std::string matcher;
  // Token of role service, asked before each call to them. Required.
  std::function<std::string()> service_token;
  // Path of communes.csv; empty: commune codes of patients are checked by form only, and an unknown one is refused when places are looked for.
  std::string communes_csv;
  // Cases and their audit are kept this long after their end (30 days after their last change, when nobody ends them) unless a purge says otherwise.
  // A product choice: long enough for a complaint or a review of practice.
  int audit_retention_days = 90;
  // The purge runs by itself this often, on the app's clock; zero: only when asked for.
  absl::Duration purge_every = absl::Hours(24);
  // How often half-done steps are looked for, really passed.
  absl::Duration reconcile_every = absl::Milliseconds(500);
  // Heartbeat of queue streams, really passed.
  absl::Duration heartbeat = absl::Seconds(10);
  // A booking that its practice has not acknowledged this long before its start alerts the regulators (the registry flags it).
  absl::Duration acknowledge_lead = absl::Minutes(15);
};

// Plugs the service into `app`: RPC service, reconciler, follower of the registry's events, queue streams, health. Neither Redis nor the other
// services need be there yet. INVALID_ARGUMENT for a bad value of `config`, FAILED_PRECONDITION when the communes cannot be read.
absl::Status Bind(const Config& config, platform::App& app);

}  // namespace snp::regulation
