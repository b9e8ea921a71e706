#include "domain/travel.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "domain/csv.h"
#include "domain/names.h"

namespace snp::domain {
namespace {

uint64_t Key(int from, int to) { return (static_cast<uint64_t>(static_cast<uint32_t>(from)) << 32) | static_cast<uint32_t>(to); }

}  // namespace

double TravelModel::SpeedKmh(double density) const {
  if (density < 0) return speeds.front().kmh;
  for (const SpeedClass& c : speeds) {
    if (density >= c.density_from) return c.kmh;
  }
  return speeds.back().kmh;
}

double TravelModel::FastestKmh() const {
  double fastest = 0;
  for (const SpeedClass& c : speeds) fastest = std::max(fastest, c.kmh);
  return fastest;
}

absl::StatusOr<TravelMatrix> TravelMatrix::Parse(std::string csv) {
  auto reader = CsvReader::Open(std::move(csv), {"from", "to", "minutes"});
  if (!reader.ok()) return reader.status();
  TravelMatrix matrix;
  while (auto next = reader->Next()) {
    if (!next->ok()) return next->status();
    const CsvRow& row = **next;
    int ends[2];
    for (int i = 0; i < 2; ++i) {
      const char* column = i == 0 ? "from" : "to";
      const absl::string_view insee = row.Text(column);
      if (DepartmentOfCommune(insee).empty()) return row.Error(column, "expected an INSEE code of 5 characters");
      ends[i] = matrix.ids_.try_emplace(std::string(insee), static_cast<int>(matrix.ids_.size())).first->second;
    }
    auto minutes = row.Number("minutes");
    if (!minutes.ok()) return minutes.status();
    if (!std::isfinite(*minutes) || *minutes < 0 || *minutes > 1440) return row.Error("minutes", "expected 0 to 1440 minutes");
    if (!matrix.pairs_.try_emplace(Key(ends[0], ends[1]), *minutes).second) return row.Error("to", "this pair stands twice");
  }
  matrix.rows_.resize(matrix.ids_.size());
  std::vector<std::pair<uint64_t, double>> mirrored;
  for (const auto& [key, minutes] : matrix.pairs_) {
    const int from = static_cast<int>(key >> 32), to = static_cast<int>(key & 0xffffffffu);
    if (!matrix.pairs_.contains(Key(to, from))) mirrored.emplace_back(Key(to, from), minutes);
  }
  matrix.pairs_.insert(mirrored.begin(), mirrored.end());
  for (const auto& [key, minutes] : matrix.pairs_) matrix.rows_[key >> 32].emplace_back(minutes, static_cast<int>(key & 0xffffffffu));
  for (auto& row : matrix.rows_) std::sort(row.begin(), row.end());
  return matrix;
}

int TravelMatrix::Find(absl::string_view insee) const {
  auto it = ids_.find(insee);
  return it == ids_.end() ? -1 : it->second;
}

std::optional<double> TravelMatrix::Minutes(int from, int to) const {
  if (from < 0 || to < 0) return std::nullopt;
  auto it = pairs_.find(Key(from, to));
  if (it == pairs_.end()) return std::nullopt;
  return it->second;
}

}  // namespace snp::domain
