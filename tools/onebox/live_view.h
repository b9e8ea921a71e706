// The live terminal view of a played day: one screen, redrawn in place.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "onebox/tally.h"

namespace snp::onebox {

struct ViewState {
  std::string title;
  absl::Time now, begin, end;
  size_t arrived = 0;
  size_t queue = 0;
  std::vector<std::string> waiting;  // First of the queue, in order.
  Summary summary;
  std::vector<Recent> last;
};

// The screen as text, at most `width` columns; ANSI colours when `colour`.
std::string Render(const ViewState& state, int width, bool colour);

// The zone in which people read times.
const absl::TimeZone& Paris();

// French name of a circle, for people.
const char* CircleName(domain::Circle circle);

}  // namespace snp::onebox
