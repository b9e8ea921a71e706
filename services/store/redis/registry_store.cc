#include "store/redis/registry_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "platform/error.h"
#include "platform/status_macros.h"
#include "store/redis/keys.h"
#include "store/redis/slot_codec.h"

namespace snp::store::redis {
namespace {

using platform::MakeError;
using platform::MakeFieldError;
using platform::Reason;

constexpr size_t kChunk = 100;
constexpr size_t kPublishArguments = 8;
// A patient who comes early may be seen early; nobody has failed to come before the start.
constexpr absl::Duration kSeenBeforeStart = absl::Minutes(30);

// Lines of an answer are cut at newlines, so nothing in them may hold one.
bool IsPlain(absl::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

absl::Status CheckTexts(const HoldArgs& args) {
  if (!IsPlain(args.case_name)) return MakeFieldError("case", "holds a control character");
  if (!IsPlain(args.motive)) return MakeFieldError("motive", "holds a control character");
  if (args.reference.empty() || !IsPlain(args.reference)) return MakeFieldError("reference", "is empty or holds a control character");
  return absl::OkStatus();
}

// The next line of `text`, taken away from it.
absl::string_view TakeLine(absl::string_view* text) {
  const size_t end = text->find('\n');
  absl::string_view line = text->substr(0, end);
  text->remove_prefix(end == absl::string_view::npos ? text->size() : end + 1);
  return line;
}

// "rev \n seq \n rem \n over \n fresh \n ids" and what follows. `definition` is left to the caller.
absl::StatusOr<PublishOutcome> TakeOutcome(const domain::SlotName& name, absl::string_view* text) {
  PublishOutcome outcome;
  outcome.slot.name = name;
  ASSIGN_OR_RETURN(outcome.slot.revision, DecodeInteger(TakeLine(text)));
  ASSIGN_OR_RETURN(outcome.slot.sequence, DecodeInteger(TakeLine(text)));
  ASSIGN_OR_RETURN(const int64_t remaining, DecodeInteger(TakeLine(text)));
  ASSIGN_OR_RETURN(const int64_t overbooked, DecodeInteger(TakeLine(text)));
  outcome.slot.remaining = static_cast<int>(remaining);
  outcome.slot.overbooked = static_cast<int>(overbooked);
  ASSIGN_OR_RETURN(outcome.slot.confirmed, DecodeTime(TakeLine(text)));
  for (absl::string_view id : absl::StrSplit(TakeLine(text), ',', absl::SkipEmpty())) {
    outcome.affected.push_back({name.department, domain::BookingId(std::string(id))});
  }
  return outcome;
}

// '*', or each place between newlines: "\np1\np2\n".
std::string PlacesArgument(const std::optional<std::vector<domain::PlaceId>>& only) {
  std::string text(1, only ? '\n' : '*');
  if (only) {
    for (const domain::PlaceId& place : *only) absl::StrAppend(&text, place.value(), "\n");
  }
  return text;
}

Request Chunk(const Request& request, size_t index) {
  Request chunk = request;
  if (index > 0) absl::StrAppend(&chunk.id, ".", index);
  return chunk;
}

const domain::Department& DepartmentOf(const HoldArgs& args, size_t candidate) { return args.candidates[candidate].slot.department; }

absl::StatusOr<HoldResult> DecodeHold(const HoldArgs& args, absl::string_view payload) {
  HoldResult result;
  ASSIGN_OR_RETURN(const int64_t index, DecodeInteger(TakeLine(&payload)));
  if (index < 0 || static_cast<size_t>(index) >= args.candidates.size()) return MakeError(Reason::kInternal, "a step answered an unknown candidate");
  result.candidate_index = static_cast<int>(index);
  ASSIGN_OR_RETURN(result.booking, DecodeBookingLine(DepartmentOf(args, static_cast<size_t>(index)), payload));
  return result;
}

}  // namespace

RedisRegistryStore::RedisRegistryStore(Client& client, platform::IdSource& ids, int64_t log_length)
    : client_(client), ids_(ids), log_length_(std::to_string(log_length)) {}

std::vector<std::string> RedisRegistryStore::Arguments(const Request& request, size_t more) const {
  std::vector<std::string> args;
  args.reserve(4 + more);
  args.push_back(EncodeTime(request.now));
  args.push_back(log_length_);
  args.push_back(request.id);
  args.push_back(request.fingerprint);
  return args;
}

Task<absl::StatusOr<std::string>> RedisRegistryStore::Ask(const Script& script, const Request& request, const domain::Department& department,
                                                          std::vector<std::string> args) {
  std::vector<std::string> keys(1, Keys(department).root());
  absl::StatusOr<Reply> reply = co_await script.Run(client_, std::move(keys), std::move(args), request.deadline);
  if (!reply.ok()) co_return std::move(reply).status();
  if (reply->kind != Reply::Kind::kString) co_return MakeError(Reason::kInternal, "a step answered something unknown");
  co_return std::move(reply->text);
}

Task<absl::StatusOr<std::vector<absl::StatusOr<PublishOutcome>>>> RedisRegistryStore::Publish(Request request, domain::Department department,
                                                                                              std::vector<PublishItem> items, bool keep_bookings,
                                                                                              std::optional<std::vector<domain::PlaceId>> only) {
  static const Script& script = Script::Named("publish");
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].name.department != department) co_return MakeFieldError(absl::StrCat("slots[", i, "].name"), "is of another department");
  }
  const std::string places = PlacesArgument(only);
  std::vector<absl::StatusOr<PublishOutcome>> outcomes;
  outcomes.reserve(items.size());
  for (size_t begin = 0; begin < items.size(); begin += kChunk) {
    const size_t end = std::min(begin + kChunk, items.size());
    const Request chunk = Chunk(request, begin / kChunk);
    std::vector<std::string> args = Arguments(chunk, 2 + (end - begin) * kPublishArguments);
    args.push_back(keep_bookings ? "1" : "0");
    args.push_back(places);
    for (size_t i = begin; i < end; ++i) {
      const domain::SlotDefinition& d = items[i].definition;
      args.push_back(items[i].name.id.value());
      args.push_back(EncodeDefinition(d));
      args.push_back(EncodeTime(d.start));
      args.push_back(EncodeTime(d.end));
      // Until when a patient can still be sent: an appointment until it starts, a walk-in range until it ends.
      args.push_back(EncodeTime(d.mode == domain::SlotMode::kWalkin ? d.end : d.start));
      args.push_back(std::to_string(static_cast<int>(d.modality)));
      args.push_back(d.place.value());
      args.push_back(std::to_string(d.capacity));
    }
    CO_ASSIGN_OR_RETURN(std::string answer, co_await Ask(script, chunk, department, std::move(args)));
    CO_ASSIGN_OR_RETURN(const std::string payload, PayloadOf(std::move(answer)));
    size_t i = begin;
    for (absl::string_view text : absl::StrSplit(payload, '\x1e')) {
      if (i == end) co_return MakeError(Reason::kInternal, "a step answered too much");
      PublishItem& item = items[i++];
      absl::StatusOr<std::string> one = PayloadOf(std::string(text));
      if (!one.ok()) {
        outcomes.push_back(one.status());
        continue;
      }
      absl::string_view lines = *one;
      CO_ASSIGN_OR_RETURN(PublishOutcome outcome, TakeOutcome(item.name, &lines));
      outcome.slot.definition = std::move(item.definition);
      outcomes.push_back(std::move(outcome));
    }
    if (i != end) co_return MakeError(Reason::kInternal, "a step answered too little");
  }
  co_return std::move(outcomes);
}

