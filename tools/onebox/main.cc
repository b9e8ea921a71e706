// snp-onebox: the demo. `tools/snp demo` calls it.
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "loadgen/work_dir.h"
#include "matcher/policy_file.h"
#include "onebox/day_player.h"
#include "onebox/held_clock.h"
#include "onebox/live_view.h"
#include "onebox/onebox.h"
#include "platform/log.h"
#include "scenario/baseline.h"
#include "scenario/scenario.h"

namespace {

using snp::onebox::CircleName;

struct DemoOptions {
  snp::scenario::ScenarioOptions scenario;
  std::string source_dir = SNP_SOURCE_DIR;
  std::string work_dir = SNP_SOURCE_DIR "/build/work";
  bool once = false;
  bool json = false;
  double speed = 0;  // 0: chosen so that the day lasts 40 s (once) or 4 min.
  snp::onebox::PlayerOptions player;
};

int TerminalWidth() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40 ? size.ws_col : 120;
}

nlohmann::ordered_json PairJson(double p50, double p90) {
  const auto round1 = [](double v) { return static_cast<double>(static_cast<int64_t>(v * 10 + 0.5)) / 10; };
  return {{"p50", round1(p50)}, {"p90", round1(p90)}};
}

// What a person reads at the end.
void PrintSummary(std::FILE* out, const snp::onebox::Summary& s, const snp::scenario::BaselineResult& baseline,
                  const snp::onebox::DayPlayer::Check& check) {
  absl::FPrintF(out,
                "\n%d demandes : %d placées, %d conseils, %d urgences (R1/R2), %d sans place avant l'échéance (dont %d adressées aux urgences)\n",
                s.requests, s.booked, s.advice, s.emergency, s.unplaced, s.last_resort);
  for (const auto& [circle, count] : s.by_circle) absl::FPrintF(out, "  %-34s %4d\n", CircleName(circle), count);
  if (!s.why_unplaced.empty()) {
    absl::FPrintF(out, "Sans place, motif principal :");
    for (const auto& [why, count] : s.why_unplaced) absl::FPrintF(out, " %s (%d)", why, count);
    absl::FPrintF(out, "\n");
  }
  absl::FPrintF(out, "\n%-26s %12s %12s %12s %12s %12s\n", "", "sans place", "délai p50", "délai p90", "trajet p50", "trajet p90");
  absl::FPrintF(out, "%-26s %12d %8.0f min %8.0f min %8.0f min %8.0f min\n", "snp", s.unplaced, s.delay_min.p50, s.delay_min.p90, s.travel_min.p50,
                s.travel_min.p90);
  absl::FPrintF(out, "%-26s %12d %8.0f min %8.0f min %8.0f min %8.0f min\n", "règle actuelle (rayon)", baseline.unplaced, baseline.delay_min.p50,
                baseline.delay_min.p90, baseline.travel_min.p50, baseline.travel_min.p90);
  absl::FPrintF(out, "\nOrientation : médiane %.1f ms, p99 %.1f ms. Places données deux fois : %d. Rendez-vous perdus : %d.\n", s.dispatch_ms.p50,
                s.dispatch_ms.p99, check.double_booked, check.lost_bookings);
  absl::FPrintF(out, "Courses perdues puis reprises : %d. Refus de patients : %d. Annulations réorientées : %d.\n", s.races_lost, s.refusals,
                s.redispatched);
}

