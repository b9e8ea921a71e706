#include "snpctl/plain_text.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"

namespace snp::ctl {
namespace {

std::string Quoted(absl::string_view text) { return absl::StrCat("\"", absl::CEscape(text.substr(0, 80)), text.size() > 80 ? "..." : "", "\""); }

absl::Status NotAMoment(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("expected a moment: 2026-01-12T14:30:00Z, 2026-01-12 14:30 (Paris), 14:30 (today) or +2h; got ", Quoted(text)));
}

absl::StatusOr<absl::Time> InParis(absl::CivilSecond civil, absl::string_view text) {
  const auto info = Paris().At(civil);
  if (info.kind == absl::TimeZone::TimeInfo::SKIPPED) {
    return absl::InvalidArgumentError(absl::StrCat(Quoted(text), " does not exist: the clock jumps over it that day"));
  }
  return info.pre;
}

// Digits only, at most `max_digits`: SimpleAtoi would take blanks and signs.
bool ParseNumber(absl::string_view text, size_t max_digits, int* value) {
  if (text.empty() || text.size() > max_digits) return false;
  for (char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  return absl::SimpleAtoi(text, value);
}

// "HH:MM" or "HH:MM:SS".
bool ParseClock(absl::string_view text, int* h, int* m, int* s) {
  *s = 0;
  if (text.size() != 5 && text.size() != 8) return false;
  if (text[2] != ':' || !ParseNumber(text.substr(0, 2), 2, h) || !ParseNumber(text.substr(3, 2), 2, m)) return false;
  if (text.size() == 8 && (text[5] != ':' || !ParseNumber(text.substr(6), 2, s))) return false;
  return *h <= 23 && *m <= 59 && *s <= 59;
}

bool ParseDay(absl::string_view text, absl::CivilDay* day) {
  int y = 0, m = 0, d = 0;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !ParseNumber(text.substr(0, 4), 4, &y) || !ParseNumber(text.substr(5, 2), 2, &m) ||
      !ParseNumber(text.substr(8), 2, &d)) {
    return false;
  }
  *day = absl::CivilDay(y, m, d);
  return y >= 1970 && y <= 2200 && day->month() == m && day->day() == d;
}

}  // namespace

absl::TimeZone Paris() {
  static const absl::TimeZone* zone = [] {
    auto* z = new absl::TimeZone;
    if (!absl::LoadTimeZone("Europe/Paris", z)) *z = absl::FixedTimeZone(3600);  // No time zone files: winter time.
    return z;
  }();
  return *zone;
}

absl::StatusOr<absl::Time> ParseMoment(absl::string_view text, absl::Time now) {
  if (text == "now") return now;
  if (absl::StartsWith(text, "+") || absl::StartsWith(text, "-")) {
    const auto length = ParseLength(text.substr(1));
    if (!length.ok()) return NotAMoment(text);
    return text[0] == '+' ? now + *length : now - *length;
  }
  int h = 0, m = 0, s = 0;
  if (ParseClock(text, &h, &m, &s)) {
    const absl::CivilDay today = absl::ToCivilDay(now, Paris());
    return InParis(absl::CivilSecond(today.year(), today.month(), today.day(), h, m, s), text);
  }
  absl::CivilDay day;
  if (text.size() < 16 || !ParseDay(text.substr(0, 10), &day) || (text[10] != 'T' && text[10] != ' ')) return NotAMoment(text);
  absl::string_view rest = text.substr(11);
  size_t clock = 0;
  while (clock < rest.size() && (absl::ascii_isdigit(static_cast<unsigned char>(rest[clock])) || rest[clock] == ':')) ++clock;
  if (!ParseClock(rest.substr(0, clock), &h, &m, &s)) return NotAMoment(text);
  const absl::CivilSecond civil(day.year(), day.month(), day.day(), h, m, s);
  rest.remove_prefix(clock);
  // Fractions of a second are read and dropped: no agenda has them.
  if (absl::StartsWith(rest, ".")) {
    size_t digits = 1;
    while (digits < rest.size() && absl::ascii_isdigit(static_cast<unsigned char>(rest[digits]))) ++digits;
    if (digits == 1) return NotAMoment(text);
    rest.remove_prefix(digits);
  }
  if (rest.empty()) return InParis(civil, text);
  if (rest == "Z" || rest == "z") return absl::FromCivil(civil, absl::UTCTimeZone());
  int oh = 0, om = 0;
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':' || !ParseNumber(rest.substr(1, 2), 2, &oh) ||
      !ParseNumber(rest.substr(4), 2, &om) || oh > 14 || om > 59) {
    return NotAMoment(text);
  }
  const int offset = (oh * 60 + om) * 60 * (rest[0] == '-' ? -1 : 1);
  return absl::FromCivil(civil, absl::FixedTimeZone(offset));
}

absl::StatusOr<absl::Duration> ParseLength(absl::string_view text) {
  absl::Duration length;
  const bool begins_well = !text.empty() && absl::ascii_isdigit(static_cast<unsigned char>(text[0]));
  if (!begins_well || text.size() > 32 || !absl::ParseDuration(text, &length) || length < absl::ZeroDuration() || length > absl::Hours(24 * 400)) {
    return absl::InvalidArgumentError(absl::StrCat("expected a length of time such as 90s, 15m or 1h30m, got ", Quoted(text)));
  }
  return length;
}

absl::StatusOr<int> ParseAge(absl::string_view text) {
  int value = 0;
  absl::string_view digits = text;
  const bool months = absl::ConsumeSuffix(&digits, "m");
  if (!months) absl::ConsumeSuffix(&digits, "a");
  if (!ParseNumber(digits, 4, &value) || value > (months ? 1800 : 150)) {
    return absl::InvalidArgumentError(absl::StrCat("expected an age: 34 or 34a (years), 8m (months), at most 150 years; got ", Quoted(text)));
  }
  return months ? value : value * 12;
}

std::string FullName(absl::string_view text, absl::string_view department, absl::string_view collection) {
  if (absl::StrContains(text, "/")) return std::string(text);
  return absl::StrCat("departments/", department, "/", collection, "/", text);
}

std::string ShowMoment(absl::Time moment, absl::Time now) {
  static constexpr std::array<const char*, 7> kDays = {"lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."};
  const absl::CivilSecond civil = absl::ToCivilSecond(moment, Paris());
  const std::string clock = absl::StrFormat("%02d:%02d", civil.hour(), civil.minute());
  const absl::CivilDay day(civil);
  if (day == absl::ToCivilDay(now, Paris())) return clock;
  return absl::StrFormat("%s %02d/%02d %s", kDays[static_cast<size_t>(absl::GetWeekday(day))], day.day(), day.month(), clock);
}

std::string ShowLength(absl::Duration length) {
  if (length < absl::ZeroDuration()) return absl::StrCat("-", ShowLength(-length));
  const int64_t seconds = absl::ToInt64Seconds(length);
  if (seconds < 60) return absl::StrCat(seconds, " s");
  const int64_t minutes = (seconds + 30) / 60;
  if (minutes < 60) return absl::StrCat(minutes, " min");
  return absl::StrFormat("%d h %02d", minutes / 60, minutes % 60);
}

std::string ShowAge(int months) {
  if (months < 36) return absl::StrCat(months, " mois");
  return absl::StrCat(months / 12, " ans");
}

}  // namespace snp::ctl
