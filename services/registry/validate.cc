#include "registry/validate.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "domain/place_rules.h"
#include "domain/slot_rules.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "snp/registry/v1/registry.pb.h"

namespace snp::registry {
namespace {

constexpr size_t kMaxViolations = 100;

// The name goes to the C library's zone files: nothing that could name another file.
bool IsKnownTimeZone(const std::string& name) {
  if (name.empty() || name.size() > 64 || !absl::ascii_isalpha(name[0])) return false;
  const bool plain =
      std::all_of(name.begin(), name.end(), [](char c) { return absl::ascii_isalnum(c) || c == '_' || c == '/' || c == '+' || c == '-'; });
  absl::TimeZone zone;
  return plain && absl::LoadTimeZone(name, &zone);
}

}  // namespace

std::string Path(absl::string_view prefix, absl::string_view field) { return prefix.empty() ? std::string(field) : absl::StrCat(prefix, ".", field); }

void Violations::Add(absl::string_view field, absl::string_view description) { all_.push_back({std::string(field), std::string(description)}); }

void Violations::AddAll(absl::string_view prefix, const std::vector<domain::Violation>& found) {
  for (const domain::Violation& v : found) Add(Path(prefix, v.field), v.description);
}

absl::Status Violations::ToStatus() const {
  if (all_.empty()) return absl::OkStatus();
  std::vector<platform::FieldViolation> first(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(std::min(all_.size(), kMaxViolations)));
  return platform::MakeFieldError(std::move(first));
}

void CheckRequestId(absl::string_view request_id, Violations* out) {
  if (!domain::IsId(request_id)) out->Add("request_id", "required: 1 to 64 of A-Z, a-z, 0-9, _ and -");
}

void CheckCount(absl::string_view field, int64_t count, int64_t max, Violations* out) {
  if (count < 1 || count > max) out->Add(field, absl::StrCat("expected 1 to ", max, ", got ", count));
}

int ReadPageSize(int32_t page_size, Violations* out) {
  if (page_size == 0) return kDefaultPage;
  if (page_size < 0 || page_size > kMaxPage)
    out->Add("page_size", absl::StrCat("expected 1 to ", kMaxPage, ", or 0 for ", kDefaultPage, ", got ", page_size));
  return page_size;
}

std::optional<std::string> ReadCase(absl::string_view name, Violations* out) {
  if (name.empty()) return std::string();
  const auto parsed = ReadName("case", domain::ParseCaseName(name), out);
  if (!parsed) return std::nullopt;
  return ToString(*parsed);
}

void CheckMotive(absl::string_view motive, Violations* out) {
  if (!motive.empty() && !domain::IsCode(motive)) out->Add("motive", "expected a motive code of at most 16 letters and digits, or nothing");
}

std::optional<absl::Time> ReadTime(absl::string_view field, const google::protobuf::Timestamp& time, Violations* out) {
  // The range of google.protobuf.Timestamp: years 1 to 9999.
  if (time.seconds() < -62135596800 || time.seconds() > 253402300799 || time.nanos() < 0 || time.nanos() > 999999999) {
    out->Add(field, "not a valid timestamp");
    return std::nullopt;
  }
  // The shared state keeps milliseconds.
  return absl::FromUnixSeconds(time.seconds()) + absl::Milliseconds(time.nanos() / 1'000'000);
}

std::optional<absl::Duration> ReadDuration(absl::string_view field, const google::protobuf::Duration& duration, Violations* out) {
  const bool signs_differ = (duration.seconds() > 0 && duration.nanos() < 0) || (duration.seconds() < 0 && duration.nanos() > 0);
  constexpr int64_t kMaxSeconds = 315576000000;
  const bool in_range =
      duration.seconds() >= -kMaxSeconds && duration.seconds() <= kMaxSeconds && duration.nanos() >= -999999999 && duration.nanos() <= 999999999;
  if (!in_range || signs_differ) {
    out->Add(field, "not a valid duration");
    return std::nullopt;
  }
  return absl::Seconds(duration.seconds()) + absl::Milliseconds(duration.nanos() / 1'000'000);
}

std::optional<store::Candidate> ReadCandidate(absl::string_view prefix, const v1::Candidate& candidate, Violations* out) {
  auto slot = ReadName(Path(prefix, "slot"), domain::ParseSlotName(candidate.slot()), out);
  if (candidate.revision() < 1) {
    out->Add(Path(prefix, "revision"), "required: the revision that was seen, 1 or more");
    return std::nullopt;
  }
  if (!slot) return std::nullopt;
  return store::Candidate{*std::move(slot), candidate.revision()};
}

std::optional<domain::Place> ReadPlace(absl::string_view prefix, const v1::Place& place, const domain::CommuneTable& communes, Violations* out) {
  const size_t before = out->all().size();
  domain::Place read;
  const auto name = ReadName(Path(prefix, "name"), domain::ParsePlaceName(place.name()), out);
  read.kind = static_cast<domain::PlaceKind>(place.kind());
  read.display_name = place.display_name();
  read.finess = place.finess();
  read.siret = place.siret();
  read.commune = place.location().commune();
  read.position = {place.location().latitude(), place.location().longitude()};
  if (!place.time_zone().empty()) read.time_zone = place.time_zone();
  read.pmr_access = place.pmr_access();
  read.cpts = place.cpts();
  read.structure = place.structure();
  read.address = place.address();
  // Without a name there is no department to compare with: the commune's own, so that one mistake is not reported twice.
  read.name = name ? *name : domain::PlaceName{domain::DepartmentOfCommune(read.commune), domain::PlaceId()};
  out->AddAll(prefix, domain::ValidatePlace(read, communes));
  if (!IsKnownTimeZone(read.time_zone)) out->Add(Path(prefix, "time_zone"), "not a known IANA time zone, like Europe/Paris");
  if (out->all().size() != before) return std::nullopt;
  return read;
}

std::optional<domain::Practitioner> ReadPractitioner(absl::string_view prefix, const v1::Practitioner& practitioner, Violations* out) {
  const size_t before = out->all().size();
  domain::Practitioner read;
  if (auto name = ReadName(Path(prefix, "name"), domain::ParsePractitionerName(practitioner.name()), out)) read.name = *std::move(name);
  read.profession = practitioner.profession();
  read.specialty = practitioner.specialty();
  // One more than allowed is enough to see that there are too many.
  const int places = std::min(practitioner.places_size(), domain::kMaxPlacesOfPractitioner + 1);
  for (int i = 0; i < places; ++i) {
    auto place = ReadName(absl::StrCat(Path(prefix, "places"), "[", i, "]"), domain::ParsePlaceName(practitioner.places(i)), out);
    if (place) read.places.push_back(*std::move(place));
  }
  if (read.places.size() == static_cast<size_t>(practitioner.places_size()) || places > domain::kMaxPlacesOfPractitioner) {
    out->AddAll(prefix, domain::ValidatePractitioner(read));
  }
  if (out->all().size() != before) return std::nullopt;
  return read;
}

std::optional<store::PublishItem> ReadSlot(absl::string_view prefix, const v1::Slot& slot, absl::Time now, Violations* out) {
  const size_t before = out->all().size();
  store::PublishItem item;
  domain::SlotDefinition& d = item.definition;
  const auto name = ReadName(Path(prefix, "name"), domain::ParseSlotName(slot.name()), out);
  const auto place = ReadName(Path(prefix, "place"), domain::ParsePlaceName(slot.place()), out);
  if (name && place && name->department != place->department) {
    out->Add(Path(prefix, "name"), absl::StrCat("is of department ", name->department.value(), ", its place is of ", place->department.value()));
  }
  if (name) item.name = *name;
  if (place) d.place = place->id;
  d.practitioner = domain::Rpps(slot.practitioner());
  d.start = absl::InfinitePast();
  d.end = absl::InfiniteFuture();
  const auto read_time = [&](absl::string_view field, bool present, const google::protobuf::Timestamp& from, absl::Time* to) {
    if (!present) return out->Add(Path(prefix, field), "required");
    if (const auto time = ReadTime(Path(prefix, field), from, out)) *to = *time;
  };
  read_time("start_time", slot.has_start_time(), slot.start_time(), &d.start);
  read_time("end_time", slot.has_end_time(), slot.end_time(), &d.end);
  d.capacity = slot.capacity();
  d.mode = static_cast<domain::SlotMode>(slot.mode());
  d.modality = static_cast<domain::Modality>(slot.modality());
  bool visibility_known = true;
  for (int i = 0; i < slot.visibility_size(); ++i) {
    const int value = slot.visibility(i);
    if (value < static_cast<int>(domain::Visibility::kPublic) || value > static_cast<int>(domain::Visibility::kCpts)) {
      // One is enough: an unknown value may be repeated a million times.
      if (visibility_known) out->Add(absl::StrCat(Path(prefix, "visibility"), "[", i, "]"), absl::StrCat(value, " is not a known visibility"));
      visibility_known = false;
    } else {
      d.visibility.Add(static_cast<domain::Visibility>(value));
    }
  }
  if (!visibility_known) d.visibility.Add(domain::Visibility::kPublic);  // Named above; not to be named again as missing.
  d.capabilities.assign(slot.capabilities().begin(), slot.capabilities().begin() + std::min(slot.capabilities_size(), domain::kMaxCapabilities + 1));
  d.specialty = slot.specialty();
  d.min_age_months = slot.min_age_months();
  d.max_age_months = slot.max_age_months();
  d.regulated_only = slot.regulated_only();
  d.source = slot.source();
  if (slot.has_release_rule()) d.release_before = ReadDuration(Path(prefix, "release_rule.before_start"), slot.release_rule().before_start(), out);
  out->AddAll(prefix, domain::ValidateSlot(d, now));
  if (out->all().size() != before) return std::nullopt;
  return item;
}

}  // namespace snp::registry
