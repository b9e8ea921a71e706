#include "registry/publish.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "platform/fingerprint.h"
#include "platform/rpc/status_mapping.h"
#include "platform/status_macros.h"
#include "registry/active_departments.h"
#include "registry/convert.h"
#include "registry/metrics.h"
#include "registry/scope.h"
#include "registry/validate.h"
#include "snp/registry/v1/registry_service.pb.h"

namespace snp::registry {
namespace {

using platform::Caller;
using platform::Reason;

constexpr size_t kMaxResults = 1000;
constexpr size_t kMaxEcho = 200;
constexpr char kNotThere[] = "not in the directory as a practitioner of this place";

// No cut inside a UTF-8 sequence.
std::string Clip(const std::string& text) {
  if (text.size() <= kMaxEcho) return text;
  size_t end = kMaxEcho;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

v1::PublishResult Refused(int64_t index, const std::string& slot, Reason reason, absl::string_view field, absl::string_view description) {
  v1::PublishResult result;
  result.set_index(index);
  result.set_slot(Clip(slot));
  result.set_reason(std::string(platform::ReasonName(reason)));
  result.set_field(std::string(field));
  result.set_description(std::string(description));
  return result;
}

v1::PublishResult Refused(int64_t index, const std::string& slot, const absl::Status& why) {
  return Refused(index, slot, platform::ReasonOf(why), "", why.message());
}

// Which slots of a batch were accepted, as a part of its fingerprint; empty: all. Some rules depend on the time: when a retry accepts others than the
// first attempt did, the answers that the markers keep are of other slots, and REQUEST_ID_REUSED is the honest answer.
std::string Accepted(const std::vector<int>& indexes, int total) {
  if (indexes.size() == static_cast<size_t>(total)) return "";
  uint64_t hash = 14695981039346656037u;  // FNV-1a: the same in every process.
  for (const int index : indexes) hash = (hash ^ static_cast<uint64_t>(index)) * 1099511628211u;
  return absl::StrCat("-", absl::Hex(hash, absl::kZeroPad16));
}

}  // namespace

PublishVerbs::Task<v1::PublishSlotResponse> PublishVerbs::PublishSlot(Caller caller, const v1::PublishSlotRequest& request) {
  const absl::Time now = ports_.clock.Now();
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  if (!request.has_slot()) violations.Add("slot", "required");
  auto item = request.has_slot() ? ReadSlot("slot", request.slot(), now, &violations) : std::nullopt;
  CO_RETURN_IF_ERROR(violations.ToStatus());
  const domain::SlotName name = item->name;
  if (!MayActOn(caller, {name.department, item->definition.place})) co_return NotYours();
  CO_ASSIGN_OR_RETURN(const bool may_name, co_await MayName(caller, name.department, item->definition));
  if (!may_name) co_return platform::MakeFieldError("slot.practitioner", kNotThere);
  std::vector<store::PublishItem> items;
  items.push_back(*std::move(item));
  store::Request key{request.request_id(), platform::Fingerprint(request), now, caller.deadline};
  auto own = OwnPlaces(caller, name.department);
  CO_ASSIGN_OR_RETURN(auto outcomes,
                      co_await ports_.store.Publish(std::move(key), name.department, std::move(items), request.keep_bookings(), std::move(own)));
  if (outcomes.size() != 1) co_return platform::MakeError(Reason::kInternal, "another number of outcomes than of slots");
  ports_.active.Touch(name.department);
  ports_.metrics.CountPublished(outcomes[0].ok() ? 1 : 0, outcomes[0].ok() ? 0 : 1);
  CO_ASSIGN_OR_RETURN(const store::PublishOutcome outcome, std::move(outcomes[0]));
  v1::PublishSlotResponse response;
  ToProto(outcome.slot, response.mutable_slot());
  CO_ASSIGN_OR_RETURN(auto bookings, co_await ReadBookings(caller, outcome.affected));
  for (v1::Booking& booking : bookings) *response.add_affected_bookings() = std::move(booking);
  co_return response;
}

// Each slot stands or falls alone; an error of the shared state ends the batch (what was written stays; the same request_id again completes it).
PublishVerbs::Task<PublishVerbs::BatchResult> PublishVerbs::PublishBatch(const Caller& caller,
                                                                         const google::protobuf::RepeatedPtrField<v1::Slot>& slots,
                                                                         store::Request key, int64_t first_index) {
  BatchResult result;
  struct Group {
    std::vector<store::PublishItem> items;
    std::vector<int> indexes;
  };
  std::map<domain::Department, Group> groups;
  std::set<domain::SlotName> seen;
  for (int i = 0; i < slots.size(); ++i) {
    const auto refuse = [&](const absl::Status& why) { result.refused.push_back(Refused(first_index + i, slots[i].name(), why)); };
    Violations violations;
    auto item = ReadSlot(absl::StrCat("slots[", i, "]"), slots[i], key.now, &violations);
    for (const platform::FieldViolation& v : violations.all()) {
      result.refused.push_back(Refused(first_index + i, slots[i].name(), Reason::kFieldInvalid, v.field, v.description));
    }
    if (!item) continue;
    if (!MayActOn(caller, {item->name.department, item->definition.place})) {
      refuse(NotYours());
      continue;
    }
    if (!seen.insert(item->name).second) {
      result.refused.push_back(
          Refused(first_index + i, slots[i].name(), Reason::kFieldInvalid, absl::StrCat("slots[", i, "].name"), "stands twice in the batch"));
      continue;
    }
    CO_ASSIGN_OR_RETURN(const bool may_name, co_await MayName(caller, item->name.department, item->definition));
    if (!may_name) {
      result.refused.push_back(
          Refused(first_index + i, slots[i].name(), Reason::kFieldInvalid, absl::StrCat("slots[", i, "].practitioner"), kNotThere));
      continue;
    }
    Group& group = groups[item->name.department];
    group.items.push_back(*std::move(item));
    group.indexes.push_back(i);
  }
  const std::string body = key.fingerprint;
  for (auto& [department, group] : groups) {
    key.fingerprint = absl::StrCat(body, Accepted(group.indexes, slots.size()));
    auto own = OwnPlaces(caller, department);
    CO_ASSIGN_OR_RETURN(const auto outcomes,
                        co_await ports_.store.Publish(key, department, std::move(group.items), /*keep_bookings=*/false, std::move(own)));
    ports_.active.Touch(department);
    for (size_t k = 0; k < std::min(outcomes.size(), group.indexes.size()); ++k) {
      const int i = group.indexes[k];
      if (outcomes[k].ok()) {
        ++result.published;
      } else {
        result.refused.push_back(Refused(first_index + i, slots[i].name(), outcomes[k].status()));
      }
    }
  }
  std::stable_sort(result.refused.begin(), result.refused.end(), [](const auto& a, const auto& b) { return a.index() < b.index(); });
  ports_.metrics.CountPublished(result.published, static_cast<int64_t>(slots.size()) - result.published);
  co_return result;
}

PublishVerbs::Task<v1::BatchPublishSlotsResponse> PublishVerbs::BatchPublishSlots(Caller caller, const v1::BatchPublishSlotsRequest& request) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckCount("slots", request.slots_size(), kMaxBatch, &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  store::Request key{request.request_id(), platform::Fingerprint(request), ports_.clock.Now(), caller.deadline};
  CO_ASSIGN_OR_RETURN(BatchResult result, co_await PublishBatch(caller, request.slots(), std::move(key), 0));
  v1::BatchPublishSlotsResponse response;
  response.set_published_count(static_cast<int32_t>(result.published));
  for (size_t i = 0; i < std::min(result.refused.size(), kMaxResults); ++i) *response.add_results() = std::move(result.refused[i]);
  co_return response;
}

PublishVerbs::Task<v1::StreamPublishSlotsResponse> PublishVerbs::StreamPublishSlots(Caller caller,
                                                                                    platform::Door::Reader<v1::StreamPublishSlotsRequest>& reader) {
  v1::StreamPublishSlotsResponse response;
  int64_t index = 0;
  v1::StreamPublishSlotsRequest request;
  while (co_await reader.Read(&request)) {
    Violations violations;
    CheckRequestId(request.request_id(), &violations);
    CheckCount("slots", request.slots_size(), kMaxBatch, &violations);
    CO_RETURN_IF_ERROR(violations.ToStatus());
    store::Request key{request.request_id(), platform::Fingerprint(request), ports_.clock.Now(), caller.deadline};
    CO_ASSIGN_OR_RETURN(BatchResult result, co_await PublishBatch(caller, request.slots(), std::move(key), index));
    index += request.slots_size();
    response.set_published_count(response.published_count() + result.published);
    response.set_refused_count(index - response.published_count());
    for (v1::PublishResult& refused : result.refused) {
      if (static_cast<size_t>(response.results_size()) < kMaxResults) *response.add_results() = std::move(refused);
    }
  }
  if (reader.cancelled()) co_return absl::CancelledError();
  co_return response;
}

PublishVerbs::Task<v1::WithdrawSlotResponse> PublishVerbs::WithdrawSlot(Caller caller, const v1::WithdrawSlotRequest& request) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  const auto name = ReadName("name", domain::ParseSlotName(request.name()), &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  CO_RETURN_IF_ERROR(co_await CheckSlot(caller, ports_.reader, *name));
  store::Request key{request.request_id(), platform::Fingerprint(request), ports_.clock.Now(), caller.deadline};
  CO_ASSIGN_OR_RETURN(const store::PublishOutcome outcome, co_await ports_.store.Withdraw(std::move(key), *name));
  v1::WithdrawSlotResponse response;
  ToProto(outcome.slot, response.mutable_slot());
  CO_ASSIGN_OR_RETURN(auto bookings, co_await ReadBookings(caller, outcome.affected));
  for (v1::Booking& booking : bookings) *response.add_affected_bookings() = std::move(booking);
  co_return response;
}

PublishVerbs::Task<v1::ConfirmFreshResponse> PublishVerbs::ConfirmFresh(Caller caller, const v1::ConfirmFreshRequest& request) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckCount("names", request.names_size(), kMaxBatch, &violations);
  std::vector<domain::SlotName> names;
  std::set<domain::SlotName> seen;
  for (int i = 0; i < std::min(request.names_size(), kMaxBatch); ++i) {
    const std::string field = absl::StrCat("names[", i, "]");
    const auto name = ReadName(field, domain::ParseSlotName(request.names(i)), &violations);
    if (!name) continue;
    if (!names.empty() && name->department != names[0].department) violations.Add(field, "is of another department than the first");
    if (!seen.insert(*name).second) violations.Add(field, "stands twice");
    names.push_back(*name);
  }
  CO_RETURN_IF_ERROR(violations.ToStatus());
  const domain::Department department = names[0].department;
  std::vector<domain::SlotId> ids;
  for (const domain::SlotName& name : names) {
    CO_RETURN_IF_ERROR(co_await CheckNoOthersSlot(caller, ports_.reader, name));
    ids.push_back(name.id);
  }
  store::Request key{request.request_id(), platform::Fingerprint(request), ports_.clock.Now(), caller.deadline};
  CO_ASSIGN_OR_RETURN(const auto unknown, co_await ports_.store.ConfirmFresh(std::move(key), department, std::move(ids)));
  v1::ConfirmFreshResponse response;
  response.set_confirmed_count(static_cast<int32_t>(names.size() - std::min(unknown.size(), names.size())));
  for (const domain::SlotId& id : unknown) response.add_unknown(ToString(domain::SlotName{department, id}));
  co_return response;
}

// A patient's own GP stands first, so a practice must not publish under the RPPS of somebody who does not work there.
PublishVerbs::Task<bool> PublishVerbs::MayName(const Caller& caller, const domain::Department& department, const domain::SlotDefinition& slot) {
  if (caller.role != platform::Role::kPractice || slot.practitioner.empty()) co_return true;
  domain::PractitionerName name{department, slot.practitioner};
  const auto found = co_await ports_.directory.GetPractitioner(std::move(name), caller.deadline);
  if (absl::IsNotFound(found.status())) co_return false;
  if (!found.ok()) co_return found.status();
  const domain::PlaceName place{department, slot.place};
  co_return std::find(found->places.begin(), found->places.end(), place) != found->places.end();
}

PublishVerbs::Task<std::vector<v1::Booking>> PublishVerbs::ReadBookings(const Caller& caller, const std::vector<domain::BookingName>& names) {
  std::vector<v1::Booking> bookings;
  for (const domain::BookingName& name : names) {
    const auto booking = co_await ports_.reader.GetBooking(name, caller.deadline);
    // Forgotten since: it is no longer concerned.
    if (absl::IsNotFound(booking.status())) continue;
    if (!booking.ok()) co_return booking.status();
    ToProto(*booking, CaseFieldFor(caller), &bookings.emplace_back());
  }
  co_return bookings;
}

}  // namespace snp::registry