Task<absl::StatusOr<PublishOutcome>> RedisRegistryStore::Withdraw(Request request, domain::SlotName slot) {
  static const Script& script = Script::Named("withdraw");
  std::vector<std::string> args = Arguments(request, 1);
  args.push_back(slot.id.value());
  CO_ASSIGN_OR_RETURN(std::string answer, co_await Ask(script, request, slot.department, std::move(args)));
  CO_ASSIGN_OR_RETURN(const std::string payload, PayloadOf(std::move(answer)));
  absl::string_view lines = payload;
  CO_ASSIGN_OR_RETURN(PublishOutcome outcome, TakeOutcome(slot, &lines));
  CO_ASSIGN_OR_RETURN(outcome.slot.definition, DecodeDefinition(lines));
  outcome.slot.withdrawn = true;
  co_return std::move(outcome);
}

Task<absl::StatusOr<std::vector<domain::SlotId>>> RedisRegistryStore::ConfirmFresh(Request request, domain::Department department,
                                                                                   std::vector<domain::SlotId> slots) {
  static const Script& script = Script::Named("confirm_fresh");
  std::vector<domain::SlotId> unknown;
  for (size_t begin = 0; begin < slots.size(); begin += kChunk) {
    const size_t end = std::min(begin + kChunk, slots.size());
    const Request chunk = Chunk(request, begin / kChunk);
    std::vector<std::string> args = Arguments(chunk, end - begin);
    for (size_t i = begin; i < end; ++i) args.push_back(slots[i].value());
    CO_ASSIGN_OR_RETURN(std::string answer, co_await Ask(script, chunk, department, std::move(args)));
    CO_ASSIGN_OR_RETURN(const std::string payload, PayloadOf(std::move(answer)));
    for (absl::string_view id : absl::StrSplit(payload, '\n', absl::SkipEmpty())) unknown.emplace_back(std::string(id));
  }
  co_return std::move(unknown);
}

