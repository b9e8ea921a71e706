#include "snpctl/show.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domain/codes.h"
#include "snpctl/french.h"
#include "snpctl/plain_text.h"
#include "snpctl/words.h"

namespace snp::ctl {
namespace {

std::string WithLabel(domain::Nomenclature nomenclature, const std::string& code) {
  if (code.empty()) return "-";
  const absl::string_view label = domain::LabelOf(nomenclature, code);
  return label.empty() ? Plain(code) : absl::StrCat(Plain(code), " ", label);
}

std::string Level(const regulation::v1::Case& c) { return c.care_level() == 0 ? "-" : Word(c.care_level()); }
std::string Priority(const regulation::v1::Case& c) { return c.priority() == 0 ? "-" : Word(c.priority()); }

std::string Patient(const regulation::v1::Patient& p) {
  std::vector<std::string> parts;
  if (p.has_age_months()) parts.push_back(ShowAge(p.age_months()));
  if (p.sex() == type::v1::SEX_FEMALE) parts.push_back("F");
  if (p.sex() == type::v1::SEX_MALE) parts.push_back("H");
  if (!p.location().commune().empty()) parts.push_back(absl::StrCat("commune ", Plain(p.location().commune())));
  if (!p.own_gp().empty()) parts.push_back(absl::StrCat("médecin traitant ", Plain(p.own_gp())));
  if (p.pmr()) parts.push_back("PMR");
  if (p.no_car()) parts.push_back("sans voiture");
  return absl::StrJoin(parts, ", ");
}

void Line(std::ostream& out, absl::string_view label, absl::string_view value) {
  if (!value.empty()) out << "  " << label << " : " << value << "\n";
}

}  // namespace

absl::Time ToTime(const google::protobuf::Timestamp& t) { return absl::FromUnixSeconds(t.seconds()) + absl::Nanoseconds(t.nanos()); }
absl::Duration ToDuration(const google::protobuf::Duration& d) { return absl::Seconds(d.seconds()) + absl::Nanoseconds(d.nanos()); }

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t ms = absl::ToUnixMillis(time);
  out->set_seconds(ms / 1000);
  out->set_nanos(static_cast<int32_t>(ms % 1000) * 1'000'000);
}
void SetDuration(absl::Duration duration, google::protobuf::Duration* out) {
  const int64_t ms = absl::ToInt64Milliseconds(duration);
  out->set_seconds(ms / 1000);
  out->set_nanos(static_cast<int32_t>(ms % 1000) * 1'000'000);
}

std::string ShortName(absl::string_view name) {
  const size_t slash = name.rfind('/');
  return Plain(slash == absl::string_view::npos ? name : name.substr(slash + 1));
}

void ShowCase(std::ostream& out, const regulation::v1::Case& c, absl::Time now) {
  out << "Dossier " << Plain(c.name()) << " : " << French(c.state()) << "\n";
  Line(out, "n° du logiciel de régulation", Plain(c.file_number()));
  Line(out, "priorité, niveau de soins", absl::StrCat(Priority(c), ", ", Level(c)));
  Line(out, "motif", WithLabel(domain::Nomenclature::kMotive, c.motive()));
  Line(out, "patient", Patient(c.patient()));
  if (c.has_latest_time()) Line(out, "à voir avant", absl::StrCat(ShowMoment(ToTime(c.latest_time()), now), " (", Plain(c.need().delay()), ")"));
  if (!c.booking_reference().empty()) Line(out, "référence", absl::StrCat(Plain(c.booking_reference()), "  (à lire à l'appelant)"));
  Line(out, "créneau", Plain(c.slot()));
  if (c.has_hold_deadline()) Line(out, "retenu jusqu'à", ShowMoment(ToTime(c.hold_deadline()), now));
  Line(out, "pris par", Plain(c.claimed_by()));
  for (const auto& alert : c.alerts()) Line(out, "ALERTE", absl::StrCat(French(alert.kind()), " ", Plain(alert.booking())));
  for (const auto& refusal : c.refusals()) Line(out, "refusé par le patient", absl::StrCat(Plain(refusal.slot()), " (", Word(refusal.reason()), ")"));
  if (!c.decision().empty()) Line(out, "décision", WithLabel(domain::Nomenclature::kDecision, c.decision()));
  if (c.outcome() != 0) Line(out, "issue", Word(c.outcome()));
  if (c.step_pending()) Line(out, "en cours", "une étape vers le registre s'achève");
  if (!c.instruction().empty()) out << "\n  >>> " << Plain(c.instruction()) << "\n";
}

