#include "snpctl/csv_rows.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "snp/registry/v1/registry.pb.h"
#include "snp/regulation/v1/regulation_service.pb.h"
#include "snpctl/plain_text.h"
#include "snpctl/words.h"

namespace snp::ctl {
namespace {

namespace type = snp::type::v1;

constexpr Column kPlaces[] = {
    {"place", true, "id (cab-0001) or full name (departments/95/places/cab-0001)"},
    {"kind", true, "CABINET, MSP, CENTRE_DE_SANTE, MMG, POINT_FIXE, SNP_CENTRE, TELE_POOL, VISIT_EFFECTOR or EMERGENCY_DEPARTMENT"},
    {"display_name", true, "name shown to people"},
    {"commune", true, "INSEE code, 5 characters (95127)"},
    {"lat", true, "degrees north, WGS 84"},
    {"lon", true, "degrees east, WGS 84"},
    {"finess", false, "FINESS number of the site, 9 characters"},
    {"siret", false, "SIRET of the site, 14 digits"},
    {"time_zone", false, "IANA name; empty: Europe/Paris"},
    {"pmr_access", false, "true or false (1/0, yes/no, oui/non); empty: false"},
    {"cpts", false, "id of the CPTS"},
    {"structure", false, "id of the structure of which the place is one site"},
    {"address", false, "street address read to the caller"},
};
constexpr Column kPractitioners[] = {
    {"rpps", true, "RPPS number, 11 digits"},
    {"profession", true, "code, 10 for a physician (TRE-G15)"},
    {"specialty", false, "code, SM26 for general medicine (TRE-R38)"},
    {"places", true, "ids or full names of places, separated by |"},
};
constexpr Column kSlots[] = {
    {"slot", true, "id or full name; the same name again replaces the slot"},
    {"place", true, "id or full name of its place"},
    {"start", true, "moment: 2026-01-12T14:30:00Z, 2026-01-12 14:30 (Paris), 14:30 (today) or +2h"},
    {"end", true, "moment, after start"},
    {"capacity", false, "number of patients; empty: 1"},
    {"mode", false, "ROUTINE (appointment) or WALKIN (range); empty: ROUTINE"},
    {"modality", false, "CABINET, VISIT or TELE; empty: CABINET"},
    {"visibility", true, "PUBLIC, PRO, SNP, CPTS, several separated by |"},
    {"practitioner", false, "RPPS of the practitioner"},
    {"capabilities", false, "codes separated by | (suture|xray)"},
    {"specialty", false, "code (TRE-R38); empty: general medicine"},
    {"min_age_months", false, "youngest patient, completed months; empty: 0"},
    {"max_age_months", false, "oldest patient, completed months, inclusive; empty or 0: no limit"},
    {"regulated_only", false, "true: only patients sent by regulation; empty: false"},
    {"source", false, "who publishes; empty: manual"},
    {"release_before_min", false, "an unfilled slot becomes public this many minutes before it starts; empty: never"},
};
constexpr Column kCases[] = {
    {"commune", true, "INSEE code of where the patient is; may be empty when lat and lon are given"},
    {"file_number", false, "file number of the dispatch software, opaque"},
    {"arrival", false, "when the call came: for the reader only, the case is opened at the time of the import"},
    {"priority", false, "P0, P1, P2, P3 or NR"},
    {"motive", false, "code of the nomenclature motif (M03.14)"},
    {"origin", false, "code of the nomenclature origine (15, 116117...)"},
    {"age", false, "34 or 34a (years), 8m (months)"},
    {"sex", false, "FEMALE or MALE"},
    {"lat", false, "degrees north; empty: the commune's centre"},
    {"lon", false, "degrees east"},
    {"own_gp", false, "RPPS of the patient's own GP"},
    {"pmr", false, "true: needs access for reduced mobility"},
    {"no_car", false, "true: has no car"},
    {"care_level", false, "R1, R2, R3 or R4: the case is then qualified too (a regulator's token is needed)"},
    {"examination", false, "true: an R4 that needs an examination"},
    {"delay", false, "code of the nomenclature delai (2H, 4H...), with R3 or R4"},
    {"capabilities", false, "codes separated by |"},
};

// Reads fields of one row and gathers what is wrong.
class Fields {
 public:
  Fields(const domain::CsvRow& row, const RowContext& context) : row_(row), context_(context) {}

