#include "scenario/placement.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "domain/geo.h"

namespace snp::scenario {

std::vector<const domain::Commune*> ChooseCommunes(const std::vector<const domain::Commune*>& communes, int count, double spacing_km,
                                                   Random& random) {
  // A factor of up to 1.5 shuffles the order a little, so that two kinds do not always share the same communes.
  std::vector<std::pair<double, const domain::Commune*>> order;
  for (const domain::Commune* c : communes) order.emplace_back(-c->population * random.Between(1, 1.5), c);
  std::sort(order.begin(), order.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first < b.first : a.second->insee < b.second->insee; });

  std::vector<const domain::Commune*> chosen;
  constexpr double kTooClose = 0.05;
  while (static_cast<int>(chosen.size()) < count) {
    const size_t before = chosen.size();
    for (const auto& [unused, c] : order) {
      if (static_cast<int>(chosen.size()) == count) break;
      const bool free = std::all_of(chosen.begin(), chosen.end(), [&, c = c](const domain::Commune* other) {
        return (spacing_km < kTooClose || other != c) && domain::HaversineKm(other->centre, c->centre) >= spacing_km;
      });
      if (free) chosen.push_back(c);
    }
    if (chosen.size() == before) spacing_km = spacing_km < kTooClose ? 0 : spacing_km / 2;
  }
  return chosen;
}

std::vector<int> ShareByPopulation(const std::vector<const domain::Commune*>& communes, int count) {
  int64_t total = 0;
  for (const domain::Commune* c : communes) total += c->population;
  std::vector<int> shares(communes.size(), 0);
  if (total == 0) return shares;
  std::vector<std::pair<int64_t, size_t>> remainders;
  int given = 0;
  for (size_t i = 0; i < communes.size(); ++i) {
    const int64_t exact = int64_t{communes[i]->population} * count;
    shares[i] = static_cast<int>(exact / total);
    given += shares[i];
    remainders.emplace_back(-(exact % total), i);
  }
  std::sort(remainders.begin(), remainders.end());
  for (int k = 0; k < count - given; ++k) ++shares[remainders[k].second];
  return shares;
}

}  // namespace snp::scenario