void ShowBooking(std::ostream& out, const registry::v1::Booking& b, absl::Time now) {
  out << "Réservation " << Plain(b.name()) << " : " << French(b.state()) << "\n";
  Line(out, "référence", Plain(b.reference()));
  Line(out, "créneau", Plain(b.slot()));
  Line(out, "lieu", Plain(b.place()));
  if (b.has_start_time()) Line(out, "début", ShowMoment(ToTime(b.start_time()), now));
  if (b.has_hold_deadline()) Line(out, "retenu jusqu'à", ShowMoment(ToTime(b.hold_deadline()), now));
  Line(out, "dossier", Plain(b.case_()));
  if (!b.motive().empty()) Line(out, "motif", WithLabel(domain::Nomenclature::kMotive, b.motive()));
  if (b.has_acknowledge_time()) Line(out, "acquittée", ShowMoment(ToTime(b.acknowledge_time()), now));
  if (b.overbooked()) Line(out, "surnuméraire", "oui");
  if (b.slot_changed()) Line(out, "ATTENTION", "le créneau a été retiré ou modifié après la réservation");
  if (b.cancelled_by() != 0) Line(out, "annulée par", Word(b.cancelled_by()));
}

void ShowSlot(std::ostream& out, const registry::v1::Slot& s, absl::Time now) {
  out << "Créneau " << Plain(s.name()) << " : " << (s.state() == registry::v1::SLOT_STATE_WITHDRAWN ? "retiré" : "ouvert") << "\n";
  Line(out, "lieu", Plain(s.place()));
  Line(out, "quand", absl::StrCat(ShowMoment(ToTime(s.start_time()), now), " à ", ShowMoment(ToTime(s.end_time()), now)));
  Line(out, "places",
       absl::StrCat(s.remaining(), " libres sur ", s.capacity(), s.overbooked() > 0 ? absl::StrCat(", ", s.overbooked(), " en surnombre") : ""));
  std::vector<std::string> visibility;
  for (const int v : s.visibility()) visibility.push_back(Word(static_cast<type::v1::Visibility>(v)));
  Line(out, "mode",
       absl::StrCat(Word(s.mode()), ", ", French(s.modality()), ", visible ", absl::StrJoin(visibility, "|"),
                    s.regulated_only() ? ", sur régulation seulement" : ""));
  Line(out, "praticien", Plain(s.practitioner()));
  Line(out, "équipement", Plain(absl::StrJoin(s.capabilities(), ", ")));
  if (s.min_age_months() > 0) Line(out, "âge minimal", ShowAge(s.min_age_months()));
  if (s.max_age_months() > 0) Line(out, "âge maximal", ShowAge(s.max_age_months()));
  if (s.has_confirmed_time()) Line(out, "confirmé il y a", ShowLength(now - ToTime(s.confirmed_time())));
  Line(out, "révision", absl::StrCat(s.revision()));
}

void ShowPlace(std::ostream& out, const registry::v1::Place& p) {
  out << Plain(p.display_name()) << "  (" << French(p.kind()) << ")\n";
  Line(out, "nom", Plain(p.name()));
  Line(out, "adresse", Plain(p.address()));
  Line(out, "commune", absl::StrCat(Plain(p.location().commune()), "  ", p.location().latitude(), ", ", p.location().longitude()));
  Line(out, "FINESS", Plain(p.finess()));
  Line(out, "SIRET", Plain(p.siret()));
  Line(out, "CPTS", Plain(p.cpts()));
  Line(out, "structure", Plain(p.structure()));
  Line(out, "accès PMR", p.pmr_access() ? "oui" : "non");
}

void ShowAudit(std::ostream& out, const regulation::v1::AuditRecord& r, absl::Time now) {
  out << "#" << r.index() << "  " << ShowMoment(ToTime(r.time()), now) << "  " << Plain(r.verb()) << "  par " << Plain(r.subject()) << " ("
      << Word(r.role()) << ") : " << Plain(r.result()) << "\n";
  if (!r.chosen_slot().empty()) Line(out, "choisi", Plain(r.chosen_slot()));
  if (!r.reason().empty()) Line(out, "raison", Plain(r.reason()));
  if (r.index_age_ms() >= 0) {
    Line(out, "offert", absl::StrCat(r.offered_size(), " places, index âgé de ", r.index_age_ms(), " ms, politique ", Plain(r.policy())));
  }
  for (const auto& candidate : r.offered()) out << "      " << Plain(candidate.slot()) << "  (" << French(candidate.circle()) << ")\n";
}

