// Input files of `bench match`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/geo.h"

namespace snp::loadgen {

// `id,lat,lon,start_min,caps,site_type`: minutes from the bench's minute 0; caps a decimal bit mask.
struct MatchSlot {
  int64_t id = 0;
  domain::LatLon position;
  double start_min = 0;
  uint64_t caps = 0;
  std::string site_type;
};

// `id,lat,lon,earliest_min,latest_min,need,max_travel_min`.
struct MatchRequest {
  int64_t id = 0;
  domain::LatLon position;
  double earliest_min = 0;
  double latest_min = 0;
  uint64_t need = 0;
  double max_travel_min = 0;
};

// INVALID_ARGUMENT with file, line and column at the first bad cell: a bench on half a file would mean nothing.
absl::StatusOr<std::vector<MatchSlot>> ReadMatchSlots(const std::string& path);
absl::StatusOr<std::vector<MatchRequest>> ReadMatchRequests(const std::string& path);

// Names of the bits set in a mask: "b0", "b5".
std::vector<std::string> CapabilityCodes(uint64_t mask);

}  // namespace snp::loadgen
