// snpctl show: one thing, whole.
#include <memory>

#include "platform/status_macros.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"
#include "snp/regulation/v1/regulation_service.grpc.pb.h"
#include "snpctl/commands.h"
#include "snpctl/plain_text.h"
#include "snpctl/show.h"

namespace snp::ctl {
namespace {

namespace registry = snp::registry::v1;
namespace regulation = snp::regulation::v1;
using RegistryStub = registry::RegistryService::Stub;
using RegulationStub = regulation::RegulationService::Stub;

template <typename Service, typename Request, typename Response, typename Show>
absl::Status Get(Session& s, std::shared_ptr<grpc::Channel> channel,
                 grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*), const std::string& name,
                 const char* collection, Show show) {
  Request request;
  request.set_name(FullName(name, s.globals().department, collection));
  auto stub = Service::NewStub(channel);
  ASSIGN_OR_RETURN(const Response response, s.Call(*stub, method, request));
  Emit(s, response, [&](std::ostream& out) { show(out, response); });
  return absl::OkStatus();
}

absl::Status Slot(Session& s, const std::string& name) {
  return Get<registry::RegistryService>(s, s.Registry(), &RegistryStub::GetSlot, name, "slots",
                                        [&](std::ostream& out, const auto& r) { ShowSlot(out, r.slot(), s.now()); });
}
absl::Status Booking(Session& s, const std::string& name) {
  return Get<registry::RegistryService>(s, s.Registry(), &RegistryStub::GetBooking, name, "bookings",
                                        [&](std::ostream& out, const auto& r) { ShowBooking(out, r.booking(), s.now()); });
}
absl::Status Place(Session& s, const std::string& name) {
  return Get<registry::RegistryService>(s, s.Registry(), &RegistryStub::GetPlace, name, "places",
                                        [](std::ostream& out, const auto& r) { ShowPlace(out, r.place()); });
}
absl::Status Practitioner(Session& s, const std::string& name) {
  return Get<registry::RegistryService>(s, s.Registry(), &RegistryStub::GetPractitioner, name, "practitioners", [](std::ostream& out, const auto& r) {
    out << "Praticien " << Plain(r.practitioner().name()) << "  profession " << Plain(r.practitioner().profession()) << ", spécialité "
        << Plain(r.practitioner().specialty()) << "\n";
    for (const std::string& place : r.practitioner().places()) out << "  exerce à " << Plain(place) << "\n";
  });
}
absl::Status Case(Session& s, const std::string& name) {
  return Get<regulation::RegulationService>(s, s.Regulation(), &RegulationStub::GetCase, name, "cases",
                                            [&](std::ostream& out, const auto& r) { ShowCase(out, r.case_(), s.now()); });
}
absl::Status Audit(Session& s, const std::string& name) {
  return Get<regulation::RegulationService>(s, s.Regulation(), &RegulationStub::GetAudit, name, "cases", [&](std::ostream& out, const auto& r) {
    for (const auto& record : r.records()) ShowAudit(out, record, s.now());
  });
}

}  // namespace

void AddShowCommands(CLI::App& app, Action* action) {
  CLI::App* show = AddCommand(app, "show", "Show one slot, case, booking, place, practitioner, or the audit of a case",
                              "  snpctl show slot cab-0001-a\n"
                              "  snpctl show case 01hx...\n"
                              "  snpctl show audit 01hx... --json");
  show->require_subcommand(1);
  const auto add = [&](const std::string& kind, const std::string& what, absl::Status (*run)(Session&, const std::string&)) {
    auto name = std::make_shared<std::string>();
    CLI::App* c = AddCommand(*show, kind, what, "  snpctl show " + kind + " NAME");
    c->add_option("name", *name, "Id or full name")->required();
    c->callback([name, action, run] { *action = [name, run](Session& s) { return run(s, *name); }; });
  };
  add("slot", "A slot", &Slot);
  add("case", "A case", &Case);
  add("booking", "A hold or a booking", &Booking);
  add("place", "A place", &Place);
  add("practitioner", "A practitioner, by RPPS", &Practitioner);
  add("audit", "The decisions taken on a case, in order (role regulator or admin)", &Audit);
}

}  // namespace snp::ctl
