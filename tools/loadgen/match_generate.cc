#include "loadgen/match_generate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domain/geo.h"
#include "scenario/random.h"

namespace snp::loadgen {
namespace {

// 300 x 300 km in the middle of metropolitan France, 2,000 towns, about 25 open slots a site.
constexpr double kSideKm = 300;
constexpr int kTowns = 2000;
constexpr int kSlotsPerSite = 25;
constexpr domain::LatLon kCorner{46.0, 0.5};
constexpr double kKmPerDegree = 111.195;
// Share of the sites that hold each capability; a site's kind makes it likelier or less likely.
constexpr std::array<double, 16> kShare = {.60, .30, .25, .15, .12, .10, .08, .06, .05, .04, .03, .03, .02, .02, .01, .01};

struct Town {
  double x = 0, y = 0, weight = 0, spread = 0;
};

double Normal(scenario::Random& random) { return std::sqrt(-2 * std::log(1 - random.Unit())) * std::cos(2 * std::numbers::pi * random.Unit()); }

domain::LatLon At(double x, double y) {
  const double lat = kCorner.lat + std::clamp(y, 0.0, kSideKm) / kKmPerDegree;
  return {lat, kCorner.lon + std::clamp(x, 0.0, kSideKm) / (kKmPerDegree * std::cos(lat * std::numbers::pi / 180))};
}

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed, "match") {
    for (int i = 0; i < kTowns; ++i) {
      Town town;
      town.x = random_.Between(0, kSideKm);
      town.y = random_.Between(0, kSideKm);
      town.weight = std::exp(1.7 * Normal(random_));
      town.spread = 0.7 * std::pow(town.weight, 0.3);
      towns_.push_back(town);
      sum_ += town.weight;
      cumulative_.push_back(sum_);
    }
  }

  domain::LatLon Point(double uniform_share) {
    if (random_.Chance(uniform_share)) return At(random_.Between(0, kSideKm), random_.Between(0, kSideKm));
    const size_t i = static_cast<size_t>(std::lower_bound(cumulative_.begin(), cumulative_.end(), random_.Unit() * sum_) - cumulative_.begin());
    const Town& town = towns_[std::min(i, towns_.size() - 1)];
    return At(town.x + town.spread * Normal(random_), town.y + town.spread * Normal(random_));
  }

  absl::Status WriteSlots(int64_t count, const std::string& path) {
    std::ofstream out(path);
    out << "id,lat,lon,start_min,caps,site_type\n";
    static constexpr std::array<const char*, 4> kTypes = {"cabinet", "group", "hospital", "pharmacy"};
    static constexpr std::array<double, 4> kTypeShare = {.60, .25, .05, .10};
    static constexpr std::array<double, 4> kFactor = {1.0, 1.4, 2.0, 0.6};
    for (int64_t id = 1; id <= count;) {
      const domain::LatLon position = Point(0.02);
      const size_t type = random_.Pick(kTypeShare);
      uint64_t site_caps = 0;
      for (size_t bit = 0; bit < kShare.size(); ++bit) {
        if (random_.Chance(std::min(.95, kShare[bit] * kFactor[type]))) site_caps |= uint64_t{1} << bit;
      }
      const int64_t here = std::min<int64_t>(count - id + 1, 1 + static_cast<int64_t>(random_.Below(2 * kSlotsPerSite - 1)));
      for (int64_t i = 0; i < here; ++i, ++id) {
        uint64_t caps = site_caps;
        for (size_t bit = 0; bit < kShare.size(); ++bit) {
          if (random_.Chance(.2)) caps &= ~(uint64_t{1} << bit);
        }
        const double day = random_.Chance(.5) ? 0 : 1440;
        const double minute = random_.Chance(.9) ? random_.Between(480, 1200) : random_.Between(0, 1440);
        out << absl::StrFormat("%d,%.6f,%.6f,%d,%d,%s\n", id, position.lat, position.lon, static_cast<int>(day + minute), caps, kTypes[type]);
      }
    }
    return Done(out, path);
  }

  absl::Status WriteRequests(int64_t count, const std::string& path) {
    std::ofstream out(path);
    out << "id,lat,lon,earliest_min,latest_min,need,max_travel_min\n";
    std::array<double, kShare.size()> need_weight;
    for (size_t bit = 0; bit < kShare.size(); ++bit) need_weight[bit] = std::pow(kShare[bit], 0.7);
    static constexpr std::array<double, 4> kWindow = {120, 360, 1440, 2880};
    static constexpr std::array<double, 4> kWindowShare = {.20, .30, .30, .20};
    static constexpr std::array<double, 3> kTravel = {15, 30, 60};
    for (int64_t id = 1; id <= count; ++id) {
      const domain::LatLon position = Point(0.10);
      const double earliest = std::floor(random_.Between(0, 2400));
      const double window = kWindow[random_.Pick(kWindowShare)];
      uint64_t need = uint64_t{1} << random_.Pick(need_weight);
      if (random_.Chance(.1)) need |= uint64_t{1} << random_.Pick(need_weight);
      out << absl::StrFormat("%d,%.6f,%.6f,%.0f,%.0f,%d,%.0f\n", id, position.lat, position.lon, earliest, earliest + window, need,
                             kTravel[random_.Below(3)]);
    }
    return Done(out, path);
  }

 private:
  static absl::Status Done(std::ofstream& out, const std::string& path) {
    out.close();
    return out ? absl::OkStatus() : absl::InternalError("cannot write " + path);
  }

  scenario::Random random_;
  std::vector<Town> towns_;
  std::vector<double> cumulative_;
  double sum_ = 0;
};

}  // namespace

absl::Status GenerateMatchFiles(const GenerateOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.out_dir, error);
  if (error) return absl::InvalidArgumentError(absl::StrCat("cannot make ", options.out_dir, ": ", error.message()));
  Generator generator(options.seed);
  if (auto slots = generator.WriteSlots(options.slots, options.out_dir + "/slots.csv"); !slots.ok()) return slots;
  return generator.WriteRequests(options.requests, options.out_dir + "/requests.csv");
}

}  // namespace snp::loadgen
