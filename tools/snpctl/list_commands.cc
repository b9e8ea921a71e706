// snpctl list: pages through what the registry and regulation hold.
#include <algorithm>
#include <memory>

#include "platform/status_macros.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"
#include "snp/regulation/v1/regulation_service.grpc.pb.h"
#include "snpctl/commands.h"
#include "snpctl/french.h"
#include "snpctl/plain_text.h"
#include "snpctl/show.h"

namespace snp::ctl {
namespace {

namespace registry = snp::registry::v1;
namespace regulation = snp::regulation::v1;

struct Options {
  std::string place, slot, from, to, page_token;
  bool open_only = false;
  int limit = 100;
};

// Asks for pages until `limit` items are there, appending them to the first answer. The page token left in the answer goes on from there.
template <typename Stub, typename Request, typename Response, typename Items>
absl::StatusOr<Response> Pages(Session& s, Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), Request request,
                               const Options& o, Items items) {
  Response all;
  request.set_page_token(o.page_token);
  while (true) {
    request.set_page_size(std::min(1000, o.limit - items(all)->size()));
    ASSIGN_OR_RETURN(Response page, s.Call(stub, method, request));
    items(all)->MergeFrom(*items(page));
    all.set_next_page_token(page.next_page_token());
    if (page.next_page_token().empty() || items(all)->size() >= o.limit) return all;
    request.set_page_token(page.next_page_token());
  }
}

void ShowMore(std::ostream& out, const std::string& token) {
  if (!token.empty()) out << "... il y en a d'autres : --limit plus grand, ou --page-token " << Plain(token) << "\n";
}

template <typename Request>
absl::Status SetWindow(Session& s, const Options& o, Request& request) {
  if (!o.from.empty()) {
    ASSIGN_OR_RETURN(const absl::Time from, ParseMoment(o.from, s.now()));
    SetTime(from, request.mutable_start_time());
  }
  if (!o.to.empty()) {
    ASSIGN_OR_RETURN(const absl::Time to, ParseMoment(o.to, s.now()));
    SetTime(to, request.mutable_end_time());
  }
  return absl::OkStatus();
}

absl::Status ListPlaces(Session& s, const Options& o) {
  registry::ListPlacesRequest request;
  request.set_parent(s.parent());
  auto stub = registry::RegistryService::NewStub(s.Registry());
  ASSIGN_OR_RETURN(const auto all,
                   Pages(s, *stub, &registry::RegistryService::Stub::ListPlaces, request, o, [](auto& r) { return r.mutable_places(); }));
  Emit(s, all, [&](std::ostream& out) {
    Table table({"Lieu", "Genre", "Commune", "PMR", "Nom affiché"});
    for (const auto& p : all.places()) {
      table.Add({ShortName(p.name()), French(p.kind()), Plain(p.location().commune()), p.pmr_access() ? "oui" : "non", Plain(p.display_name())});
    }
    table.Print(out);
    ShowMore(out, all.next_page_token());
  });
  return absl::OkStatus();
}

absl::Status ListSlots(Session& s, const Options& o) {
  registry::ListSlotsRequest request;
  request.set_parent(o.place.empty() ? s.parent() : FullName(o.place, s.globals().department, "places"));
  request.set_open_only(o.open_only);
  RETURN_IF_ERROR(SetWindow(s, o, request));
  auto stub = registry::RegistryService::NewStub(s.Registry());
  ASSIGN_OR_RETURN(const auto all,
                   Pages(s, *stub, &registry::RegistryService::Stub::ListSlots, request, o, [](auto& r) { return r.mutable_slots(); }));
  Emit(s, all, [&](std::ostream& out) {
    Table table = SlotTable();
    for (const auto& slot : all.slots()) AddToSlotTable(table, slot, s.now());
    table.Print(out);
    ShowMore(out, all.next_page_token());
  });
  return absl::OkStatus();
}

absl::Status ListBookings(Session& s, const Options& o) {
  registry::ListBookingsRequest request;
  request.set_parent(o.slot.empty() ? FullName(o.place, s.globals().department, "places") : FullName(o.slot, s.globals().department, "slots"));
  RETURN_IF_ERROR(SetWindow(s, o, request));
  // A practice looks at its day: a range that began this morning takes patients still.
  if (o.from.empty()) SetTime(absl::FromCivil(absl::ToCivilDay(s.now(), Paris()), Paris()), request.mutable_start_time());
  auto stub = registry::RegistryService::NewStub(s.Registry());
  ASSIGN_OR_RETURN(const auto all,
                   Pages(s, *stub, &registry::RegistryService::Stub::ListBookings, request, o, [](auto& r) { return r.mutable_bookings(); }));
  Emit(s, all, [&](std::ostream& out) {
    Table table = BookingTable();
    for (const auto& b : all.bookings()) AddToBookingTable(table, b, s.now());
    table.Print(out);
    ShowMore(out, all.next_page_token());
  });
  return absl::OkStatus();
}

absl::Status ListQueue(Session& s, const Options& o) {
  regulation::ListQueueRequest request;
  request.set_parent(s.parent());
  auto stub = regulation::RegulationService::NewStub(s.Regulation());
  ASSIGN_OR_RETURN(const auto all,
                   Pages(s, *stub, &regulation::RegulationService::Stub::ListQueue, request, o, [](auto& r) { return r.mutable_cases(); }));
  Emit(s, all, [&](std::ostream& out) {
    Table table = QueueTable();
    for (const auto& c : all.cases()) AddToQueueTable(table, c, s.now());
    table.Print(out);
    ShowMore(out, all.next_page_token());
  });
  return absl::OkStatus();
}

}  // namespace

