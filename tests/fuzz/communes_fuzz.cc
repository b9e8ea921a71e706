// The table of communes: whatever is read in is findable, and the nearest commune of a centre is at distance 0.
#include <cstdint>
#include <utility>

#include "absl/strings/match.h"
#include "domain/commune.h"
#include "fuzz/check.h"

using snp::domain::CommuneTable;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  snp::domain::WhyUnknown(text.substr(0, 5));
  auto table = CommuneTable::Parse(std::move(text));
  if (!table.ok()) {
    FUZZ_CHECK(absl::StartsWith(table.status().message(), "line "));
    return 0;
  }
  for (const auto& commune : table->all()) {
    FUZZ_CHECK(table->Find(commune.insee) == &commune);
    FUZZ_CHECK(!commune.department.empty() && commune.population >= 0);
    FUZZ_CHECK(snp::domain::DensityPerKm2(commune) >= 0);
    const auto* nearest = table->Nearest(commune.centre);
    FUZZ_CHECK(nearest != nullptr && snp::domain::HaversineKm(nearest->centre, commune.centre) < 1e-3);
  }
  return 0;
}
