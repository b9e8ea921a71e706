#include "regulation/registry_follower.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "platform/error.h"
#include "platform/log.h"
#include "platform/rpc/status_mapping.h"
#include "platform/status_macros.h"
#include "regulation/times.h"
#include "snp/registry/v1/registry_service.pb.h"

namespace snp::regulation {
namespace {

namespace rpb = registry::v1;
using domain::ChangeKind;
using platform::Task;

constexpr int kBatch = 500;
// A step that took a place has recorded it by then, or died.
const absl::Duration kRecordedBy = 2 * CaseDesk::kStepPatience;
// More than a département books in that time on its worst day; beyond it the oldest are looked at early.
constexpr size_t kMostTaken = 10'000;

absl::Time CallDeadline() { return absl::Now() + absl::Seconds(5); }

std::string ConsumerOf(const std::vector<domain::Department>& served) {
  std::string name = "regulation";
  for (const auto& department : served) absl::StrAppend(&name, "-", department.value());
  return name;
}

// Kinds that may say something about a case's place.
bool Concerns(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kReleased:
    case ChangeKind::kExpired:
    case ChangeKind::kCancelled:
    case ChangeKind::kAcknowledged:
    case ChangeKind::kSeen:
    case ChangeKind::kNoShow:
    case ChangeKind::kUnacknowledged:
      return true;
    default:
      return false;
  }
}

}  // namespace

RegistryFollower::RegistryFollower(domain::Department department, std::vector<domain::Department> served, CaseDesk& desk, Reconciler& reconciler,
                                   RegistryClient& registry, store::EventLog& log, store::CursorStore& cursors, absl::Duration lead)
    : department_(std::move(department)),
      served_(std::move(served)),
      consumer_(ConsumerOf(served_)),
      desk_(desk),
      reconciler_(reconciler),
      registry_(registry),
      log_(log),
      cursors_(cursors),
      lead_(lead) {}

Task<absl::Status> RegistryFollower::Restart() {
  // The head first, the comparison after: what happens in between is heard as well.
  CO_ASSIGN_OR_RETURN(store::LogHead head, co_await log_.ReadHead(department_, CallDeadline()));
  News news;
  news.slot_changed = true;
  news.unacknowledged_before = desk_.Now() + lead_;
  for (const domain::Department& served : served_) {
    const bool whole = co_await reconciler_.CompareAll(served, news);
    if (!whole) co_return platform::MakeError(platform::Reason::kPeerUnavailable, "not every case could be compared");
  }
  cursor_ = std::move(head);
  saved_ = -1;
  taken_.clear();
  loaded_ = true;
  co_return absl::OkStatus();
}

Task<absl::Status> RegistryFollower::LoadCursor() {
  CO_ASSIGN_OR_RETURN(std::string saved, co_await cursors_.Load(department_, consumer_, CallDeadline()));
  const size_t cut = saved.rfind(':');
  int64_t sequence = 0;
  if (cut == std::string::npos || !absl::SimpleAtoi(absl::string_view(saved).substr(cut + 1), &sequence)) co_return co_await Restart();
  cursor_ = {saved.substr(0, cut), sequence};
  saved_ = sequence;
  loaded_ = true;
  co_return absl::OkStatus();
}

Task<absl::Status> RegistryFollower::Tell(std::string booking, std::string case_name, News news, absl::Time happened) {
  auto name = domain::ParseCaseName(case_name);
  if (!name.ok()) {
    // Booked without naming a case, or by an older record: the index of bookings may know.
    const auto parsed = domain::ParseBookingName(booking);
    if (!parsed.ok()) co_return absl::OkStatus();
    std::optional<domain::CaseName> found;
    for (size_t i = 0; i < served_.size() && !found; ++i) {
      CO_ASSIGN_OR_RETURN(found, co_await desk_.store().FindByBooking(served_[i], *parsed, CallDeadline()));
    }
    if (!found) co_return absl::OkStatus();
    name = *found;
  }
  // Another Centre 15 sees to its own.
  if (std::find(served_.begin(), served_.end(), name->department) == served_.end()) co_return absl::OkStatus();
  // Most events are this service's own doing, or old news: one read tells.
  const auto opened = co_await desk_.Read(*name, CallDeadline());
  if (absl::IsNotFound(opened.status())) co_return absl::OkStatus();
  if (!opened.ok()) co_return opened.status();
  if (opened->record.case_().booking() != booking) {
    // It may be the place that a step has just taken and not yet recorded, if it is younger than the step.
    const pb::PendingStep& step = opened->record.pending();
    const bool takes = step.kind() == "hold" || step.kind() == "book";
    if (!takes || happened < FromProto(step.begin_time())) co_return absl::OkStatus();
  }
  co_return co_await reconciler_.Compare(*std::move(name), news, false);
}

