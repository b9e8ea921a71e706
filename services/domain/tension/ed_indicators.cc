#include "domain/tension/ed_indicators.h"

#include "absl/time/civil_time.h"

namespace snp::domain {
namespace {

constexpr absl::Duration kLongestStay = absl::Hours(72);

}  // namespace

EdIndicators EdIndicatorsOf(absl::Span<const EdVisit> visits, absl::CivilDay day, absl::TimeZone zone, int places) {
  const absl::Time at_15h = absl::FromCivil(absl::CivilSecond(day) + 15 * 3600, zone);
  EdIndicators indicators;
  int stays = 0;
  int known_exits = 0;
  int hospitalised = 0;
  int present = 0;
  absl::Duration total_stay;
  for (const EdVisit& visit : visits) {
    const absl::Time gone = visit.exit.value_or(visit.entry + kLongestStay);
    if (visit.entry <= at_15h && at_15h < gone) ++present;
    if (absl::ToCivilDay(visit.entry, zone) != day) continue;
    ++indicators.visits;
    if (visit.age_years && *visit.age_years >= 75) ++indicators.visits_75;
    if (visit.exit && *visit.exit > visit.entry && *visit.exit - visit.entry <= kLongestStay) {
      ++stays;
      total_stay += *visit.exit - visit.entry;
    }
    if (visit.exit_mode == EdExitMode::kUnknown) continue;
    ++known_exits;
    if (visit.exit_mode == EdExitMode::kMutation || visit.exit_mode == EdExitMode::kTransfert) ++hospitalised;
  }
  if (stays > 0) indicators.mean_stay = total_stay / stays;
  if (known_exits > 0) indicators.hospitalised_share = static_cast<double>(hospitalised) / known_exits;
  if (places > 0) indicators.occupancy_at_15h = static_cast<double>(present) / places;
  return indicators;
}

}  // namespace snp::domain
