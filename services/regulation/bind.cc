#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/app/app.h"
#include "platform/async/sync_wait.h"
#include "platform/log.h"
#include "platform/rpc/client.h"
#include "platform/status_macros.h"
#include "regulation/ports/grpc_clients.h"
#include "regulation/reconciler.h"
#include "regulation/registry_follower.h"
#include "regulation/regulation.h"
#include "regulation/service.h"
#include "store/redis/case_store.h"
#include "store/redis/client.h"
#include "store/redis/cursor_store.h"
#include "store/redis/event_log.h"
#include "store/redis/health.h"

namespace snp::regulation {
namespace {

using platform::SyncWait;
using store::redis::Client;
using store::redis::ClientOptions;

// Longest wait inside a loop's turn: what a stop may have to wait for.
constexpr absl::Duration kLogWait = absl::Milliseconds(500);
constexpr absl::Duration kRetry = absl::Milliseconds(500);
constexpr absl::Duration kIdle = absl::Milliseconds(20);

ClientOptions OptionsOf(const Config& config) {
  ClientOptions options;
  options.address = config.redis;
  return options;
}

ChannelSource ChannelTo(const std::string& address, platform::App& app) {
  if (address.empty()) return [&app] { return app.ChannelToSelf(); };
  return [address] { return platform::MakeChannel(address); };
}

// Everything the service is made of; members are destroyed in reverse order.
struct Parts {
  // `heard`: the departments whose registry events are followed, `departments` among them.
  Parts(const Config& config, std::unique_ptr<domain::CommuneTable> table, const std::vector<domain::Department>& departments,
        const std::vector<domain::Department>& heard, platform::App& app)
      : communes(std::move(table)),
        client(OptionsOf(config)),
        cases(client, OptionsOf(config)),
        cursors(client),
        log(client, OptionsOf(config)),
        health(client),
        registry(MakeGrpcRegistryClient(ChannelTo(config.registry, app), config.service_token)),
        matcher(MakeGrpcMatcherClient(ChannelTo(config.matcher, app), config.service_token)),
        desk(cases, app.clock()),
        steps(desk, *registry),
        search(cases, *matcher),
        office{desk, steps, search, communes.get(), config.audit_retention_days, departments},
        reconciler(desk, steps, *registry),
        queue(departments, desk, config.heartbeat) {
    for (const auto& department : heard) {
      followers.push_back(
          std::make_unique<RegistryFollower>(department, departments, desk, reconciler, *registry, log, cursors, config.acknowledge_lead));
    }
  }