Task<absl::StatusOr<HoldResult>> RedisRegistryStore::Hold(Request request, HoldArgs args) {
  CO_RETURN_IF_ERROR(CheckTexts(args));
  if (args.candidates.empty()) co_return MakeFieldError("candidates", "is empty");
  if (!args.book && args.hold_deadline <= request.now) co_return MakeFieldError("hold_duration", "is not positive");
  std::vector<Run> runs;
  for (size_t i = 0; i < args.candidates.size(); ++i) {
    if (i > 0 && DepartmentOf(args, i) == DepartmentOf(args, i - 1)) {
      runs.back().end = i + 1;
    } else {
      runs.push_back({i, i + 1});
    }
  }
  if (runs.size() == 1 && DepartmentOf(args, 0) == args.home) {
    const absl::Time until = args.book ? absl::InfiniteFuture() : args.hold_deadline;
    CO_ASSIGN_OR_RETURN(std::string answer, co_await HoldRun(request, args, runs[0], false, until));
    CO_ASSIGN_OR_RETURN(const std::string payload, PayloadOf(std::move(answer)));
    co_return DecodeHold(args, payload);
  }
  co_return co_await HoldAcross(request, args, runs);
}

Task<absl::StatusOr<std::string>> RedisRegistryStore::HoldRun(const Request& request, const HoldArgs& args, Run run, bool resume,
                                                              absl::Time hold_deadline) {
  static const Script& script = Script::Named("hold");
  std::vector<std::string> list = Arguments(request, 7 + 2 * (run.end - run.begin));
  list.emplace_back(resume ? "resume" : "");
  list.push_back(ids_.NewId());
  list.push_back(EncodeTime(hold_deadline));
  list.push_back(args.case_name);
  list.push_back(args.motive);
  list.push_back(args.reference);
  list.push_back(std::to_string(run.begin));
  for (size_t i = run.begin; i < run.end; ++i) {
    list.push_back(args.candidates[i].slot.id.value());
    list.push_back(std::to_string(args.candidates[i].revision));
  }
  co_return co_await Ask(script, request, DepartmentOf(args, run.begin), std::move(list));
}

