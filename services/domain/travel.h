// Travel time behind one port: a commune-to-commune matrix where one was given and has the pair, else the model: straight line x detour x speed by
// density of the two communes. Pure; one-way; minutes are real minutes of travel by car. What stands behind it may change, callers may not notice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "domain/geo.h"

namespace snp::domain {

// Speed in communes of at least this density (people per km2).
struct SpeedClass {
  double density_from = 0;
  double kmh = 40;
  bool operator==(const SpeedClass&) const = default;
};

// The model's figures; part of a policy.
struct TravelModel {
  double detour = 1.3;  // Road over straight line, >= 1.
  // Densest first, the last one from 0. A commune of unknown density travels at the first (slowest) speed: better early than late.
  std::vector<SpeedClass> speeds = {{0, 40}};

  // Speed at a density; negative density: unknown.
  double SpeedKmh(double density) const;
  // Minutes for `km` of straight line: half of the way at each end's speed.
  double Minutes(double km, double from_kmh, double to_kmh) const {
    // The plain form first: a policy of one speed must give exactly km x detour / speed.
    if (from_kmh == to_kmh) return km * detour / from_kmh * 60;
    return km * detour * 30 * (1 / from_kmh + 1 / to_kmh);
  }
  // The fastest speed of all: gives the lower bound that a search prunes with.
  double FastestKmh() const;
  bool operator==(const TravelModel&) const = default;
};

// Minutes between communes. Symmetric unless both directions are given. Immutable once parsed: free to share between threads.
class TravelMatrix {
 public:
  // Text of a CSV with columns `from,to,minutes` (INSEE codes). INVALID_ARGUMENT with line and column at the first bad row: a matrix that is half
  // read would change rankings silently. The last of two rows for the same pair is an error too.
  static absl::StatusOr<TravelMatrix> Parse(std::string csv);

  // Number of a commune in this matrix; -1 when it has none.
  int Find(absl::string_view insee) const;
  // Minutes between two numbers (either may be -1); nullopt: the pair is missing, use the model.
  std::optional<double> Minutes(int from, int to) const;
  // All communes reachable from `from`, nearest first: (minutes, number).
  const std::vector<std::pair<double, int>>& Row(int from) const { return rows_[from]; }
  int communes() const { return static_cast<int>(rows_.size()); }

 private:
  TravelMatrix() = default;
  absl::flat_hash_map<std::string, int> ids_;
  absl::flat_hash_map<uint64_t, double> pairs_;
  std::vector<std::vector<std::pair<double, int>>> rows_;
};

}  // namespace snp::domain
