#include "matcher/metrics.h"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace snp::matcher {
namespace {

prometheus::Family<prometheus::Gauge>* Gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

}  // namespace

Metrics::Metrics(prometheus::Registry& registry, const Index& index, const Departments& departments, const platform::Clock& clock)
    : index_(index),
      departments_(departments),
      clock_(clock),
      age_(Gauge(registry, "snp_matcher_index_age_seconds", "Time since the index last knew that it had seen every event")),
      open_slots_(Gauge(registry, "snp_matcher_open_slots", "Slots with a place left in the index")),
      places_(Gauge(registry, "snp_matcher_places", "Places in the index")),
      cursor_(Gauge(registry, "snp_matcher_cursor", "Last event applied to the index")),
      snapshots_(Gauge(registry, "snp_matcher_snapshots", "Snapshots taken since the start; more than one: gaps or trims")) {}

void Metrics::Update() {
  for (const FollowStatus& status : departments_.statuses()) {
    const Index::Size size = index_.SizeOf(status.department);
    const std::map<std::string, std::string> labels = {{"department", status.department.value()}};
    if (status.ready) age_->Add(labels).Set(absl::ToDoubleSeconds(clock_.Now() - status.whole_at));
    open_slots_->Add(labels).Set(static_cast<double>(size.open_slots));
    places_->Add(labels).Set(static_cast<double>(size.places));
    cursor_->Add(labels).Set(static_cast<double>(status.cursor));
    snapshots_->Add(labels).Set(static_cast<double>(status.snapshots));
  }
}

}  // namespace snp::matcher
