#include "scenario/day.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domain/delay.h"
#include "scenario/random.h"
#include "scenario/slot_rules.h"
#include "scenario/words.h"

namespace snp::scenario {
namespace {

const std::string& PickCode(const Mix& mix, Random& random) {
  std::vector<double> shares;
  for (const auto& [code, share] : mix) shares.push_back(share);
  return mix[random.Pick(shares)].first;
}

class Caller {
 public:
  Caller(const Config& config, const Territory& territory, uint64_t seed)
      : demand_(config.demand), territory_(territory), random_(seed, "patients"), gps_(GpPositions(territory)) {}

  Request Call(const domain::Commune& commune, absl::Time arrival) {
    Request r;
    r.arrival = arrival;
    r.priority = *ParseCallPriority(PickCode(demand_.priorities, random_));
    r.care_level = *ParseCareLevel(PickCode(demand_.care_levels, random_));
    r.examination =
        r.care_level == domain::CareLevel::kR3 || (r.care_level == domain::CareLevel::kR4 && random_.Chance(demand_.r4_examination_share));
    if (!r.IsEmergency()) r.delay = PickCode(demand_.delays, random_);
    r.origin = PickCode(demand_.origins, random_);
    const int age_months = Age();
    if (!random_.Chance(demand_.unknown_age_share)) r.age_months = age_months;
    r.sex = random_.Chance(demand_.female_share) ? domain::Sex::kFemale : domain::Sex::kMale;
    r.motive = Motive(age_months / 12);
    r.commune = commune.insee;
    r.position = ScatterIn(commune, random_);
    r.pmr = random_.Chance(age_months >= 75 * 12 ? demand_.pmr_share_from_75 : demand_.pmr_share);
    r.no_car = random_.Chance(demand_.no_car_share);
    if (random_.Chance(demand_.own_gp_share)) r.own_gp = OwnGp(commune);
    for (const CapabilityShare& c : demand_.capabilities) {
      if (c.motive == r.motive && r.NeedsExamination() && random_.Chance(c.share)) r.capabilities.push_back(c.capability);
    }
    return r;
  }

 private:
  struct GpAt {
    domain::LatLon position;
    domain::Rpps rpps;
  };

  static std::vector<GpAt> GpPositions(const Territory& territory) {
    std::vector<std::pair<domain::PlaceName, domain::LatLon>> places;
    for (const domain::Place& p : territory.places) places.emplace_back(p.name, p.position);
    std::sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<GpAt> gps;
    for (const domain::Practitioner& p : territory.practitioners) {
      const auto at =
          std::lower_bound(places.begin(), places.end(), p.places.front(), [](const auto& a, const domain::PlaceName& b) { return a.first < b; });
      gps.push_back({at->second, p.name.id});
    }
    return gps;
  }

  int Age() {
    std::vector<double> shares;
    for (const AgeBand& band : demand_.ages) shares.push_back(band.share);
    const AgeBand& band = demand_.ages[random_.Pick(shares)];
    return band.from * 12 + static_cast<int>(random_.Below((band.to - band.from) * 12));
  }

  std::string Motive(int years) {
    std::vector<double> weights;
    for (const MotiveWeight& m : demand_.motives) weights.push_back(years < 16 ? m.child : years < 65 ? m.adult : m.senior);
    return demand_.motives[random_.Pick(weights)].code;
  }

  // A GP near the commune's centre, nearer ones likelier; the nearest of all when there is none within the radius.
  domain::Rpps OwnGp(const domain::Commune& commune) {
    auto [it, fresh] = weights_.try_emplace(commune.insee);
    std::vector<double>& weights = it->second;
    if (fresh) {
      size_t nearest = 0;
      double nearest_km = 1e9;
      for (size_t i = 0; i < gps_.size(); ++i) {
        const double km = domain::HaversineKm(commune.centre, gps_[i].position);
        if (km < nearest_km) nearest = i, nearest_km = km;
        weights.push_back(km <= demand_.own_gp_radius_km ? 1 / ((1 + km) * (1 + km)) : 0);
      }
      if (!gps_.empty() && nearest_km > demand_.own_gp_radius_km) weights[nearest] = 1;
    }
    return weights.empty() ? domain::Rpps() : gps_[random_.Pick(weights)].rpps;
  }

  const DemandConfig& demand_;
  const Territory& territory_;
  Random random_;
  const std::vector<GpAt> gps_;
  absl::flat_hash_map<std::string, std::vector<double>> weights_;  // Of the GPs, by commune.
};

}  // namespace

absl::Time Request::Deadline() const { return domain::ClinicalDeadline(delay, arrival, std::nullopt).value_or(absl::InfiniteFuture()); }

absl::StatusOr<Day> MakeDay(const Config& config, const Territory& territory, uint64_t seed) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(config.time_zone, &zone)) return absl::InvalidArgumentError(absl::StrCat("unknown time zone ", config.time_zone));
  const DemandConfig& demand = config.demand;
  const size_t weekday = IsSundayOrHoliday(config.date, config) ? 6 : static_cast<size_t>(absl::GetWeekday(config.date));
  const double expected = demand.requests_per_day * demand.season * demand.day_weights[weekday];
  const double hours = std::accumulate(demand.hour_weights.begin(), demand.hour_weights.end(), 0.0);
  double people = 0;
  for (const domain::Commune& c : territory.communes) people += c.population;

  Day day{At(config.date, 0, zone), At(config.date, 1440, zone), {}};
  Random arrivals(seed, "arrivals");
  Caller caller(config, territory, seed);
  for (const domain::Commune& commune : territory.communes) {
    for (int h = 0; h < 24; ++h) {
      const absl::Time from = At(config.date, h * 60, zone), to = At(config.date, h * 60 + 60, zone);
      const int count = from < to ? arrivals.Poisson(expected * commune.population / people * demand.hour_weights[h] / hours) : 0;
      for (int i = 0; i < count; ++i) {
        // Whole seconds: the same text in a CSV file as in memory.
        const auto seconds = static_cast<int64_t>(arrivals.Below(static_cast<uint64_t>((to - from) / absl::Seconds(1))));
        day.requests.push_back(caller.Call(commune, from + absl::Seconds(seconds)));
      }
    }
  }
  std::stable_sort(day.requests.begin(), day.requests.end(), [](const Request& a, const Request& b) { return a.arrival < b.arrival; });
  for (size_t i = 0; i < day.requests.size(); ++i) {
    day.requests[i].id = static_cast<int64_t>(i) + 1;
    day.requests[i].file_number = absl::StrFormat("%s-%s-%04d", config.department, absl::FormatCivilTime(config.date), i + 1);
  }
  return day;
}

}  // namespace snp::scenario