Task<absl::Status> RegistryFollower::TellBookingsOf(domain::SlotId slot, absl::Time happened) {
  rpb::ListBookingsRequest request;
  request.set_parent(domain::ToString(domain::SlotName{department_, std::move(slot)}));
  request.set_page_size(1000);
  News news;
  news.slot_changed = true;
  do {
    auto page = co_await registry_.ListBookings(request, CallDeadline());
    if (absl::IsNotFound(page.status())) co_return absl::OkStatus();
    if (!page.ok()) co_return page.status();
    for (const rpb::Booking& booking : page->bookings()) {
      const bool live = booking.state() == rpb::BOOKING_STATE_HELD || booking.state() == rpb::BOOKING_STATE_BOOKED;
      if (!live || !booking.slot_changed()) continue;
      CO_RETURN_IF_ERROR(co_await Tell(booking.name(), booking.case_(), news, happened));
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  co_return absl::OkStatus();
}

Task<absl::Status> RegistryFollower::CheckTaken() {
  while (!taken_.empty() && (taken_.front().look <= desk_.Now() || taken_.size() > kMostTaken)) {
    const Taken taken = taken_.front();
    const auto done = co_await reconciler_.GiveBackOrphan(taken.case_name, taken.booking);
    if (!done.ok()) {
      if (MayPass(done.status())) co_return done.status();
      platform::Log(platform::LogLevel::kError, "a taken place could not be compared with its case",
                    {{"case", taken.case_name.id.value()}, {"reason", platform::ReasonName(platform::WireReason(done.status()))}});
    }
    taken_.pop_front();
    if (done.ok() && !*done) {
      taken_.push_back(taken);
      taken_.back().look = desk_.Now() + kRecordedBy;
    }
  }
  co_return absl::OkStatus();
}

Task<absl::Status> RegistryFollower::Apply(domain::Change change) {
  if (change.kind == ChangeKind::kHeld || change.kind == ChangeKind::kBooked) {
    auto case_name = domain::ParseCaseName(change.case_name);
    if (!case_name.ok() || std::find(served_.begin(), served_.end(), case_name->department) == served_.end()) co_return absl::OkStatus();
    const domain::BookingName booking{department_, std::move(change.booking)};
    taken_.push_back({change.sequence, *std::move(case_name), domain::ToString(booking), desk_.Now() + kRecordedBy});
    co_return absl::OkStatus();
  }
  if (change.kind == ChangeKind::kSlotWithdrawn) co_return co_await TellBookingsOf(std::move(change.slot), change.time);
  if (change.kind == ChangeKind::kSlotPublished) {
    // A slot that nobody is in has nobody to tell: that is nearly every publication.
    const bool empty = change.definition && change.remaining == change.definition->capacity;
    if (empty || change.revision <= 1) co_return absl::OkStatus();
    co_return co_await TellBookingsOf(std::move(change.slot), change.time);
  }
  if (!Concerns(change.kind) || change.booking.empty()) co_return absl::OkStatus();
  News news;
  if (change.kind == ChangeKind::kUnacknowledged) news.unacknowledged_before = desk_.Now() + lead_;
  const domain::BookingName booking{department_, std::move(change.booking)};
  co_return co_await Tell(domain::ToString(booking), std::move(change.case_name), news, change.time);
}

Task<absl::Status> RegistryFollower::Turn(absl::Duration wait) {
  if (!loaded_) CO_RETURN_IF_ERROR(co_await LoadCursor());
  auto changes = co_await log_.Read(department_, cursor_, kBatch, wait);
  if (changes.status().code() == absl::StatusCode::kOutOfRange) {
    platform::Log(platform::LogLevel::kWarning, "registry log trimmed or replaced, comparing every case", {{"department", department_.value()}});
    co_return co_await Restart();
  }
  if (!changes.ok()) co_return changes.status();
  for (domain::Change& change : *changes) {
    const int64_t sequence = change.sequence;
    const absl::Status applied = co_await Apply(std::move(change));
    // A refusal for good must not stop the log for everybody; what may pass must, or the event would be lost.
    if (!applied.ok()) {
      if (MayPass(applied)) co_return applied;
      platform::Log(platform::LogLevel::kError, "registry event not applied",
                    {{"sequence", sequence}, {"reason", platform::ReasonName(platform::WireReason(applied))}});
    }
    cursor_.sequence = sequence;
  }
  CO_RETURN_IF_ERROR(co_await CheckTaken());
  int64_t safe = cursor_.sequence;
  for (const Taken& taken : taken_) safe = std::min(safe, taken.sequence - 1);
  if (safe > saved_) {
    CO_RETURN_IF_ERROR(co_await cursors_.Save(department_, consumer_, absl::StrCat(cursor_.epoch, ":", safe), CallDeadline()));
    saved_ = safe;
  }
  co_return absl::OkStatus();
}

}  // namespace snp::regulation