Task<absl::StatusOr<domain::Booking>> RedisRegistryStore::Move(const Script& script, Request request, domain::BookingName name,
                                                               std::vector<std::string> more) {
  std::vector<std::string> args = Arguments(request, 1 + more.size());
  args.push_back(name.id.value());
  for (std::string& one : more) args.push_back(std::move(one));
  CO_ASSIGN_OR_RETURN(std::string answer, co_await Ask(script, request, name.department, std::move(args)));
  CO_ASSIGN_OR_RETURN(const std::string payload, PayloadOf(std::move(answer)));
  co_return DecodeBookingLine(name.department, payload);
}

Task<absl::StatusOr<domain::Booking>> RedisRegistryStore::Confirm(Request request, domain::BookingName name) {
  return Move(Script::Named("confirm"), std::move(request), std::move(name), {});
}

Task<absl::StatusOr<domain::Booking>> RedisRegistryStore::Release(Request request, domain::BookingName name) {
  return Move(Script::Named("release"), std::move(request), std::move(name), {});
}

Task<absl::StatusOr<domain::Booking>> RedisRegistryStore::Cancel(Request request, domain::BookingName name, domain::CancelledBy by) {
  std::vector<std::string> more(1, std::to_string(static_cast<int>(by)));
  return Move(Script::Named("cancel"), std::move(request), std::move(name), std::move(more));
}

Task<absl::StatusOr<domain::Booking>> RedisRegistryStore::Acknowledge(Request request, domain::BookingName name) {
  return Move(Script::Named("acknowledge"), std::move(request), std::move(name), {});
}

Task<absl::StatusOr<domain::Booking>> RedisRegistryStore::RecordOutcome(Request request, domain::BookingName name, domain::BookingState outcome) {
  if (outcome != domain::BookingState::kSeen && outcome != domain::BookingState::kNoShow)
    co_return MakeFieldError("outcome", "must be SEEN or NO_SHOW");
  const absl::Duration early = outcome == domain::BookingState::kSeen ? kSeenBeforeStart : absl::ZeroDuration();
  std::vector<std::string> more(1, std::to_string(static_cast<int>(outcome)));
  more.push_back(std::to_string(absl::ToInt64Milliseconds(early)));
  co_return co_await Move(Script::Named("outcome"), std::move(request), std::move(name), std::move(more));
}

Task<absl::StatusOr<domain::Booking>> RedisRegistryStore::Overbook(Request request, domain::SlotName slot, HoldArgs args) {
  static const Script& script = Script::Named("overbook");
  CO_RETURN_IF_ERROR(CheckTexts(args));
  std::vector<std::string> list = Arguments(request, 5);
  list.push_back(slot.id.value());
  list.push_back(ids_.NewId());
  list.push_back(args.case_name);
  list.push_back(args.motive);
  list.push_back(args.reference);
  CO_ASSIGN_OR_RETURN(std::string answer, co_await Ask(script, request, slot.department, std::move(list)));
  CO_ASSIGN_OR_RETURN(const std::string payload, PayloadOf(std::move(answer)));
  co_return DecodeBookingLine(slot.department, payload);
}

// ---- candidates of several departments ----

Task<absl::StatusOr<std::string>> RedisRegistryStore::Route(const Request& request, const HoldArgs& args, const char* how, std::string what) {
  static const Script& script = Script::Named("route");
  std::vector<std::string> list = Arguments(request, 2);
  list.emplace_back(how);
  list.push_back(std::move(what));
  co_return co_await Ask(script, request, args.home, std::move(list));
}

