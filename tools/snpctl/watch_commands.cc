// snpctl watch: changes as they happen, from a cursor, across restarts of the service.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "platform/rpc/status_mapping.h"
#include "platform/status_macros.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"
#include "snp/regulation/v1/regulation_service.grpc.pb.h"
#include "snpctl/commands.h"
#include "snpctl/french.h"
#include "snpctl/plain_text.h"
#include "snpctl/show.h"
#include "snpctl/words.h"

namespace snp::ctl {
namespace {

namespace registry = snp::registry::v1;
namespace regulation = snp::regulation::v1;

struct Options {
  std::string place, length;
  int64_t cursor = 0;
  int64_t count = 0;
  bool heartbeats = false;
};

// Cancels a stream when the run is interrupted: a signal handler may not, and the reader is blocked. Polls, because a handler cannot wake a waiter
// either.
class CancelOnInterrupt {
 public:
  CancelOnInterrupt(grpc::ClientContext& context, const std::atomic<bool>& interrupted)
      : thread_([this, &context, &interrupted] {
          std::unique_lock lock(mutex_);
          while (!done_ && !interrupted) ended_.wait_for(lock, std::chrono::milliseconds(50));
          if (interrupted) context.TryCancel();
        }) {}
  ~CancelOnInterrupt() {
    {
      std::lock_guard lock(mutex_);
      done_ = true;
    }
    ended_.notify_one();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;
  std::thread thread_;  // Last: it uses the others.
};

// Reads until --count events, --for, an interrupt, or an error that is not UNAVAILABLE; opens the stream again from the last cursor when the service
// went away, for as long as --deadline without a word. `open(context, cursor)` starts the stream; `show(message)` is true for an event that counts.
template <typename Message, typename Open, typename Show>
absl::Status Follow(Session& s, const Options& o, Open open, Show show) {
  int64_t cursor = o.cursor, events = 0;
  const absl::Time begin = absl::Now();
  const absl::Time end = o.length.empty() ? absl::InfiniteFuture() : begin + *ParseLength(o.length);
  absl::Time last_word = begin;
  bool heard = false;
  grpc::Status refused;  // Last time that the service was not there.
  absl::Duration wait = absl::Milliseconds(100);
  while (true) {
    grpc::ClientContext context;
    RETURN_IF_ERROR(s.Prepare(&context));
    if (end != absl::InfiniteFuture()) context.set_deadline(absl::ToChronoTime(end));
    CancelOnInterrupt guard(context, s.world().interrupted);
    auto reader = open(&context, cursor);
    Message message;
    while ((o.count == 0 || events < o.count) && reader->Read(&message)) {
      cursor = std::max<int64_t>(cursor, message.cursor());
      last_word = absl::Now();
      heard = true;
      wait = absl::Milliseconds(100);
      events += show(message);
    }
    const bool enough = o.count > 0 && events >= o.count;
    if (enough) context.TryCancel();
    const grpc::Status status = reader->Finish();
    if (enough || s.world().interrupted) break;
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE) refused = status;
    if (absl::Now() >= end) {
      // A service that was never there is no quiet stream.
      if (!heard && !refused.ok()) return platform::FromGrpc(refused);
      break;
    }
    const bool gone = status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE;
    if (!gone || absl::Now() - last_word > s.globals().deadline) {
      return status.ok() ? absl::UnavailableError("the service keeps ending the stream") : platform::FromGrpc(status);
    }
    s.world().err << "the stream ended; going on from cursor " << cursor << "\n";
    s.world().sleep(wait);
    wait = std::min(wait * 2, absl::Seconds(1));
  }
  Emit(s, nlohmann::json{{"events", events}, {"cursor", cursor}}, [](std::ostream&) {});
  if (!s.globals().json) s.world().err << events << " events; go on with --cursor " << cursor << "\n";
  return absl::OkStatus();
}

absl::Status WatchSlots(Session& s, const Options& o) {
  auto stub = registry::RegistryService::NewStub(s.Registry());
  registry::WatchSlotsRequest request;
  request.set_parent(o.place.empty() ? s.parent() : FullName(o.place, s.globals().department, "places"));
  return Follow<registry::WatchSlotsResponse>(
      s, o,
      [&](grpc::ClientContext* context, int64_t cursor) {
        request.set_cursor(cursor);
        return stub->WatchSlots(context, request);
      },
      [&](const registry::WatchSlotsResponse& m) {
        const bool heartbeat = m.kind() == registry::CHANGE_KIND_HEARTBEAT;
        if (heartbeat && !o.heartbeats) return 0;
        Emit(s, m, [&](std::ostream& out) {
          out << m.cursor() << "  " << ShowMoment(ToTime(m.event_time()), s.now()) << "  " << Word(m.kind());
          if (!m.slot().empty()) out << "  " << ShortName(m.slot()) << " (" << m.remaining() << " libres)";
          if (!m.place().empty()) out << "  " << ShortName(m.place());
          if (!m.booking().empty()) out << "  réservation " << ShortName(m.booking());
          out << "\n";
        });
        return heartbeat ? 0 : 1;
      });
}

absl::Status WatchQueue(Session& s, const Options& o) {
  auto stub = regulation::RegulationService::NewStub(s.Regulation());
  regulation::WatchQueueRequest request;
  request.set_parent(s.parent());
  return Follow<regulation::WatchQueueResponse>(
      s, o,
      [&](grpc::ClientContext* context, int64_t cursor) {
        request.set_cursor(cursor);
        return stub->WatchQueue(context, request);
      },
      [&](const regulation::WatchQueueResponse& m) {
        const bool heartbeat = !m.has_case_() && !m.snapshot_end();
        if (heartbeat && !o.heartbeats) return 0;
        Emit(s, m, [&](std::ostream& out) {
          if (m.snapshot_end()) {
            out << "-- file complète ; la suite est en direct --\n";
          } else if (m.has_case_()) {
            const regulation::Case& c = m.case_();
            out << (m.removed() ? "sort   " : "       ") << (c.priority() == 0 ? "-" : Word(c.priority())) << "  "
                << (c.care_level() == 0 ? "-" : Word(c.care_level())) << "  " << French(c.state()) << "  " << ShortName(c.name());
            if (!c.claimed_by().empty()) out << "  pris par " << Plain(c.claimed_by());
            for (const auto& alert : c.alerts()) out << "  ALERTE " << French(alert.kind());
            out << "\n";
          } else {
            out << "-- en vie, curseur " << m.cursor() << " --\n";
          }
        });
        return m.has_case_() ? 1 : 0;
      });
}

}  // namespace

void AddWatchCommands(CLI::App& app, Action* action) {
  CLI::App* watch = AddCommand(app, "watch", "Follow changes as they happen; Ctrl-C ends and says the cursor to go on from",
                               "  snpctl watch queue\n"
                               "  snpctl watch slots --place cab-0001\n"
                               "  snpctl watch slots --cursor 1234 --for 30s --json     one object a line, the last one sums up");
  watch->require_subcommand(1);
  const auto add = [&](const std::string& name, const std::string& what, const std::string& examples, absl::Status (*run)(Session&, const Options&)) {
    auto o = std::make_shared<Options>();
    CLI::App* c = AddCommand(*watch, name, what, examples);
    c->add_option("--cursor", o->cursor, "Go on after this event; 0: from now (slots), from a fresh list (queue)")
        ->capture_default_str()
        ->check(CLI::NonNegativeNumber);
    c->add_option("--count", o->count, "End after so many events; 0: never")->capture_default_str()->check(CLI::NonNegativeNumber);
    AddLength(c, "--for", o->length, "End after this time");
    c->add_flag("--heartbeats", o->heartbeats, "Show the signs of life too");
    c->callback([o, action, run] { *action = [o, run](Session& s) { return run(s, *o); }; });
    return std::make_pair(c, o);
  };
  auto [slots, so] = add("slots", "Changes of slots and bookings (a practice: of one of its places)", "  snpctl watch slots --count 10", &WatchSlots);
  slots->add_option("--place", so->place, "Only of this place");
  add("queue", "The queue of cases", "  snpctl watch queue --for 1m", &WatchQueue);
}

}  // namespace snp::ctl