  absl::string_view Text(const char* name) const { return row_.Text(name); }
  std::string String(const char* name) const { return std::string(row_.Text(name)); }
  std::string Name(const char* name, absl::string_view collection) {
    if (Text(name).empty()) {
      Add(name, "must not be empty");
      return {};
    }
    return FullName(Text(name), context_.department, collection);
  }
  double Number(const char* name) { return Take(row_.Number(name)); }
  int32_t Int32(const char* name, int32_t when_empty) {
    if (Text(name).empty()) return when_empty;
    const int64_t value = Take(row_.Integer(name));
    if (value < -1'000'000 || value > 1'000'000) {
      Add(name, "is far out of range");
      return when_empty;
    }
    return static_cast<int32_t>(value);
  }
  bool Flag(const char* name) { return Take(row_.Flag(name)); }
  // Sets a Timestamp.
  template <typename Timestamp>
  void Moment(const char* name, Timestamp* out) {
    const auto moment = ParseMoment(Text(name), context_.now);
    if (!moment.ok()) return Add(name, moment.status().message());
    const int64_t ms = absl::ToUnixMillis(*moment);
    out->set_seconds(ms / 1000);
    out->set_nanos(static_cast<int32_t>(ms % 1000) * 1'000'000);
  }
  template <typename E>
  E WordOf(const char* name, E when_empty) {
    return Text(name).empty() ? when_empty : Checked(name, ParseWord<E>(Text(name)), when_empty);
  }
  template <typename E, typename F>
  void WordsOf(const char* name, F add) {
    for (const std::string& word : row_.List(name)) {
      const auto value = ParseWord<E>(word);
      if (!value.ok()) return Add(name, value.status().message());
      add(*value);
    }
  }
  template <typename T>
  T Checked(const char* name, absl::StatusOr<T> value, T otherwise) {
    if (value.ok()) return *value;
    Add(name, value.status().message());
    return otherwise;
  }
  std::vector<std::string> List(const char* name) const { return row_.List(name); }
  void Add(const char* name, absl::string_view message) { errors_.push_back(ToRowError(row_.Error(name, message))); }
  const RowContext& context() const { return context_; }
  std::vector<RowError> Done() && { return std::move(errors_); }

 private:
  template <typename T>
  T Take(absl::StatusOr<T> value) {
    if (value.ok()) return *value;
    errors_.push_back(ToRowError(value.status()));
    return T{};
  }