  const std::unique_ptr<domain::CommuneTable> communes;
  Client client;
  store::redis::RedisCaseStore cases;
  store::redis::RedisCursorStore cursors;
  store::redis::RedisEventLog log;
  store::redis::Health health;
  const std::unique_ptr<RegistryClient> registry;
  const std::unique_ptr<MatcherClient> matcher;
  CaseDesk desk;
  StepRunner steps;
  PlaceSearch search;
  Office office;
  Reconciler reconciler;
  QueueHub queue;
  std::vector<std::unique_ptr<RegistryFollower>> followers;
};

constexpr absl::Duration kPatience = absl::Seconds(1);

absl::StatusOr<std::unique_ptr<domain::CommuneTable>> ReadCommunes(const std::string& path) {
  if (path.empty()) return std::unique_ptr<domain::CommuneTable>();
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.good() || !text.good()) return absl::FailedPreconditionError(absl::StrCat("cannot read the communes from ", path));
  auto table = domain::CommuneTable::Parse(text.str());
  if (!table.ok()) return absl::FailedPreconditionError(absl::StrCat(path, ": ", table.status().message()));
  return std::make_unique<domain::CommuneTable>(*std::move(table));
}

absl::Status AddDepartments(const char* field, const std::vector<std::string>& codes, std::vector<domain::Department>* out) {
  for (const std::string& code : codes) {
    if (!domain::IsDepartmentCode(code))
      return absl::InvalidArgumentError(absl::StrCat("regulation: ", field, ": no department ", code.substr(0, 16)));
    const domain::Department department(code);
    if (std::find(out->begin(), out->end(), department) == out->end()) out->push_back(department);
  }
  return absl::OkStatus();
}

absl::Status Check(const Config& config) {
  if (config.redis.empty()) return absl::InvalidArgumentError("regulation: redis: the address is missing");
  if (config.departments.empty()) return absl::InvalidArgumentError("regulation: departments: name at least one");
  if (!config.service_token) return absl::InvalidArgumentError("regulation: service_token: missing");
  if (config.audit_retention_days < 1 || config.audit_retention_days > 3650) {
    return absl::InvalidArgumentError("regulation: audit_retention_days: 1 to 3650");
  }
  return absl::OkStatus();
}

absl::Duration PurgeAll(Parts& parts, const std::vector<domain::Department>& departments, const Config& config, const platform::Clock& clock) {
  const absl::Time before = clock.Now() - absl::Hours(24) * config.audit_retention_days;
  for (const auto& department : departments) {
    for (;;) {
      const auto purged = SyncWait(parts.cases.Purge(department, before, 200, absl::Now() + absl::Seconds(10)));
      if (!purged.ok()) return kRetry;
      if (*purged == 0) break;
      platform::Log(platform::LogLevel::kInfo, "audit purged", {{"department", department.value()}, {"records", *purged}});
    }
  }
  return clock.RealDuration(config.purge_every);
}

}  // namespace

absl::Status Bind(const Config& config, platform::App& app) {
  RETURN_IF_ERROR(Check(config));
  std::vector<domain::Department> departments;
  RETURN_IF_ERROR(AddDepartments("departments", config.departments, &departments));
  std::vector<domain::Department> heard = departments;
  RETURN_IF_ERROR(AddDepartments("neighbours", config.neighbours, &heard));
  ASSIGN_OR_RETURN(std::unique_ptr<domain::CommuneTable> communes, ReadCommunes(config.communes_csv));
  auto parts = std::make_shared<Parts>(config, std::move(communes), departments, heard, app);
  app.Own(parts);
  Parts* p = parts.get();
  // With Redis there, as it should be, the first call is served; without, it is waited for while serving.
  p->client.WaitConnected(kPatience);
  p->health.Ask();

  app.AddService(std::make_unique<Service>(app.MakeDoor("snp.regulation.v1.RegulationService"), p->office, p->queue));
  app.AddLoop("regulation-store-health", [p] { return p->health.Ask(); });
  app.AddHealthCheck("regulation-store", [p] { return p->health.healthy(); });
  for (const domain::Department& department : departments) {
    app.AddLoop(absl::StrCat("regulation-reconcile-", department.value()), [p, department, every = config.reconcile_every] {
      const Reconciler::Turn turn = SyncWait(p->reconciler.Run(department));
      return turn.more ? absl::ZeroDuration() : every;
    });
    QueueFeed* feed = p->queue.Find(department);
    app.AddLoop(absl::StrCat("regulation-queue-", department.value()),
                [feed] { return SyncWait(feed->Turn(kLogWait)) ? absl::ZeroDuration() : kIdle; });
  }
  for (size_t i = 0; i < heard.size(); ++i) {
    RegistryFollower* follower = p->followers[i].get();
    app.AddLoop(absl::StrCat("regulation-registry-events-", heard[i].value()),
                [follower] { return SyncWait(follower->Turn(kLogWait)).ok() ? absl::ZeroDuration() : kRetry; });
  }
  if (config.purge_every > absl::ZeroDuration()) {
    app.AddLoop("regulation-purge", [p, departments, config, &app] { return PurgeAll(*p, departments, config, app.clock()); });
  }
  return absl::OkStatus();
}

}  // namespace snp::regulation
