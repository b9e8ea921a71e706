#include "domain/csv.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace snp::domain {
namespace {

constexpr size_t kMaxField = 64 * 1024;

absl::Status At(int64_t line, size_t column, absl::string_view name, absl::string_view message) {
  return absl::InvalidArgumentError(
      absl::StrCat("line ", line, ", column ", column, name.empty() ? "" : " (", name.substr(0, 64), name.empty() ? "" : ")", ": ", message));
}

std::string Quoted(absl::string_view text) { return absl::StrCat("\"", absl::CEscape(text.substr(0, 80)), text.size() > 80 ? "..." : "", "\""); }

// Length of the well-formed UTF-8 sequence at the start of `s`; 0: none (RFC 3629: no overlong forms, no surrogates).
size_t Utf8Length(absl::string_view s) {
  const auto byte = [&](size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
  const auto tail = [&](size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned b = byte(0);
  if (b < 0x80) return 1;
  if (b >= 0xC2 && b <= 0xDF) return tail(1) ? 2 : 0;
  if (b >= 0xE0 && b <= 0xEF) {
    if (!tail(1) || !tail(2) || (b == 0xE0 && byte(1) < 0xA0) || (b == 0xED && byte(1) > 0x9F)) return 0;
    return 3;
  }
  if (b >= 0xF0 && b <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3) || (b == 0xF0 && byte(1) < 0x90) || (b == 0xF4 && byte(1) > 0x8F)) return 0;
    return 4;
  }
  return 0;
}

bool IsText(absl::string_view s) {
  while (!s.empty()) {
    const size_t n = s[0] == '\0' ? 0 : Utf8Length(s);
    if (n == 0) return false;
    s.remove_prefix(n);
  }
  return true;
}

bool Contains(const std::vector<std::string>& names, absl::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

}  // namespace

int CsvRow::Column(absl::string_view name) const {
  const auto it = std::find(header_->begin(), header_->end(), name);
  return it == header_->end() ? -1 : static_cast<int>(it - header_->begin());
}

absl::string_view CsvRow::Text(absl::string_view name) const {
  const int column = Column(name);
  return column < 0 ? absl::string_view() : absl::string_view(fields_[column]);
}

absl::Status CsvRow::Error(absl::string_view name, absl::string_view message) const {
  return At(line_, static_cast<size_t>(Column(name) + 1), name, message);
}

absl::StatusOr<double> CsvRow::Number(absl::string_view name) const {
  double value = 0;
  const absl::string_view text = Text(name);
  if (!absl::SimpleAtod(text, &value) || !std::isfinite(value)) return Error(name, absl::StrCat("expected a number, got ", Quoted(text)));
  return value;
}

absl::StatusOr<int64_t> CsvRow::Integer(absl::string_view name) const {
  int64_t value = 0;
  const absl::string_view text = Text(name);
  if (!absl::SimpleAtoi(text, &value)) return Error(name, absl::StrCat("expected a whole number, got ", Quoted(text)));
  return value;
}

absl::StatusOr<bool> CsvRow::Flag(absl::string_view name) const {
  const std::string text = absl::AsciiStrToLower(Text(name));
  if (text == "true" || text == "1" || text == "yes" || text == "oui") return true;
  if (text.empty() || text == "false" || text == "0" || text == "no" || text == "non") return false;
  return Error(name, absl::StrCat("expected true or false, got ", Quoted(text)));
}

std::vector<std::string> CsvRow::List(absl::string_view name) const { return absl::StrSplit(Text(name), absl::ByAnyChar(" |"), absl::SkipEmpty()); }

absl::StatusOr<CsvReader> CsvReader::Open(std::string text, const std::vector<std::string>& required, const std::vector<std::string>& optional) {
  CsvReader reader;
  reader.text_ = std::make_shared<const std::string>(std::move(text));
  if (reader.text_->compare(0, 3, "\xEF\xBB\xBF") == 0) reader.pos_ = 3;
  auto header = reader.Next();
  if (!header) return absl::InvalidArgumentError("line 1: the file is empty; expected a header line");
  if (!header->ok()) return header->status();
  const std::vector<std::string>& names = (*header)->fields_;
  const int64_t line = (*header)->line();
  std::vector<std::string> problems;
  if (names.size() == 1 && names[0].find(';') != std::string::npos) {
    problems.push_back("the fields are separated by \";\": expected \",\"");
  } else {
    for (const std::string& name : required) {
      if (!Contains(names, name)) problems.push_back(absl::StrCat("column ", Quoted(name), " is missing"));
    }
    for (size_t i = 0; i < names.size() && problems.size() < 20; ++i) {
      if (!Contains(required, names[i]) && !Contains(optional, names[i])) {
        problems.push_back(absl::StrCat("column ", i + 1, " ", Quoted(names[i]), " is unknown"));
      } else if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
                 names.begin() + static_cast<std::ptrdiff_t>(i)) {
        problems.push_back(absl::StrCat("column ", i + 1, " ", Quoted(names[i]), " stands twice"));
      }
    }
  }
  if (!problems.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", absl::StrJoin(problems, "; "),
                                                   ". Expected columns: ", absl::StrJoin(required, ","),
                                                   optional.empty() ? "" : "; optional: ", absl::StrJoin(optional, ",")));
  }
  reader.header_ = std::make_shared<const std::vector<std::string>>(names);
  return reader;
}

