#include "registry/convert.h"

#include <string>

#include "google/protobuf/timestamp.pb.h"
#include "snp/registry/v1/registry.pb.h"
#include "snp/registry/v1/registry_service.pb.h"

namespace snp::registry {

void ToProto(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

void ToProto(const domain::Place& place, v1::Place* out) {
  out->set_name(ToString(place.name));
  out->set_kind(static_cast<type::v1::PlaceKind>(place.kind));
  out->set_display_name(place.display_name);
  out->set_finess(place.finess);
  out->set_siret(place.siret);
  out->mutable_location()->set_commune(place.commune);
  out->mutable_location()->set_latitude(place.position.lat);
  out->mutable_location()->set_longitude(place.position.lon);
  out->set_time_zone(place.time_zone);
  out->set_pmr_access(place.pmr_access);
  out->set_cpts(place.cpts);
  out->set_structure(place.structure);
  out->set_address(place.address);
}

void ToProto(const domain::Practitioner& practitioner, v1::Practitioner* out) {
  out->set_name(ToString(practitioner.name));
  out->set_profession(practitioner.profession);
  out->set_specialty(practitioner.specialty);
  for (const domain::PlaceName& place : practitioner.places) out->add_places(ToString(place));
}

void ToProto(const domain::Slot& slot, v1::Slot* out) {
  const domain::SlotDefinition& d = slot.definition;
  out->set_name(ToString(slot.name));
  out->set_place(ToString(domain::PlaceName{slot.name.department, d.place}));
  out->set_practitioner(d.practitioner.value());
  ToProto(d.start, out->mutable_start_time());
  ToProto(d.end, out->mutable_end_time());
  out->set_capacity(d.capacity);
  out->set_mode(static_cast<type::v1::SlotMode>(d.mode));
  out->set_modality(static_cast<type::v1::Modality>(d.modality));
  for (const auto v : {domain::Visibility::kPublic, domain::Visibility::kPro, domain::Visibility::kSnp, domain::Visibility::kCpts}) {
    if (d.visibility.Has(v)) out->add_visibility(static_cast<type::v1::Visibility>(v));
  }
  for (const std::string& capability : d.capabilities) out->add_capabilities(capability);
  out->set_specialty(d.specialty);
  out->set_min_age_months(d.min_age_months);
  out->set_max_age_months(d.max_age_months);
  out->set_regulated_only(d.regulated_only);
  ToProto(slot.confirmed, out->mutable_confirmed_time());
  out->set_source(d.source);
  if (d.release_before) {
    auto* before = out->mutable_release_rule()->mutable_before_start();
    const absl::Duration whole = absl::Floor(*d.release_before, absl::Seconds(1));
    before->set_seconds(absl::ToInt64Seconds(whole));
    before->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(*d.release_before - whole)));
  }
  out->set_revision(slot.revision);
  out->set_remaining(slot.remaining);
  out->set_overbooked(slot.overbooked);
  out->set_state(slot.withdrawn ? v1::SLOT_STATE_WITHDRAWN : v1::SLOT_STATE_OPEN);
  out->set_sequence(slot.sequence);
}

void ToProto(const domain::Booking& booking, CaseField case_field, v1::Booking* out) {
  out->set_name(ToString(booking.name));
  out->set_slot(ToString(booking.slot));
  out->set_place(ToString(domain::PlaceName{booking.slot.department, booking.place}));
  if (case_field == CaseField::kShown) out->set_case_(booking.case_name);
  out->set_reference(booking.reference);
  out->set_state(static_cast<v1::BookingState>(booking.state));
  if (booking.state == domain::BookingState::kHeld) ToProto(booking.hold_deadline, out->mutable_hold_deadline());
  ToProto(booking.created, out->mutable_create_time());
  if (booking.acknowledged) ToProto(*booking.acknowledged, out->mutable_acknowledge_time());
  out->set_cancelled_by(static_cast<v1::CancelledBy>(booking.cancelled_by));
  out->set_overbooked(booking.overbooked);
  out->set_slot_changed(booking.slot_changed);
  ToProto(booking.start, out->mutable_start_time());
  out->set_motive(booking.motive);
}

void ToProto(const domain::Department& department, const domain::Change& change, CaseField case_field, v1::WatchSlotsResponse* out) {
  out->set_cursor(change.sequence);
  out->set_kind(static_cast<v1::ChangeKind>(change.kind));
  if (!change.slot.empty()) out->set_slot(ToString(domain::SlotName{department, change.slot}));
  if (!change.booking.empty()) out->set_booking(ToString(domain::BookingName{department, change.booking}));
  if (!change.place.empty()) out->set_place(ToString(domain::PlaceName{department, change.place}));
  out->set_remaining(change.remaining);
  ToProto(change.time, out->mutable_event_time());
  if (case_field == CaseField::kShown) out->set_case_(change.case_name);
}

}  // namespace snp::registry
