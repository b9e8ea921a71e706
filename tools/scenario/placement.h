// Where things stand: facilities in populous communes well apart, GPs in proportion to population.
#pragma once

#include <vector>

#include "domain/commune.h"
#include "scenario/random.h"

namespace snp::scenario {

// `count` communes of `communes` for one kind of facility, the most populous likelier first, each at least `spacing_km` from the others; where that
// is impossible the spacing is halved until it fits (a commune may then serve twice). Precondition: communes is not empty.
std::vector<const domain::Commune*> ChooseCommunes(const std::vector<const domain::Commune*>& communes, int count, double spacing_km, Random& random);

// Shares `count` among the communes in proportion to population (largest remainder, so that the sum is exact).
std::vector<int> ShareByPopulation(const std::vector<const domain::Commune*>& communes, int count);

}  // namespace snp::scenario
