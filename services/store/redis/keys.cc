#include "store/redis/keys.h"

namespace snp::store::redis {

const std::string& LuaKeyParts() {
  static const std::string text = [] {
    std::string all;
    for (const KeyPart* part : {&kSlotKey,           &kEndedKey,   &kBookingKey,     &kReferencesKey, &kSlotsKey, &kPlaceSlotsKey, &kHoldsKey,
                                &kUnacknowledgedKey, &kRequestKey, &kSequenceKey,    &kLogKey,        &kEpochKey, &kPlacesKey,     &kPlaceIdsKey,
                                &kPractitionersKey,  &kCaseKey,    &kCaseRequestKey, &kQueueKey,      &kDueKey,   &kClosedKey,     &kCaseBookingsKey,
                                &kCaseSequenceKey,   &kCaseLogKey, &kAuditKey,       &kCursorKey}) {
      absl::StrAppend(&all, "local K_", part->name, "='", part->text, "' ");
    }
    return all;
  }();
  return text;
}

}  // namespace snp::store::redis
