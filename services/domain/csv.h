// Reader of CSV (RFC 4180): a header line, comma as separator, fields in double quotes when they hold commas, quotes (doubled) or line ends.
//
// Every problem says where it is: `line 12, column 4 (start_time): ...`, where the column is the number of the field. One bad row does not spoil the
// next: after an error the reader goes on with the line below the one where the bad row began. Accepts LF and CRLF, a UTF-8 byte order mark and empty
// lines; refuses NUL bytes, bytes that are not UTF-8, fields above 64 kB and rows with another number of fields than the header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace snp::domain {

// One row. Copyable; stays valid after its reader.
class CsvRow {
 public:
  // Line of the file where the row begins, from 1.
  int64_t line() const { return line_; }
  // Field of the header's column `name`; empty when the file does not have this optional column. Precondition: the reader was asked for `name`.
  absl::string_view Text(absl::string_view name) const;
  // Number with a point, whole text. INVALID_ARGUMENT with the place when it is not one.
  absl::StatusOr<double> Number(absl::string_view name) const;
  absl::StatusOr<int64_t> Integer(absl::string_view name) const;
  // "true/false", "1/0", "yes/no", "oui/non"; empty: false.
  absl::StatusOr<bool> Flag(absl::string_view name) const;
  // Text cut at blanks and "|"; empty text: nothing.
  std::vector<std::string> List(absl::string_view name) const;
  // INVALID_ARGUMENT `line L, column C (name): message`.
  absl::Status Error(absl::string_view name, absl::string_view message) const;

 private:
  friend class CsvReader;
  int Column(absl::string_view name) const;  // -1: the file does not have it.
  int64_t line_ = 0;
  std::vector<std::string> fields_;
  std::shared_ptr<const std::vector<std::string>> header_;
};

class CsvReader {
 public:
  // Reads the header. INVALID_ARGUMENT when the text is empty, when a `required` column is missing, or when one is unknown (not in `required` or
  // `optional`) or twice: the message names them all. Columns may stand in any order.
  static absl::StatusOr<CsvReader> Open(std::string text, const std::vector<std::string>& required, const std::vector<std::string>& optional = {});

  // The next row, or what is wrong with it; nullopt at the end.
  std::optional<absl::StatusOr<CsvRow>> Next();

 private:
  CsvReader() = default;
  absl::StatusOr<CsvRow> ReadRow();
  std::shared_ptr<const std::string> text_;
  size_t pos_ = 0;
  int64_t line_ = 1;
  std::shared_ptr<const std::vector<std::string>> header_;
};

// A field as it must be written: quoted when it needs to be.
std::string CsvField(absl::string_view value);
// Fields joined, without a line end.
std::string CsvLine(const std::vector<std::string>& fields);

}  // namespace snp::domain
