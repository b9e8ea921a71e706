// Files that people import, and the moments, lengths and ages that they write.
// First byte: what the rest is ('p' places, 'r' practitioners, 's' slots, 'c' cases, 't' one text for a moment, a length and an age).
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/check.h"
#include "snp/registry/v1/registry.pb.h"
#include "snp/regulation/v1/regulation_service.pb.h"
#include "snpctl/csv_rows.h"
#include "snpctl/plain_text.h"

namespace {

using namespace snp::ctl;

// Reads every row; each error says where it is and what to mend, and a wrong row leaves the next alone.
template <typename ParseRow>
void ReadFile(const std::string& text, absl::Span<const Column> columns, ParseRow parse) {
  auto reader = OpenCsv(text, columns);
  if (!reader.ok()) {
    FUZZ_CHECK(!reader.status().message().empty());
    return;
  }
  int64_t last = 0;
  while (const auto row = reader->Next()) {
    if (!row->ok()) {
      FUZZ_CHECK(ToRowError(row->status()).line > 0);
      continue;
    }
    FUZZ_CHECK((*row)->line() > last);
    last = (*row)->line();
    for (const RowError& error : parse(**row)) {
      FUZZ_CHECK(error.line == last && !error.message.empty() && error.message.size() < 1000);
      FUZZ_CHECK(!ToString(error).empty());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const RowContext context{.department = "95", .now = absl::FromUnixSeconds(1735689600)};
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'p':
      ReadFile(text, PlaceColumns(), [&](const auto& row) {
        snp::registry::v1::Place place;
        return ParsePlaceRow(row, context, place);
      });
      break;
    case 'r':
      ReadFile(text, PractitionerColumns(), [&](const auto& row) {
        snp::registry::v1::Practitioner practitioner;
        return ParsePractitionerRow(row, context, practitioner);
      });
      break;
    case 's':
      ReadFile(text, SlotColumns(), [&](const auto& row) {
        snp::registry::v1::Slot slot;
        auto errors = ParseSlotRow(row, context, slot);
        if (errors.empty()) FUZZ_CHECK(slot.has_start_time() && slot.has_end_time());
        return errors;
      });
      break;
    case 'c':
      ReadFile(text, CaseColumns(), [&](const auto& row) {
        snp::regulation::v1::OpenCaseRequest open;
        snp::regulation::v1::QualifyCaseRequest qualify;
        bool qualified = false;
        auto errors = ParseCaseRow(row, context, open, qualify, &qualified);
        if (errors.empty() && qualified) FUZZ_CHECK(qualify.care_level() != 0);
        return errors;
      });
      break;
    default: {
      const auto moment = ParseMoment(text, context.now);
      if (moment.ok()) {
        FUZZ_CHECK(*moment > absl::UnixEpoch() - absl::Hours(48) && *moment < absl::FromUnixSeconds(7289654400));
        FUZZ_CHECK(!ShowMoment(*moment, context.now).empty());
      }
      if (const auto length = ParseLength(text); length.ok()) {
        FUZZ_CHECK(*length >= absl::ZeroDuration());
        FUZZ_CHECK(!ShowLength(*length).empty());
      }
      if (const auto age = ParseAge(text); age.ok()) {
        FUZZ_CHECK(*age >= 0 && *age <= 1800);
        FUZZ_CHECK(!ShowAge(*age).empty());
      }
    }
  }
  return 0;
}
