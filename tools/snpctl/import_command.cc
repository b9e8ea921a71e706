// snpctl import: CSV files into the registry and into regulation.
//
// The whole file is read and every row parsed before the first call, so that an unreadable file or a bad header changes nothing.
#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "platform/rpc/status_mapping.h"
#include "platform/status_macros.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"
#include "snp/regulation/v1/regulation_service.grpc.pb.h"
#include "snpctl/commands.h"
#include "snpctl/csv_rows.h"
#include "snpctl/files.h"
#include "snpctl/output.h"

namespace snp::ctl {
namespace {

namespace registry = snp::registry::v1;
namespace regulation = snp::regulation::v1;

constexpr size_t kMostErrorsShown = 1000;

// A row that parsed, with what it says.
template <typename Message>
struct Parsed {
  domain::CsvRow row;
  Message message;
};

struct CaseRow {
  regulation::OpenCaseRequest open;
  regulation::QualifyCaseRequest qualify;
  bool qualified = false;
};

// What became of a file.
struct Report {
  std::string kind, file;
  int64_t rows = 0, imported = 0;
  std::vector<RowError> errors;
  nlohmann::json cases = nlohmann::json::array();

  void Refuse(RowError error) { errors.push_back(std::move(error)); }
};

std::string NameOf(const registry::Place& place) { return place.name(); }
std::string NameOf(const registry::Practitioner& practitioner) { return practitioner.name(); }
std::string NameOf(const registry::Slot& slot) { return slot.name(); }
std::string NameOf(const CaseRow&) { return ""; }  // Each row is a new case.

// `parse(row, message)` returns what is wrong with the row. Of two good rows with one name the first counts: sent in different batches, the second
// would silently replace it.
template <typename Message, typename Parse>
absl::StatusOr<std::vector<Parsed<Message>>> Load(const std::string& path, absl::Span<const Column> columns, Report& report, Parse parse) {
  ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  auto reader = OpenCsv(std::move(text), columns);
  if (!reader.ok()) return absl::InvalidArgumentError(absl::StrCat(path, ": ", reader.status().message()));
  std::vector<Parsed<Message>> good;
  absl::flat_hash_map<std::string, int64_t> lines;  // Of the good rows, by name.
  while (auto row = reader->Next()) {
    ++report.rows;
    if (!row->ok()) {
      report.Refuse(ToRowError(row->status()));
      continue;
    }
    Parsed<Message> parsed{**row, {}};
    std::vector<RowError> errors = parse(parsed.row, parsed.message);
    if (const std::string name = NameOf(parsed.message); errors.empty() && !name.empty()) {
      const auto [first, fresh] = lines.try_emplace(name, parsed.row.line());
      if (!fresh) errors.push_back(ToRowError(parsed.row.Error(columns[0].name, absl::StrCat("already on line ", first->second))));
    }
    for (RowError& e : errors) report.Refuse(std::move(e));
    if (errors.empty()) good.push_back(std::move(parsed));
  }
  return good;
}

// "places[3].location.latitude" -> index 3, rest "location.latitude". False: no index.
bool SplitIndex(absl::string_view path, size_t* index, absl::string_view* rest) {
  const size_t open = path.find('['), close = path.find(']');
  if (open == absl::string_view::npos || close == absl::string_view::npos || close < open ||
      path.substr(0, open).find('.') != absl::string_view::npos || !absl::SimpleAtoi(path.substr(open + 1, close - open - 1), index)) {
    return false;
  }
  *rest = path.substr(close + 1);
  if (!rest->empty() && rest->front() == '.') rest->remove_prefix(1);
  return true;
}

RowError ServerError(const domain::CsvRow& row, absl::string_view field, absl::string_view message, absl::Span<const Column> columns) {
  if (field.empty()) return {row.line(), 0, "", std::string(message)};
  const std::string column = ColumnOfField(field, columns);
  RowError error = ToRowError(row.Error(column, message));
  return error;
}

// Sends rows in batches that are all or nothing; a row that the server refuses is reported, left out, and the rest of its batch sent again.
// `call(messages, id)` makes one call.
template <typename Message, typename Call>
absl::Status PutInBatches(Session& s, std::vector<Parsed<Message>> rows, absl::Span<const Column> columns, Report& report, Call call) {
  constexpr size_t kBatch = 500;
  for (size_t begin = 0; begin < rows.size(); begin += kBatch) {
    std::vector<Parsed<Message>> batch(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                                       rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), begin + kBatch)));
    for (int attempt = 0; !batch.empty(); ++attempt) {
      const absl::Status status = call(batch, s.RequestId(absl::StrCat(begin / kBatch, "-", attempt)));
      if (status.ok()) {
        report.imported += static_cast<int64_t>(batch.size());
        s.world().err << report.imported << " of " << report.rows << " rows\n";
        break;
      }
      std::vector<bool> refused(batch.size(), false);
      bool any = false;
      for (const auto& violation : platform::ViolationsOf(status)) {
        size_t index = 0;
        absl::string_view field;
        if (!SplitIndex(violation.field, &index, &field) || index >= batch.size()) return status;
        report.Refuse(ServerError(batch[index].row, field, violation.description, columns));
        refused[index] = any = true;
      }
      if (!any) return status;
      std::vector<Parsed<Message>> rest;
      for (size_t i = 0; i < batch.size(); ++i) {
        if (!refused[i]) rest.push_back(std::move(batch[i]));
      }
      batch = std::move(rest);
    }
  }
  return absl::OkStatus();
}

