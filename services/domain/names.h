// Resource names and the strong ids behind them. `departments/{department}/{collection}/{id}`: the department is the unit of sharding (one Redis
// hash tag each), so a name alone says where its state lives.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace snp::domain {

// A string that cannot be mistaken for another kind of id.
template <typename Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string value) : value_(std::move(value)) {}
  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }
  auto operator<=>(const StrongId&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const StrongId& id) {
    return H::combine(std::move(h), id.value_);
  }

 private:
  std::string value_;
};

// Department code of INSEE: "01".."95", "2A", "2B", "971".."976".
using Department = StrongId<struct DepartmentTag>;
using PlaceId = StrongId<struct PlaceTag>;
using SlotId = StrongId<struct SlotTag>;
using BookingId = StrongId<struct BookingTag>;
using CaseId = StrongId<struct CaseTag>;
using Rpps = StrongId<struct RppsTag>;

// An id inside its department. Not an aggregate on purpose: g++ 12 copies a braced aggregate bit by bit when it is an argument of an awaited call,
// which breaks its strings (services/decisions/0002-coroutines.md).
template <typename Id>
struct Named {
  Department department;
  Id id;
  Named() = default;
  Named(Department d, Id i) : department(std::move(d)), id(std::move(i)) {}
  auto operator<=>(const Named&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const Named& n) {
    return H::combine(std::move(h), n.department, n.id);
  }
};
using PlaceName = Named<PlaceId>;
using SlotName = Named<SlotId>;
using BookingName = Named<BookingId>;
using CaseName = Named<CaseId>;
using PractitionerName = Named<Rpps>;

// Parsers: INVALID_ARGUMENT whose message says what is expected (no input is echoed beyond 80 characters). Ids: 1 to 64 of [A-Za-z0-9_-].
absl::StatusOr<Department> ParseDepartmentName(absl::string_view name);
absl::StatusOr<PlaceName> ParsePlaceName(absl::string_view name);
absl::StatusOr<SlotName> ParseSlotName(absl::string_view name);
absl::StatusOr<BookingName> ParseBookingName(absl::string_view name);
absl::StatusOr<CaseName> ParseCaseName(absl::string_view name);
absl::StatusOr<PractitionerName> ParsePractitionerName(absl::string_view name);

std::string ToString(const Department& department);
std::string ToString(const PlaceName& name);
std::string ToString(const SlotName& name);
std::string ToString(const BookingName& name);
std::string ToString(const CaseName& name);
std::string ToString(const PractitionerName& name);

// 1 to 64 characters of [A-Za-z0-9_-].
bool IsId(absl::string_view id);
// A department code that exists (metropolitan, Corsica, overseas).
bool IsDepartmentCode(absl::string_view code);
// Department of an INSEE commune code: "95127" -> "95", "2A004" -> "2A", "97105" -> "971". Empty when malformed.
Department DepartmentOfCommune(absl::string_view insee);

}  // namespace snp::domain
