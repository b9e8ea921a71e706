// A demand as it comes to the matcher (first byte upper case: protobuf text, else wire bytes): accepted within its limits, or refused with named
// fields.
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "fuzz/check.h"
#include "fuzz/message.h"
#include "matcher/demand.h"
#include "platform/error.h"
#include "snp/matcher/v1/matcher.pb.h"

namespace {

constexpr char kCommunes[] =
    "insee,name,departement,region,postal_codes,population,lat,lon,area_km2\n"
    "95127,Cergy,95,11,95000 95800,69578,49.0369,2.0628,11.7\n"
    "2A004,Ajaccio,2A,94,20000,73822,41.9347,8.7013,82.0\n";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace snp;
  static const domain::CommuneTable communes = *domain::CommuneTable::Parse(kCommunes);
  if (size == 0) return 0;
  matcher::v1::Demand demand;
  if (!fuzz::ReadMessage(static_cast<char>(data[0]), std::string(reinterpret_cast<const char*>(data) + 1, size - 1), &demand)) return 0;
  const platform::Caller caller{.role = platform::Role::kRegulator, .subject = "dr", .places = {}, .cpts = ""};
  const absl::Time now = absl::FromUnixSeconds(1735689600);
  const auto read = matcher::ReadDemand(demand, caller, now, communes);
  if (!read.ok()) {
    FUZZ_CHECK(platform::ReasonOf(read.status()) == platform::Reason::kFieldInvalid);
    const auto violations = platform::ViolationsOf(read.status());
    FUZZ_CHECK(!violations.empty() && violations.size() <= 200);
    for (const auto& violation : violations) FUZZ_CHECK(absl::StartsWith(violation.field, "demand") && violation.description.size() < 600);
    return 0;
  }
  FUZZ_CHECK(domain::IsPlausible(read->position));
  FUZZ_CHECK(read->capabilities.size() <= 32 && read->excluded.size() <= 64);
  FUZZ_CHECK(!read->age_months || (*read->age_months >= 0 && *read->age_months <= 1800));
  FUZZ_CHECK(!read->max_travel || *read->max_travel >= absl::ZeroDuration());
  FUZZ_CHECK(read->viewer.regulation);
  return 0;
}
