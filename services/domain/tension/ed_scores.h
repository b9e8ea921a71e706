// Crowding scores of an emergency department, from its state at one moment. Counts are people or beds, times hours. Inputs are finite and not
// negative; each function returns INVALID_ARGUMENT that names the field otherwise.
#pragma once

#include <array>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace snp::domain {

// NEDOCS, National Emergency Department Overcrowding Scale (Weiss et al. 2004, Acad Emerg Med 11(1)).
struct NedocsInput {
  double ed_patients = 0;
  double ed_beds = 0;        // Above 0.
  double boarders = 0;       // Admitted, waiting for a bed.
  double hospital_beds = 0;  // Above 0.
  double ventilated = 0;
  double longest_boarding_h = 0;
  double last_bed_wait_h = 0;  // Of the patient who got a bed last.
};
// -20 + 85.8 patients/beds + 600 boarders/hospital beds + 13.4 ventilated + 0.93 longest + 5.64 wait, never below 0.
absl::StatusOr<double> Nedocs(const NedocsInput& input);
// "not_busy" to 20, "busy" to 60, "extremely_busy" to 100, "overcrowded" to 140, "severely_overcrowded" to 180, "dangerously_overcrowded" above.
absl::string_view NedocsLevel(double nedocs);

// EDWIN, Emergency Department Work Index (Bernstein et al. 2003, Acad Emerg Med 10(9)).
struct EdwinInput {
  // Patients by triage category, [0] the least urgent (weight 1) to [4] the sickest (weight 5): the reverse of a triage scale where 1 is the sickest.
  std::array<double, 5> patients{};
  double attending = 0;  // Doctors on duty.
  double beds = 0;       // Treatment bays.
  double boarders = 0;   // Admitted patients who hold a bay.
};
struct EdwinScore {
  double value = 0;      // Not finite when maximal.
  bool maximal = false;  // No doctor, or no bay left: the index is undefined and the department as crowded as can be.
};
// sum of patients x weight / (attending x (beds - boarders)).
absl::StatusOr<EdwinScore> Edwin(const EdwinInput& input);
// "active" below 1.5, "busy" to 2, "crowded" above and when maximal.
absl::string_view EdwinLevel(const EdwinScore& score);

// CEDOCS, Community Emergency Department Overcrowding Scale (Weiss et al. 2014, West J Emerg Med 15(3)).
struct CedocsInput {
  double critical = 0;  // Critical-care patients in the department.
  double longest_boarding_h = 0;
  double waiting_room = 0;
  double ed_patients = 0;
  double ed_beds = 0;      // Above 0.
  double year_visits = 0;  // Visits a year: the spline's knots are at 18811, 43012, 49466 and 67273.
};
// May be negative. The sign of the spline's third term is plus: one public page prints minus, but only plus makes the cubes cancel beyond the last
// knot.
absl::StatusOr<double> Cedocs(const CedocsInput& input);
// As NedocsLevel: the scale is the same.
absl::string_view CedocsLevel(double cedocs);

}  // namespace snp::domain
