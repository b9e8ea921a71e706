// The five daily indicators of one emergency department that the French observatories share (FEDORU; Alsace, "Hopital en tension", 2015), from its
// RPU (resume de passage aux urgences).
#pragma once

#include <optional>

#include "absl/time/time.h"
#include "absl/types/span.h"

namespace snp::domain {

// Way out, as the RPU codes it (MODE_SORTIE).
enum class EdExitMode { kUnknown, kMutation, kTransfert, kDomicile, kDeces };

// One visit. Least data: no identity, the age in whole years.
struct EdVisit {
  absl::Time entry;
  std::optional<absl::Time> exit;  // nullopt: still present, or never written.
  std::optional<int> age_years;
  EdExitMode exit_mode = EdExitMode::kUnknown;
};

struct EdIndicators {
  int visits = 0;                            // HET1: entries of the day.
  int visits_75 = 0;                         // HET2: of these, aged 75 or more.
  std::optional<absl::Duration> mean_stay;   // HET3: of stays above 0 and up to 72 h; nullopt when there is none.
  std::optional<double> hospitalised_share;  // HET4: (mutation + transfert) / visits with a known way out, 0 to 1; nullopt when there is none.
  std::optional<double> occupancy_at_15h;    // HET5: present at 15:00 / places; nullopt without places.
};

// Of the visits that entered on `day` in `zone`. HET5 counts those present at 15:00 of that day, whenever they entered: entry <= 15:00 < exit; a
// visit without an exit counts for 72 h from its entry. `places`: of the department (R), 0 when not known. `visits` may hold other days and come in
// any order.
EdIndicators EdIndicatorsOf(absl::Span<const EdVisit> visits, absl::CivilDay day, absl::TimeZone zone, int places);

}  // namespace snp::domain
