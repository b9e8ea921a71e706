// Demand: what a patient needs, and a ranked answer. Promises: proto/snp/matcher/v1/matcher.proto.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "domain/care.h"
#include "domain/geo.h"
#include "domain/names.h"

namespace snp::domain {

// As whom the index is looked at: decides which slots are visible.
struct Viewer {
  bool regulation = false;   // Regulator, OSNP, or a service acting for them: sees every visibility and regulated-only slots.
  bool professional = true;  // Practice: PUBLIC, PRO, and CPTS of its own.
  std::string cpts;
};

struct Demand {
  LatLon position;
  std::string commune;  // INSEE, or empty.
  absl::Time now;       // Travel starts here.
  absl::Time earliest;
  absl::Time latest;  // Clinical deadline.
  std::optional<absl::Duration> max_travel;
  ModalitySet modalities;  // Empty: all.
  std::string specialty;
  std::vector<std::string> capabilities;
  std::optional<int> age_months;
  Rpps own_gp;
  bool pmr = false;
  bool no_car = false;
  std::vector<SlotName> excluded;
  Viewer viewer;
};

struct RankedSlot {
  SlotName slot;
  int64_t revision = 0;
  PlaceId place;
  PlaceKind place_kind = PlaceKind::kCabinet;
  Modality modality = Modality::kCabinet;
  SlotMode mode = SlotMode::kRoutine;
  absl::Time seen;
  absl::Duration travel;
  absl::Duration wait;
  Circle circle = Circle::kFlat;
  double cost = 0;  // Weighted minutes.
  absl::Time confirmed;
  int remaining = 0;
  bool stale = false;             // Not confirmed for longer than the policy likes: it cost more.
  bool travel_by_matrix = false;  // Travel read from the commune-to-commune matrix; else estimated by the model.
  std::string place_display_name;
  std::string place_address;
};

// Slots refused per reason, indexed by Refusal.
using RefusalCounts = std::array<int64_t, kRefusalCount>;

struct Ranking {
  std::vector<RankedSlot> best;  // Best first.
  RefusalCounts refused{};       // Only when asked for.
};

}  // namespace snp::domain
