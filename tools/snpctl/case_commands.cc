// snpctl open, qualify, advise, close, claim, handover: the life of a case.
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "platform/status_macros.h"
#include "snp/regulation/v1/regulation_service.grpc.pb.h"
#include "snpctl/commands.h"
#include "snpctl/plain_text.h"
#include "snpctl/show.h"
#include "snpctl/words.h"

namespace snp::ctl {
namespace {

namespace regulation = snp::regulation::v1;
using Service = regulation::RegulationService;

template <typename E>
std::string CheckWord(const std::string& word) {
  return std::string(ParseWord<E>(word).status().message());
}

// "48.95,2.24".
bool ParsePoint(const std::string& text, double* lat, double* lon) {
  const std::vector<std::string> parts = absl::StrSplit(text, ',');
  return parts.size() == 2 && absl::SimpleAtod(parts[0], lat) && absl::SimpleAtod(parts[1], lon);
}

struct PatientOptions {
  std::string commune, point, age, sex, own_gp;
  bool pmr = false, no_car = false;

  void AddTo(CLI::App* c) {
    c->add_option("--commune", commune, "INSEE code of where the patient is (95127)");
    c->add_option("--at", point, "Coordinates of where the patient is: LAT,LON")->check([](const std::string& s) {
      double lat = 0, lon = 0;
      return ParsePoint(s, &lat, &lon) ? std::string() : std::string("expected LAT,LON, e.g. 48.95,2.24");
    });
    AddAge(c, "--age", age, "34 or 34a (years), 8m (months)");
    c->add_option("--sex", sex, "FEMALE or MALE")->check(CheckWord<type::v1::Sex>);
    c->add_option("--own-gp", own_gp, "RPPS of the own GP (médecin traitant)");
    c->add_flag("--pmr", pmr, "Needs access for reduced mobility");
    c->add_flag("--no-car", no_car, "Has no car");
  }
  bool given() const { return !commune.empty() || !point.empty(); }
  void Fill(regulation::Patient* p) const {
    p->mutable_location()->set_commune(commune);
    double lat = 0, lon = 0;
    if (ParsePoint(point, &lat, &lon)) {
      p->mutable_location()->set_latitude(lat);
      p->mutable_location()->set_longitude(lon);
    }
    if (!age.empty()) p->set_age_months(*ParseAge(age));
    if (!sex.empty()) p->set_sex(*ParseWord<type::v1::Sex>(sex));
    p->set_own_gp(own_gp);
    p->set_pmr(pmr);
    p->set_no_car(no_car);
  }
};

struct Open {
  PatientOptions patient;
  std::string file_number, priority, motive, origin;
};
struct Qualify {
  PatientOptions patient;
  std::string name, priority, level, motive, delay, before, specialty;
  bool examination = false;
  std::vector<std::string> modalities, capabilities;
};
struct Named {
  std::string name, text, reason;
};

// Calls a verb that answers with the case, and shows it.
template <typename Request, typename Response>
absl::Status CallAndShow(Session& s, grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*), Request request) {
  request.set_request_id(s.RequestId());
  auto stub = Service::NewStub(s.Regulation());
  ASSIGN_OR_RETURN(const Response response, s.Call(*stub, method, request));
  Emit(s, response, [&](std::ostream& out) { ShowCase(out, response.case_(), s.now()); });
  return absl::OkStatus();
}

absl::Status DoOpen(Session& s, const Open& o) {
  regulation::OpenCaseRequest request;
  request.set_parent(s.parent());
  request.set_file_number(o.file_number);
  if (!o.priority.empty()) request.set_priority(*ParseWord<type::v1::CallPriority>(o.priority));
  request.set_motive(o.motive);
  request.set_origin(o.origin);
  o.patient.Fill(request.mutable_patient());
  return CallAndShow(s, &Service::Stub::OpenCase, std::move(request));
}

absl::Status DoQualify(Session& s, const Qualify& o) {
  regulation::QualifyCaseRequest request;
  request.set_name(FullName(o.name, s.globals().department, "cases"));
  if (!o.priority.empty()) request.set_priority(*ParseWord<type::v1::CallPriority>(o.priority));
  if (!o.level.empty()) request.set_care_level(*ParseWord<type::v1::CareLevel>(o.level));
  request.set_motive(o.motive);
  if (o.patient.given()) o.patient.Fill(request.mutable_patient());
  const bool need =
      !o.delay.empty() || !o.before.empty() || o.examination || !o.specialty.empty() || !o.modalities.empty() || !o.capabilities.empty();
  if (need) {
    regulation::Need& n = *request.mutable_need();
    // R3 always needs an examination; saying so keeps the message true by itself.
    n.set_examination(o.examination || request.care_level() == type::v1::CARE_LEVEL_R3);
    n.set_delay(o.before.empty() ? o.delay : "RDV");
    if (!o.before.empty()) {
      ASSIGN_OR_RETURN(const absl::Time before, ParseMoment(o.before, s.now()));
      SetTime(before, n.mutable_latest_time());
    }
    for (const std::string& m : o.modalities) n.add_modalities(*ParseWord<type::v1::Modality>(m));
    n.set_specialty(o.specialty);
    for (const std::string& c : o.capabilities) n.add_capabilities(c);
  }
  return CallAndShow(s, &Service::Stub::QualifyCase, std::move(request));
}

absl::Status DoAdvise(Session& s, const Named& o) {
  regulation::AdviseCaseRequest request;
  request.set_name(FullName(o.name, s.globals().department, "cases"));
  request.set_decision(o.text);
  return CallAndShow(s, &Service::Stub::AdviseCase, std::move(request));
}

absl::Status DoClose(Session& s, const Named& o) {
  regulation::CloseCaseRequest request;
  request.set_name(FullName(o.name, s.globals().department, "cases"));
  request.set_outcome(*ParseWord<regulation::Outcome>(o.text));
  request.set_orientation(o.reason);
  return CallAndShow(s, &Service::Stub::CloseCase, std::move(request));
}

absl::Status DoClaim(Session& s, const Named& o) {
  regulation::ClaimCaseRequest request;
  request.set_name(FullName(o.name, s.globals().department, "cases"));
  return CallAndShow(s, &Service::Stub::ClaimCase, std::move(request));
}

absl::Status DoHandOver(Session& s, const Named& o) {
  regulation::HandOverCaseRequest request;
  request.set_name(FullName(o.name, s.globals().department, "cases"));
  request.set_to_subject(o.text);
  request.set_reason(o.reason);
  return CallAndShow(s, &Service::Stub::HandOverCase, std::move(request));
}

}  // namespace

