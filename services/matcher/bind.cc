#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domain/commune.h"
#include "domain/travel.h"
#include "matcher/departments.h"
#include "matcher/index/index.h"
#include "matcher/matcher.h"
#include "matcher/metrics.h"
#include "matcher/policy_file.h"
#include "matcher/service.h"
#include "platform/app/app.h"
#include "platform/status_macros.h"
#include "store/redis/client.h"
#include "store/redis/event_log.h"

namespace snp::matcher {
namespace {

// One connection for each department that may be followed, and one for a snapshot beside.
constexpr int kMaxFollowers = 128;

absl::StatusOr<std::string> ReadFile(const std::string& path, absl::string_view what) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.good() || !text.good()) return absl::FailedPreconditionError(absl::StrCat("matcher: cannot read ", what, " from \"", path, "\""));
  return text.str();
}

// Everything the service is made of; members are destroyed in reverse order.
struct Parts {
  Parts(const Config& config, domain::CommuneTable table, std::optional<domain::TravelMatrix> times, Policies read,
        std::vector<domain::Department> fixed, platform::App& app)
      : communes(std::move(table)),
        matrix(std::move(times)),
        policies(std::move(read)),
        default_policy(config.default_policy),
        territory(&communes, matrix ? &*matrix : nullptr),
        client({.address = config.redis}),
        log(client, {.address = config.redis}, kMaxFollowers),
        index(territory),
        departments(std::move(fixed), config.discover || config.departments.empty(), log, index, app.clock()),
        metrics(app.metrics(), index, departments, app.clock()) {}

  const domain::CommuneTable communes;
  const std::optional<domain::TravelMatrix> matrix;
  const Policies policies;
  const std::string default_policy;
  const Territory territory;
  store::redis::Client client;
  store::redis::RedisEventLog log;
  Index index;
  Departments departments;
  Metrics metrics;
  bool started = false;
};

}  // namespace

absl::Status Bind(const Config& config, platform::App& app) {
  if (config.redis.empty()) return absl::InvalidArgumentError("matcher: redis: the address is missing");
  std::vector<domain::Department> fixed;
  for (const std::string& code : config.departments) {
    if (!domain::IsDepartmentCode(code)) return absl::InvalidArgumentError(absl::StrCat("matcher: departments: no department ", code.substr(0, 16)));
    fixed.emplace_back(code);
  }
  absl::TimeZone paris;
  if (!absl::LoadTimeZone("Europe/Paris", &paris)) return absl::FailedPreconditionError("matcher: no time zone Europe/Paris: is tzdata installed?");
  ASSIGN_OR_RETURN(std::string communes_text, ReadFile(config.communes_csv, "the communes"));
  auto communes = domain::CommuneTable::Parse(std::move(communes_text));
  if (!communes.ok()) return absl::InvalidArgumentError(absl::StrCat(config.communes_csv, ": ", communes.status().message()));
  std::optional<domain::TravelMatrix> matrix;
  if (!config.travel_matrix_csv.empty()) {
    ASSIGN_OR_RETURN(std::string text, ReadFile(config.travel_matrix_csv, "the travel matrix"));
    auto parsed = domain::TravelMatrix::Parse(std::move(text));
    if (!parsed.ok()) return absl::InvalidArgumentError(absl::StrCat(config.travel_matrix_csv, ": ", parsed.status().message()));
    matrix.emplace(*std::move(parsed));
  }
  ASSIGN_OR_RETURN(Policies policies, ReadPolicies(config.policies));
  if (policies.count(config.default_policy) == 0) {
    return absl::InvalidArgumentError(absl::StrCat("matcher: default_policy: no policy \"", config.default_policy, "\" in ", config.policies));
  }

  auto parts = std::make_shared<Parts>(config, *std::move(communes), std::move(matrix), std::move(policies), std::move(fixed), app);
  app.Own(parts);
  Parts* p = parts.get();
  RankVerb rank({p->index, p->departments, p->communes, p->policies, p->default_policy, app.clock(), paris});
  app.AddService(
      std::make_unique<Service>(app.MakeDoor("snp.matcher.v1.MatcherService"), rank, IndexStatusVerb(p->index, p->departments, app.clock())));
  app.AddLoop("matcher-departments", [p] {
    if (!std::exchange(p->started, true)) p->departments.Start();
    return p->departments.Discover();
  });
  app.AddLoop("matcher-metrics", [p] {
    p->metrics.Update();
    return absl::Seconds(1);
  });
  app.AddHealthCheck("matcher-index", [p] { return p->departments.ready(); });
  app.OnStop([p] { p->departments.Stop(); });
  return absl::OkStatus();
}

}  // namespace snp::matcher