  const domain::CsvRow& row_;
  const RowContext& context_;
  std::vector<RowError> errors_;
};

}  // namespace

absl::Span<const Column> PlaceColumns() { return kPlaces; }
absl::Span<const Column> PractitionerColumns() { return kPractitioners; }
absl::Span<const Column> SlotColumns() { return kSlots; }
absl::Span<const Column> CaseColumns() { return kCases; }

std::string Explain(absl::Span<const Column> columns) {
  std::string text = "Columns (any order, a header line first, comma as separator, UTF-8; * required):\n";
  for (const Column& c : columns) absl::StrAppend(&text, absl::StrFormat("  %c %-18s %s\n", c.required ? '*' : ' ', c.name, c.meaning));
  return text;
}

std::string ToString(const RowError& error) {
  std::string text = absl::StrCat("line ", error.line);
  if (error.column > 0) absl::StrAppend(&text, ", column ", error.column);
  if (!error.name.empty()) absl::StrAppend(&text, " (", error.name, ")");
  return absl::StrCat(text, ": ", error.message);
}

RowError ToRowError(const absl::Status& status) {
  // `line L, column C (name): message`, as domain/csv.h promises; each part but the message may be missing.
  RowError error;
  absl::string_view text = status.message();
  const auto number = [&text](absl::string_view word, auto* value) {
    absl::string_view rest = text;
    if (!absl::ConsumePrefix(&rest, word)) return;
    size_t digits = 0;
    while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') ++digits;
    if (!absl::SimpleAtoi(rest.substr(0, digits), value)) return;
    text = rest.substr(digits);
  };
  number("line ", &error.line);
  number(", column ", &error.column);
  if (absl::StartsWith(text, " (")) {
    const size_t end = text.find(')');
    if (end != absl::string_view::npos) {
      error.name = std::string(text.substr(2, end - 2));
      text.remove_prefix(end + 1);
    }
  }
  absl::ConsumePrefix(&text, ": ");
  error.message = std::string(text);
  return error;
}

absl::StatusOr<domain::CsvReader> OpenCsv(std::string text, absl::Span<const Column> columns) {
  std::vector<std::string> required, optional;
  for (const Column& c : columns) (c.required ? required : optional).push_back(c.name);
  return domain::CsvReader::Open(std::move(text), required, optional);
}

std::string ColumnOfField(absl::string_view field, absl::Span<const Column> columns) {
  static constexpr std::pair<const char*, const char*> kRenamed[] = {
      {"start_time", "start"},
      {"end_time", "end"},
      {"latitude", "lat"},
      {"longitude", "lon"},
      {"age_months", "age"},
      {"release_rule", "release_before_min"},
      {"before_start", "release_before_min"},
  };
  const auto known = [&](absl::string_view name) {
    return std::any_of(columns.begin(), columns.end(), [&](const Column& c) { return name == c.name; });
  };
  // The deepest known part of the path: location.latitude is `lat`; location alone is the commune.
  absl::string_view rest = field;
  while (true) {
    absl::string_view last = rest.substr(rest.rfind('.') == absl::string_view::npos ? 0 : rest.rfind('.') + 1);
    last = last.substr(0, last.find('['));
    if (known(last)) return std::string(last);
    for (const auto& [from, to] : kRenamed) {
      if (last == from && known(to)) return to;
    }
    if (last == "location" && known("commune")) return "commune";
    if (last == "name") return columns.empty() ? std::string(field) : columns.front().name;
    const size_t dot = rest.rfind('.');
    if (dot == absl::string_view::npos) return std::string(field);
    rest = rest.substr(0, dot);
  }
}

std::vector<RowError> ParsePlaceRow(const domain::CsvRow& row, const RowContext& context, registry::v1::Place& out) {
  Fields f(row, context);
  out.set_name(f.Name("place", "places"));
  out.set_kind(f.WordOf("kind", type::PLACE_KIND_UNSPECIFIED));
  if (f.Text("kind").empty()) f.Add("kind", "must not be empty");
  out.set_display_name(f.String("display_name"));
  out.set_finess(f.String("finess"));
  out.set_siret(f.String("siret"));
  out.mutable_location()->set_commune(f.String("commune"));
  out.mutable_location()->set_latitude(f.Number("lat"));
  out.mutable_location()->set_longitude(f.Number("lon"));
  out.set_time_zone(f.Text("time_zone").empty() ? "Europe/Paris" : f.String("time_zone"));
  out.set_pmr_access(f.Flag("pmr_access"));
  out.set_cpts(f.String("cpts"));
  out.set_structure(f.String("structure"));
  out.set_address(f.String("address"));
  return std::move(f).Done();
}

std::vector<RowError> ParsePractitionerRow(const domain::CsvRow& row, const RowContext& context, registry::v1::Practitioner& out) {
  Fields f(row, context);
  out.set_name(f.Name("rpps", "practitioners"));
  out.set_profession(f.String("profession"));
  out.set_specialty(f.String("specialty"));
  for (const std::string& place : f.List("places")) out.add_places(FullName(place, context.department, "places"));
  return std::move(f).Done();
}

std::vector<RowError> ParseSlotRow(const domain::CsvRow& row, const RowContext& context, registry::v1::Slot& out) {
  Fields f(row, context);
  out.set_name(f.Name("slot", "slots"));
  out.set_place(f.Name("place", "places"));
  out.set_practitioner(f.String("practitioner"));
  f.Moment("start", out.mutable_start_time());
  f.Moment("end", out.mutable_end_time());
  out.set_capacity(f.Int32("capacity", 1));
  out.set_mode(f.WordOf("mode", type::SLOT_MODE_ROUTINE));
  out.set_modality(f.WordOf("modality", type::MODALITY_CABINET));
  f.WordsOf<type::Visibility>("visibility", [&](type::Visibility v) { out.add_visibility(v); });
  if (f.List("visibility").empty()) f.Add("visibility", "must not be empty");
  for (const std::string& code : f.List("capabilities")) out.add_capabilities(code);
  out.set_specialty(f.String("specialty"));
  out.set_min_age_months(f.Int32("min_age_months", 0));
  out.set_max_age_months(f.Int32("max_age_months", 0));
  out.set_regulated_only(f.Flag("regulated_only"));
  out.set_source(f.Text("source").empty() ? "manual" : f.String("source"));
  if (!f.Text("release_before_min").empty()) {
    out.mutable_release_rule()->mutable_before_start()->set_seconds(int64_t{60} * f.Int32("release_before_min", 0));
  }
  return std::move(f).Done();
}

std::vector<RowError> ParseCaseRow(const domain::CsvRow& row, const RowContext& context, regulation::v1::OpenCaseRequest& open,
                                   regulation::v1::QualifyCaseRequest& qualify, bool* qualified) {
  Fields f(row, context);
  open.set_parent(absl::StrCat("departments/", context.department));
  open.set_file_number(f.String("file_number"));
  open.set_priority(f.WordOf("priority", type::CALL_PRIORITY_UNSPECIFIED));
  open.set_motive(f.String("motive"));
  open.set_origin(f.String("origin"));
  auto& patient = *open.mutable_patient();
  if (!f.Text("age").empty()) patient.set_age_months(f.Checked("age", ParseAge(f.Text("age")), 0));
  patient.set_sex(f.WordOf("sex", type::SEX_UNSPECIFIED));
  patient.mutable_location()->set_commune(f.String("commune"));
  const bool has_point = !f.Text("lat").empty() || !f.Text("lon").empty();
  if (has_point) {
    patient.mutable_location()->set_latitude(f.Number("lat"));
    patient.mutable_location()->set_longitude(f.Number("lon"));
  } else if (f.Text("commune").empty()) {
    f.Add("commune", "must not be empty when lat and lon are empty too");
  }
  patient.set_own_gp(f.String("own_gp"));
  patient.set_pmr(f.Flag("pmr"));
  patient.set_no_car(f.Flag("no_car"));

  const auto level = f.WordOf("care_level", type::CARE_LEVEL_UNSPECIFIED);
  *qualified = level != type::CARE_LEVEL_UNSPECIFIED;
  const bool examination = f.Flag("examination");
  if (*qualified) {
    qualify.set_care_level(level);
    if (level == type::CARE_LEVEL_R3 || level == type::CARE_LEVEL_R4) {
      auto& need = *qualify.mutable_need();
      need.set_examination(examination || level == type::CARE_LEVEL_R3);
      need.set_delay(f.String("delay"));
      for (const std::string& code : f.List("capabilities")) need.add_capabilities(code);
      if (f.Text("delay").empty()) f.Add("delay", "must not be empty with R3 or R4");
    }
  }
  return std::move(f).Done();
}

}  // namespace snp::ctl