Task<absl::StatusOr<HoldResult>> RedisRegistryStore::HoldAcross(const Request& request, const HoldArgs& args, const std::vector<Run>& runs) {
  const absl::Time until = args.book ? absl::InfiniteFuture() : args.hold_deadline;
  const absl::Time abroad = args.book ? request.now + absl::Minutes(1) : args.hold_deadline;
  const bool starts_home = DepartmentOf(args, 0) == args.home;
  // The first step learns what an earlier attempt left.
  std::string answer;
  if (starts_home) {
    CO_ASSIGN_OR_RETURN(answer, co_await HoldRun(request, args, runs[0], false, until));
  } else {
    CO_ASSIGN_OR_RETURN(answer, co_await Route(request, args, "begin", ">0"));
  }
  size_t next = 1;
  bool marked = answer[0] == '>';  // Home says that the run `next` is being tried.
  if (marked) {
    if (!absl::SimpleAtoi(absl::string_view(answer).substr(1), &next) || next >= runs.size()) {
      co_return MakeError(Reason::kInternal, "a request marker is malformed");
    }
  } else {
    absl::StatusOr<std::string> payload = PayloadOf(std::move(answer));
    if (payload.ok()) co_return co_await FinishAbroad(request, args, *std::move(payload));
    if (platform::ReasonOf(payload.status()) != Reason::kSlotTaken) co_return std::move(payload).status();
  }
  absl::Status refused = MakeError(Reason::kSlotTaken, "no candidate is free at its revision");
  for (; next < runs.size(); ++next) {
    const bool home = DepartmentOf(args, runs[next].begin) == args.home;
    if (!home && !marked) {
      std::string mark = absl::StrCat(">", next);
      CO_ASSIGN_OR_RETURN(std::string kept, co_await Route(request, args, "set", std::move(mark)));
      if (kept[0] != '>') {
        CO_ASSIGN_OR_RETURN(std::string payload, PayloadOf(std::move(kept)));
        co_return co_await FinishAbroad(request, args, std::move(payload));
      }
    }
    marked = false;
    CO_ASSIGN_OR_RETURN(answer, co_await HoldRun(request, args, runs[next], home, home ? until : abroad));
    absl::StatusOr<std::string> payload = PayloadOf(std::move(answer));
    if (payload.ok()) co_return co_await FinishAbroad(request, args, *std::move(payload));
    if (platform::ReasonOf(payload.status()) != Reason::kSlotTaken) co_return std::move(payload).status();
  }
  // Refusals leave no marker. When this fails a retry begins at the last run, which is as good.
  absl::StatusOr<std::string> cleared = co_await Route(request, args, "clear", "");
  if (cleared.ok() && cleared->size() > 1 && (*cleared)[0] == '+') {
    std::string payload = cleared->substr(1);
    co_return co_await FinishAbroad(request, args, std::move(payload));
  }
  co_return std::move(refused);
}

Task<absl::StatusOr<HoldResult>> RedisRegistryStore::FinishAbroad(const Request& request, const HoldArgs& args, std::string answer) {
  CO_ASSIGN_OR_RETURN(HoldResult mine, DecodeHold(args, answer));
  if (mine.booking.name.department == args.home) co_return std::move(mine);
  std::string marked = absl::StrCat("+", answer);
  CO_ASSIGN_OR_RETURN(std::string kept, co_await Route(request, args, "set", std::move(marked)));
  CO_ASSIGN_OR_RETURN(const std::string payload, PayloadOf(std::move(kept)));
  CO_ASSIGN_OR_RETURN(HoldResult first, DecodeHold(args, payload));
  if (first.booking.name != mine.booking.name) {
    // Another attempt of the same request got home first. Whether or not this works, the hold ends by its deadline.
    Request undo = request;
    undo.id += ".r";
    (void)co_await Release(std::move(undo), mine.booking.name);
  }
  if (!args.book || first.booking.state != domain::BookingState::kHeld || first.booking.name.department == args.home) co_return std::move(first);
  Request finish = request;
  finish.id += ".c";
  absl::StatusOr<domain::Booking> booked = co_await Confirm(std::move(finish), first.booking.name);
  if (!booked.ok()) {
    const Reason reason = platform::ReasonOf(booked.status());
    if (reason != Reason::kHoldExpired && reason != Reason::kBookingState && reason != Reason::kNotFound) co_return std::move(booked).status();
    co_return MakeError(Reason::kSlotTaken, "the place was lost while it was being booked");
  }
  first.booking = *std::move(booked);
  co_return std::move(first);
}

}  // namespace snp::store::redis