absl::Status ImportPlaces(Session& s, const std::string& path, Report& report) {
  const RowContext context{s.globals().department, s.now()};
  ASSIGN_OR_RETURN(auto rows, (Load<registry::Place>(path, PlaceColumns(), report, [&](const domain::CsvRow& row, registry::Place& place) {
                     return ParsePlaceRow(row, context, place);
                   })));
  auto stub = registry::RegistryService::NewStub(s.Registry());
  return PutInBatches(s, std::move(rows), PlaceColumns(), report, [&](const auto& batch, const std::string& id) {
    registry::PutPlacesRequest request;
    request.set_request_id(id);
    for (const auto& parsed : batch) *request.add_places() = parsed.message;
    return s.Call(*stub, &registry::RegistryService::Stub::PutPlaces, request).status();
  });
}

absl::Status ImportPractitioners(Session& s, const std::string& path, Report& report) {
  const RowContext context{s.globals().department, s.now()};
  ASSIGN_OR_RETURN(auto rows, (Load<registry::Practitioner>(path, PractitionerColumns(), report,
                                                            [&](const domain::CsvRow& row, registry::Practitioner& practitioner) {
                                                              return ParsePractitionerRow(row, context, practitioner);
                                                            })));
  auto stub = registry::RegistryService::NewStub(s.Registry());
  return PutInBatches(s, std::move(rows), PractitionerColumns(), report, [&](const auto& batch, const std::string& id) {
    registry::PutPractitionersRequest request;
    request.set_request_id(id);
    for (const auto& parsed : batch) *request.add_practitioners() = parsed.message;
    return s.Call(*stub, &registry::RegistryService::Stub::PutPractitioners, request).status();
  });
}

