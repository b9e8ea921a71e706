// Random territories and demands from a seed, dense enough in constraints that each of them decides some answers.
#pragma once

#include <random>

#include "domain/demand.h"
#include "domain/policy.h"
#include "matcher/oracle.h"

namespace snp::matcher::oracle {

// Two departments, some tens of places, some hundreds of slots around `now`.
World RandomWorld(std::mt19937& random, absl::Time now);
domain::Demand RandomDemand(std::mt19937& random, const World& world, absl::Time now);
// Graded policies (one in ten flat) with everything switched on and off at random.
domain::Policy RandomPolicy(std::mt19937& random);

}  // namespace snp::matcher::oracle
