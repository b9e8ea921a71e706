// Requests to the registry as domain values: whatever bytes arrive, either the value obeys its limits or a field is named.
// First byte: the message ('s' slot, 'p' place, 'r' practitioner, 'c' candidate), upper case when the rest is protobuf text instead of wire bytes.
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "domain/names.h"
#include "domain/slot_rules.h"
#include "fuzz/check.h"
#include "fuzz/message.h"
#include "registry/validate.h"
#include "snp/registry/v1/registry.pb.h"

namespace {

using namespace snp;
using fuzz::ReadMessage;
using registry::Violations;

constexpr char kCommunes[] =
    "insee,name,departement,region,postal_codes,population,lat,lon,area_km2\n"
    "95127,Cergy,95,11,95000 95800,69578,49.0369,2.0628,11.7\n"
    "2A004,Ajaccio,2A,94,20000,73822,41.9347,8.7013,82.0\n";

// A refusal names its fields; an acceptance names none.
template <typename T>
bool Judge(const std::optional<T>& value, const Violations& found) {
  FUZZ_CHECK(value.has_value() == found.empty());
  FUZZ_CHECK(found.ToStatus().ok() == found.empty());
  for (const auto& violation : found.all()) {
    FUZZ_CHECK(absl::StartsWith(violation.field, "items[7]."));
    FUZZ_CHECK(!violation.description.empty() && violation.description.size() < 600);
  }
  return value.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const domain::CommuneTable communes = *domain::CommuneTable::Parse(kCommunes);
  const absl::Time now = absl::FromUnixSeconds(1735689600);
  if (size == 0) return 0;
  const char kind = static_cast<char>(data[0]);
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Violations found;
  switch (absl::ascii_tolower(kind)) {
    case 's': {
      registry::v1::Slot slot;
      if (!ReadMessage(kind, text, &slot)) break;
      const auto item = registry::ReadSlot("items[7]", slot, now, &found);
      if (!Judge(item, found)) break;
      const auto& d = item->definition;
      FUZZ_CHECK(ToString(item->name) == slot.name());
      FUZZ_CHECK(d.start < d.end && d.end - d.start <= domain::kMaxSlotLength);
      FUZZ_CHECK(d.capacity >= 1 && d.capacity <= domain::kMaxCapacity);
      FUZZ_CHECK(d.capabilities.size() <= domain::kMaxCapabilities && domain::IsSource(d.source));
      FUZZ_CHECK(d.practitioner.empty() || domain::IsRpps(d.practitioner.value()));
      FUZZ_CHECK(!d.release_before || (*d.release_before >= absl::ZeroDuration() && *d.release_before <= domain::kMaxReleaseBefore));
      break;
    }
    case 'p': {
      registry::v1::Place place;
      if (!ReadMessage(kind, text, &place)) break;
      const auto read = registry::ReadPlace("items[7]", place, communes, &found);
      if (!Judge(read, found)) break;
      FUZZ_CHECK(ToString(read->name) == place.name() && domain::IsPlausible(read->position));
      FUZZ_CHECK(communes.Find(read->commune) != nullptr && !read->display_name.empty());
      break;
    }
    case 'r': {
      registry::v1::Practitioner practitioner;
      if (!ReadMessage(kind, text, &practitioner)) break;
      const auto read = registry::ReadPractitioner("items[7]", practitioner, &found);
      if (Judge(read, found)) FUZZ_CHECK(read->places.size() == static_cast<size_t>(practitioner.places_size()));
      break;
    }
    case 'c': {
      registry::v1::Candidate candidate;
      if (!ReadMessage(kind, text, &candidate)) break;
      const auto read = registry::ReadCandidate("items[7]", candidate, &found);
      if (Judge(read, found)) FUZZ_CHECK(read->revision >= 1 && ToString(read->slot) == candidate.slot());
      break;
    }
    default:
      break;
  }
  return 0;
}
