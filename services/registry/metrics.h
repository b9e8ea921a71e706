// Metrics of the registry; their names are part of what dashboards and alerts depend on (tests/registry/process_test.cc).
#pragma once

#include <cstdint>

#include "domain/names.h"

namespace prometheus {
class Counter;
class Gauge;
class Registry;
template <typename T>
class Family;
}  // namespace prometheus

namespace snp::registry {

// Thread-safe. Labels: department codes and constants only.
class Metrics {
 public:
  // `registry` outlives it.
  explicit Metrics(prometheus::Registry& registry);

  // snp_registry_takes_total{kind="hold|book|overbook",result="taken|lost"}
  enum class Take { kHold, kBook, kOverbook };
  void CountTake(Take kind, bool taken);
  // snp_registry_published_slots_total{result="written|refused"}
  void CountPublished(int64_t written, int64_t refused);
  // snp_registry_holds_expired_total, snp_registry_bookings_unacknowledged_total, snp_registry_slots_forgotten_total
  void CountExpired(int holds);
  void CountUnacknowledged(int bookings);
  void CountForgotten(int slots);
  // snp_registry_sweep_lag_seconds: age of the oldest last sweep of a department, on the app's clock.
  void SetSweepLag(double seconds);
  // snp_registry_log_head{department}
  void SetLogHead(const domain::Department& department, int64_t sequence);
  // snp_registry_watchers, snp_registry_watchers_closed_slow_total
  void AddWatchers(int delta);
  void CountSlowWatcher();

 private:
  prometheus::Counter* takes_[3][2];
  prometheus::Counter* published_;
  prometheus::Counter* refused_;
  prometheus::Counter* expired_;
  prometheus::Counter* unacknowledged_;
  prometheus::Counter* forgotten_;
  prometheus::Counter* slow_;
  prometheus::Gauge* lag_;
  prometheus::Gauge* watchers_;
  prometheus::Family<prometheus::Gauge>* heads_;
};

}  // namespace snp::registry
