// Whatever is wrong with a request is refused with the name of the field, and nothing is changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <chrono>
#include <functional>
#include <limits>

#include "absl/strings/str_cat.h"
#include "registry/world.h"

namespace snp::registry {
namespace {

using platform::Reason;
using platform::Role;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

const std::string kHuge(10240, 'x');

// Everything in Redis but the sweeper's own traces: there are none, it only reads here.
std::string Dump(const World& world) {
  std::string all;
  std::vector<std::string> keys;
  for (const auto& key : world.redis.Do({"KEYS", "*"}).items) keys.push_back(key.text);
  std::sort(keys.begin(), keys.end());
  for (const std::string& key : keys) absl::StrAppend(&all, key, "=", world.redis.Do({"DUMP", key}).text, "\n");
  return all;
}

double CallsEnded(World& world, const std::string& method, const std::string& code) {
  double calls = 0;
  for (const auto& family : world.app().metrics().Collect()) {
    if (family.name != "snp_rpc_total") continue;
    for (const auto& metric : family.metric) {
      bool is_method = false, is_code = false;
      for (const auto& label : metric.label) {
        is_method |= label.name == "method" && label.value == method;
        is_code |= label.name == "code" && label.value == code;
      }
      if (is_method && is_code) calls += metric.counter.value;
    }
  }
  return calls;
}

struct Wrong {
  const char* what;
  std::function<absl::Status(const Desk&)> call;
  std::vector<std::string> fields;
};

template <typename Request, typename Response>
std::function<absl::Status(const Desk&)> Sent(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), Request good,
                                              std::function<void(Request&)> spoil) {
  spoil(good);
  return [=](const Desk& desk) { return desk.Call(method, good).status(); };
}

std::function<absl::Status(const Desk&)> PublishWith(std::function<void(v1::Slot&)> spoil) {
  v1::PublishSlotRequest request;
  request.set_request_id("bad");
  *request.mutable_slot() = GoodSlot("bad", "p1");
  return Sent<v1::PublishSlotRequest, v1::PublishSlotResponse>(&Stub::PublishSlot, request, [&](auto& r) { spoil(*r.mutable_slot()); });
}

std::function<absl::Status(const Desk&)> PlaceWith(std::function<void(v1::Place&)> spoil) {
  v1::PutPlacesRequest request;
  request.set_request_id("bad");
  *request.add_places() = GoodPlace("bad");
  return Sent<v1::PutPlacesRequest, v1::PutPlacesResponse>(&Stub::PutPlaces, request, [&](auto& r) { spoil(*r.mutable_places(0)); });
}

std::function<absl::Status(const Desk&)> HoldWith(std::function<void(v1::HoldSlotRequest&)> spoil) {
  v1::HoldSlotRequest request;
  request.set_request_id("bad");
  request.add_candidates()->set_slot(SlotNamed("s1"));
  request.mutable_candidates(0)->set_revision(1);
  request.mutable_hold_duration()->set_seconds(60);
  return Sent<v1::HoldSlotRequest, v1::HoldSlotResponse>(&Stub::HoldSlot, request, spoil);
}

template <typename Request, typename Response>
std::function<absl::Status(const Desk&)> With(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                              std::function<void(Request&)> fill) {
  return Sent<Request, Response>(method, Request(), fill);
}

std::vector<Wrong> Table() {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const int64_t start = absl::ToUnixSeconds(Morning() + absl::Hours(1));
  return {
      // request_id
      {"no request_id", HoldWith([](auto& r) { r.clear_request_id(); }), {"request_id"}},
      {"request_id of 10 kB", HoldWith([](auto& r) { r.set_request_id(kHuge); }), {"request_id"}},
      {"request_id with a blank", HoldWith([](auto& r) { r.set_request_id("a b"); }), {"request_id"}},
      {"request_id that closes the hash tag", HoldWith([](auto& r) { r.set_request_id("a}b"); }), {"request_id"}},
      // Slots.
      {"empty publish", With<v1::PublishSlotRequest, v1::PublishSlotResponse>(&Stub::PublishSlot, [](auto&) {}), {"request_id", "slot"}},
      {"slot id of 10 kB", PublishWith([](auto& s) { s.set_name(SlotNamed(kHuge)); }), {"slot.name"}},
      {"slot of a department that is none", PublishWith([](auto& s) { s.set_name("departments/96/slots/x"); }), {"slot.name"}},
      {"slot and place of two departments", PublishWith([](auto& s) { s.set_name("departments/60/slots/x"); }), {"slot.name"}},
      {"no place", PublishWith([](auto& s) { s.clear_place(); }), {"slot.place"}},
      {"RPPS of 10 kB", PublishWith([](auto& s) { s.set_practitioner(kHuge); }), {"slot.practitioner"}},
      {"no times", PublishWith([](auto& s) { s.clear_start_time(), s.clear_end_time(); }), {"slot.start_time", "slot.end_time"}},
      {"impossible time", PublishWith([](auto& s) { s.mutable_start_time()->set_nanos(-1); }), {"slot.start_time"}},
      {"time beyond the calendar", PublishWith([](auto& s) { s.mutable_end_time()->set_seconds(1LL << 60); }), {"slot.end_time"}},
      {"end before start", PublishWith([=](auto& s) { s.mutable_end_time()->set_seconds(start - 60); }), {"slot.end_time"}},
      {"end at start", PublishWith([=](auto& s) { s.mutable_end_time()->set_seconds(start); }), {"slot.end_time"}},
      {"longer than a day", PublishWith([=](auto& s) { s.mutable_end_time()->set_seconds(start + 86401); }), {"slot.end_time"}},
      {"over already",
       PublishWith([=](auto& s) { s.mutable_start_time()->set_seconds(start - 9000), s.mutable_end_time()->set_seconds(start - 8000); }),
       {"slot.end_time"}},
      {"more than a year ahead",
       PublishWith(
           [=](auto& s) { s.mutable_start_time()->set_seconds(start + 367 * 86400), s.mutable_end_time()->set_seconds(start + 367 * 86400 + 9); }),
       {"slot.start_time"}},
      {"capacity 0", PublishWith([](auto& s) { s.set_capacity(0); }), {"slot.capacity"}},
      {"negative capacity", PublishWith([](auto& s) { s.set_capacity(-5); }), {"slot.capacity"}},
      {"capacity 501", PublishWith([](auto& s) { s.set_capacity(501); }), {"slot.capacity"}},
      {"no mode", PublishWith([](auto& s) { s.clear_mode(); }), {"slot.mode"}},
      {"unknown mode", PublishWith([](auto& s) { s.set_mode(static_cast<type::v1::SlotMode>(77)); }), {"slot.mode"}},
      {"unknown modality", PublishWith([](auto& s) { s.set_modality(static_cast<type::v1::Modality>(-1)); }), {"slot.modality"}},
      {"visible to nobody", PublishWith([](auto& s) { s.clear_visibility(); }), {"slot.visibility"}},
      {"unknown visibility", PublishWith([](auto& s) { s.add_visibility(static_cast<type::v1::Visibility>(40)); }), {"slot.visibility[1]"}},
      {"bad capability", PublishWith([](auto& s) { s.add_capabilities("ok"), s.add_capabilities("Not OK"); }), {"slot.capabilities[1]"}},
      {"33 capabilities",
       PublishWith([](auto& s) {
         for (int i = 0; i < 33; ++i) s.add_capabilities(absl::StrCat("c", i));
       }),
       {"slot.capabilities"}},
      {"specialty of 10 kB", PublishWith([](auto& s) { s.set_specialty(kHuge); }), {"slot.specialty"}},
      {"negative age", PublishWith([](auto& s) { s.set_min_age_months(-1); }), {"slot.min_age_months"}},
      {"age of 151 years", PublishWith([](auto& s) { s.set_max_age_months(1801); }), {"slot.max_age_months"}},
      {"ages crossed", PublishWith([](auto& s) { s.set_min_age_months(24), s.set_max_age_months(12); }), {"slot.max_age_months"}},
      {"no source", PublishWith([](auto& s) { s.clear_source(); }), {"slot.source"}},
      {"release a month before",
       PublishWith([](auto& s) { s.mutable_release_rule()->mutable_before_start()->set_seconds(30 * 86400); }),
       {"slot.release_rule.before_start"}},
      {"impossible duration",
       PublishWith([](auto& s) { s.mutable_release_rule()->mutable_before_start()->set_seconds(std::numeric_limits<int64_t>::min()); }),
       {"slot.release_rule.before_start"}},
      {"everything at once",
       PublishWith([](auto& s) {
         s.Clear();
         s.set_min_age_months(-1);
       }),
       {"slot.name", "slot.place", "slot.start_time", "slot.end_time", "slot.capacity", "slot.mode", "slot.modality", "slot.visibility",
        "slot.min_age_months", "slot.source"}},
      // Batches.
      {"empty batch",
       With<v1::BatchPublishSlotsRequest, v1::BatchPublishSlotsResponse>(&Stub::BatchPublishSlots, [](auto& r) { r.set_request_id("bad"); }),
       {"slots"}},
      {"1,001 slots",
       With<v1::BatchPublishSlotsRequest, v1::BatchPublishSlotsResponse>(&Stub::BatchPublishSlots,
                                                                         [](auto& r) {
                                                                           r.set_request_id("bad");
                                                                           for (int i = 0; i < 1001; ++i) r.add_slots();
                                                                         }),
       {"slots"}},
      // Places.
      {"place id of 10 kB", PlaceWith([](auto& p) { p.set_name(PlaceNamed(kHuge)); }), {"places[0].name"}},
      {"unknown kind", PlaceWith([](auto& p) { p.set_kind(static_cast<type::v1::PlaceKind>(10)); }), {"places[0].kind"}},
      {"name of 10 kB", PlaceWith([](auto& p) { p.set_display_name(kHuge); }), {"places[0].display_name"}},
      {"name that moves a terminal", PlaceWith([](auto& p) { p.set_display_name("\x1b[2Jboo"); }), {"places[0].display_name"}},
      {"unknown INSEE code", PlaceWith([](auto& p) { p.mutable_location()->set_commune("95999"); }), {"places[0].location.commune"}},
      {"postal code as INSEE code", PlaceWith([](auto& p) { p.mutable_location()->set_commune("95000"); }), {"places[0].location.commune"}},
      {"the whole of Paris", PlaceWith([](auto& p) { p.mutable_location()->set_commune("75056"); }), {"places[0].location.commune"}},
      {"overseas", PlaceWith([](auto& p) { p.mutable_location()->set_commune("97105"); }), {"places[0].location.commune"}},
      {"commune of another department", PlaceWith([](auto& p) { p.mutable_location()->set_commune("60057"); }), {"places[0].location.commune"}},
      {"no location", PlaceWith([](auto& p) { p.clear_location(); }), {"places[0].location.commune", "places[0].location.latitude"}},
      {"latitude 91", PlaceWith([](auto& p) { p.mutable_location()->set_latitude(91); }), {"places[0].location.latitude"}},
      {"longitude 181", PlaceWith([](auto& p) { p.mutable_location()->set_longitude(181); }), {"places[0].location.longitude"}},
      {"latitude that is no number", PlaceWith([=](auto& p) { p.mutable_location()->set_latitude(nan); }), {"places[0].location.latitude"}},
      {"swapped coordinates",
       PlaceWith([](auto& p) { p.mutable_location()->set_latitude(2.05), p.mutable_location()->set_longitude(49.04); }),
       {"places[0].location.latitude"}},
      {"unknown time zone", PlaceWith([](auto& p) { p.set_time_zone("Mars/Olympus"); }), {"places[0].time_zone"}},
      {"time zone that is a path", PlaceWith([](auto& p) { p.set_time_zone("/etc/passwd"); }), {"places[0].time_zone"}},
      {"time zone that climbs", PlaceWith([](auto& p) { p.set_time_zone("a/../../../etc/passwd"); }), {"places[0].time_zone"}},
      {"FINESS of 10 kB", PlaceWith([](auto& p) { p.set_finess(kHuge); }), {"places[0].finess"}},
      {"SIRET with a letter", PlaceWith([](auto& p) { p.set_siret("1234567890123x"); }), {"places[0].siret"}},
      {"the same place twice",
       With<v1::PutPlacesRequest, v1::PutPlacesResponse>(&Stub::PutPlaces,
                                                         [](auto& r) {
                                                           r.set_request_id("bad");
                                                           *r.add_places() = GoodPlace("bad");
                                                           *r.add_places() = GoodPlace("bad");
                                                         }),
       {"places[1].name"}},
      {"no place at all", With<v1::PutPlacesRequest, v1::PutPlacesResponse>(&Stub::PutPlaces, [](auto& r) { r.set_request_id("bad"); }), {"places"}},
      {"practitioner",
       With<v1::PutPractitionersRequest, v1::PutPractitionersResponse>(&Stub::PutPractitioners,
                                                                       [](auto& r) {
                                                                         r.set_request_id("bad");
                                                                         auto* p = r.add_practitioners();
                                                                         p->set_name("departments/95/practitioners/123");
                                                                         p->set_profession(kHuge);
                                                                         p->add_places("p1");
                                                                       }),
       {"practitioners[0].name", "practitioners[0].places[0]"}},
      // Holds.
      {"no candidate", HoldWith([](auto& r) { r.clear_candidates(); }), {"candidates"}},
      {"17 candidates",
       HoldWith([](auto& r) {
         r.clear_candidates();
         for (int i = 0; i < 17; ++i) {
           r.add_candidates()->set_slot(SlotNamed(absl::StrCat("s", i)));
           r.mutable_candidates(i)->set_revision(1);
         }
       }),
       {"candidates"}},
      {"candidate twice", HoldWith([](auto& r) { *r.add_candidates() = r.candidates(0); }), {"candidates[1].slot"}},
      {"candidate that is no slot", HoldWith([](auto& r) { r.mutable_candidates(0)->set_slot(kHuge); }), {"candidates[0].slot"}},
      {"no revision", HoldWith([](auto& r) { r.mutable_candidates(0)->clear_revision(); }), {"candidates[0].revision"}},
      {"no duration", HoldWith([](auto& r) { r.clear_hold_duration(); }), {"hold_duration"}},
      {"half a second",
       HoldWith([](auto& r) { r.mutable_hold_duration()->set_seconds(0), r.mutable_hold_duration()->set_nanos(500'000'000); }),
       {"hold_duration"}},
      {"31 minutes", HoldWith([](auto& r) { r.mutable_hold_duration()->set_seconds(1860); }), {"hold_duration"}},
      {"case that is none", HoldWith([](auto& r) { r.set_case_("c1"); }), {"case"}},
      {"motive of 10 kB", HoldWith([](auto& r) { r.set_motive(kHuge); }), {"motive"}},
      // Bookings.
      {"cancel nothing",
       With<v1::CancelBookingRequest, v1::CancelBookingResponse>(&Stub::CancelBooking, [](auto&) {}),
       {"request_id", "name", "cancelled_by"}},
      {"cancelled by a stranger",
       With<v1::CancelBookingRequest, v1::CancelBookingResponse>(&Stub::CancelBooking,
                                                                 [](auto& r) {
                                                                   r.set_request_id("bad");
                                                                   r.set_name("departments/95/bookings/b");
                                                                   r.set_cancelled_by(static_cast<v1::CancelledBy>(9));
                                                                 }),
       {"cancelled_by"}},
      {"outcome HELD",
       With<v1::RecordOutcomeRequest, v1::RecordOutcomeResponse>(&Stub::RecordOutcome,
                                                                 [](auto& r) {
                                                                   r.set_request_id("bad");
                                                                   r.set_name("departments/95/bookings/b");
                                                                   r.set_outcome(v1::BOOKING_STATE_HELD);
                                                                 }),
       {"outcome"}},
      {"confirm a slot",
       With<v1::ConfirmHoldRequest, v1::ConfirmHoldResponse>(&Stub::ConfirmHold,
                                                             [](auto& r) {
                                                               r.set_request_id("bad");
                                                               r.set_name(SlotNamed("s1"));
                                                             }),
       {"name"}},
      {"confirm fresh of two departments",
       With<v1::ConfirmFreshRequest, v1::ConfirmFreshResponse>(&Stub::ConfirmFresh,
                                                               [](auto& r) {
                                                                 r.set_request_id("bad");
                                                                 r.add_names(SlotNamed("s1"));
                                                                 r.add_names("departments/60/slots/s1");
                                                                 r.add_names(SlotNamed("s1"));
                                                               }),
       {"names[1]", "names[2]"}},
      // Reads.
      {"page of -1",
       With<v1::ListSlotsRequest, v1::ListSlotsResponse>(&Stub::ListSlots, [](auto& r) { r.set_parent("x"), r.set_page_size(-1); }),
       {"parent", "page_size"}},
      {"page of 1,001",
       With<v1::ListPlacesRequest, v1::ListPlacesResponse>(&Stub::ListPlaces, [](auto& r) { r.set_parent("departments/95"), r.set_page_size(1001); }),
       {"page_size"}},
      {"page token of another list",
       With<v1::ListSlotsRequest, v1::ListSlotsResponse>(&Stub::ListSlots, [](auto& r) { r.set_parent("departments/95"), r.set_page_token("0~~"); }),
       {"page_token"}},
      {"page token of 10 kB",
       With<v1::ListBookingsRequest, v1::ListBookingsResponse>(&Stub::ListBookings,
                                                               [](auto& r) { r.set_parent(PlaceNamed("p1")), r.set_page_token(kHuge); }),
       {"page_token"}},
      {"slot name of 10 kB", With<v1::GetSlotRequest, v1::GetSlotResponse>(&Stub::GetSlot, [](auto& r) { r.set_name(kHuge); }), {"name"}},
  };
}

TEST(BadInput, EveryWrongFieldIsNamedAndNothingChanges) {
  World world;
  PutTwoPlaces(world);
  Publish(world, GoodSlot("s1", "p1"));
  const Desk service = world.As(Role::kService);
  const std::string before = Dump(world);
  ASSERT_THAT(before, HasSubstr("s1"));
  for (const Wrong& wrong : Table()) {
    SCOPED_TRACE(wrong.what);
    const absl::Status status = wrong.call(service);
    EXPECT_THAT(FieldsOf(status), ElementsAreArray(wrong.fields));
    EXPECT_EQ(ReasonOf(status), Reason::kFieldInvalid);
    // No echo of what may be ten kilobytes.
    EXPECT_LT(status.message().size(), 1100u);
  }
  EXPECT_EQ(Dump(world), before);
}

TEST(BadInput, TheCommuneIsExplained) {
  World world;
  const Desk admin = world.As(Role::kAdmin);
  const auto why = [&](const std::string& commune) {
    const auto status = PlaceWith([&](auto& p) { p.mutable_location()->set_commune(commune); })(admin);
    return platform::ViolationsOf(status).at(0).description;
  };
  EXPECT_THAT(why("75056"), HasSubstr("75101 to 75120"));
  EXPECT_THAT(why("69123"), HasSubstr("69381 to 69389"));
  EXPECT_THAT(why("13055"), HasSubstr("13201 to 13216"));
  EXPECT_THAT(why("97411"), HasSubstr("overseas"));
  EXPECT_THAT(why("60057"), HasSubstr("60057 is in department 60, the place's name says 95"));
}

TEST(BadInput, AnExpiredDeadlineChangesNothing) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  const Desk service = world.As(Role::kService);
  const std::string before = Dump(world);
  v1::WithdrawSlotRequest request;
  request.set_request_id("late");
  request.set_name(slot.name());
  v1::WithdrawSlotResponse response;
  {
    grpc::ClientContext context;
    service.Identify(&context);
    context.set_deadline(std::chrono::system_clock::now() - std::chrono::seconds(1));
    EXPECT_EQ(service.stub().WithdrawSlot(&context, request, &response).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  }
  EXPECT_EQ(Dump(world), before);
}

// The one above never leaves its client. These arrive: some too late, which the door refuses, some just in time.
TEST(BadInput, ADeadlineThatPassesOnTheWayChangesNothing) {
  World world;
  PutTwoPlaces(world);
  const Desk service = world.As(Role::kService);
  int sent = 0;
  while (CallsEnded(world, "WithdrawSlot", "DEADLINE_EXCEEDED") == 0) {
    v1::WithdrawSlotRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Publish(world, GoodSlot(absl::StrCat("s", ++sent), "p1")).name());
    grpc::ClientContext context;
    context.AddMetadata("grpc-timeout", "1n");
    service.Identify(&context);
    context.set_deadline(std::chrono::system_clock::time_point::max());
    v1::WithdrawSlotResponse response;
    service.stub().WithdrawSlot(&context, request, &response);
  }
  const auto withdrawn = [&] {
    double count = 0;
    for (int i = 1; i <= sent; ++i) {
      v1::GetSlotRequest get;
      get.set_name(SlotNamed(absl::StrCat("s", i)));
      if (service.Call(&Stub::GetSlot, get)->slot().state() == v1::SLOT_STATE_WITHDRAWN) ++count;
    }
    return count;
  };
  // One that its client gave up may still be on its way to its end.
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (withdrawn() != CallsEnded(world, "WithdrawSlot", "OK")) ASSERT_LT(std::chrono::steady_clock::now(), limit);
}