// The number of the signal that ended it early, 0: none.
absl::StatusOr<int> Demo(const DemoOptions& options) {
  std::fprintf(stderr, "demo: building the territory\n");
  auto scenario = snp::scenario::LoadScenario(options.scenario);
  if (!scenario.ok()) return scenario.status();
  const auto work_dir = snp::loadgen::WorkDir::Make(options.work_dir);
  if (!work_dir.ok()) return work_dir.status();
  const auto& day = scenario->day;
  const double speed =
      options.speed > 0 ? options.speed : absl::FDivDuration(day.end - day.begin, options.once ? absl::Seconds(35) : absl::Minutes(4));
  // The day begins once the territory is published: until then the clock stands at midnight.
  snp::onebox::HeldClock clock(day.begin, speed);
  auto onebox = snp::onebox::Onebox::Start(
      {.source_dir = options.source_dir, .work_dir = work_dir->path(), .redis_socket = work_dir->Socket("redis.sock")}, clock);
  if (!onebox.ok()) return onebox.status();
  snp::onebox::Onebox& box = **onebox;
  snp::onebox::DayPlayer player(
      scenario->territory, day, clock, box.Channel(),
      [&](snp::platform::Role role, const std::string& subject, const std::string& place) { return box.Token(role, subject, place); },
      options.player);
  std::fprintf(stderr, "demo: publishing %zu places and %zu slots\n", scenario->territory.places.size(), scenario->territory.slots.size());
  if (absl::Status published = player.Publish(); !published.ok()) return published;
  clock.Start();
  player.Start();

  const bool live = !options.once && !options.json && isatty(STDOUT_FILENO);
  absl::Time next_line = absl::Now();
  while (!player.Finished()) {
    if (const int signal = snp::loadgen::PendingSignal(); signal != 0) {
      std::fprintf(stderr, "%sdemo: interrupted\n", live ? "\n" : "");
      return signal;
    }
    absl::SleepFor(absl::Milliseconds(live ? 200 : 50));
    if (!live && absl::Now() < next_line) continue;
    snp::onebox::ViewState view;
    view.title = "snp — Val d'Oise, soins non programmés";
    view.now = clock.Now();
    view.begin = day.begin;
    view.end = day.end;
    view.arrived = player.arrived();
    view.summary = player.tally().Summarise();
    if (live) {
      view.waiting = player.QueueLines(6, &view.queue);
      view.last = player.tally().LastLines(10);
      std::printf("\x1b[H%s\x1b[J", Render(view, TerminalWidth(), true).c_str());
      std::fflush(stdout);
    } else {
      std::fprintf(stderr, "demo: %s  %zu of %zu requests, %lld booked\n", absl::FormatTime("%H:%M", view.now, snp::onebox::Paris()).c_str(),
                   view.arrived, day.requests.size(), static_cast<long long>(view.summary.booked));
      next_line = absl::Now() + absl::Seconds(5);
    }
  }
  player.Stop();
  auto check = player.Verify();
  if (!check.ok()) return check.status();
  const auto summary = player.tally().Summarise();
  // Both sides by one measure: the travel model of the policy that placed the patients.
  const auto policies = snp::matcher::ReadPolicies(options.source_dir + "/services/matcher/policies");
  if (!policies.ok()) return policies.status();
  const auto baseline = snp::scenario::Baseline(scenario->territory, day, options.scenario.seed,
                                                snp::scenario::ModelTravel(policies->at("default").travel, scenario->territory));
  onebox->reset();

  const auto errors = player.tally().Errors();
  for (size_t i = 0; i < errors.size() && i < 20; ++i) std::fprintf(stderr, "demo: error: %s\n", errors[i].c_str());
  if (!errors.empty()) return absl::InternalError(absl::StrFormat("%d calls failed", errors.size()));
  if (summary.waiting > 0) return absl::InternalError(absl::StrFormat("%d requests were never answered", summary.waiting));

  PrintSummary(options.json ? stderr : stdout, summary, baseline, *check);
  if (options.json) {
    nlohmann::ordered_json by_kind;
    for (const auto& [circle, count] : summary.by_circle) by_kind[CircleName(circle)] = count;
    nlohmann::ordered_json json = {
        {"scenario", options.scenario.scenario},
        {"seed", options.scenario.seed},
        {"requests", summary.requests},
        {"booked", summary.booked},
        {"advice", summary.advice},
        {"emergency", summary.emergency},
        {"unplaced", summary.unplaced},
        {"double_booked", check->double_booked},
        {"lost_bookings", check->lost_bookings},
        {"dispatch_ms", {{"p50", summary.dispatch_ms.p50}, {"p99", summary.dispatch_ms.p99}}},
        {"travel_min", PairJson(summary.travel_min.p50, summary.travel_min.p90)},
        {"delay_min", PairJson(summary.delay_min.p50, summary.delay_min.p90)},
        {"ed_last_resort", summary.last_resort},
        {"baseline",
         {{"unplaced", baseline.unplaced},
          {"travel_min", PairJson(baseline.travel_min.p50, baseline.travel_min.p90)},
          {"delay_min", PairJson(baseline.delay_min.p50, baseline.delay_min.p90)}}},
        {"by_kind", by_kind},
        {"stuck_holds", check->stuck_holds},
        {"races_lost", summary.races_lost},
        {"redispatched", summary.redispatched},
    };
    std::printf("%s\n", json.dump().c_str());
  }
  if (check->double_booked > 0 || check->lost_bookings > 0 || check->stuck_holds > 0) {
    return absl::InternalError("a place was given twice, lost or left stuck: this is a defect");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("snp-onebox: all services in one process, with a Redis of their own");
  app.require_subcommand(1);
  DemoOptions options;
  auto* demo = app.add_subcommand("demo", "play a winter day in Val d'Oise through the real services");
  demo->add_flag("--once", options.once, "without the live view; the day lasts about 35 s");
  demo->add_flag("--json", options.json, "the summary as one JSON object on the last line");
  demo->add_option("--speed", options.speed, "how many times faster than life")->check(CLI::Range(1.0, 100000.0));
  demo->add_option("--seed", options.scenario.seed, "same seed, same territory and callers")->capture_default_str();
  demo->add_option("--regulators", options.player.regulators, "regulators at work")->check(CLI::Range(1, 64))->capture_default_str();
  demo->add_option("--source-dir", options.source_dir, "the checkout")->capture_default_str();
  demo->add_option("--work-dir", options.work_dir, "where a folder for its data is made while it runs")->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  snp::platform::App::BlockSignals();
  // Two regulators reaching for one case are refused a thousand times a day, rightly: not on the screen.
  snp::platform::SetLogLevel(snp::platform::LogLevel::kWarning);
  options.player.seed = options.scenario.seed;
  const absl::StatusOr<int> signal = Demo(options);
  if (!signal.ok()) {
    std::fprintf(stderr, "demo: %s\n", std::string(signal.status().message()).c_str());
    return 1;
  }
  return *signal == 0 ? 0 : 128 + *signal;
}
