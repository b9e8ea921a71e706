// snpctl tension: indicators and detectors on a file, computed here, with no service up.
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "domain/csv.h"
#include "domain/tension/ed_scores.h"
#include "platform/status_macros.h"
#include "snpctl/commands.h"
#include "snpctl/files.h"
#include "snpctl/output.h"
#include "tension/detector_file.h"

namespace snp::ctl {
namespace {

using Json = nlohmann::ordered_json;

// --- detect --------------------------------------------------------------------------------------------------------------------------------

struct DetectOptions {
  std::string method, series, params;
};

struct TimedCounts {
  std::vector<std::string> t;
  bool dates = false;  // t is days, not whole numbers.
  int64_t step = 0;    // Between two points; 0 below two of them.
  std::vector<double> counts;
};

constexpr double kMostCount = 1e9;
constexpr int64_t kFarthestT = 1'000'000'000'000'000;  // Differences stay numbers.

// Whole numbers, or dates as 2018-12-22: days since 1970.
absl::StatusOr<int64_t> ParseT(const domain::CsvRow& row, bool* date) {
  const std::string text(row.Text("t"));
  absl::CivilDay day;
  *date = text.size() == 10 && absl::ParseCivilTime(text, &day);
  if (*date) return day - absl::CivilDay(1970, 1, 1);
  const auto number = row.Integer("t");
  if (!number.ok() || std::abs(*number) > kFarthestT) return row.Error("t", "expected a whole number or a date such as 2018-12-22");
  return number;
}

absl::StatusOr<TimedCounts> ReadSeries(const std::string& path) {
  ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  const auto in_file = [&](const absl::Status& status) { return absl::InvalidArgumentError(absl::StrCat(path, ": ", status.message())); };
  auto reader = domain::CsvReader::Open(std::move(text), {"t", "count"});
  if (!reader.ok()) return in_file(reader.status());
  TimedCounts series;
  int64_t last = 0;
  int64_t& step = series.step;
  while (auto row = reader->Next()) {
    if (!row->ok()) return in_file(row->status());
    bool date = false;
    const auto t = ParseT(**row, &date);
    if (!t.ok()) return in_file(t.status());
    if (!series.t.empty() && date != series.dates) return in_file((*row)->Error("t", "dates and numbers are mixed"));
    series.dates = date;
    if (series.t.size() == 1) step = *t - last;
    if (!series.t.empty() && step <= 0) return in_file((*row)->Error("t", "must rise from row to row"));
    // A hole would be read as the point after it, or as a zero: both are wrong.
    if (!series.t.empty() && *t - last != step) {
      return in_file((*row)->Error("t", absl::StrCat("not ", step, " after the row before: a series has equal steps and no hole")));
    }
    last = *t;
    if ((*row)->Text("count").empty()) return in_file((*row)->Error("count", "missing: a hole is not a zero, leave out the series before it"));
    const auto count = (*row)->Number("count");
    if (!count.ok()) return in_file(count.status());
    if (!(*count >= 0 && *count <= kMostCount)) return in_file((*row)->Error("count", "must be 0 to a billion"));
    series.t.emplace_back((*row)->Text("t"));
    series.counts.push_back(*count);
  }
  return series;
}

Json OrNull(const std::optional<double>& value) { return value && std::isfinite(*value) ? Json(*value) : Json(nullptr); }

std::string Spoken(const std::optional<double>& value) { return value ? absl::StrCat(std::round(*value * 1000) / 1000) : "-"; }

absl::Status DetectInFile(Session& s, const DetectOptions& o) {
  tension::DetectorFile settings;
  if (o.params.empty()) {
    ASSIGN_OR_RETURN(settings, tension::ParseDetector(o.method, "{}"));
  } else {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(o.params));
    auto read = tension::ParseDetector(o.method, text);
    if (!read.ok()) return absl::InvalidArgumentError(absl::StrCat(o.params, ": ", read.status().message()));
    settings = *std::move(read);
  }
  ASSIGN_OR_RETURN(const TimedCounts series, ReadSeries(o.series));
  // These count in weeks unless told otherwise, and dates tell.
  const bool weekly = o.method == "serfling" || o.method == "farrington-flexible" || o.method == "mem";
  if (weekly && o.params.empty() && series.dates && series.step > 0 && series.step != 7) {
    return absl::InvalidArgumentError(absl::StrCat(o.series, ": the dates are ", series.step, " days apart, and the figures of ", o.method,
                                                   " are for weeks; give those of your step with --params"));
  }
  if (o.method == "mem" && o.params.empty()) {
    s.world().err << "snpctl: note: seasons are taken to begin with the first row and to last 52 rows; --params with season_start says otherwise\n";
  }
  const auto found = domain::Detect(settings.params, series.counts);
  std::ostream& out = s.world().out;
  if (s.globals().json) {
    for (size_t i = 0; i < found.size(); ++i) {
      const domain::Detection& d = found[i];
      Json line;
      line["t"] = series.dates ? Json(series.t[i]) : Json(std::stoll(series.t[i]));
      line["expected"] = OrNull(d.expected);
      line["threshold"] = OrNull(d.threshold);
      line["score"] = OrNull(d.score);
      line["alarm"] = d.alarm;
      out << line.dump() << "\n";
    }
    out << std::flush;
    return absl::OkStatus();
  }
  Table table({"t", "count", "expected", "threshold", "score", "alarm"});
  int alarms = 0;
  int unknown = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    const domain::Detection& d = found[i];
    table.Add({series.t[i], Spoken(series.counts[i]), Spoken(d.expected), Spoken(d.threshold), Spoken(d.score), d.alarm ? "ALARM" : ""});
    alarms += d.alarm ? 1 : 0;
    unknown += d.score ? 0 : 1;
  }
  table.Print(out);
  out << alarms << " alarms in " << found.size() << " points; nothing can be said of " << unknown << " (too little history, or no variance)\n";
  return absl::OkStatus();
}

