// The ranking a second time, written from the text of the rules with plain loops over plain records: no interning, no tree, no shared code with the
// index or with domain/eligibility.h. Slow on purpose.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/demand.h"
#include "domain/policy.h"
#include "domain/supply.h"

namespace snp::matcher::oracle {

struct World {
  std::vector<domain::Place> places;
  std::vector<domain::Practitioner> practitioners;
  std::vector<domain::Slot> slots;
  std::map<std::string, double> density;                         // People per km2 by commune.
  std::map<std::pair<std::string, std::string>, double> matrix;  // Minutes.
};

struct Answer {
  std::string slot;  // Full name.
  double cost = 0;
  double travel = 0;  // Minutes.
  absl::Time seen;
  domain::Circle circle = domain::Circle::kFlat;
};

// Every eligible slot, best first.
std::vector<Answer> RankAll(const World& world, const domain::Demand& demand, const domain::Policy& policy);
// Refusals by reason, over the scope of an explanation.
domain::RefusalCounts Refusals(const World& world, const domain::Demand& demand, const domain::Policy& policy);

}  // namespace snp::matcher::oracle