absl::Status ImportSlots(Session& s, const std::string& path, Report& report) {
  const RowContext context{s.globals().department, s.now()};
  ASSIGN_OR_RETURN(const auto rows, (Load<registry::Slot>(path, SlotColumns(), report, [&](const domain::CsvRow& row, registry::Slot& slot) {
                     return ParseSlotRow(row, context, slot);
                   })));
  auto stub = registry::RegistryService::NewStub(s.Registry());
  // Calls of a hundred rather than one stream: each can be repeated alone when the registry restarts in the middle. An answer lists at most a
  // thousand faults, and a row may have several: with small batches none is left out.
  constexpr size_t kBatch = 100;
  for (size_t begin = 0; begin < rows.size(); begin += kBatch) {
    const size_t end = std::min(rows.size(), begin + kBatch);
    registry::BatchPublishSlotsRequest request;
    request.set_request_id(s.RequestId(absl::StrCat(begin / kBatch)));
    for (size_t i = begin; i < end; ++i) *request.add_slots() = rows[i].message;
    ASSIGN_OR_RETURN(const auto response, s.Call(*stub, &registry::RegistryService::Stub::BatchPublishSlots, request));
    std::set<size_t> named;
    for (const registry::PublishResult& refused : response.results()) {
      const auto at = begin + static_cast<size_t>(refused.index());
      if (refused.index() < 0 || at >= end) return absl::InternalError("the registry refused a row that was not sent");
      named.insert(at);
      size_t index = 0;
      absl::string_view field = refused.field();
      SplitIndex(refused.field(), &index, &field);
      report.Refuse(ServerError(rows[at].row, field, absl::StrCat(refused.reason(), ": ", refused.description()), SlotColumns()));
    }
    const int64_t unnamed = static_cast<int64_t>(end - begin - named.size()) - response.published_count();
    if (unnamed > 0) {
      report.Refuse({rows[begin].row.line(), 0, "", absl::StrCat(unnamed, " more of the ", end - begin, " rows from here on were refused")});
    }
    report.imported += response.published_count();
    s.world().err << report.imported << " of " << report.rows << " rows\n";
  }
  return absl::OkStatus();
}

// Errors that the next row would meet too.
bool EndsTheImport(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

void RefuseCase(const domain::CsvRow& row, const absl::Status& status, absl::string_view prefix, Report& report) {
  const auto violations = platform::ViolationsOf(status);
  const std::string reason(platform::ReasonName(platform::ReasonOf(status)));
  if (violations.empty()) return report.Refuse({row.line(), 0, "", absl::StrCat(prefix, reason, ": ", status.message())});
  for (const auto& v : violations) report.Refuse(ServerError(row, v.field, absl::StrCat(prefix, v.description), CaseColumns()));
}

absl::Status ImportCases(Session& s, const std::string& path, Report& report) {
  const RowContext context{s.globals().department, s.now()};
  ASSIGN_OR_RETURN(auto rows, (Load<CaseRow>(path, CaseColumns(), report, [&](const domain::CsvRow& row, CaseRow& c) {
                     return ParseCaseRow(row, context, c.open, c.qualify, &c.qualified);
                   })));
  auto stub = regulation::RegulationService::NewStub(s.Regulation());
  for (auto& [row, c] : rows) {
    c.open.set_request_id(s.RequestId(absl::StrCat(row.line(), "-o")));
    const auto opened = s.Call(*stub, &regulation::RegulationService::Stub::OpenCase, c.open);
    if (!opened.ok()) {
      if (EndsTheImport(opened.status())) return opened.status();
      RefuseCase(row, opened.status(), "", report);
      continue;
    }
    report.cases.push_back({{"line", row.line()}, {"case", opened->case_().name()}, {"file_number", c.open.file_number()}});
    if (c.qualified) {
      c.qualify.set_request_id(s.RequestId(absl::StrCat(row.line(), "-q")));
      c.qualify.set_name(opened->case_().name());
      const auto done = s.Call(*stub, &regulation::RegulationService::Stub::QualifyCase, c.qualify);
      if (!done.ok()) {
        if (EndsTheImport(done.status())) return done.status();
        RefuseCase(row, done.status(), "opened but not qualified: ", report);
        continue;
      }
    }
    ++report.imported;
  }
  return absl::OkStatus();
}

absl::Status Import(Session& s, const std::string& kind, const std::string& path) {
  Report report;
  report.kind = kind;
  report.file = path;
  const absl::Status status = kind == "places"          ? ImportPlaces(s, path, report)
                              : kind == "practitioners" ? ImportPractitioners(s, path, report)
                              : kind == "slots"         ? ImportSlots(s, path, report)
                                                        : ImportCases(s, path, report);
  std::stable_sort(report.errors.begin(), report.errors.end(), [](const RowError& a, const RowError& b) { return a.line < b.line; });
  nlohmann::json errors = nlohmann::json::array();
  std::set<int64_t> refused_lines;
  for (const RowError& e : report.errors) {
    refused_lines.insert(e.line);
    if (errors.size() >= kMostErrorsShown) continue;
    s.world().err << Plain(path) << ": " << Plain(ToString(e)) << "\n";
    errors.push_back({{"line", e.line}, {"column", e.column}, {"name", e.name}, {"message", e.message}});
  }
  if (report.errors.size() > kMostErrorsShown) s.world().err << report.errors.size() - kMostErrorsShown << " more errors are not shown\n";
  // A row is imported or refused; after an error in the middle it may be neither.
  const int64_t refused = status.ok() ? report.rows - report.imported : static_cast<int64_t>(refused_lines.size());
  nlohmann::json json = {{"kind", kind},       {"file", path},     {"rows", report.rows},        {"imported", report.imported},
                         {"refused", refused}, {"errors", errors}, {"request_id", s.RequestId()}};
  if (kind == "cases") json["cases"] = report.cases;
  if (!status.ok()) {
    if (report.imported > 0) {
      s.world().err << report.imported << " rows were imported before this error; to go on, run the same command again with --request-id "
                    << s.RequestId() << "\n";
    }
    PrintError(status, s.used_request_id(), s.globals().json, s.world().out, s.world().err, std::move(json));
    s.Fail();
    return absl::OkStatus();
  }
  if (refused > 0) s.Fail();
  Emit(s, json, [&](std::ostream& out) {
    out << Plain(path) << ": " << report.imported << " of " << report.rows << " " << kind << " imported";
    if (refused > 0) out << ", " << refused << " refused";
    out << "\n";
  });
  return absl::OkStatus();
}

}  // namespace

