// A detector's settings, a line of three points, then a series, a byte a point: settings that are taken give one statement a point, whatever the
// series, and what is said are numbers.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/check.h"
#include "tension/detector_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const size_t cut = std::min(size, text.find("...\n"));
  const auto file = snp::tension::ParseDetector("", text.substr(0, cut));
  if (!file.ok()) {
    FUZZ_CHECK(file.status().code() == absl::StatusCode::kInvalidArgument);
    FUZZ_CHECK(!file.status().message().empty() && file.status().message().size() < 4000);
    return 0;
  }
  FUZZ_CHECK(snp::domain::Validate(file->params).ok());
  std::vector<double> series;
  for (size_t i = cut; i < size && series.size() < 150; ++i) series.push_back(data[i]);
  const auto found = snp::domain::Detect(file->params, series);
  FUZZ_CHECK(found.size() == series.size());
  for (const auto& d : found) {
    FUZZ_CHECK(!d.score || !std::isnan(*d.score));
    FUZZ_CHECK(!d.expected || !std::isnan(*d.expected));
    FUZZ_CHECK(!d.threshold || !std::isnan(*d.threshold));
    FUZZ_CHECK(d.score || !d.alarm);
  }
  return 0;
}
