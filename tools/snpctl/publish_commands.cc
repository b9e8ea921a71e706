// snpctl publish, withdraw, fresh, overbook: what a practice says about its slots.
#include <memory>

#include "absl/strings/str_cat.h"
#include "platform/status_macros.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"
#include "snpctl/commands.h"
#include "snpctl/plain_text.h"
#include "snpctl/show.h"
#include "snpctl/words.h"

namespace snp::ctl {
namespace {

namespace registry = snp::registry::v1;
using Stub = registry::RegistryService::Stub;

struct Publish {
  std::string slot, place, start, end, length, practitioner, mode = "ROUTINE", modality = "CABINET", specialty, source = "manual", release_before,
                                                             min_age, max_age;
  std::vector<std::string> visibility = {"SNP"}, capabilities;
  int capacity = 1;
  bool regulated_only = false, keep_bookings = false;
};

template <typename E>
std::string CheckWord(const std::string& word) {
  return std::string(ParseWord<E>(word).status().message());
}

absl::Status DoPublish(Session& s, const Publish& o) {
  registry::PublishSlotRequest request;
  request.set_request_id(s.RequestId());
  request.set_keep_bookings(o.keep_bookings);
  registry::Slot& slot = *request.mutable_slot();
  slot.set_name(FullName(o.slot, s.globals().department, "slots"));
  slot.set_place(FullName(o.place, s.globals().department, "places"));
  ASSIGN_OR_RETURN(const absl::Time start, ParseMoment(o.start, s.now()));
  SetTime(start, slot.mutable_start_time());
  if (!o.end.empty()) {
    ASSIGN_OR_RETURN(const absl::Time end, ParseMoment(o.end, s.now()));
    SetTime(end, slot.mutable_end_time());
  } else {
    ASSIGN_OR_RETURN(const absl::Duration length, ParseLength(o.length.empty() ? "15m" : o.length));
    SetTime(start + length, slot.mutable_end_time());
  }
  slot.set_practitioner(o.practitioner);
  slot.set_capacity(o.capacity);
  slot.set_mode(*ParseWord<type::v1::SlotMode>(o.mode));
  slot.set_modality(*ParseWord<type::v1::Modality>(o.modality));
  for (const std::string& v : o.visibility) slot.add_visibility(*ParseWord<type::v1::Visibility>(v));
  for (const std::string& c : o.capabilities) slot.add_capabilities(c);
  slot.set_specialty(o.specialty);
  if (!o.min_age.empty()) slot.set_min_age_months(*ParseAge(o.min_age));
  if (!o.max_age.empty()) slot.set_max_age_months(*ParseAge(o.max_age));
  slot.set_regulated_only(o.regulated_only);
  slot.set_source(o.source);
  if (!o.release_before.empty()) SetDuration(*ParseLength(o.release_before), slot.mutable_release_rule()->mutable_before_start());

  auto stub = registry::RegistryService::NewStub(s.Registry());
  ASSIGN_OR_RETURN(const auto response, s.Call(*stub, &Stub::PublishSlot, request));
  Emit(s, response, [&](std::ostream& out) {
    ShowSlot(out, response.slot(), s.now());
    for (const auto& b : response.affected_bookings()) ShowBooking(out, b, s.now());
  });
  return absl::OkStatus();
}

absl::Status DoWithdraw(Session& s, const std::string& name) {
  registry::WithdrawSlotRequest request;
  request.set_request_id(s.RequestId());
  request.set_name(FullName(name, s.globals().department, "slots"));
  auto stub = registry::RegistryService::NewStub(s.Registry());
  ASSIGN_OR_RETURN(const auto response, s.Call(*stub, &Stub::WithdrawSlot, request));
  Emit(s, response, [&](std::ostream& out) {
    ShowSlot(out, response.slot(), s.now());
    if (response.affected_bookings_size() > 0) out << response.affected_bookings_size() << " réservation(s) à prévenir :\n";
    for (const auto& b : response.affected_bookings()) ShowBooking(out, b, s.now());
  });
  return absl::OkStatus();
}

absl::Status DoFresh(Session& s, const std::vector<std::string>& names) {
  registry::ConfirmFreshRequest request;
  request.set_request_id(s.RequestId());
  for (const std::string& name : names) request.add_names(FullName(name, s.globals().department, "slots"));
  auto stub = registry::RegistryService::NewStub(s.Registry());
  ASSIGN_OR_RETURN(const auto response, s.Call(*stub, &Stub::ConfirmFresh, request));
  if (response.unknown_size() > 0) s.Fail();
  Emit(s, response, [&](std::ostream& out) {
    out << response.confirmed_count() << " créneau(x) confirmé(s)\n";
    for (const std::string& name : response.unknown()) out << "  inconnu ou retiré : " << Plain(name) << "\n";
  });
  return absl::OkStatus();
}

struct Overbook {
  std::string slot, motive;
};

absl::Status DoOverbook(Session& s, const Overbook& o) {
  registry::OverbookSlotRequest request;
  request.set_request_id(s.RequestId());
  request.set_slot(FullName(o.slot, s.globals().department, "slots"));
  request.set_motive(o.motive);
  auto stub = registry::RegistryService::NewStub(s.Registry());
  ASSIGN_OR_RETURN(const auto response, s.Call(*stub, &Stub::OverbookSlot, request));
  Emit(s, response, [&](std::ostream& out) { ShowBooking(out, response.booking(), s.now()); });
  return absl::OkStatus();
}

}  // namespace

void AddPublishCommands(CLI::App& app, Action* action) {
  auto p = std::make_shared<Publish>();
  CLI::App* publish =
      AddCommand(app, "publish", "Publish one slot, or replace it by name (role practice for its own places, or admin)",
                 "  snpctl publish cab-0001-a --place cab-0001 --start 14:30                      15 minutes, one patient, for regulation\n"
                 "  snpctl publish mmg-01-soir --place mmg-01 --start 20:00 --end 23:30 --mode WALKIN --capacity 12\n"
                 "  snpctl publish cab-0001-a --place cab-0001 --start +2h --visibility SNP --visibility CPTS --release-before 1h");
  publish->add_option("slot", p->slot, "Id or full name of the slot")->required();
  publish->add_option("--place", p->place, "Its place")->required();
  AddMoment(publish, "--start", p->start, "When it starts")->required();
  auto* end = AddMoment(publish, "--end", p->end, "When it ends");
  AddLength(publish, "--length", p->length, "How long it lasts, instead of --end; 15m when neither is given")->excludes(end);
  publish->add_option("--capacity", p->capacity, "Number of patients")->capture_default_str()->check(CLI::Range(1, 500));
  publish->add_option("--mode", p->mode, "ROUTINE (appointment) or WALKIN (range)")->capture_default_str()->check(CheckWord<type::v1::SlotMode>);
  publish->add_option("--modality", p->modality, "CABINET, VISIT or TELE")->capture_default_str()->check(CheckWord<type::v1::Modality>);
  publish->add_option("--visibility", p->visibility, "PUBLIC, PRO, SNP or CPTS; repeat for several")
      ->capture_default_str()
      ->check(CheckWord<type::v1::Visibility>);
  publish->add_option("--practitioner", p->practitioner, "RPPS of the practitioner");
  publish->add_option("--capability", p->capabilities, "suture, xray...; repeat for several");
  publish->add_option("--specialty", p->specialty, "Code (TRE-R38); none: general medicine");
  AddAge(publish, "--min-age", p->min_age, "Youngest patient");
  AddAge(publish, "--max-age", p->max_age, "Oldest patient");
  publish->add_flag("--regulated-only", p->regulated_only, "Only patients sent by regulation");
  publish->add_option("--source", p->source, "Who publishes")->capture_default_str();
  AddLength(publish, "--release-before", p->release_before, "Unfilled, it becomes public this long before it starts");
  publish->add_flag("--keep-bookings", p->keep_bookings, "Change it although it has bookings: they are kept and marked");
  publish->callback([p, action] { *action = [p](Session& s) { return DoPublish(s, *p); }; });

  auto name = std::make_shared<std::string>();
  CLI::App* withdraw =
      AddCommand(app, "withdraw", "Take a slot away from new patients; its bookings stay and are listed", "  snpctl withdraw cab-0001-a");
  withdraw->add_option("slot", *name, "Id or full name of the slot")->required();
  withdraw->callback([name, action] { *action = [name](Session& s) { return DoWithdraw(s, *name); }; });

  auto names = std::make_shared<std::vector<std::string>>();
  CLI::App* fresh = AddCommand(app, "fresh", "State that slots are still offered", "  snpctl fresh cab-0001-a cab-0001-b");
  fresh->add_option("slots", *names, "Ids or full names")->required();
  fresh->callback([names, action] { *action = [names](Session& s) { return DoFresh(s, *names); }; });

  auto o = std::make_shared<Overbook>();
  CLI::App* overbook = AddCommand(app, "overbook", "Add a patient to a full slot, because its practice agreed (surnuméraire)",
                                  "  snpctl overbook cab-0001-a --motive M03.14");
  overbook->add_option("slot", o->slot, "Id or full name of the slot")->required();
  overbook->add_option("--motive", o->motive, "Motive code shown to the practice");
  overbook->callback([o, action] { *action = [o](Session& s) { return DoOverbook(s, *o); }; });
}

}  // namespace snp::ctl
