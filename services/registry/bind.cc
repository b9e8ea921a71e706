#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "domain/commune.h"
#include "platform/async/timer.h"
#include "platform/ids.h"
#include "platform/status_macros.h"
#include "registry/active_departments.h"
#include "registry/metrics.h"
#include "registry/registry.h"
#include "registry/service.h"
#include "registry/sweeper.h"
#include "registry/watch.h"
#include "registry/watch_hub.h"
#include "store/redis/client.h"
#include "store/redis/directory.h"
#include "store/redis/event_log.h"
#include "store/redis/health.h"
#include "store/redis/reader.h"
#include "store/redis/registry_store.h"
#include "store/redis/sweep.h"

namespace snp::registry {
namespace {

using store::redis::Client;
using store::redis::ClientOptions;

constexpr absl::Duration kPatience = absl::Seconds(1);

// Everything the service is made of; members are destroyed in reverse order.
struct Parts {
  Parts(const Config& config, domain::CommuneTable table, std::vector<domain::Department> only, platform::App& app)
      : communes(std::move(table)),
        metrics(app.metrics()),
        active(std::move(only)),
        client(ClientOptions{.address = config.redis}),
        store(client, ids, config.log_length),
        sweep(client, config.log_length),
        directory(client, config.log_length),
        reader(client),
        log(client, ClientOptions{.address = config.redis}),
        hub(log, static_cast<size_t>(config.watch_buffer)),
        health(client),
        sweeper(sweep, directory, log, active, app.clock(), metrics,
                SweepOptions{config.expire_every, config.flag_every, config.acknowledge_lead, config.forget_every, config.forget_after}) {}

  const domain::CommuneTable communes;
  platform::Timer timer;
  platform::RandomIdSource ids;
  Metrics metrics;
  ActiveDepartments active;
  Client client;
  store::redis::RedisRegistryStore store;
  store::redis::RedisRegistrySweep sweep;
  store::redis::RedisDirectoryStore directory;
  store::redis::RedisRegistryReader reader;
  store::redis::RedisEventLog log;
  WatchHub hub;
  store::redis::Health health;
  Sweeper sweeper;
};

absl::StatusOr<domain::CommuneTable> ReadCommunes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.good() || !text.good()) return absl::FailedPreconditionError(absl::StrCat("cannot read the communes from ", path));
  auto table = domain::CommuneTable::Parse(text.str());
  if (!table.ok()) return absl::FailedPreconditionError(absl::StrCat(path, ": ", table.status().message()));
  return table;
}

absl::Status Check(const Config& config) {
  if (config.redis.empty()) return absl::InvalidArgumentError("registry: redis: the address is missing");
  if (config.log_length < 1000) return absl::InvalidArgumentError("registry: log_length: expected 1000 or more");
  if (config.watch_buffer < 1) return absl::InvalidArgumentError("registry: watch_buffer: expected 1 or more");
  for (const absl::Duration every : {config.expire_every, config.flag_every, config.forget_every, config.heartbeat}) {
    if (every <= absl::ZeroDuration()) return absl::InvalidArgumentError("registry: every period must be positive");
  }
  if (config.acknowledge_lead < absl::ZeroDuration()) return absl::InvalidArgumentError("registry: acknowledge_lead: must not be negative");
  // A slot is at most 24 h long and its bookings are still reported on afterwards.
  if (config.forget_after < absl::Hours(24)) return absl::InvalidArgumentError("registry: forget_after: expected 24 h or more");
  for (const std::string& code : config.departments) {
    if (!domain::IsDepartmentCode(code)) return absl::InvalidArgumentError(absl::StrCat("registry: departments: no department ", code.substr(0, 16)));
  }
  // Zones come from the machine's tzdata; without it every place would be refused one by one.
  absl::TimeZone paris;
  if (!absl::LoadTimeZone("Europe/Paris", &paris)) return absl::FailedPreconditionError("registry: no time zone Europe/Paris: is tzdata installed?");
  return absl::OkStatus();
}

}  // namespace

absl::Status Bind(const Config& config, platform::App& app) {
  RETURN_IF_ERROR(Check(config));
  ASSIGN_OR_RETURN(domain::CommuneTable communes, ReadCommunes(config.communes_csv));
  std::vector<domain::Department> only(config.departments.begin(), config.departments.end());
  auto parts = std::make_shared<Parts>(config, std::move(communes), std::move(only), app);
  app.Own(parts);
  Parts* p = parts.get();
  // With Redis there, as it should be, the process is healthy from its first moment; without, it waits for it while serving.
  p->client.WaitConnected(kPatience);
  p->health.Ask();

  const Ports ports{p->store, p->reader, p->directory, p->communes, app.clock(), p->ids, p->active, p->metrics};
  auto watch = std::make_unique<WatchVerb>(p->log, p->hub, p->timer, app.clock(), p->metrics, config.heartbeat);
  app.AddService(std::make_unique<Service>(app.MakeDoor("snp.registry.v1.RegistryService"), ports, std::move(watch)));
  app.AddLoop("registry-sweep", [p] { return p->sweeper.Turn(); });
  app.AddLoop("registry-store-health", [p] { return p->health.Ask(); });
  app.AddHealthCheck("registry-store", [p] { return p->health.healthy(); });
  return absl::OkStatus();
}

}  // namespace snp::registry
