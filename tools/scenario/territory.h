// The supply side of a scenario: an invented but plausible territory on the real communes of a department.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "domain/commune.h"
#include "domain/supply.h"
#include "scenario/config.h"

namespace snp::scenario {

struct PublishedSlot {
  domain::SlotName name;
  domain::SlotDefinition definition;
};

struct Territory {
  domain::Department department;
  std::vector<domain::Commune> communes;  // Of the department, by code.
  std::vector<domain::Place> places;      // Facilities in the order of the configuration, then cabinets.
  std::vector<domain::Practitioner> practitioners;
  std::vector<PublishedSlot> slots;  // By start, then name; none overlaps another of the same practitioner.
};

// The same answer for the same configuration, communes and seed, on every machine. INVALID_ARGUMENT when the department has no commune in the table,
// or the time zone is unknown. GPs are spread in proportion to the population of communes; every place name, address and number is invented.
absl::StatusOr<Territory> MakeTerritory(const Config& config, const domain::CommuneTable& communes, uint64_t seed);

// A point at random in a disc of the commune's area around its centre (radius 0.8 km where the area is unknown), rounded to 5 decimals.
class Random;
domain::LatLon ScatterIn(const domain::Commune& commune, Random& random);

}  // namespace snp::scenario
