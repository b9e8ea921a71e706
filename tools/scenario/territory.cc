#include "scenario/territory.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "scenario/identifiers.h"
#include "scenario/placement.h"
#include "scenario/practice_names.h"
#include "scenario/random.h"
#include "scenario/slot_rules.h"

namespace snp::scenario {
namespace {

// Nomenclatures TRE-G15 (physician) and TRE-R38 (general medicine).
constexpr char kPhysician[] = "10";
constexpr char kGeneralMedicine[] = "SM26";

class Builder {
 public:
  Builder(const Config& config, const std::vector<const domain::Commune*>& communes, absl::TimeZone zone, uint64_t seed)
      : config_(config), communes_(communes), zone_(zone), seed_(seed), scatter_(seed, "scatter") {
    territory_.department = domain::Department(config.department);
    for (const domain::Commune* c : communes) territory_.communes.push_back(*c);
  }

  Territory Build() {
    ChooseCpts();
    int liberal_in_facilities = 0;
    for (const FacilityConfig& f : config_.facilities) {
      AddFacilities(f);
      liberal_in_facilities += f.count * f.liberal_gps;
    }
    AddCabinets(config_.town.gps - liberal_in_facilities);
    PublishSessions();
    std::sort(territory_.slots.begin(), territory_.slots.end(), [](const PublishedSlot& a, const PublishedSlot& b) {
      return std::tie(a.definition.start, a.name) < std::tie(b.definition.start, b.name);
    });
    return std::move(territory_);
  }

 private:
  struct Gp {
    size_t practitioner;  // Index in territory_.practitioners.
    size_t place;         // Index in territory_.places.
    int number;           // 1, 2, 3... in the place.
  };

  void ChooseCpts() {
    Random random(seed_, "cpts");
    cpts_ = ChooseCommunes(communes_, config_.town.cpts, 5, random);
  }

  std::string NearestCpts(domain::LatLon point) const {
    size_t best = 0;
    for (size_t i = 1; i < cpts_.size(); ++i) {
      if (domain::HaversineKm(cpts_[i]->centre, point) < domain::HaversineKm(cpts_[best]->centre, point)) best = i;
    }
    return cpts_.empty() ? std::string() : absl::StrFormat("cpts-%s-%02d", config_.department, best + 1);
  }

  size_t AddPlace(std::string id, domain::PlaceKind kind, absl::string_view name, const domain::Commune& commune, bool pmr) {
    domain::Place place;
    const int64_t n = static_cast<int64_t>(territory_.places.size()) + 1;
    place.name = {territory_.department, domain::PlaceId(std::move(id))};
    place.kind = kind;
    place.display_name = absl::StrCat(name, ", ", commune.name);
    // A cabinet of liberal doctors has a SIRET and no FINESS.
    if (kind != domain::PlaceKind::kCabinet) place.finess = InventedFiness(config_.department, n);
    place.siret = InventedSiret(n);
    place.commune = commune.insee;
    place.position = ScatterIn(commune, scatter_);
    place.time_zone = config_.time_zone;
    place.pmr_access = pmr;
    place.cpts = NearestCpts(place.position);
    const std::string postal = commune.postal_codes.empty() ? commune.insee : commune.postal_codes.front();
    place.address = absl::StrCat(1 + scatter_.Below(80), " voie de la Simulation, ", postal, " ", commune.name);
    territory_.places.push_back(std::move(place));
    return territory_.places.size() - 1;
  }

  size_t AddPractitioner(size_t place) {
    domain::Practitioner practitioner;
    practitioner.name = {territory_.department, domain::Rpps(InventedRpps(static_cast<int64_t>(territory_.practitioners.size()) + 1))};
    practitioner.profession = kPhysician;
    practitioner.specialty = kGeneralMedicine;
    practitioner.places = {territory_.places[place].name};
    territory_.practitioners.push_back(std::move(practitioner));
    return territory_.practitioners.size() - 1;
  }

  void AddFacilities(const FacilityConfig& facility) {
    Random random(seed_, absl::StrCat("facility ", facility.id));
    PracticeNames names(Random(seed_, absl::StrCat("names ", facility.id)));
    const auto where = ChooseCommunes(communes_, facility.count, facility.spacing_km, random);
    for (int i = 0; i < facility.count; ++i) {
      const std::string id = absl::StrFormat("%s-%02d", facility.id, i + 1);
      const size_t place = AddPlace(id, facility.kind, absl::StrCat(facility.name, " ", names.Next()), *where[i], facility.pmr);
      std::vector<domain::Rpps> salaried;
      for (int g = 1; g <= facility.liberal_gps; ++g) liberal_.push_back({AddPractitioner(place), place, g});
      for (int g = 0; g < facility.salaried_gps; ++g) salaried.push_back(territory_.practitioners[AddPractitioner(place)].name.id);
      PublishRules(facility, place, salaried, random);
    }
  }

  void PublishRules(const FacilityConfig& facility, size_t place, const std::vector<domain::Rpps>& salaried, Random& random) {
    for (int d = 0; d < config_.supply_days; ++d) {
      const absl::CivilDay day = config_.date + d;
      for (size_t r = 0; r < facility.rules.size(); ++r) {
        const SlotRule& rule = facility.rules[r];
        for (const Interval& interval : SlotsOn(day, rule, config_, zone_, random)) {
          domain::SlotDefinition slot;
          slot.practitioner = rule.mode == domain::SlotMode::kRoutine && !salaried.empty() ? salaried[random.Below(salaried.size())] : domain::Rpps();
          slot.start = interval.start;
          slot.end = interval.end;
          slot.capacity = rule.capacity;
          slot.mode = rule.mode;
          slot.modality = facility.modality;
          slot.visibility = rule.visibility;
          slot.capabilities = facility.capabilities;
          slot.regulated_only = facility.regulated_only;
          AddSlot(place, absl::StrCat(r + 1), std::move(slot));
        }
      }
    }
  }

