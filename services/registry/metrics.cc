#include "registry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace snp::registry {
namespace {

prometheus::Counter* OneCounter(prometheus::Registry& registry, const char* name, const char* help) {
  return &prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}
prometheus::Gauge* OneGauge(prometheus::Registry& registry, const char* name, const char* help) {
  return &prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

Metrics::Metrics(prometheus::Registry& registry) {
  auto& takes = prometheus::BuildCounter().Name("snp_registry_takes_total").Help("Places asked for, by verb and result").Register(registry);
  const char* kinds[] = {"hold", "book", "overbook"};
  for (int i = 0; i < 3; ++i) {
    takes_[i][0] = &takes.Add({{"kind", kinds[i]}, {"result", "lost"}});
    takes_[i][1] = &takes.Add({{"kind", kinds[i]}, {"result", "taken"}});
  }
  auto& published = prometheus::BuildCounter().Name("snp_registry_published_slots_total").Help("Slots sent by publishers").Register(registry);
  published_ = &published.Add({{"result", "written"}});
  refused_ = &published.Add({{"result", "refused"}});
  expired_ = OneCounter(registry, "snp_registry_holds_expired_total", "Holds ended at their deadline");
  unacknowledged_ =
      OneCounter(registry, "snp_registry_bookings_unacknowledged_total", "Bookings flagged because their practice did not acknowledge them");
  forgotten_ = OneCounter(registry, "snp_registry_slots_forgotten_total", "Past slots removed");
  slow_ = OneCounter(registry, "snp_registry_watchers_closed_slow_total", "Watch streams closed because their reader fell behind");
  lag_ = OneGauge(registry, "snp_registry_sweep_lag_seconds", "Age of the oldest last sweep of a department");
  watchers_ = OneGauge(registry, "snp_registry_watchers", "Open watch streams");
  heads_ = &prometheus::BuildGauge().Name("snp_registry_log_head").Help("Sequence number of a department's last event").Register(registry);
}

void Metrics::CountTake(Take kind, bool taken) { takes_[static_cast<int>(kind)][taken ? 1 : 0]->Increment(); }
void Metrics::CountPublished(int64_t written, int64_t refused) {
  published_->Increment(static_cast<double>(written));
  refused_->Increment(static_cast<double>(refused));
}
void Metrics::CountExpired(int holds) { expired_->Increment(holds); }
void Metrics::CountUnacknowledged(int bookings) { unacknowledged_->Increment(bookings); }
void Metrics::CountForgotten(int slots) { forgotten_->Increment(slots); }
void Metrics::SetSweepLag(double seconds) { lag_->Set(seconds); }
void Metrics::SetLogHead(const domain::Department& department, int64_t sequence) {
  heads_->Add({{"department", department.value()}}).Set(static_cast<double>(sequence));
}
void Metrics::AddWatchers(int delta) { watchers_->Increment(delta); }
void Metrics::CountSlowWatcher() { slow_->Increment(); }

}  // namespace snp::registry
