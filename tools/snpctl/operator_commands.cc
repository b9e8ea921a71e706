// snpctl index, purge-audit: for those who run the installation.
#include <memory>

#include "absl/strings/str_cat.h"
#include "platform/status_macros.h"
#include "snp/matcher/v1/matcher_service.grpc.pb.h"
#include "snp/regulation/v1/regulation_service.grpc.pb.h"
#include "snpctl/commands.h"
#include "snpctl/plain_text.h"
#include "snpctl/show.h"

namespace snp::ctl {
namespace {

namespace matcher = snp::matcher::v1;
namespace regulation = snp::regulation::v1;

absl::Status Index(Session& s) {
  auto stub = matcher::MatcherService::NewStub(s.Matcher());
  ASSIGN_OR_RETURN(const auto response, s.Call(*stub, &matcher::MatcherService::Stub::GetIndexStatus, matcher::GetIndexStatusRequest()));
  Emit(s, response, [&](std::ostream& out) {
    Table table({"Département", "Prêt", "Âge", "Créneaux ouverts", "Lieux", "Curseur", "Instantanés"});
    for (const auto& d : response.departments()) {
      table.Add({Plain(d.department()), d.ready() ? "oui" : "non", absl::StrCat(absl::ToInt64Milliseconds(ToDuration(d.age())), " ms"),
                 absl::StrCat(d.open_slots()), absl::StrCat(d.places()), absl::StrCat(d.cursor()), absl::StrCat(d.snapshots())});
    }
    table.Print(out);
  });
  return absl::OkStatus();
}

absl::Status PurgeAudit(Session& s, int days) {
  regulation::PurgeAuditRequest request;
  request.set_request_id(s.RequestId());
  request.set_parent(s.parent());
  request.set_retention_days(days);
  auto stub = regulation::RegulationService::NewStub(s.Regulation());
  ASSIGN_OR_RETURN(const auto response, s.Call(*stub, &regulation::RegulationService::Stub::PurgeAudit, request));
  Emit(s, response, [&](std::ostream& out) { out << response.purged_count() << " enregistrement(s) supprimé(s)\n"; });
  return absl::OkStatus();
}

}  // namespace

void AddOperatorCommands(CLI::App& app, Action* action) {
  CLI::App* index = AddCommand(app, "index", "What the matcher's index holds and how old it is", "  snpctl index --json");
  index->callback([action] { *action = &Index; });

  auto days = std::make_shared<int>(0);
  CLI::App* purge = AddCommand(app, "purge-audit",
                               "Delete cases that ended before the retention, or 30 days after their last change, with their audit (role admin)",
                               "  snpctl purge-audit                 keeps what the installation's retention says\n"
                               "  snpctl purge-audit --days 90");
  purge->add_option("--days", *days, "Keep this many days; 0: the configured retention")->capture_default_str()->check(CLI::Range(0, 3650));
  purge->callback([days, action] { *action = [days](Session& s) { return PurgeAudit(s, *days); }; });
}

}  // namespace snp::ctl
