// Places and practitioners as stored: one snp.record.v1 message each. The name is not in the record: it is the key or field that holds it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "domain/supply.h"

namespace snp::store::redis {

std::string EncodePlace(const domain::Place& place);
std::string EncodePractitioner(const domain::Practitioner& practitioner);

// INTERNAL when the bytes are not such a record.
absl::StatusOr<domain::Place> DecodePlace(domain::PlaceName name, absl::string_view bytes);
absl::StatusOr<domain::Practitioner> DecodePractitioner(domain::PractitionerName name, absl::string_view bytes);

}  // namespace snp::store::redis
