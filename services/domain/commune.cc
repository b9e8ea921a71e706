#include "domain/commune.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "domain/csv.h"

namespace snp::domain {
namespace {

constexpr double kDenseCityPerKm2 = 10000;

void UnitVector(LatLon p, double (&out)[3]) {
  constexpr double kRad = std::numbers::pi / 180.0;
  out[0] = std::cos(p.lat * kRad) * std::cos(p.lon * kRad);
  out[1] = std::cos(p.lat * kRad) * std::sin(p.lon * kRad);
  out[2] = std::sin(p.lat * kRad);
}

double SquaredChord(const double (&a)[3], const double (&b)[3]) {
  double sum = 0;
  for (int i = 0; i < 3; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

// Two digits or 2A/2B, then three digits.
bool LooksLikeCode(absl::string_view s) {
  if (s.size() != 5 || !absl::ascii_isdigit(s[0])) return false;
  if (!absl::ascii_isdigit(s[1]) && !(s[0] == '2' && (s[1] == 'A' || s[1] == 'B'))) return false;
  return std::all_of(s.begin() + 2, s.end(), absl::ascii_isdigit);
}

absl::StatusOr<Commune> ReadCommune(const CsvRow& row) {
  Commune commune;
  commune.insee = std::string(row.Text("insee"));
  if (!LooksLikeCode(commune.insee)) return row.Error("insee", "expected an INSEE commune code of 5 characters");
  commune.name = std::string(row.Text("name"));
  if (commune.name.empty()) return row.Error("name", "missing");
  commune.department = DepartmentOfCommune(commune.insee);
  if (commune.department.empty()) return row.Error("insee", "no department has codes that begin like this");
  if (commune.department.value() != row.Text("departement")) return row.Error("departement", "does not match the INSEE code");
  commune.postal_codes = row.List("postal_codes");
  auto population = row.Integer("population");
  if (!population.ok()) return population.status();
  if (*population < 0 || *population > 100'000'000) return row.Error("population", "expected 0 to 100,000,000");
  commune.population = static_cast<int>(*population);
  auto lat = row.Number("lat");
  if (!lat.ok()) return lat.status();
  auto lon = row.Number("lon");
  if (!lon.ok()) return lon.status();
  commune.centre = {*lat, *lon};
  if (!IsPlausible(commune.centre)) return row.Error("lat", "the coordinates are not on Earth");
  auto area = row.Number("area_km2");
  if (!area.ok()) return area.status();
  if (*area < 0) return row.Error("area_km2", "expected 0 or more");
  commune.area_km2 = *area;
  return commune;
}

}  // namespace

double DensityPerKm2(const Commune& commune) { return commune.area_km2 > 0 ? commune.population / commune.area_km2 : kDenseCityPerKm2; }

std::string WhyUnknown(absl::string_view insee) {
  if (insee.empty()) return "missing: give the INSEE code of the commune (5 characters, not the postal code)";
  if (!LooksLikeCode(insee)) {
    return absl::StrCat("\"", absl::CEscape(insee.substr(0, 16)), insee.size() > 16 ? "..." : "",
                        "\" is not an INSEE commune code: expected 5 characters like 95127 or 2A004");
  }
  const auto ask = [&](absl::string_view city, absl::string_view first, absl::string_view last) {
    return absl::StrCat(insee, " is the whole city of ", city, ": give the arrondissement, ", first, " to ", last);
  };
  if (insee == "75056") return ask("Paris", "75101", "75120");
  if (insee == "69123") return ask("Lyon", "69381", "69389");
  if (insee == "13055") return ask("Marseille", "13201", "13216");
  if (insee.substr(0, 2) == "97" || insee.substr(0, 2) == "98") {
    return absl::StrCat(insee, " is an overseas code: it may exist, but the commune file covers metropolitan France only");
  }
  return absl::StrCat(insee, " is not a commune of the commune file: an INSEE code is expected, which is not the postal code");
}

absl::StatusOr<CommuneTable> CommuneTable::Parse(std::string csv) {
  auto reader = CsvReader::Open(std::move(csv), {"insee", "name", "departement", "region", "postal_codes", "population", "lat", "lon", "area_km2"});
  if (!reader.ok()) return reader.status();
  CommuneTable table;
  std::vector<Commune> communes;
  while (auto row = reader->Next()) {
    if (!row->ok()) return row->status();
    auto commune = ReadCommune(**row);
    if (!commune.ok()) return commune.status();
    if (!table.by_code_.emplace(commune->insee, static_cast<int>(communes.size())).second) return (*row)->Error("insee", "stands twice in the file");
    communes.push_back(*std::move(commune));
  }
  table.tree_.resize(communes.size());
  for (size_t i = 0; i < communes.size(); ++i) {
    UnitVector(communes[i].centre, table.tree_[i].x);
    table.tree_[i].commune = static_cast<int>(i);
  }
  table.communes_ = std::make_unique<const std::vector<Commune>>(std::move(communes));
  table.BuildTree(0, static_cast<int>(table.tree_.size()), 0);
  return table;
}

// The middle element of [begin, end) divides the rest along `axis`.
void CommuneTable::BuildTree(int begin, int end, int axis) {
  if (end - begin < 2) return;
  const int middle = begin + (end - begin) / 2;
  std::nth_element(tree_.begin() + begin, tree_.begin() + middle, tree_.begin() + end,
                   [axis](const Node& a, const Node& b) { return a.x[axis] < b.x[axis]; });
  BuildTree(begin, middle, (axis + 1) % 3);
  BuildTree(middle + 1, end, (axis + 1) % 3);
}

void CommuneTable::Search(int begin, int end, int axis, const double (&target)[3], double* best, int* found) const {
  if (begin >= end) return;
  const int middle = begin + (end - begin) / 2;
  const Node& node = tree_[middle];
  const double distance = SquaredChord(node.x, target);
  const bool lower_code = *found >= 0 && distance == *best && (*communes_)[node.commune].insee < (*communes_)[*found].insee;
  if (distance < *best || lower_code) {
    *best = distance;
    *found = node.commune;
  }
  const double ahead = target[axis] - node.x[axis];
  const int next = (axis + 1) % 3;
  if (ahead < 0) {
    Search(begin, middle, next, target, best, found);
    if (ahead * ahead <= *best) Search(middle + 1, end, next, target, best, found);
  } else {
    Search(middle + 1, end, next, target, best, found);
    if (ahead * ahead <= *best) Search(begin, middle, next, target, best, found);
  }
}

const Commune* CommuneTable::Find(absl::string_view insee) const {
  const auto it = by_code_.find(insee);
  return it == by_code_.end() ? nullptr : &(*communes_)[it->second];
}

absl::StatusOr<const Commune*> CommuneTable::Lookup(absl::string_view insee) const {
  if (const Commune* commune = Find(insee)) return commune;
  return absl::InvalidArgumentError(WhyUnknown(insee));
}

const Commune* CommuneTable::Nearest(LatLon point) const {
  double target[3];
  UnitVector(point, target);
  double best = std::numeric_limits<double>::infinity();
  int found = -1;
  Search(0, static_cast<int>(tree_.size()), 0, target, &best, &found);
  return found < 0 ? nullptr : &(*communes_)[found];
}

std::vector<const Commune*> CommuneTable::InDepartment(const Department& department) const {
  std::vector<const Commune*> found;
  for (const Commune& commune : *communes_) {
    if (commune.department == department) found.push_back(&commune);
  }
  return found;
}

}  // namespace snp::domain
