// A demand as it comes over the wire, checked field by field.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "domain/commune.h"
#include "domain/demand.h"
#include "platform/auth/caller.h"

namespace snp::matcher {

namespace v1 {
class Demand;
}  // namespace v1

// Regulators, OSNP and services look as regulation; a practice as a professional of its CPTS.
domain::Viewer ViewerOf(const platform::Caller& caller);

// INVALID_ARGUMENT with every wrong field (paths from "demand."). A commune alone gives its centre; coordinates alone the nearest commune, for its
// density and its row of the travel matrix. Absent earliest_time: now.
absl::StatusOr<domain::Demand> ReadDemand(const v1::Demand& demand, const platform::Caller& caller, absl::Time now,
                                          const domain::CommuneTable& communes);

}  // namespace snp::matcher
