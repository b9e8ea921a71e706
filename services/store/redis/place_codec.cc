#include "store/redis/place_codec.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "snp/record/v1/record.pb.h"

namespace snp::store::redis {
namespace {

absl::Status Broken(absl::string_view what, const std::string& name) {
  return platform::MakeError(platform::Reason::kInternal, absl::StrCat("broken ", what, " record: ", name));
}

}  // namespace

std::string EncodePlace(const domain::Place& place) {
  record::v1::PlaceRecord record;
  record.set_kind(static_cast<int>(place.kind));
  record.set_display_name(place.display_name);
  record.set_finess(place.finess);
  record.set_siret(place.siret);
  record.set_commune(place.commune);
  record.set_latitude(place.position.lat);
  record.set_longitude(place.position.lon);
  record.set_time_zone(place.time_zone);
  record.set_pmr_access(place.pmr_access);
  record.set_cpts(place.cpts);
  record.set_structure(place.structure);
  record.set_address(place.address);
  return record.SerializeAsString();
}

std::string EncodePractitioner(const domain::Practitioner& practitioner) {
  record::v1::PractitionerRecord record;
  record.set_profession(practitioner.profession);
  record.set_specialty(practitioner.specialty);
  for (const domain::PlaceName& place : practitioner.places) record.add_places(domain::ToString(place));
  return record.SerializeAsString();
}

absl::StatusOr<domain::Place> DecodePlace(domain::PlaceName name, absl::string_view bytes) {
  record::v1::PlaceRecord record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return Broken("place", domain::ToString(name));
  domain::Place place;
  place.name = std::move(name);
  place.kind = static_cast<domain::PlaceKind>(record.kind());
  place.display_name = std::move(*record.mutable_display_name());
  place.finess = std::move(*record.mutable_finess());
  place.siret = std::move(*record.mutable_siret());
  place.commune = std::move(*record.mutable_commune());
  place.position = {record.latitude(), record.longitude()};
  place.time_zone = std::move(*record.mutable_time_zone());
  place.pmr_access = record.pmr_access();
  place.cpts = std::move(*record.mutable_cpts());
  place.structure = std::move(*record.mutable_structure());
  place.address = std::move(*record.mutable_address());
  return place;
}

absl::StatusOr<domain::Practitioner> DecodePractitioner(domain::PractitionerName name, absl::string_view bytes) {
  record::v1::PractitionerRecord record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return Broken("practitioner", domain::ToString(name));
  domain::Practitioner practitioner;
  practitioner.profession = std::move(*record.mutable_profession());
  practitioner.specialty = std::move(*record.mutable_specialty());
  for (const std::string& text : record.places()) {
    auto place = domain::ParsePlaceName(text);
    if (!place.ok()) return Broken("practitioner", domain::ToString(name));
    practitioner.places.push_back(*std::move(place));
  }
  practitioner.name = std::move(name);
  return practitioner;
}

}  // namespace snp::store::redis
