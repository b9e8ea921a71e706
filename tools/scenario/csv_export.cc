#include "scenario/csv_export.h"

#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "domain/csv.h"
#include "scenario/words.h"

namespace snp::scenario {
namespace {

std::string Degrees(double d) { return absl::StrFormat("%.5f", d); }
std::string Flag(bool b) { return b ? "true" : "false"; }
std::string Moment(absl::Time t) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", t, absl::UTCTimeZone()); }

void Append(std::string& csv, const std::vector<std::string>& fields) { absl::StrAppend(&csv, domain::CsvLine(fields), "\n"); }

}  // namespace

std::string PlacesCsv(const Territory& territory) {
  std::string csv;
  Append(csv,
         {"place", "kind", "display_name", "finess", "siret", "commune", "lat", "lon", "time_zone", "pmr_access", "cpts", "structure", "address"});
  for (const domain::Place& p : territory.places) {
    Append(csv, {p.name.id.value(), ToWord(p.kind), p.display_name, p.finess, p.siret, p.commune, Degrees(p.position.lat), Degrees(p.position.lon),
                 p.time_zone, Flag(p.pmr_access), p.cpts, p.structure, p.address});
  }
  return csv;
}

std::string PractitionersCsv(const Territory& territory) {
  std::string csv;
  Append(csv, {"rpps", "profession", "specialty", "places"});
  for (const domain::Practitioner& p : territory.practitioners) {
    const std::string places = absl::StrJoin(p.places, "|", [](std::string* out, const domain::PlaceName& n) { absl::StrAppend(out, n.id.value()); });
    Append(csv, {p.name.id.value(), p.profession, p.specialty, places});
  }
  return csv;
}

std::string SlotsCsv(const Territory& territory) {
  std::string csv;
  Append(csv, {"slot", "place", "practitioner", "start", "end", "capacity", "mode", "modality", "visibility", "capabilities", "specialty",
               "min_age_months", "max_age_months", "regulated_only", "source", "release_before_min"});
  for (const PublishedSlot& s : territory.slots) {
    const domain::SlotDefinition& d = s.definition;
    Append(csv, {s.name.id.value(), d.place.value(), d.practitioner.value(), Moment(d.start), Moment(d.end), absl::StrCat(d.capacity), ToWord(d.mode),
                 ToWord(d.modality), ToWords(d.visibility), absl::StrJoin(d.capabilities, "|"), d.specialty, absl::StrCat(d.min_age_months),
                 absl::StrCat(d.max_age_months), Flag(d.regulated_only), d.source,
                 d.release_before ? absl::StrCat(absl::ToInt64Minutes(*d.release_before)) : std::string()});
  }
  return csv;
}

std::string CasesCsv(const Day& day) {
  std::string csv;
  Append(csv, {"file_number", "arrival", "priority", "motive", "origin", "age", "sex", "commune", "lat", "lon", "own_gp", "pmr", "no_car",
               "care_level", "examination", "delay", "capabilities"});
  for (const Request& r : day.requests) {
    Append(csv,
           {r.file_number, Moment(r.arrival), ToWord(r.priority), r.motive, r.origin, r.age_months ? absl::StrCat(*r.age_months, "m") : std::string(),
            ToWord(r.sex), r.commune, Degrees(r.position.lat), Degrees(r.position.lon), r.own_gp.value(), Flag(r.pmr), Flag(r.no_car),
            ToWord(r.care_level), Flag(r.examination), r.delay, absl::StrJoin(r.capabilities, "|")});
  }
  return csv;
}

absl::Status WriteCsv(const Territory& territory, const Day& day, const std::string& folder) {
  const std::pair<const char*, std::string> files[] = {{"places.csv", PlacesCsv(territory)},
                                                       {"practitioners.csv", PractitionersCsv(territory)},
                                                       {"slots.csv", SlotsCsv(territory)},
                                                       {"cases.csv", CasesCsv(day)}};
  for (const auto& [name, text] : files) {
    const std::string path = absl::StrCat(folder, "/", name);
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) return absl::UnavailableError(absl::StrCat("cannot write ", path));
  }
  return absl::OkStatus();
}

}  // namespace snp::scenario
