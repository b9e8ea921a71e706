#include "domain/tension/epidemic.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace snp::domain {
namespace {

int Strength(const SyndromeAlarms& alarms) {
  if ((alarms.c2 && alarms.c3) || alarms.farrington) return 2;
  return alarms.c1 || alarms.c2 || alarms.c3 || alarms.other ? 1 : 0;
}

}  // namespace

int SyndromeScore(const SyndromeAlarms& before, const SyndromeAlarms& now) {
  const int then = Strength(before);
  const int today = Strength(now);
  if (then == 0 || today == 0) return 0;
  return then == 2 && today == 2 ? 3 : today;
}

absl::StatusOr<int> EpidemicScore(const std::vector<SyndromePoints>& watched) {
  if (watched.size() > kMostSyndromes) {
    return absl::InvalidArgumentError(absl::StrCat("watch list: at most ", kMostSyndromes, " syndromes, not ", watched.size()));
  }
  int score = 0;
  for (const SyndromePoints& syndrome : watched) score = std::max(score, SyndromeScore(syndrome.before, syndrome.now));
  return score;
}

}  // namespace snp::domain
