// Domain values as API messages. The other way, which may fail, is validate.h.
#pragma once

#include "absl/time/time.h"
#include "domain/supply.h"
#include "store/registry_store.h"

namespace google::protobuf {
class Timestamp;
}

namespace snp::registry {

namespace v1 {
class Booking;
class Place;
class Practitioner;
class Slot;
class WatchSlotsResponse;
}  // namespace v1

// Whether the receiver may know for which case a place was taken: a practice may not.
enum class CaseField { kShown, kHidden };

void ToProto(const domain::Place& place, v1::Place* out);
void ToProto(const domain::Practitioner& practitioner, v1::Practitioner* out);
void ToProto(const domain::Slot& slot, v1::Slot* out);
void ToProto(const domain::Booking& booking, CaseField case_field, v1::Booking* out);
void ToProto(const domain::Department& department, const domain::Change& change, CaseField case_field, v1::WatchSlotsResponse* out);
void ToProto(absl::Time time, google::protobuf::Timestamp* out);

}  // namespace snp::registry