// --- score ---------------------------------------------------------------------------------------------------------------------------------

struct ScoreOptions {
  std::string index, input;
};

// Reads exactly these fields from a JSON object, each a number.
absl::Status ReadFields(const Json& json, const std::vector<std::pair<const char*, double*>>& fields, const char* list = nullptr,
                        std::array<double, 5>* values = nullptr) {
  if (!json.is_object()) return absl::InvalidArgumentError("expected one JSON object");
  std::vector<std::string> names;
  for (const auto& [name, out] : fields) names.emplace_back(name);
  if (list != nullptr) names.emplace_back(list);
  for (const auto& [key, value] : json.items()) {
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("unknown field \"", Plain(key.substr(0, 40)), "\"; the fields are ", absl::StrJoin(names, ", ")));
    }
  }
  for (const auto& name : names) {
    if (!json.contains(name))
      return absl::InvalidArgumentError(absl::StrCat("field \"", name, "\" is missing; the fields are ", absl::StrJoin(names, ", ")));
  }
  for (const auto& [name, out] : fields) {
    if (!json[name].is_number()) return absl::InvalidArgumentError(absl::StrCat(name, ": expected a number"));
    *out = json[name].get<double>();
  }
  if (list == nullptr) return absl::OkStatus();
  const Json& numbers = json[list];
  const bool good = numbers.is_array() && numbers.size() == values->size() &&
                    std::all_of(numbers.begin(), numbers.end(), [](const Json& n) { return n.is_number(); });
  if (!good) return absl::InvalidArgumentError(absl::StrCat(list, ": expected ", values->size(), " numbers, the least urgent first"));
  for (size_t i = 0; i < values->size(); ++i) (*values)[i] = numbers[i].get<double>();
  return absl::OkStatus();
}

struct Scored {
  std::optional<double> score;
  std::string level;
};

absl::StatusOr<Scored> ScoreNedocs(const Json& json) {
  domain::NedocsInput in;
  RETURN_IF_ERROR(ReadFields(json, {{"ed_patients", &in.ed_patients},
                                    {"ed_beds", &in.ed_beds},
                                    {"boarders", &in.boarders},
                                    {"hospital_beds", &in.hospital_beds},
                                    {"ventilated", &in.ventilated},
                                    {"longest_boarding_h", &in.longest_boarding_h},
                                    {"last_bed_wait_h", &in.last_bed_wait_h}}));
  ASSIGN_OR_RETURN(const double score, domain::Nedocs(in));
  return Scored{score, std::string(domain::NedocsLevel(score))};
}

