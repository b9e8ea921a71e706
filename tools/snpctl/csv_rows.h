// From rows of a CSV file to messages of the contract. Pure: no file, no server, so that it can be fuzzed.
//
// The columns of each file are listed once, here: the reader asks for them and `snpctl import ... --help` explains them. Only form is checked
// (numbers, words, moments); whether a value is allowed is the server's to say.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "domain/csv.h"

namespace snp::registry::v1 {
class Place;
class Practitioner;
class Slot;
}  // namespace snp::registry::v1
namespace snp::regulation::v1 {
class OpenCaseRequest;
class QualifyCaseRequest;
}  // namespace snp::regulation::v1

namespace snp::ctl {

struct Column {
  const char* name;
  bool required;
  const char* meaning;
};
absl::Span<const Column> PlaceColumns();
absl::Span<const Column> PractitionerColumns();
absl::Span<const Column> SlotColumns();
absl::Span<const Column> CaseColumns();
// For a help text: one line a column.
std::string Explain(absl::Span<const Column> columns);

// What a row cannot say by itself.
struct RowContext {
  std::string department = "95";  // For ids without one.
  absl::Time now;                 // For "14:30" and "+2h".
};

// One thing wrong in a file. Column numbers count from 1; 0: the row as a whole.
struct RowError {
  int64_t line = 0;
  int column = 0;
  std::string name;     // Of the column, or empty.
  std::string message;  // What to mend.
};
// "line 3, column 2 (kind): expected one of ...".
std::string ToString(const RowError& error);
// From an error of CsvReader or CsvRow.
RowError ToRowError(const absl::Status& status);

// Fills `out`; empty: the row is good. Every field at fault is listed, not only the first.
std::vector<RowError> ParsePlaceRow(const domain::CsvRow& row, const RowContext& context, registry::v1::Place& out);
std::vector<RowError> ParsePractitionerRow(const domain::CsvRow& row, const RowContext& context, registry::v1::Practitioner& out);
std::vector<RowError> ParseSlotRow(const domain::CsvRow& row, const RowContext& context, registry::v1::Slot& out);
// `qualify` is filled when the row has a care level (its case name is left empty); *qualified says so.
std::vector<RowError> ParseCaseRow(const domain::CsvRow& row, const RowContext& context, regulation::v1::OpenCaseRequest& open,
                                   regulation::v1::QualifyCaseRequest& qualify, bool* qualified);

// Opens a file's text with the columns of its kind. INVALID_ARGUMENT: bad header.
absl::StatusOr<domain::CsvReader> OpenCsv(std::string text, absl::Span<const Column> columns);

// The column that holds a field of the contract: "start_time" -> "start", "location.latitude" -> "lat"; the field itself when there is no better.
std::string ColumnOfField(absl::string_view field, absl::Span<const Column> columns);

}  // namespace snp::ctl
