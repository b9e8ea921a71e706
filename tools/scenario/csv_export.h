// A scenario as CSV files, header line first: what `snpctl import` reads (each column is explained by `snpctl import places --help` and alike).
#pragma once

#include <string>

#include "absl/status/status.h"
#include "scenario/day.h"
#include "scenario/territory.h"

namespace snp::scenario {

std::string PlacesCsv(const Territory& territory);
std::string PractitionersCsv(const Territory& territory);
std::string SlotsCsv(const Territory& territory);  // Times in UTC, ISO 8601.
std::string CasesCsv(const Day& day);

// Writes places.csv, practitioners.csv, slots.csv and cases.csv into an existing folder.
absl::Status WriteCsv(const Territory& territory, const Day& day, const std::string& folder);

}  // namespace snp::scenario
