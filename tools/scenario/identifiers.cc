#include "scenario/identifiers.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace snp::scenario {
namespace {

// Appends a digit that is not the check digit.
std::string WithWrongCheckDigit(std::string digits) {
  for (char c = '0'; c <= '9'; ++c) {
    if (LuhnHolds(digits + c)) return digits + static_cast<char>('0' + (c - '0' + 5) % 10);
  }
  return digits;  // Unreachable: one of ten digits always fits.
}

}  // namespace

bool LuhnHolds(absl::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (size_t i = digits.size(); i-- > 0;) {
    int d = digits[i] - '0';
    if (twice) d = d < 5 ? 2 * d : 2 * d - 9;
    sum += d;
    twice = !twice;
  }
  return sum % 10 == 0;
}

std::string InventedRpps(int64_t n) { return WithWrongCheckDigit(absl::StrFormat("10%08d", n)); }

std::string InventedFiness(absl::string_view department, int64_t n) {
  // FINESS writes "20" for both Corsican departments, and overseas ones with the first two digits.
  const std::string prefix = department.size() == 2 && department[1] <= '9' ? std::string(department) : absl::StrCat(department.substr(0, 1), "0");
  return WithWrongCheckDigit(absl::StrFormat("%s%06d", prefix, n));
}

std::string InventedSiret(int64_t n) {
  // Not 356 000 000: that company's sites follow another check than Luhn's.
  return WithWrongCheckDigit(WithWrongCheckDigit(absl::StrFormat("99%06d", n)) + "0001");
}

}  // namespace snp::scenario
