// Metrics of the matcher; their names are part of what dashboards and alerts depend on.
#pragma once

#include "matcher/departments.h"
#include "matcher/index/index.h"
#include "platform/clock.h"

namespace prometheus {
class Gauge;
class Registry;
template <typename T>
class Family;
}  // namespace prometheus

namespace snp::matcher {

// Labels: department codes only. One thread.
class Metrics {
 public:
  // All outlive it.
  Metrics(prometheus::Registry& registry, const Index& index, const Departments& departments, const platform::Clock& clock);

  // Sets, per department: snp_matcher_index_age_seconds, snp_matcher_open_slots, snp_matcher_places, snp_matcher_cursor, snp_matcher_snapshots
  // (a gauge: it starts at 0 with the process).
  void Update();

 private:
  const Index& index_;
  const Departments& departments_;
  const platform::Clock& clock_;
  prometheus::Family<prometheus::Gauge>*age_, *open_slots_, *places_, *cursor_, *snapshots_;
};

}  // namespace snp::matcher
