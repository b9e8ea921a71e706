// Requests as domain values, with every field that is wrong named by its path (`slots[3].end_time`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "domain/commune.h"
#include "domain/supply.h"
#include "domain/violation.h"
#include "platform/error.h"
#include "store/registry_store.h"

namespace google::protobuf {
class Duration;
class Timestamp;
}  // namespace google::protobuf

namespace snp::registry {

namespace v1 {
class Candidate;
class Place;
class Practitioner;
class Slot;
}  // namespace v1

inline constexpr int kMaxPutItems = 500;
inline constexpr int kMaxBatch = 1000;
inline constexpr int kMaxCandidates = 16;
inline constexpr int kDefaultPage = 100;
inline constexpr int kMaxPage = 1000;
inline constexpr absl::Duration kMinHold = absl::Seconds(1);
inline constexpr absl::Duration kMaxHold = absl::Minutes(30);

// What is wrong with a request, in the order found.
class Violations {
 public:
  void Add(absl::string_view field, absl::string_view description);
  // Rules of the domain, below `prefix` ("slots[3]", or empty).
  void AddAll(absl::string_view prefix, const std::vector<domain::Violation>& found);
  bool empty() const { return all_.empty(); }
  const std::vector<platform::FieldViolation>& all() const { return all_; }
  // OK when empty, else FIELD_INVALID with the first 100.
  absl::Status ToStatus() const;

 private:
  std::vector<platform::FieldViolation> all_;
};

// "slots[3]" + "end_time" -> "slots[3].end_time".
std::string Path(absl::string_view prefix, absl::string_view field);

// Each adds to `out` what it finds wrong and returns nothing then.
void CheckRequestId(absl::string_view request_id, Violations* out);
void CheckCount(absl::string_view field, int64_t count, int64_t max, Violations* out);
// 1 to 1,000; 0: 100.
int ReadPageSize(int32_t page_size, Violations* out);
// Name of the case or empty.
std::optional<std::string> ReadCase(absl::string_view name, Violations* out);
void CheckMotive(absl::string_view motive, Violations* out);
std::optional<absl::Time> ReadTime(absl::string_view field, const google::protobuf::Timestamp& time, Violations* out);
std::optional<absl::Duration> ReadDuration(absl::string_view field, const google::protobuf::Duration& duration, Violations* out);
std::optional<store::Candidate> ReadCandidate(absl::string_view prefix, const v1::Candidate& candidate, Violations* out);
std::optional<domain::Place> ReadPlace(absl::string_view prefix, const v1::Place& place, const domain::CommuneTable& communes, Violations* out);
std::optional<domain::Practitioner> ReadPractitioner(absl::string_view prefix, const v1::Practitioner& practitioner, Violations* out);
// Output-only fields are ignored.
std::optional<store::PublishItem> ReadSlot(absl::string_view prefix, const v1::Slot& slot, absl::Time now, Violations* out);

// A name of the domain (ParseSlotName, ...); a failure names `field`.
template <typename Name>
std::optional<Name> ReadName(absl::string_view field, absl::StatusOr<Name> parsed, Violations* out) {
  if (parsed.ok()) return *std::move(parsed);
  out->Add(field, parsed.status().message());
  return std::nullopt;
}

}  // namespace snp::registry