std::optional<absl::StatusOr<CsvRow>> CsvReader::Next() {
  const std::string& t = *text_;
  while (pos_ < t.size() && (t[pos_] == '\n' || (t[pos_] == '\r' && pos_ + 1 < t.size() && t[pos_ + 1] == '\n'))) {
    pos_ += t[pos_] == '\r' ? 2 : 1;
    ++line_;
  }
  if (pos_ >= t.size()) return std::nullopt;
  const size_t begin = pos_;
  const int64_t line = line_;
  absl::StatusOr<CsvRow> row = ReadRow();
  if (!row.ok()) {
    const size_t end = t.find('\n', begin);
    pos_ = end == std::string::npos ? t.size() : end + 1;
    line_ = line + 1;
  }
  return row;
}

absl::StatusOr<CsvRow> CsvReader::ReadRow() {
  const std::string& t = *text_;
  CsvRow row;
  row.line_ = line_;
  row.header_ = header_;
  const auto column_name = [&]() -> absl::string_view {
    const size_t i = row.fields_.size();
    return header_ && i < header_->size() ? absl::string_view((*header_)[i]) : absl::string_view();
  };
  const auto bad = [&](absl::string_view message) { return At(row.line_, row.fields_.size() + 1, column_name(), message); };
  bool more = true;
  while (more) {
    std::string field;
    if (pos_ < t.size() && t[pos_] == '"') {
      for (++pos_;; ++pos_) {
        if (pos_ >= t.size()) return bad("the quoted field has no closing quote");
        if (t[pos_] == '"') {
          ++pos_;
          if (pos_ >= t.size() || t[pos_] != '"') break;
        }
        if (t[pos_] == '\n') ++line_;
        field.push_back(t[pos_]);
        if (field.size() > kMaxField) return bad("the field is longer than 64 kB");
      }
      const bool ends = pos_ >= t.size() || t[pos_] == ',' || t[pos_] == '\n' || (t[pos_] == '\r' && pos_ + 1 < t.size() && t[pos_ + 1] == '\n');
      if (!ends) return bad("text after the closing quote");
    } else {
      const size_t end = std::min(t.find_first_of(",\n", pos_), t.size());
      field = t.substr(pos_, end - pos_);
      if (field.size() > kMaxField) return bad("the field is longer than 64 kB");
      if ((end == t.size() || t[end] == '\n') && !field.empty() && field.back() == '\r') field.pop_back();
      if (field.find('"') != std::string::npos) return bad("a quote inside a field that does not begin with one");
      pos_ = end;
    }
    if (!IsText(field)) return bad("the field is not UTF-8 text");
    if (header_ && row.fields_.size() >= header_->size()) {
      return At(row.line_, row.fields_.size() + 1, "", absl::StrCat("the header has only ", header_->size(), " columns"));
    }
    row.fields_.push_back(std::move(field));
    if (pos_ < t.size() && t[pos_] == '\r') ++pos_;
    more = pos_ < t.size() && t[pos_] == ',';
    if (pos_ < t.size()) {
      if (!more) ++line_;
      ++pos_;
    }
  }
  if (header_ && row.fields_.size() < header_->size()) {
    return bad(absl::StrCat("the row ends here: expected ", header_->size(), " fields, got ", row.fields_.size()));
  }
  return row;
}

std::string CsvField(absl::string_view value) {
  if (value.find_first_of(",\"\r\n") == absl::string_view::npos) return std::string(value);
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  quoted.push_back('"');
  return quoted;
}

std::string CsvLine(const std::vector<std::string>& fields) {
  return absl::StrJoin(fields, ",", [](std::string* out, const std::string& f) { out->append(CsvField(f)); });
}

}  // namespace snp::domain