void AddCaseCommands(CLI::App& app, Action* action) {
  auto o = std::make_shared<Open>();
  CLI::App* open = AddCommand(app, "open", "Open a case (role assistant, osnp or regulator)",
                              "  snpctl open --commune 95127 --age 34 --sex FEMALE --motive M03.14 --priority P2\n"
                              "  snpctl open --at 48.95,2.24 --age 8m --motive M03.14 --file-number D-2026-0117 --no-car");
  o->patient.AddTo(open);
  open->add_option("--file-number", o->file_number, "File number in the dispatch software, opaque");
  open->add_option("--priority", o->priority, "P0, P1, P2, P3 or NR")->check(CheckWord<type::v1::CallPriority>);
  open->add_option("--motive", o->motive, "Code of the nomenclature motif (M03.14)");
  open->add_option("--origin", o->origin, "Code of the nomenclature origine (15, 116117...)");
  open->callback([o, action] {
    if (!o->patient.given()) throw CLI::ValidationError("open", "say where the patient is: --commune or --at");
    *action = [o](Session& s) { return DoOpen(s, *o); };
  });

  auto q = std::make_shared<Qualify>();
  CLI::App* qualify = AddCommand(app, "qualify", "Set priority, care level, motive and need (care level and need: role regulator)",
                                 "  snpctl qualify CASE --level R3 --delay 4H\n"
                                 "  snpctl qualify CASE --level R4 --examination --before 18:30\n"
                                 "  snpctl qualify CASE --level R3 --delay 2H --capability suture --modality CABINET\n"
                                 "  snpctl qualify CASE --level R2            gives back what the case has, and shows the instruction");
  qualify->add_option("case", q->name, "Id or full name")->required();
  qualify->add_option("--priority", q->priority, "P0, P1, P2, P3 or NR")->check(CheckWord<type::v1::CallPriority>);
  qualify->add_option("--level", q->level, "R1, R2, R3 or R4")->check(CheckWord<type::v1::CareLevel>);
  qualify->add_option("--motive", q->motive, "Code of the nomenclature motif");
  auto* delay = qualify->add_option("--delay", q->delay, "Code of the nomenclature delai: ASAP, 30M, 45M, 1H, 2H, 4H, 8H, 12H, 24H, DEL0");
  AddMoment(qualify, "--before", q->before, "The clinical deadline itself, instead of --delay")->excludes(delay);
  qualify->add_flag("--examination", q->examination, "An R4 that needs an examination");
  qualify->add_option("--modality", q->modalities, "Accepted: CABINET, VISIT, TELE; repeat for several; none: all")
      ->check(CheckWord<type::v1::Modality>);
  qualify->add_option("--specialty", q->specialty, "Code (TRE-R38); none: general medicine");
  qualify->add_option("--capability", q->capabilities, "suture, xray...; repeat for several");
  q->patient.AddTo(qualify);
  qualify->callback([q, action] {
    const PatientOptions& p = q->patient;
    if (!p.given() && (!p.age.empty() || !p.sex.empty() || !p.own_gp.empty() || p.pmr || p.no_car)) {
      throw CLI::ValidationError("qualify", "the patient is replaced as a whole: say where, with --commune or --at, too");
    }
    *action = [q](Session& s) { return DoQualify(s, *q); };
  });

  const auto add = [&](const std::string& name, const std::string& what, const std::string& examples, absl::Status (*run)(Session&, const Named&)) {
    auto n = std::make_shared<Named>();
    CLI::App* c = AddCommand(app, name, what, examples);
    c->add_option("case", n->name, "Id or full name")->required();
    c->callback([n, action, run] { *action = [n, run](Session& s) { return run(s, *n); }; });
    return std::make_pair(c, n);
  };
  auto [advise, an] =
      add("advise", "End a case with advice or a tele-prescription (role regulator)", "  snpctl advise CASE --decision CONSEIL", &DoAdvise);
  an->text = "CONSEIL";
  advise->add_option("--decision", an->text, "CONSEIL or PMT")->capture_default_str();
  auto [close, cn] = add("close", "Close a case with its outcome (role regulator or osnp)",
                         "  snpctl close CASE --outcome SEEN\n  snpctl close CASE --outcome UNPLACED --orientation URGENCES", &DoClose);
  close->add_option("--outcome", cn->text, "SEEN, NO_SHOW, ADVICE, EMERGENCY, UNPLACED, DECLINED or DUPLICATE")
      ->required()
      ->check(CheckWord<regulation::Outcome>);
  close->add_option("--orientation", cn->reason, "Code: URGENCES, CABINET, DOMICILE...");
  add("claim", "Take a case to work on it (role regulator or osnp)", "  snpctl claim CASE", &DoClaim);
  auto [hand, hn] = add("handover", "Give a case to another, or back to the queue (role regulator or osnp)",
                        "  snpctl handover CASE --to dr-b\n  snpctl handover CASE --reason \"relève de 20 h\"", &DoHandOver);
  hand->add_option("--to", hn->text, "Subject of the next one; none: nobody");
  hand->add_option("--reason", hn->reason, "Why; required to take a claim away from another");
}

}  // namespace snp::ctl
