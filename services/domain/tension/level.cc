#include "domain/tension/level.h"

#include <algorithm>

namespace snp::domain {
namespace {

struct Raw {
  Level level;
  LevelRule rule;
};

// What is known stands for at least this: a missing pillar counts by what it shows.
Raw RawLevel(const LevelParams& params, const LevelState& before, const Evaluation& e) {
  int at_least[4] = {0, 0, 0, 0};
  for (const PillarScore& pillar : e.scores) {
    if (pillar.kind == PillarScore::Kind::kNotCounted) continue;
    for (int score = 1; score <= pillar.score && score < 4; ++score) ++at_least[score];
  }
  if (at_least[3] >= 2) return {Level::kT4, LevelRule::kTwoAtThree};
  if (before.tension_since && e.at - *before.tension_since >= params.critical_after && e.unplaced_share &&
      *e.unplaced_share >= params.critical_unplaced) {
    return {Level::kT4, LevelRule::kTensionForADay};
  }
  if (at_least[3] >= 1) return {Level::kT3, LevelRule::kOneAtThree};
  if (at_least[2] >= 2) return {Level::kT3, LevelRule::kTwoAtTwo};
  if (at_least[2] >= 1) return {Level::kT2, LevelRule::kOneAtTwo};
  if (at_least[1] >= 3) return {Level::kT2, LevelRule::kThreeAtOne};
  return {Level::kT1, LevelRule::kNone};
}

}  // namespace

absl::string_view PillarName(Pillar pillar) {
  constexpr const char* kNames[kPillarCount] = {"crra", "sau", "mmg", "pfg", "ville", "epi"};
  return kNames[static_cast<size_t>(pillar)];
}

PillarScore PillarOf(const std::vector<PillarScore>& indicators) {
  PillarScore highest = PillarScore::NotCounted();
  bool missing = false;
  for (const PillarScore& indicator : indicators) {
    if (indicator.kind == PillarScore::Kind::kMissing) missing = true;
    if (indicator.kind != PillarScore::Kind::kNotCounted) highest = PillarScore::Of(std::max(highest.score, indicator.score));
  }
  // Nothing that is missing could add to a 3.
  if (missing && highest.score < 3) return PillarScore::Missing(highest.score);
  return highest;
}

int StickyBand(const Thresholds3& thresholds, double deadband, int previous, double value) {
  const int now = *Band(thresholds, value);
  if (now >= previous) return now;
  int score = previous;
  while (score > now && value < thresholds[static_cast<size_t>(score - 1)] - deadband) --score;
  return score;
}

std::optional<double> UnplacedShare(const TownSignals& town) {
  if (town.requests <= 0) return std::nullopt;
  return static_cast<double>(town.unplaced) / town.requests;
}

PillarScore TownScore(const TownParams& params, const TownSignals& town) {
  const auto unplaced = UnplacedShare(town);
  if (!unplaced) return PillarScore::NotCounted();
  if (town.published <= 0) return PillarScore::Of(3);
  return PillarScore::Of(std::max(*Band(params.unplaced, unplaced), *Band(params.fill, static_cast<double>(town.booked) / town.published)));
}

absl::Status Validate(const LevelParams& params) {
  if (params.up_after < 1 || params.up_after > 96) return absl::InvalidArgumentError("up_after: 1 to 96 evaluations");
  if (params.down_after < 1 || params.down_after > 96) return absl::InvalidArgumentError("down_after: 1 to 96 evaluations");
  if (params.critical_after <= absl::ZeroDuration()) return absl::InvalidArgumentError("critical_after: above 0");
  if (!(params.critical_unplaced > 0 && params.critical_unplaced <= 1)) return absl::InvalidArgumentError("critical_unplaced: above 0, at most 1");
  return absl::OkStatus();
}

LevelState Next(const LevelParams& params, const LevelState& before, const Evaluation& evaluation) {
  LevelState state = before;
  const Raw raw = RawLevel(params, before, evaluation);
  state.raw = raw.level;
  state.rule = raw.rule;
  state.data_missing =
      std::any_of(evaluation.scores.begin(), evaluation.scores.end(), [](const PillarScore& p) { return p.kind == PillarScore::Kind::kMissing; });
  state.latest.push_back(raw.level);
  if (static_cast<int>(state.latest.size()) > params.up_after) state.latest.erase(state.latest.begin());
  if (raw.level >= state.level) {
    state.below = 0;
  } else if (!state.data_missing) {
    ++state.below;
  }
  if (static_cast<int>(state.latest.size()) == params.up_after) {
    const Level sustained = *std::min_element(state.latest.begin(), state.latest.end());
    if (sustained > state.level) {
      state.level = sustained;
      state.since = evaluation.at;
      state.below = 0;
    }
  }
  if (state.below >= params.down_after) {
    state.level = static_cast<Level>(static_cast<int>(state.level) - 1);
    state.since = evaluation.at;
    state.below = 0;
  }
  if (state.level < Level::kT3) {
    state.tension_since.reset();
  } else if (!state.tension_since) {
    state.tension_since = evaluation.at;
  }
  return state;
}

}  // namespace snp::domain
