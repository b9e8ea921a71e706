// Protocol Buffers' times from and to absl's. Microseconds of a time and milliseconds of a duration are kept, what is finer is cut.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "absl/time/time.h"

namespace snp::regulation {

inline google::protobuf::Timestamp ToProto(absl::Time t) {
  const int64_t micros = absl::ToUnixMicros(t);
  google::protobuf::Timestamp out;
  out.set_seconds(micros >= 0 ? micros / 1'000'000 : (micros - 999'999) / 1'000'000);
  out.set_nanos(static_cast<int32_t>((micros - out.seconds() * 1'000'000) * 1'000));
  return out;
}
inline absl::Time FromProto(const google::protobuf::Timestamp& t) { return absl::FromUnixSeconds(t.seconds()) + absl::Nanoseconds(t.nanos()); }

inline google::protobuf::Duration ToProto(absl::Duration d) {
  const int64_t millis = absl::ToInt64Milliseconds(d);
  google::protobuf::Duration out;
  out.set_seconds(millis / 1'000);
  out.set_nanos(static_cast<int32_t>(millis % 1'000 * 1'000'000));
  return out;
}
inline absl::Duration FromProto(const google::protobuf::Duration& d) { return absl::Seconds(d.seconds()) + absl::Nanoseconds(d.nanos()); }

}  // namespace snp::regulation
