// What requests to regulation state of a patient, a need and candidates: refused with named fields, few enough to read.
// First byte: 'p' patient, 'n' need, 'h' candidates of a hold, 't' free text and codes; upper case: protobuf text.
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "domain/geo.h"
#include "fuzz/check.h"
#include "fuzz/message.h"
#include "regulation/fields.h"
#include "snp/regulation/v1/regulation_service.pb.h"

namespace {

using namespace snp;

void CheckRefusal(const absl::Status& status) {
  if (status.ok()) return;
  FUZZ_CHECK(platform::ReasonOf(status) == platform::Reason::kFieldInvalid);
  const auto violations = platform::ViolationsOf(status);
  FUZZ_CHECK(!violations.empty() && violations.size() <= 200);
  for (const auto& violation : violations) {
    FUZZ_CHECK(absl::StartsWith(violation.field, "items"));
    FUZZ_CHECK(!violation.description.empty() && violation.description.size() < 600);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const char kind = static_cast<char>(data[0]);
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  regulation::Fields fields;
  switch (absl::ascii_tolower(kind)) {
    case 'p': {
      regulation::v1::Patient patient;
      if (!fuzz::ReadMessage(kind, text, &patient)) break;
      fields.Patient("items", patient);
      CheckRefusal(fields.status());
      if (!fields.status().ok()) break;
      FUZZ_CHECK(!patient.location().commune().empty() || domain::IsPlausible({patient.location().latitude(), patient.location().longitude()}));
      FUZZ_CHECK(patient.own_gp().empty() || patient.own_gp().size() == 11);
      break;
    }
    case 'n': {
      regulation::v1::Need need;
      if (!fuzz::ReadMessage(kind, text, &need)) break;
      fields.Need("items", need);
      CheckRefusal(fields.status());
      if (fields.status().ok()) FUZZ_CHECK(need.capabilities_size() <= 32 && need.specialty().size() <= 16 && need.modalities_size() <= 8);
      break;
    }
    case 'h': {
      regulation::v1::HoldPlaceRequest hold;
      if (!fuzz::ReadMessage(kind, text, &hold)) break;
      fields.Candidates("items", hold.candidates());
      CheckRefusal(fields.status());
      if (fields.status().ok()) FUZZ_CHECK(hold.candidates_size() <= 16);
      break;
    }
    default:
      fields.Text("items", text, 64);
      fields.Code("items", domain::Nomenclature::kMotive, text);
      CheckRefusal(fields.status());
      if (fields.status().ok()) FUZZ_CHECK(text.size() <= 64);
  }
  return 0;
}