Table QueueTable() { return Table({"Prio", "Niveau", "Âge du dossier", "État", "Motif", "À voir avant", "Pris par", "Alertes", "Dossier"}); }

void AddToQueueTable(Table& table, const regulation::v1::Case& c, absl::Time now) {
  table.Add(
      {Priority(c), Level(c), ShowLength(now - ToTime(c.create_time())), French(c.state()),
       std::string(domain::LabelOf(domain::Nomenclature::kMotive, c.motive()).empty() ? absl::string_view("-")
                                                                                      : domain::LabelOf(domain::Nomenclature::kMotive, c.motive())),
       c.has_latest_time() ? ShowMoment(ToTime(c.latest_time()), now) : "-", c.claimed_by().empty() ? "-" : Plain(c.claimed_by()),
       c.alerts().empty() ? "-" : absl::StrCat(c.alerts_size()), ShortName(c.name())});
}

Table SlotTable() { return Table({"Début", "Fin", "Libres", "Mode", "Modalité", "Lieu", "Créneau", "Révision"}); }

void AddToSlotTable(Table& table, const registry::v1::Slot& s, absl::Time now) {
  table.Add({ShowMoment(ToTime(s.start_time()), now), ShowMoment(ToTime(s.end_time()), now),
             s.state() == registry::v1::SLOT_STATE_WITHDRAWN ? "retiré" : absl::StrCat(s.remaining(), "/", s.capacity()), Word(s.mode()),
             French(s.modality()), ShortName(s.place()), ShortName(s.name()), absl::StrCat(s.revision())});
}

Table BookingTable() { return Table({"Référence", "Début", "État", "Acquittée", "Motif", "Lieu", "Réservation", "Note"}); }

void AddToBookingTable(Table& table, const registry::v1::Booking& b, absl::Time now) {
  const absl::string_view motive = domain::LabelOf(domain::Nomenclature::kMotive, b.motive());
  table.Add({Plain(b.reference()), b.has_start_time() ? ShowMoment(ToTime(b.start_time()), now) : "-", French(b.state()),
             b.has_acknowledge_time() ? ShowMoment(ToTime(b.acknowledge_time()), now) : "-", motive.empty() ? "-" : std::string(motive),
             ShortName(b.place()), ShortName(b.name()),
             b.slot_changed() ? "créneau modifié"
             : b.overbooked() ? "surnuméraire"
                              : ""});
}

void ShowCandidates(std::ostream& out, const google::protobuf::RepeatedPtrField<matcher::v1::RankedCandidate>& candidates, absl::Time now) {
  if (candidates.empty()) {
    out << "Aucune place ne convient.\n";
    return;
  }
  Table table({"#", "Vu à", "Trajet", "Attente", "Cercle", "Lieu", "Libres", "Créneau@révision"});
  int rank = 0;
  for (const auto& c : candidates) {
    table.Add({absl::StrCat(++rank), ShowMoment(ToTime(c.seen_time()), now), ShowLength(absl::Ceil(ToDuration(c.travel()), absl::Minutes(1))),
               ShowLength(ToDuration(c.wait())), French(c.circle()), absl::StrCat(Plain(c.place_display_name()), " (", French(c.modality()), ")"),
               absl::StrCat(c.remaining()), absl::StrCat(ShortName(c.slot()), "@", c.revision())});
  }
  table.Print(out);
  out << "\nPourquoi :\n";
  rank = 0;
  for (const auto& c : candidates) out << "  " << ++rank << ". " << Plain(absl::StrJoin(c.reasons(), " ; ")) << "\n";
}

void ShowRefusals(std::ostream& out, const google::protobuf::RepeatedPtrField<matcher::v1::RefusalCount>& refusals, const std::string& scope) {
  if (refusals.empty()) return;
  out << "\nÉcartés" << (scope.empty() ? "" : absl::StrCat(" (", Plain(scope), ")")) << " :\n";
  for (const auto& r : refusals) out << "  " << r.slots() << "  " << French(r.refusal()) << "\n";
}

}  // namespace snp::ctl