void AddImportCommands(CLI::App& app, Action* action) {
  CLI::App* import = AddCommand(app, "import", "Import a CSV file; good rows are kept, bad ones reported with line and column",
                                "  snpctl import places places.csv\n"
                                "  snpctl import slots slots.csv --json\n"
                                "  snpctl import slots --help          explains the columns");
  import->require_subcommand(1);
  const auto add = [&](const std::string& kind, const std::string& what, absl::Span<const Column> columns, const std::string& example) {
    auto path = std::make_shared<std::string>();
    CLI::App* c = import->add_subcommand(kind, what);
    c->footer(absl::StrCat("\n", Explain(columns), "\nExample file:\n", example));
    c->add_option("file", *path, "CSV file")->required();
    c->callback([kind, path, action] { *action = [kind, path](Session& s) { return Import(s, kind, *path); }; });
  };
  add("places", "Places of the directory, put or replaced (role admin)", PlaceColumns(),
      "  place,kind,display_name,commune,lat,lon,pmr_access\n"
      "  cab-0001,CABINET,\"Cabinet des Tilleuls, Cergy\",95127,49.0399,2.0512,true");
  add("practitioners", "Practitioners of the directory, put or replaced (role admin)", PractitionerColumns(),
      "  rpps,profession,specialty,places\n"
      "  10000000016,10,SM26,cab-0001|msp-01");
  add("slots", "Slots, published or replaced by name (role practice for its own places, or admin)", SlotColumns(),
      "  slot,place,start,end,capacity,mode,visibility,regulated_only,release_before_min\n"
      "  cab-0001-a,cab-0001,2026-01-12 14:30,2026-01-12 14:45,1,ROUTINE,SNP,true,60");
  add("cases", "Cases, opened and, with a care level, qualified (role regulator; assistant without care levels)", CaseColumns(),
      "  file_number,priority,motive,age,sex,commune,care_level,delay\n"
      "  D-1,P2,M03.14,34,FEMALE,95127,R3,4H");
}

}  // namespace snp::ctl
