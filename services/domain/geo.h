// Points on the Earth and great-circle distance.
#pragma once

namespace snp::domain {

// WGS 84, degrees.
struct LatLon {
  double lat = 0;
  double lon = 0;
  bool operator==(const LatLon&) const = default;
};

// Mean Earth radius (IUGG), km.
inline constexpr double kEarthRadiusKm = 6371.0088;

// Great-circle distance in km, haversine formula.
double HaversineKm(LatLon a, LatLon b);

// -90..90 and -180..180, both finite, and not the null island (0, 0), which is a missing value in every source file seen.
bool IsPlausible(LatLon p);

}  // namespace snp::domain
