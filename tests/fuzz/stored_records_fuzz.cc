// Records read back from Redis: damaged bytes are an error, never a crash; what decodes comes back the same when written again.
// First byte: 'd' definition of a slot, 'p' place, 'r' practitioner, 'b' line of a booking, 't' time.
#include <cstdint>
#include <string>

#include "fuzz/check.h"
#include "fuzz/message.h"
#include "store/redis/place_codec.h"
#include "store/redis/slot_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace snp::store::redis;
  using namespace snp::domain;
  snp::fuzz::SilenceProtobuf();
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'd':
      if (const auto definition = DecodeDefinition(bytes); definition.ok()) {
        const auto again = DecodeDefinition(EncodeDefinition(*definition));
        FUZZ_CHECK(again.ok() && *again == *definition);
      }
      break;
    case 'p': {
      const PlaceName name{Department("95"), PlaceId("p")};
      if (const auto place = DecodePlace(name, bytes); place.ok()) {
        const auto again = DecodePlace(name, EncodePlace(*place));
        FUZZ_CHECK(again.ok() && EncodePlace(*again) == EncodePlace(*place));  // Not ==: a coordinate may be NaN.
      }
      break;
    }
    case 'r': {
      const PractitionerName name{Department("95"), Rpps("81000000001")};
      if (const auto practitioner = DecodePractitioner(name, bytes); practitioner.ok()) {
        const auto again = DecodePractitioner(name, EncodePractitioner(*practitioner));
        FUZZ_CHECK(again.ok() && *again == *practitioner);
      }
      break;
    }
    case 'b':
      if (const auto booking = DecodeBookingLine(Department("95"), bytes); booking.ok()) {
        FUZZ_CHECK(booking->state >= BookingState::kHeld && booking->state <= BookingState::kNoShow);
      }
      break;
    default:
      if (const auto time = DecodeTime(bytes); time.ok() && !bytes.empty()) {
        const auto again = DecodeTime(EncodeTime(*time));
        FUZZ_CHECK(again.ok() && *again == *time);
      }
  }
  return 0;
}
