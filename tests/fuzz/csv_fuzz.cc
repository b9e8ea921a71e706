// The CSV reader: it ends, says where every bad row is, and a row that it accepts survives writing and reading again.
#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "domain/csv.h"
#include "fuzz/check.h"

using snp::domain::CsvLine;
using snp::domain::CsvReader;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto reader = CsvReader::Open(text, {"id", "place"}, {"start", "n", "flag", "list"});
  if (!reader.ok()) {
    FUZZ_CHECK(absl::StartsWith(reader.status().message(), "line "));
    return 0;
  }
  size_t rows = 0;
  while (auto row = reader->Next()) {
    FUZZ_CHECK(++rows <= size + 1);
    if (!row->ok()) {
      FUZZ_CHECK(absl::StartsWith(row->status().message(), "line "));
      continue;
    }
    FUZZ_CHECK((*row)->line() >= 1);
    for (const char* column : {"start", "n", "flag", "list"}) {
      (*row)->Number(column).status().IgnoreError();
      (*row)->Integer(column).status().IgnoreError();
      (*row)->Flag(column).status().IgnoreError();
      (*row)->List(column);
    }
    const std::string id((*row)->Text("id")), place((*row)->Text("place"));
    auto again = CsvReader::Open(absl::StrCat("id,place\n", CsvLine({id, place}), "\n"), {"id", "place"});
    FUZZ_CHECK(again.ok());
    const auto copy = again->Next();
    if (id.empty() && place.empty() && !copy) continue;
    FUZZ_CHECK(copy && copy->ok());
    FUZZ_CHECK((*copy)->Text("id") == id && (*copy)->Text("place") == place);
    FUZZ_CHECK(!again->Next());
  }
  return 0;
}
