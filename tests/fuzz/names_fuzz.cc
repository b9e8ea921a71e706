// Resource names: what parses comes back unchanged, and its parts obey the limits that keys and scripts rely on.
#include <cstdint>

#include "domain/names.h"
#include "fuzz/check.h"

namespace {

template <typename T>
void RoundTrip(const absl::StatusOr<T>& parsed, absl::string_view text) {
  if (!parsed.ok()) {
    FUZZ_CHECK(!parsed.status().message().empty());
    FUZZ_CHECK(parsed.status().message().size() < 1000);
    return;
  }
  FUZZ_CHECK(snp::domain::ToString(*parsed) == text);
  FUZZ_CHECK(snp::domain::IsDepartmentCode(parsed->department.value()));
  FUZZ_CHECK(snp::domain::IsId(parsed->id.value()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace snp::domain;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  RoundTrip(ParsePlaceName(text), text);
  RoundTrip(ParseSlotName(text), text);
  RoundTrip(ParseBookingName(text), text);
  RoundTrip(ParseCaseName(text), text);
  RoundTrip(ParsePractitionerName(text), text);
  if (const auto department = ParseDepartmentName(text); department.ok()) FUZZ_CHECK(ToString(*department) == text);
  if (const Department department = DepartmentOfCommune(text); !department.empty()) FUZZ_CHECK(IsDepartmentCode(department.value()));
  return 0;
}
