// One line per event on stderr: time, level, event, key=value... Ids and codes only: no token, subject or patient data ever.
#pragma once

#include <initializer_list>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace snp::platform {

enum class LogLevel { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3, kOff = 4 };

struct LogField {
  LogField(absl::string_view k, const absl::AlphaNum& v) : key(k), value(v.Piece()) {}
  std::string key;
  std::string value;
};

// Writes one line if `level` is at or above the process's level. Thread-safe. `event` is a constant phrase; what varies goes into fields
// (values with blanks or quotes are quoted, line ends escaped, so that one event stays one line).
void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields = {});

// The process's level (default kInfo). Cheap to ask before building costly fields.
void SetLogLevel(LogLevel level);
bool LogEnabled(LogLevel level);

}  // namespace snp::platform
