#include "domain/tension/ed_scores.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace snp::domain {
namespace {

absl::Status CheckCounts(std::initializer_list<std::pair<const char*, double>> fields) {
  for (const auto& [name, value] : fields) {
    // No hospital has a billion of anything: beyond, sums would no longer be numbers.
    if (!(value >= 0 && value <= 1e9)) return absl::InvalidArgumentError(absl::StrCat(name, ": a number from 0 to a billion"));
  }
  return absl::OkStatus();
}

absl::Status CheckAboveZero(const char* name, double value) {
  if (!(value > 0)) return absl::InvalidArgumentError(absl::StrCat(name, ": above 0"));
  return absl::OkStatus();
}

double Cube(double x) { return x > 0 ? x * x * x : 0; }

}  // namespace

absl::StatusOr<double> Nedocs(const NedocsInput& in) {
  absl::Status status = CheckCounts({{"ed_patients", in.ed_patients},
                                     {"ed_beds", in.ed_beds},
                                     {"boarders", in.boarders},
                                     {"hospital_beds", in.hospital_beds},
                                     {"ventilated", in.ventilated},
                                     {"longest_boarding_h", in.longest_boarding_h},
                                     {"last_bed_wait_h", in.last_bed_wait_h}});
  if (status.ok()) status = CheckAboveZero("ed_beds", in.ed_beds);
  if (status.ok()) status = CheckAboveZero("hospital_beds", in.hospital_beds);
  if (!status.ok()) return status;
  const double score = -20 + 85.8 * in.ed_patients / in.ed_beds + 600 * in.boarders / in.hospital_beds + 13.4 * in.ventilated +
                       0.93 * in.longest_boarding_h + 5.64 * in.last_bed_wait_h;
  return std::max(0.0, score);
}

absl::string_view NedocsLevel(double nedocs) {
  if (nedocs <= 20) return "not_busy";
  if (nedocs <= 60) return "busy";
  if (nedocs <= 100) return "extremely_busy";
  if (nedocs <= 140) return "overcrowded";
  if (nedocs <= 180) return "severely_overcrowded";
  return "dangerously_overcrowded";
}

absl::StatusOr<EdwinScore> Edwin(const EdwinInput& in) {
  absl::Status status = CheckCounts({{"attending", in.attending}, {"beds", in.beds}, {"boarders", in.boarders}});
  double load = 0;
  for (size_t i = 0; i < in.patients.size() && status.ok(); ++i) {
    status = CheckCounts({{"patients", in.patients[i]}});
    load += in.patients[i] * static_cast<double>(i + 1);
  }
  if (!status.ok()) return status;
  if (in.attending == 0 || in.boarders >= in.beds) return EdwinScore{std::numeric_limits<double>::infinity(), true};
  return EdwinScore{load / (in.attending * (in.beds - in.boarders)), false};
}

absl::string_view EdwinLevel(const EdwinScore& score) {
  if (score.maximal || score.value > 2) return "crowded";
  return score.value < 1.5 ? "active" : "busy";
}

absl::StatusOr<double> Cedocs(const CedocsInput& in) {
  absl::Status status = CheckCounts({{"critical", in.critical},
                                     {"longest_boarding_h", in.longest_boarding_h},
                                     {"waiting_room", in.waiting_room},
                                     {"ed_patients", in.ed_patients},
                                     {"ed_beds", in.ed_beds},
                                     {"year_visits", in.year_visits}});
  if (status.ok()) status = CheckAboveZero("ed_beds", in.ed_beds);
  if (!status.ok()) return status;
  const double v = in.year_visits;
  const double spline = 1.11e-12 * Cube(v - 18811) - 8.23e-12 * Cube(v - 43012) + 8.20e-12 * Cube(v - 49466) - 1.08e-12 * Cube(v - 67273);
  return 3 * in.critical + 0.53 * in.longest_boarding_h + 1.16 * in.waiting_room + 20.66 * in.ed_patients / in.ed_beds + 0.00126 * v - spline - 30.39;
}

absl::string_view CedocsLevel(double cedocs) { return NedocsLevel(cedocs); }

}  // namespace snp::domain
