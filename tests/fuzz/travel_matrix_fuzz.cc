// The travel matrix: minutes are finite and not negative, rows are sorted, and pairs and rows agree.
#include <cmath>
#include <cstdint>
#include <string>

#include "domain/travel.h"
#include "fuzz/check.h"

using snp::domain::TravelMatrix;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto matrix = TravelMatrix::Parse(std::string(reinterpret_cast<const char*>(data), size));
  if (!matrix.ok()) {
    FUZZ_CHECK(!matrix.status().message().empty());
    return 0;
  }
  for (int from = 0; from < matrix->communes(); ++from) {
    double last = 0;
    for (const auto& [minutes, to] : matrix->Row(from)) {
      FUZZ_CHECK(std::isfinite(minutes) && minutes >= last);
      FUZZ_CHECK(to >= 0 && to < matrix->communes());
      FUZZ_CHECK(matrix->Minutes(from, to) == minutes);
      last = minutes;
    }
  }
  FUZZ_CHECK(!matrix->Minutes(-1, 0) && matrix->Find("") == -1);
  return 0;
}
