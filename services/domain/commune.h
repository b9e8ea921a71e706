// The communes of metropolitan France (arrondissements for Paris, Lyon and Marseille): INSEE code, name, population, centre.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "domain/geo.h"
#include "domain/names.h"

namespace snp::domain {

struct Commune {
  std::string insee;
  std::string name;
  Department department;
  std::vector<std::string> postal_codes;  // May be empty.
  int population = 0;
  LatLon centre;
  double area_km2 = 0;  // 0: not known (arrondissements).
};

// People per km2. Where the area is not known: that of a dense city, 10,000.
double DensityPerKm2(const Commune& commune);

// Why this INSEE code is not one of the table's, for people: malformed, a whole city that has arrondissements, overseas, or simply unknown.
std::string WhyUnknown(absl::string_view insee);

// Immutable once parsed: free to share between threads. Pointers live as long as the table (moving it keeps them).
class CommuneTable {
 public:
  // Text of communes.csv: insee,name,departement,region,postal_codes,population,lat,lon,area_km2. INVALID_ARGUMENT with line and column at the first
  // bad row, or when a code stands twice: a half-read territory would misplace patients.
  static absl::StatusOr<CommuneTable> Parse(std::string csv);

  // nullptr when not in the table.
  const Commune* Find(absl::string_view insee) const;
  // INVALID_ARGUMENT with WhyUnknown.
  absl::StatusOr<const Commune*> Lookup(absl::string_view insee) const;
  // The commune whose centre is nearest (great circle; equal distances: the lower code). O(log n). nullptr only when the table is empty.
  const Commune* Nearest(LatLon point) const;
  // In the order of the file.
  const std::vector<Commune>& all() const { return *communes_; }
  std::vector<const Commune*> InDepartment(const Department& department) const;

 private:
  // A centre as a unit vector: the chord grows with the great circle, so a k-d tree over vectors is exact at every latitude.
  struct Node {
    double x[3];
    int commune;
  };
  CommuneTable() = default;
  void BuildTree(int begin, int end, int axis);
  void Search(int begin, int end, int axis, const double (&target)[3], double* best, int* found) const;

  std::unique_ptr<const std::vector<Commune>> communes_;
  absl::flat_hash_map<std::string, int> by_code_;
  std::vector<Node> tree_;
};

}  // namespace snp::domain
