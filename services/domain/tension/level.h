// From pillar scores to the level of a territory, T1 to T4, evaluated on a steady tick (15 minutes).
//
// Rules, the highest that holds wins: T2 vigilance: a pillar at 2, or three at 1 or more. T3 tension: a pillar at 3, or two at 2 or more. T4
// critical: two at 3, or T3 for a day while many requests find no place. T1 otherwise. The rules and figures are the product's own; every figure is a
// parameter.
//
// What is published follows with hysteresis: up once the last `up_after` evaluations all stand for a higher level, down one step after `down_after`
// evaluations below in a row. Missing data holds: an evaluation with a pillar missing stands for what the others show. It may raise the level, never
// lower it, and counts for nothing on the way down.
//
// Everything here is a pure function of what was there before and of this evaluation: a replay gives the same levels, and a level depends on nothing
// received later. Monotone: a score or share that is higher anywhere, all else equal, never gives a lower level, then or later.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "domain/tension/bands.h"

namespace snp::domain {

enum class Pillar { kCrra, kSau, kMmg, kPfg, kVille, kEpi };
inline constexpr int kPillarCount = 6;
// "crra", "sau", "mmg", "pfg", "ville", "epi".
absl::string_view PillarName(Pillar pillar);

enum class Level { kT1 = 1, kT2, kT3, kT4 };

// What one pillar brings to an evaluation.
struct PillarScore {
  enum class Kind {
    kScore,
    kMissing,     // Data that should be there is not.
    kNotCounted,  // There is nothing to measure (no requests tonight) or the territory has no such actor.
  };
  Kind kind = Kind::kNotCounted;
  int score = 0;  // 0 to 3, with kScore; with kMissing: what the pillar's other indicators stand for at least.

  static PillarScore Of(int score) { return {Kind::kScore, score}; }
  static PillarScore Missing(int at_least = 0) { return {Kind::kMissing, at_least}; }
  static PillarScore NotCounted() { return {Kind::kNotCounted, 0}; }
  bool operator==(const PillarScore&) const = default;
};

using PillarScores = std::array<PillarScore, kPillarCount>;

// The highest of a pillar's indicators. With one missing and none at 3: missing, and at least the highest of the others. Not counted when none is.
PillarScore PillarOf(const std::vector<PillarScore>& indicators);

// A band that remembers: the score rises as Band says, and falls only once the value is below a threshold by more than `deadband`, so that a value
// that trembles on a threshold does not flap. `previous`: the score before, 0 at the start. Precondition: rising thresholds, deadband >= 0.
int StickyBand(const Thresholds3& thresholds, double deadband, int previous, double value);

// The town: requests that found no place in time, and how full the next day is. The median offered delay, the pillar's third indicator, waits for
// bands.
struct TownSignals {
  int requests = 0;   // R3 requests of the last two hours.
  int unplaced = 0;   // Of these, without a feasible slot within their deadline.
  int published = 0;  // Places of the next 24 h.
  int booked = 0;     // Of these.
};
struct TownParams {
  Thresholds3 unplaced = {0.05, 0.10, 0.20};
  Thresholds3 fill = {0.70, 0.85, 0.95};
};
// Share of requests without a place; nullopt without requests.
std::optional<double> UnplacedShare(const TownSignals& town);
// The higher of both bands (plain ones: whoever evaluates tick by tick holds them with StickyBand); 3 with requests and no place published; not
// counted without requests.
PillarScore TownScore(const TownParams& params, const TownSignals& town);

struct LevelParams {
  int up_after = 2;
  int down_after = 8;
  absl::Duration critical_after = absl::Hours(24);  // T3 or more for this long ...
  double critical_unplaced = 0.20;                  // ... and this share of requests without a place now: T4.
};
// INVALID_ARGUMENT that names the parameter.
absl::Status Validate(const LevelParams& params);

struct Evaluation {
  absl::Time at;
  PillarScores scores;
  std::optional<double> unplaced_share;
};

// Why an evaluation stands for its level.
enum class LevelRule { kNone, kOneAtTwo, kThreeAtOne, kOneAtThree, kTwoAtTwo, kTwoAtThree, kTensionForADay };

struct LevelState {
  Level level = Level::kT1;
  // What the last evaluation stands for by itself, and by which rule.
  Level raw = Level::kT1;
  LevelRule rule = LevelRule::kNone;
  bool data_missing = false;
  absl::Time since = absl::InfinitePast();                 // Of `level`.
  std::optional<absl::Time> tension_since = std::nullopt;  // `level` has been T3 or more since then.
  // For the next evaluation: the latest raws, newest last, at most up_after of them; and how many in a row were below `level`.
  std::vector<Level> latest = {};
  int below = 0;
  bool operator==(const LevelState&) const = default;
};

// The state after one more evaluation. Evaluations come in the order of time.
LevelState Next(const LevelParams& params, const LevelState& before, const Evaluation& evaluation);

}  // namespace snp::domain