void AddListCommands(CLI::App& app, Action* action) {
  CLI::App* list = AddCommand(app, "list", "List places, slots, bookings, or the queue of cases",
                              "  snpctl list places --department 95\n"
                              "  snpctl list slots --open --from now --to +4h\n"
                              "  snpctl list bookings --place cab-0001 --from 08:00\n"
                              "  snpctl list queue --json");
  list->require_subcommand(1);
  const auto add = [&](const std::string& name, const std::string& what, const std::string& examples, absl::Status (*run)(Session&, const Options&)) {
    auto o = std::make_shared<Options>();
    CLI::App* c = AddCommand(*list, name, what, examples);
    c->add_option("--limit", o->limit, "At most so many")->capture_default_str()->check(CLI::Range(1, 1'000'000));
    c->add_option("--page-token", o->page_token, "Go on from an earlier answer");
    c->callback([o, action, run] { *action = [o, run](Session& s) { return run(s, *o); }; });
    return std::make_pair(c, o);
  };
  add("places", "Places of the department, by id", "  snpctl list places --limit 1000", &ListPlaces);
  add("queue", "Live cases: priority, then age", "  snpctl list queue", &ListQueue);
  auto [slots, so] = add("slots", "Slots by start, of the department or of a place", "  snpctl list slots --place mmg-01 --from 18:00", &ListSlots);
  slots->add_option("--place", so->place, "Only of this place");
  slots->add_flag("--open", so->open_only, "Only open ones with a place left");
  AddMoment(slots, "--from", so->from, "Start at or after; now when not given");
  AddMoment(slots, "--to", so->to, "Start before");
  auto [bookings, bo] = add("bookings", "Bookings of a place or of a slot", "  snpctl list bookings --slot cab-0001-a", &ListBookings);
  auto* parent = bookings->add_option_group("of what");
  parent->add_option("--place", bo->place, "Of this place");
  parent->add_option("--slot", bo->slot, "Of this slot");
  parent->require_option(1);
  AddMoment(bookings, "--from", bo->from, "With --place: slots that start at or after; midnight when not given");
  AddMoment(bookings, "--to", bo->to, "With --place: slots that start before");
}

}  // namespace snp::ctl
