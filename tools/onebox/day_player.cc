#include "onebox/day_player.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domain/names.h"
#include "onebox/live_view.h"
#include "platform/error.h"
#include "platform/status_macros.h"
#include "scenario/random.h"

namespace snp::onebox {
namespace {

namespace gpb = snp::regulation::v1;
namespace rpb = snp::registry::v1;
namespace mpb = snp::matcher::v1;

constexpr int kBatch = 500;

void SetTime(absl::Time t, google::protobuf::Timestamp* out) {
  const int64_t ms = absl::ToUnixMillis(t);
  out->set_seconds(ms / 1000);
  out->set_nanos(static_cast<int32_t>(ms % 1000) * 1000000);
}

absl::Time GetTime(const google::protobuf::Timestamp& t) { return absl::FromUnixSeconds(t.seconds()) + absl::Nanoseconds(t.nanos()); }
absl::Duration GetDuration(const google::protobuf::Duration& d) { return absl::Seconds(d.seconds()) + absl::Nanoseconds(d.nanos()); }

rpb::Place ToProto(const domain::Place& place) {
  rpb::Place out;
  out.set_name(domain::ToString(place.name));
  out.set_kind(static_cast<snp::type::v1::PlaceKind>(place.kind));
  out.set_display_name(place.display_name);
  out.set_finess(place.finess);
  out.set_siret(place.siret);
  out.mutable_location()->set_commune(place.commune);
  out.mutable_location()->set_latitude(place.position.lat);
  out.mutable_location()->set_longitude(place.position.lon);
  out.set_time_zone(place.time_zone);
  out.set_pmr_access(place.pmr_access);
  out.set_cpts(place.cpts);
  out.set_structure(place.structure);
  out.set_address(place.address);
  return out;
}

rpb::Slot ToProto(const scenario::PublishedSlot& slot) {
  const domain::SlotDefinition& d = slot.definition;
  rpb::Slot out;
  out.set_name(domain::ToString(slot.name));
  out.set_place(domain::ToString(domain::PlaceName{slot.name.department, d.place}));
  out.set_practitioner(d.practitioner.value());
  SetTime(d.start, out.mutable_start_time());
  SetTime(d.end, out.mutable_end_time());
  out.set_capacity(d.capacity);
  out.set_mode(static_cast<snp::type::v1::SlotMode>(d.mode));
  out.set_modality(static_cast<snp::type::v1::Modality>(d.modality));
  for (int v = 1; v <= 4; ++v) {
    if (d.visibility.Has(static_cast<domain::Visibility>(v))) out.add_visibility(static_cast<snp::type::v1::Visibility>(v));
  }
  for (const std::string& code : d.capabilities) out.add_capabilities(code);
  out.set_specialty(d.specialty);
  out.set_min_age_months(d.min_age_months);
  out.set_max_age_months(d.max_age_months);
  out.set_regulated_only(d.regulated_only);
  out.set_source(d.source);
  if (d.release_before) out.mutable_release_rule()->mutable_before_start()->set_seconds(absl::ToInt64Seconds(*d.release_before));
  return out;
}

gpb::Patient ToPatient(const scenario::Request& r) {
  gpb::Patient patient;
  if (r.age_months) patient.set_age_months(*r.age_months);
  patient.set_sex(static_cast<snp::type::v1::Sex>(r.sex));
  patient.mutable_location()->set_commune(r.commune);
  patient.mutable_location()->set_latitude(r.position.lat);
  patient.mutable_location()->set_longitude(r.position.lon);
  patient.set_own_gp(r.own_gp.value());
  patient.set_pmr(r.pmr);
  patient.set_no_car(r.no_car);
  return patient;
}

const char* RefusalName(mpb::Refusal refusal) {
  switch (refusal) {
    case mpb::REFUSAL_TOO_FAR:
      return "trop loin";
    case mpb::REFUSAL_TOO_LATE:
      return "trop tard";
    case mpb::REFUSAL_TOO_EARLY:
      return "trop tôt pour s'y rendre";
    case mpb::REFUSAL_AGE:
      return "âge";
    case mpb::REFUSAL_MODALITY:
      return "modalité";
    case mpb::REFUSAL_CAPABILITY:
      return "plateau technique";
    case mpb::REFUSAL_NOT_VISIBLE:
      return "non visible";
    case mpb::REFUSAL_STALE:
      return "non confirmé";
    case mpb::REFUSAL_FULL:
      return "complet";
    case mpb::REFUSAL_PMR:
      return "accès PMR";
    case mpb::REFUSAL_EXCLUDED:
      return "refusé par le patient";
    default:
      return "aucune place publiée";
  }
}

template <typename Counts>
std::string MainRefusal(const Counts& refusals) {
  const mpb::RefusalCount* most = nullptr;
  for (const auto& count : refusals) {
    if (most == nullptr || count.slots() > most->slots()) most = &count;
  }
  return most == nullptr ? RefusalName(mpb::REFUSAL_UNSPECIFIED) : RefusalName(most->refusal());
}

// Somebody else has the case, or it has moved on: a hold ran out under this regulator's hands (a day that runs fast on a slow machine), its alert
// lifted the claim, and a colleague took the case up.
bool IsCaseGone(const absl::Status& status) {
  return platform::ReasonOf(status) == platform::Reason::kCaseClaimed || platform::ReasonOf(status) == platform::Reason::kCaseState;
}

bool IsRace(const absl::Status& status) {
  return status.code() == absl::StatusCode::kAborted || platform::ReasonOf(status) == platform::Reason::kHoldExpired || IsCaseGone(status);
}

}  // namespace

DayPlayer::DayPlayer(const scenario::Territory& territory, const scenario::Day& day, const platform::Clock& clock,
                     std::shared_ptr<grpc::Channel> channel, Tokens tokens, PlayerOptions options)
    : territory_(territory),
      day_(day),
      clock_(clock),
      channel_(std::move(channel)),
      tokens_(std::move(tokens)),
      options_(options),
      tally_(day.requests.size()) {}

DayPlayer::~DayPlayer() { Stop(); }

std::string DayPlayer::NextId(const char* verb) { return absl::StrCat("demo-", verb, "-", ++next_id_); }

absl::Status DayPlayer::Publish() {
  Desk admin(channel_, tokens_(platform::Role::kAdmin, "demo-admin", ""));
  for (size_t i = 0; i < territory_.places.size(); i += kBatch) {
    rpb::PutPlacesRequest request;
    request.set_request_id(NextId("places"));
    for (size_t j = i; j < std::min(i + kBatch, territory_.places.size()); ++j) *request.add_places() = ToProto(territory_.places[j]);
    RETURN_IF_ERROR(admin.Call(*admin.registry, &rpb::RegistryService::Stub::PutPlaces, request).status());
  }
  for (size_t i = 0; i < territory_.practitioners.size(); i += kBatch) {
    rpb::PutPractitionersRequest request;
    request.set_request_id(NextId("pros"));
    for (size_t j = i; j < std::min(i + kBatch, territory_.practitioners.size()); ++j) {
      const domain::Practitioner& practitioner = territory_.practitioners[j];
      auto* out = request.add_practitioners();
      out->set_name(domain::ToString(practitioner.name));
      out->set_profession(practitioner.profession);
      out->set_specialty(practitioner.specialty);
      for (const auto& place : practitioner.places) out->add_places(domain::ToString(place));
    }
    RETURN_IF_ERROR(admin.Call(*admin.registry, &rpb::RegistryService::Stub::PutPractitioners, request).status());
  }
  const absl::Time now = clock_.Now();
  rpb::BatchPublishSlotsRequest batch;
  const auto send = [&]() -> absl::Status {
    if (batch.slots().empty()) return absl::OkStatus();
    batch.set_request_id(NextId("slots"));
    ASSIGN_OR_RETURN(const auto answer, admin.Call(*admin.registry, &rpb::RegistryService::Stub::BatchPublishSlots, batch));
    if (answer.results_size() > 0) {
      return absl::InternalError(absl::StrCat("slot refused: ", answer.results(0).slot(), " ", answer.results(0).description()));
    }
    batch.clear_slots();
    return absl::OkStatus();
  };
  for (const auto& slot : territory_.slots) {
    if (slot.definition.end <= now) continue;
    *batch.add_slots() = ToProto(slot);
    if (batch.slots_size() == kBatch) RETURN_IF_ERROR(send());
  }
  return send();
}

void DayPlayer::Start() {
  watch_context_ = std::make_unique<grpc::ClientContext>();
  people_.emplace_back([this] { Practices(); });
  people_.emplace_back([this] { Assistant(); });
  for (int r = 0; r < options_.regulators; ++r) people_.emplace_back([this, r] { Regulator(r); });
}

void DayPlayer::Stop() {
  stop_ = true;
  if (watch_context_) watch_context_->TryCancel();
  for (auto& person : people_) person.join();
  people_.clear();
}

bool DayPlayer::SleepUntil(absl::Time t) {
  while (!stop_) {
    const absl::Duration left = clock_.RealDuration(t - clock_.Now());
    if (left <= absl::ZeroDuration()) return true;
    absl::SleepFor(std::min(left, absl::Milliseconds(20)));
  }
  return false;
}

void DayPlayer::Assistant() {
  Desk desk(channel_, tokens_(platform::Role::kAssistant, "demo-assistant", ""));
  for (const scenario::Request& r : day_.requests) {
    if (!SleepUntil(r.arrival)) return;
    gpb::OpenCaseRequest open;
    open.set_request_id(NextId("open"));
    open.set_parent(domain::ToString(territory_.department));
    open.set_file_number(r.file_number);
    open.set_priority(static_cast<snp::type::v1::CallPriority>(r.priority));
    open.set_motive(r.motive);
    open.set_origin(r.origin);
    *open.mutable_patient() = ToPatient(r);
    ++arrived_;
    if (auto opened = desk.Call(*desk.regulation, &gpb::RegulationService::Stub::OpenCase, open); !opened.ok()) {
      tally_.Error(absl::StrCat("open: ", opened.status().ToString()));
    }
  }
  all_opened_ = true;
}

void DayPlayer::Regulator(int number) {
  Desk desk(channel_, DeskToken(number));
  const std::string me = absl::StrCat("demo-regulator-", number);
  while (!stop_) {
    gpb::ListQueueRequest list;
    list.set_parent(domain::ToString(territory_.department));
    list.set_page_size(50);
    auto queue = desk.Call(*desk.regulation, &gpb::RegulationService::Stub::ListQueue, list);
    if (!queue.ok()) {
      tally_.Error(absl::StrCat("queue: ", queue.status().ToString()));
      absl::SleepFor(absl::Milliseconds(50));
      continue;
    }
    const gpb::Case* mine = nullptr;
    for (const gpb::Case& one : queue->cases()) {
      // A booking that its practice has not acknowledged yet asks for a call to the practice, not for another place.
      if (one.state() == gpb::CASE_STATE_BOOKED) continue;
      // Mine without an alert: left over from a lost race.
      const bool left_over = one.state() == gpb::CASE_STATE_OPEN || one.state() == gpb::CASE_STATE_QUALIFIED;
      if (one.claimed_by().empty() || (one.claimed_by() == me && (one.alerts_size() > 0 || left_over))) {
        mine = &one;
        break;
      }
    }
    if (mine == nullptr) {
      absl::SleepFor(absl::Milliseconds(3));
      continue;
    }
    busy_++;
    gpb::ClaimCaseRequest claim;
    claim.set_request_id(NextId("claim"));
    claim.set_name(mine->name());
    auto claimed = desk.Call(*desk.regulation, &gpb::RegulationService::Stub::ClaimCase, claim);
    int64_t id = 0;
    if (claimed.ok()) {
      const std::string& file = mine->file_number();
      const auto known = std::find_if(day_.requests.begin(), day_.requests.end(), [&](const auto& r) { return r.file_number == file; });
      if (known != day_.requests.end()) id = known->id;
    } else if (!IsRace(claimed.status())) {
      // Two regulators reaching for the same case is what claims are for.
      tally_.Error(absl::StrCat("claim: ", claimed.status().ToString()));
    }
    if (id > 0) Work(desk, mine->name(), day_.requests[static_cast<size_t>(id - 1)], mine->alerts_size() > 0);
    busy_--;
  }
}

std::string DayPlayer::DeskToken(int number) { return tokens_(platform::Role::kRegulator, absl::StrCat("demo-regulator-", number), ""); }

void DayPlayer::Work(Desk& desk, const std::string& name, const scenario::Request& r, bool again) {
  const size_t index = static_cast<size_t>(r.id - 1);
  if (again) {
    tally_.CountRedispatch();
    Place(desk, name, r, true);
    return;
  }
  gpb::QualifyCaseRequest qualify;
  qualify.set_request_id(NextId("qualify"));
  qualify.set_name(name);
  qualify.set_care_level(static_cast<snp::type::v1::CareLevel>(r.care_level));
  if (!r.IsEmergency()) {
    qualify.mutable_need()->set_examination(r.NeedsExamination());
    qualify.mutable_need()->set_delay(r.delay);
    for (const std::string& code : r.capabilities) qualify.mutable_need()->add_capabilities(code);
  }
  auto qualified = desk.Call(*desk.regulation, &gpb::RegulationService::Stub::QualifyCase, qualify);
  if (!qualified.ok()) {
    tally_.Error(absl::StrCat("qualify: ", qualified.status().ToString()));
    return;
  }
  Result result;
  result.decided = clock_.Now();
  result.commune = r.commune;
  if (r.IsEmergency()) {
    result.fate = Fate::kEmergency;
    tally_.Set(index, result, absl::StrCat("R1/R2  ", qualified->case_().instruction()));
    Close(desk, name, gpb::OUTCOME_EMERGENCY);
  } else if (!r.NeedsExamination()) {
    gpb::AdviseCaseRequest advise;
    advise.set_request_id(NextId("advise"));
    advise.set_name(name);
    advise.set_decision("CONSEIL");
    if (auto advised = desk.Call(*desk.regulation, &gpb::RegulationService::Stub::AdviseCase, advise); !advised.ok()) {
      tally_.Error(absl::StrCat("advise: ", advised.status().ToString()));
      return;
    }
    result.fate = Fate::kAdvice;
    tally_.Set(index, result, "conseil médical");
    Close(desk, name, gpb::OUTCOME_ADVICE);
  } else {
    Place(desk, name, r, false);
  }
}

void DayPlayer::Place(Desk& desk, const std::string& name, const scenario::Request& r, bool again) {
  const size_t index = static_cast<size_t>(r.id - 1);
  scenario::Random random(options_.seed, absl::StrCat("patient-", r.id, again ? "-again" : ""));
  bool refuses = random.Chance(options_.patient_refuses);
  Result result;
  result.commune = r.commune;
  result.fate = Fate::kUnplaced;
  // Of every call until the place is confirmed, those of lost attempts too: that is how long a regulator waits for snp.
  absl::Duration spent;
  const auto timed = [&](auto method, const auto& request) {
    const absl::Time begin = absl::Now();
    auto response = desk.Call(*desk.regulation, method, request);
    spent += absl::Now() - begin;
    return response;
  };
  for (int attempt = 0; attempt < 10 && !stop_; ++attempt) {
    gpb::ProposePlacesRequest propose;
    propose.set_request_id(NextId("propose"));
    propose.set_name(name);
    auto offered = timed(&gpb::RegulationService::Stub::ProposePlaces, propose);
    if (IsCaseGone(offered.status())) {
      tally_.CountRace();
      return;
    }
    const bool nothing = !offered.ok() && platform::ReasonOf(offered.status()) == platform::Reason::kNoCandidate;
    if (!offered.ok() && !nothing) {
      tally_.Error(absl::StrCat("propose: ", offered.status().ToString()));
      return;
    }
    if (nothing || offered->candidates().empty()) {
      result.decided = clock_.Now();
      result.why = nothing ? RefusalName(mpb::REFUSAL_UNSPECIFIED) : MainRefusal(offered->refusals());
      tally_.Set(index, result, absl::StrCat("sans place : ", result.why));
      Close(desk, name, gpb::OUTCOME_UNPLACED);
      return;
    }
    const mpb::RankedCandidate& best = offered->candidates(0);
    if (refuses && best.circle() != mpb::CIRCLE_EMERGENCY_DEPARTMENT) {
      refuses = false;
      tally_.CountRefusal();
      gpb::RefusePlaceRequest refuse;
      refuse.set_request_id(NextId("refuse"));
      refuse.set_name(name);
      refuse.set_slot(best.slot());
      refuse.set_reason(gpb::REFUSAL_REASON_DOCTOR);
      const auto refused = timed(&gpb::RegulationService::Stub::RefusePlace, refuse);
      if (refused.ok()) continue;
      if (IsRace(refused.status())) {
        tally_.CountRace();
      } else {
        tally_.Error(absl::StrCat("refuse: ", refused.status().ToString()));
      }
      return;
    }
    gpb::HoldPlaceRequest hold;
    hold.set_request_id(NextId("hold"));
    hold.set_name(name);
    hold.mutable_hold_duration()->set_seconds(180 + 20 * 60);  // The day runs thousands of times faster than the services answer.
    for (const auto& candidate : offered->candidates()) {
      if (candidate.circle() != best.circle() && best.circle() != mpb::CIRCLE_EMERGENCY_DEPARTMENT &&
          candidate.circle() == mpb::CIRCLE_EMERGENCY_DEPARTMENT) {
        break;  // The emergency department only once nothing else is proposed.
      }
      auto* one = hold.add_candidates();
      one->set_slot(candidate.slot());
      one->set_revision(candidate.revision());
    }
    auto held = timed(&gpb::RegulationService::Stub::HoldPlace, hold);
    if (!held.ok()) {
      if (IsRace(held.status()) || platform::ReasonOf(held.status()) == platform::Reason::kNoCandidate) {
        tally_.CountRace();
        continue;
      }
      tally_.Error(absl::StrCat("hold: ", held.status().ToString()));
      return;
    }
    if (!SleepUntil(clock_.Now() + options_.call)) return;
    gpb::ConfirmPlaceRequest confirm;
    confirm.set_request_id(NextId("confirm"));
    confirm.set_name(name);
    auto confirmed = timed(&gpb::RegulationService::Stub::ConfirmPlace, confirm);
    if (!confirmed.ok()) {
      if (IsRace(confirmed.status())) {
        tally_.CountRace();
        continue;
      }
      tally_.Error(absl::StrCat("confirm: ", confirmed.status().ToString()));
      return;
    }
    tally_.AddDispatchMs(absl::ToDoubleMilliseconds(spent));
    const std::string& slot = confirmed->booking().slot();
    const auto taken = std::find_if(offered->candidates().begin(), offered->candidates().end(), [&](const auto& c) { return c.slot() == slot; });
    if (taken == offered->candidates().end()) {
      tally_.Error(absl::StrCat("confirm: a slot that was not offered: ", slot));
      return;
    }
    result.decided = clock_.Now();
    result.booking = confirmed->booking().name();
    result.slot = slot;
    result.place = taken->place_display_name();
    result.travel = GetDuration(taken->travel());
    Settle(result, static_cast<domain::Circle>(taken->circle()), r.arrival, r.Deadline(), GetTime(taken->seen_time()),
           MainRefusal(offered->refusals()));
    tally_.Set(index, result,
               absl::StrFormat("%s  %s, dans %.0f min, trajet %.0f min, réf. %s", CircleName(result.circle), result.place,
                               absl::ToDoubleMinutes(result.delay), absl::ToDoubleMinutes(result.travel), confirmed->booking().reference()));
    return;
  }
  if (!stop_) tally_.Error(absl::StrCat("case ", name, " lost ten rounds in a row"));
}

void DayPlayer::Close(Desk& desk, const std::string& name, gpb::Outcome outcome) {
  gpb::CloseCaseRequest close;
  close.set_request_id(NextId("close"));
  close.set_name(name);
  close.set_outcome(outcome);
  if (auto closed = desk.Call(*desk.regulation, &gpb::RegulationService::Stub::CloseCase, close); !closed.ok()) {
    tally_.Error(absl::StrCat("close: ", closed.status().ToString()));
  }
}

void DayPlayer::Practices() {
  Desk watcher(channel_, tokens_(platform::Role::kService, "demo-practices", ""));
  watch_context_->AddMetadata("authorization", watcher.authorization());
  rpb::WatchSlotsRequest watch;
  watch.set_parent(domain::ToString(territory_.department));
  auto stream = watcher.registry->WatchSlots(watch_context_.get(), watch);
  rpb::WatchSlotsResponse change;
  std::map<std::string, std::unique_ptr<Desk>> desks;
  int64_t bookings = 0;
  while (stream->Read(&change)) {
    if (change.kind() != rpb::CHANGE_KIND_BOOKED) continue;
    auto& desk = desks[change.place()];
    if (!desk)
      desk = std::make_unique<Desk>(channel_, tokens_(platform::Role::kPractice, absl::StrCat("demo-practice-", desks.size()), change.place()));
    scenario::Random random(options_.seed, absl::StrCat("practice-", ++bookings));
    absl::Status status;
    if (random.Chance(options_.practice_cancels)) {
      rpb::CancelBookingRequest cancel;
      cancel.set_request_id(NextId("cancel"));
      cancel.set_name(change.booking());
      cancel.set_cancelled_by(rpb::CANCELLED_BY_PRACTICE);
      status = desk->Call(*desk->registry, &rpb::RegistryService::Stub::CancelBooking, cancel).status();
    } else {
      rpb::AcknowledgeBookingRequest acknowledge;
      acknowledge.set_request_id(NextId("ack"));
      acknowledge.set_name(change.booking());
      status = desk->Call(*desk->registry, &rpb::RegistryService::Stub::AcknowledgeBooking, acknowledge).status();
    }
    if (!status.ok() && !IsRace(status) && platform::ReasonOf(status) != platform::Reason::kBookingState) {
      tally_.Error(absl::StrCat("practice: ", status.ToString()));
    }
  }
  const grpc::Status end = stream->Finish();
  if (!stop_) tally_.Error(absl::StrCat("watch ended: ", end.error_message()));
}

bool DayPlayer::Finished() const {
  return all_opened_ && busy_ == 0 && (tally_.Summarise().waiting == 0 || clock_.Now() > day_.end + absl::Hours(2));
}

std::vector<std::string> DayPlayer::QueueLines(size_t count, size_t* total) {
  Desk desk(channel_, DeskToken(99));
  gpb::ListQueueRequest list;
  list.set_parent(domain::ToString(territory_.department));
  list.set_page_size(200);
  std::vector<std::string> lines;
  *total = 0;
  auto queue = desk.Call(*desk.regulation, &gpb::RegulationService::Stub::ListQueue, list);
  if (!queue.ok()) return lines;
  *total = static_cast<size_t>(queue->cases_size());
  for (const gpb::Case& one : queue->cases()) {
    if (lines.size() == count) break;
    const int p = static_cast<int>(one.priority());
    const std::string priority = p == 0 ? "P?" : p == 5 ? "NR" : absl::StrCat("P", p - 1);
    lines.push_back(absl::StrFormat("%s  %s  depuis %.0f min%s%s", priority, one.motive(),
                                    absl::ToDoubleMinutes(clock_.Now() - GetTime(one.create_time())), one.claimed_by().empty() ? "" : "  (prise)",
                                    one.alerts().empty() ? "" : "  ALERTE"));
  }
  return lines;
}

absl::StatusOr<DayPlayer::Check> DayPlayer::Verify() {
  Check check;
  Desk desk(channel_, tokens_(platform::Role::kService, "demo-check", ""));
  std::map<std::string, int> per_slot;
  for (const Result& result : tally_.Results()) {
    if (result.booking.empty()) continue;
    rpb::GetBookingRequest get;
    get.set_name(result.booking);
    auto booking = desk.Call(*desk.registry, &rpb::RegistryService::Stub::GetBooking, get);
    if (!booking.ok() && booking.status().code() != absl::StatusCode::kNotFound) return booking.status();
    const auto state = booking.ok() ? booking->booking().state() : rpb::BOOKING_STATE_UNSPECIFIED;
    // What was told to the caller stands, or the practice itself took it back in the last hour of the day (earlier ones were placed elsewhere).
    const bool stands = state == rpb::BOOKING_STATE_BOOKED || state == rpb::BOOKING_STATE_SEEN || state == rpb::BOOKING_STATE_NO_SHOW;
    const bool taken_back = state == rpb::BOOKING_STATE_CANCELLED && booking->booking().cancelled_by() == rpb::CANCELLED_BY_PRACTICE &&
                            result.decided > clock_.Now() - absl::Hours(1);
    if (!stands && !taken_back) ++check.lost_bookings;
    if (stands) ++per_slot[result.slot];
  }
  rpb::ListSlotsRequest list;
  list.set_parent(domain::ToString(territory_.department));
  list.set_page_size(1000);
  SetTime(day_.begin - absl::Hours(48), list.mutable_start_time());
  do {
    ASSIGN_OR_RETURN(const auto page, desk.Call(*desk.registry, &rpb::RegistryService::Stub::ListSlots, list));
    for (const rpb::Slot& slot : page.slots()) {
      const auto it = per_slot.find(slot.name());
      const int given = it == per_slot.end() ? 0 : it->second;
      if (given > slot.capacity() + slot.overbooked()) check.double_booked += given - slot.capacity() - slot.overbooked();
      // Nobody holds any more: what is not given must be free.
      if (slot.remaining() < slot.capacity() - given) check.stuck_holds += slot.capacity() - given - slot.remaining();
    }
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  return check;
}

}  // namespace snp::onebox