TEST(BadInput, AWrongRoleChangesNothing) {
  World world;
  PutTwoPlaces(world);
  const v1::Slot slot = Publish(world, GoodSlot("s1", "p1"));
  const std::string before = Dump(world);
  for (const Role role : {Role::kRegulator, Role::kOsnp, Role::kAssistant, Role::kPractice, Role::kArs, Role::kAdmin}) {
    EXPECT_EQ(ReasonOf(Hold(world.As(role), "hold", {slot}).status()), Reason::kRoleForbidden);
  }
  v1::PublishSlotRequest publish;
  publish.set_request_id("publish");
  *publish.mutable_slot() = GoodSlot("s2", "p1");
  for (const Role role : {Role::kRegulator, Role::kOsnp, Role::kAssistant, Role::kArs}) {
    EXPECT_EQ(ReasonOf(world.As(role).Call(&Stub::PublishSlot, publish).status()), Reason::kRoleForbidden);
  }
  EXPECT_EQ(Dump(world), before);
}

TEST(BadInput, WhatDoesNotExistIsNotFound) {
  World world;
  PutTwoPlaces(world);
  const Desk service = world.As(Role::kService);
  v1::GetSlotRequest get;
  get.set_name(SlotNamed("none"));
  EXPECT_EQ(ReasonOf(service.Call(&Stub::GetSlot, get).status()), Reason::kNotFound);
  v1::WithdrawSlotRequest withdraw;
  withdraw.set_request_id("w");
  withdraw.set_name(SlotNamed("none"));
  EXPECT_EQ(ReasonOf(service.Call(&Stub::WithdrawSlot, withdraw).status()), Reason::kNotFound);
  v1::ConfirmHoldRequest confirm;
  confirm.set_request_id("c");
  confirm.set_name("departments/95/bookings/none");
  EXPECT_EQ(ReasonOf(service.Call(&Stub::ConfirmHold, confirm).status()), Reason::kNotFound);
}

}  // namespace
}  // namespace snp::registry
