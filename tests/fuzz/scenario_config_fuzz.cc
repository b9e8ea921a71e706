// Scenario files: read in whole, or refused with a message.
#include <cstdint>

#include "fuzz/check.h"
#include "scenario/config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto config = snp::scenario::ParseConfig(absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!config.ok()) {
    FUZZ_CHECK(!config.status().message().empty());
    return 0;
  }
  FUZZ_CHECK(!config->name.empty() && !config->department.empty());
  FUZZ_CHECK(config->supply_days >= 1);
  FUZZ_CHECK(config->demand.day_weights.size() == 7 && config->demand.hour_weights.size() == 24);
  return 0;
}