absl::StatusOr<Scored> ScoreEdwin(const Json& json) {
  domain::EdwinInput in;
  RETURN_IF_ERROR(ReadFields(json, {{"attending", &in.attending}, {"beds", &in.beds}, {"boarders", &in.boarders}}, "patients", &in.patients));
  ASSIGN_OR_RETURN(const domain::EdwinScore score, domain::Edwin(in));
  return Scored{score.maximal ? std::nullopt : std::optional(score.value), std::string(domain::EdwinLevel(score))};
}

absl::StatusOr<Scored> ScoreCedocs(const Json& json) {
  domain::CedocsInput in;
  RETURN_IF_ERROR(ReadFields(json, {{"critical", &in.critical},
                                    {"longest_boarding_h", &in.longest_boarding_h},
                                    {"waiting_room", &in.waiting_room},
                                    {"ed_patients", &in.ed_patients},
                                    {"ed_beds", &in.ed_beds},
                                    {"year_visits", &in.year_visits}}));
  ASSIGN_OR_RETURN(const double score, domain::Cedocs(in));
  return Scored{score, std::string(domain::CedocsLevel(score))};
}

absl::Status ScoreFile(Session& s, const ScoreOptions& o) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(o.input));
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return absl::InvalidArgumentError(absl::StrCat(o.input, ": not JSON"));
  const auto scored = o.index == "nedocs" ? ScoreNedocs(json) : o.index == "edwin" ? ScoreEdwin(json) : ScoreCedocs(json);
  if (!scored.ok()) return absl::InvalidArgumentError(absl::StrCat(o.input, ": ", scored.status().message()));
  nlohmann::json result{{"index", o.index}, {"level", scored->level}, {"maximal", !scored->score.has_value()}};
  result["score"] = scored->score ? nlohmann::json(*scored->score) : nlohmann::json(nullptr);
  Emit(s, result, [&](std::ostream& out) {
    out << o.index << " " << (scored->score ? Spoken(scored->score) : "maximal (no doctor, or no bay left)") << ": " << scored->level << "\n";
  });
  return absl::OkStatus();
}

}  // namespace

void AddTensionCommands(CLI::App& app, Action* action) {
  CLI::App* tension = app.add_subcommand("tension", "Indicators and detectors on a file; no service is asked");
  tension->require_subcommand(1);

  auto d = std::make_shared<DetectOptions>();
  CLI::App* detect = AddCommand(*tension, "detect", "Run a detector over a series of counts (CSV: t,count)",
                                "  snpctl tension detect --method ears-c2 --series calls.csv\n"
                                "  snpctl tension detect --method cusum --series calls.csv --params cusum.yaml --json    one JSON object a line\n"
                                "t: whole numbers or dates, in equal steps. Parameters: services/tension/detectors/*.yaml");
  detect->add_option("--method", d->method, absl::StrCat("One of ", absl::StrJoin(domain::DetectorNames(), ", ")))
      ->required()
      ->check([](const std::string& name) {
        return domain::DetectorNamed(name) ? std::string() : absl::StrCat("there are ", absl::StrJoin(domain::DetectorNames(), ", "));
      });
  detect->add_option("--series", d->series, "CSV file with the columns t and count")->required();
  detect->add_option("--params", d->params, "YAML file of parameters; what it leaves out keeps the method's own figures");
  detect->callback([d, action] { *action = [d](Session& s) { return DetectInFile(s, *d); }; });

  auto o = std::make_shared<ScoreOptions>();
  CLI::App* score =
      AddCommand(*tension, "score", "Crowding score of an emergency department at one moment",
                 "  snpctl tension score --index nedocs --input now.json\n"
                 "nedocs: {\"ed_patients\":35,\"ed_beds\":40,\"boarders\":8,\"hospital_beds\":300,\"ventilated\":3,\"longest_boarding_h\":6,"
                 "\"last_bed_wait_h\":2}\n"
                 "edwin:  {\"patients\":[2,4,6,3,1],\"attending\":3,\"beds\":20,\"boarders\":5}    patients: the least urgent first\n"
                 "cedocs: {\"critical\":2,\"longest_boarding_h\":6,\"waiting_room\":10,\"ed_patients\":35,\"ed_beds\":25,\"year_visits\":40000}");
  score->add_option("--index", o->index, "nedocs, edwin or cedocs")->required()->check(CLI::IsMember({"nedocs", "edwin", "cedocs"}));
  score->add_option("--input", o->input, "JSON file with the fields below")->required();
  score->callback([o, action] { *action = [o](Session& s) { return ScoreFile(s, *o); }; });
}

}  // namespace snp::ctl
