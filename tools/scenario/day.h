// The demand side of a scenario: the callers of one day.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "domain/care.h"
#include "domain/geo.h"
#include "domain/names.h"
#include "scenario/territory.h"

namespace snp::scenario {

// One caller, and what the doctor will decide. Invented.
struct Request {
  int64_t id = 0;  // 1, 2, 3... by arrival.
  absl::Time arrival;
  std::string file_number;
  domain::CallPriority priority = domain::CallPriority::kP2;
  domain::CareLevel care_level = domain::CareLevel::kR3;
  bool examination = false;  // R4 that needs an examination; always true for R3, false for R1 and R2.
  std::string delay;         // Code of the nomenclature `delai`; empty for R1 and R2.
  std::string motive;
  std::string origin;
  std::optional<int> age_months;
  domain::Sex sex = domain::Sex::kUnknown;
  std::string commune;
  domain::LatLon position;
  domain::Rpps own_gp;  // Empty: none known.
  bool pmr = false;
  bool no_car = false;
  std::vector<std::string> capabilities;

  bool IsEmergency() const { return care_level == domain::CareLevel::kR1 || care_level == domain::CareLevel::kR2; }
  // R3, or R4 so marked: a place must be found. Otherwise, and unless it is an emergency, advice is enough.
  bool NeedsExamination() const { return examination; }
  // arrival + delay; the infinite future without a delay.
  absl::Time Deadline() const;
};

struct Day {
  absl::Time begin, end;          // Civil midnight to civil midnight.
  std::vector<Request> requests;  // By arrival.
};

// Requests arrive as a Poisson process whose rate follows the commune's population and the hour. The same answer for the same arguments, on every
// machine.
absl::StatusOr<Day> MakeDay(const Config& config, const Territory& territory, uint64_t seed);

}  // namespace snp::scenario