  void AddCabinets(int gps) {
    Random random(seed_, "cabinets");
    PracticeNames names(Random(seed_, "names cabinets"));
    const std::vector<int> shares = ShareByPopulation(communes_, gps);
    int number = 0;
    for (size_t c = 0; c < communes_.size(); ++c) {
      for (int left = shares[c]; left > 0;) {
        const int size = std::min<int>(left, static_cast<int>(random.Pick(config_.town.cabinet_sizes)) + 1);
        left -= size;
        const std::string id = absl::StrFormat("cab-%04d", ++number);
        const size_t place =
            AddPlace(id, domain::PlaceKind::kCabinet, absl::StrCat("Cabinet ", names.Next()), *communes_[c], random.Chance(config_.town.pmr_share));
        for (int g = 1; g <= size; ++g) liberal_.push_back({AddPractitioner(place), place, g});
      }
    }
  }

  // The share of GPs who take part publish their sessions: the same weekday and hours every week.
  void PublishSessions() {
    const TownConfig& town = config_.town;
    Random random(seed_, "sessions");
    std::vector<Gp> gps = liberal_;
    random.Shuffle(gps);
    gps.resize(static_cast<size_t>(std::lround(town.publish_share * static_cast<double>(gps.size()))));
    for (const Gp& gp : gps) {
      const int min_age_months = random.Chance(town.no_toddlers_share) ? 24 : 0;
      std::vector<double> weights = {1, 1, 1, 1, 1, town.saturday_weight};
      for (int s = 0; s < town.sessions_per_week; ++s) {
        const size_t weekday = random.Pick(weights);
        weights[weekday] = 0;  // At most one session a day.
        PublishSession(gp, weekday, min_age_months, random);
      }
    }
  }

  void PublishSession(const Gp& gp, size_t weekday, int min_age_months, Random& random) {
    const TownConfig& town = config_.town;
    const Hours& open = weekday == 5 ? town.saturday : town.weekday;
    constexpr int kStep = 30;
    const int starts = (open.to - open.from - town.session_minutes) / kStep + 1;
    const int from = open.from + kStep * static_cast<int>(random.Below(starts));
    for (int d = 0; d < config_.supply_days; ++d) {
      const absl::CivilDay day = config_.date + d;
      if (static_cast<size_t>(absl::GetWeekday(day)) != weekday || IsSundayOrHoliday(day, config_)) continue;
      for (int m = from; m + town.slot_minutes <= from + town.session_minutes; m += town.slot_minutes) {
        domain::SlotDefinition slot;
        slot.practitioner = territory_.practitioners[gp.practitioner].name.id;
        slot.start = At(day, m, zone_);
        slot.end = At(day, m + town.slot_minutes, zone_);
        slot.capacity = 1;
        slot.mode = domain::SlotMode::kRoutine;
        slot.modality = domain::Modality::kCabinet;
        slot.visibility.Add(domain::Visibility::kSnp);
        slot.min_age_months = min_age_months;
        slot.regulated_only = true;
        slot.release_before = absl::Minutes(town.release_before_minutes);
        AddSlot(gp.place, absl::StrCat("g", gp.number), std::move(slot));
      }
    }
  }

  void AddSlot(size_t place, const std::string& suffix, domain::SlotDefinition slot) {
    const domain::PlaceId& id = territory_.places[place].name.id;
    slot.place = id;
    slot.source = "scenario";
    const std::string when = absl::FormatTime("%Y%m%d-%H%M", slot.start, zone_);
    territory_.slots.push_back({{territory_.department, domain::SlotId(absl::StrCat(id.value(), "-", when, "-", suffix))}, std::move(slot)});
  }

  const Config& config_;
  const std::vector<const domain::Commune*>& communes_;
  const absl::TimeZone zone_;
  const uint64_t seed_;
  Random scatter_;
  std::vector<const domain::Commune*> cpts_;
  std::vector<Gp> liberal_;
  Territory territory_;
};

}  // namespace

domain::LatLon ScatterIn(const domain::Commune& commune, Random& random) {
  constexpr double kUnknownRadiusKm = 0.8;
  constexpr double kKmPerDegree = 111.195;
  const double radius = commune.area_km2 > 0 ? std::sqrt(commune.area_km2 / std::numbers::pi) : kUnknownRadiusKm;
  // Unit() and not its root: denser towards the centre, as people are.
  const double r = radius * random.Unit();
  const double angle = 2 * std::numbers::pi * random.Unit();
  const double lat = commune.centre.lat + r * std::cos(angle) / kKmPerDegree;
  const double lon = commune.centre.lon + r * std::sin(angle) / (kKmPerDegree * std::cos(commune.centre.lat * std::numbers::pi / 180));
  const auto round = [](double x) { return std::round(x * 1e5) / 1e5; };
  return {round(lat), round(lon)};
}

absl::StatusOr<Territory> MakeTerritory(const Config& config, const domain::CommuneTable& communes, uint64_t seed) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(config.time_zone, &zone)) return absl::InvalidArgumentError(absl::StrCat("unknown time zone ", config.time_zone));
  std::vector<const domain::Commune*> here = communes.InDepartment(domain::Department(config.department));
  if (here.empty()) return absl::InvalidArgumentError(absl::StrCat("no commune of department ", config.department));
  std::sort(here.begin(), here.end(), [](const domain::Commune* a, const domain::Commune* b) { return a->insee < b->insee; });
  return Builder(config, here, zone, seed).Build();
}

}  // namespace snp::scenario
