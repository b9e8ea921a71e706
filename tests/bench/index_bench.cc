// Micro-benchmarks of the index, one thread: Rank under the flat and the graded policy, and the cost of an event.
//
// Territory: 2,000 towns in 300 x 300 km of log-normal weight, about 25 slots a site, 48 h of starts of which nine tenths between 8 h and 20 h, 16
// capabilities from 60 % to 1 % of the sites with a fifth of the bits dropped per slot; demands ask for one capability (one in ten for two) within 2
// to 48 h and 15, 30 or 60 minutes. Counters p50_us and p99_us are of single calls, clock included (about 0.3 us).
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "matcher/index/index.h"
#include "matcher/policy_file.h"

namespace snp::matcher {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'765'000'000);
const domain::Department kDepartment("95");
constexpr double kShare[16] = {.60, .30, .25, .15, .12, .10, .08, .06, .05, .04, .03, .03, .02, .02, .01, .01};
constexpr double kKmPerDegree = 111.195;

const Policies& ShippedPolicies() {
  static const Policies policies = *ReadPolicies(SNP_SOURCE_DIR "/services/matcher/policies");
  return policies;
}

class Territory300 {
 public:
  explicit Territory300(int slots) : random_(7), index_(ground_) {
    for (int i = 0; i < 2000; ++i) {
      towns_.push_back({Real(0, 300), Real(0, 300), std::exp(1.7 * Normal())});
      weights_.push_back(towns_.back().weight);
    }
    town_ = std::discrete_distribution<int>(weights_.begin(), weights_.end());
    const int sites = slots / 25;
    store::DepartmentSnapshot snapshot;
    std::vector<uint32_t> can(sites);
    for (int i = 0; i < sites; ++i) {
      domain::Place place;
      place.name = {kDepartment, domain::PlaceId(absl::StrCat("site", i))};
      const int type = Whole(0, 9);  // One hospital, four groups, two pharmacies, three alone.
      place.kind = type == 0  ? domain::PlaceKind::kEmergencyDepartment
                   : type < 5 ? domain::PlaceKind::kMsp
                   : type < 7 ? domain::PlaceKind::kSnpCentre
                              : domain::PlaceKind::kCabinet;
      const double factor = type == 0 ? 2.0 : type < 5 ? 1.4 : type < 7 ? 0.6 : 1.0;
      place.position = Somewhere(0.02);
      place.pmr_access = Whole(0, 1) == 0;
      place.display_name = absl::StrCat("Cabinet des Tilleuls ", i);
      place.address = absl::StrCat(i, " rue de la Gare");
      for (int bit = 0; bit < 16; ++bit) can[i] |= static_cast<uint32_t>(Real(0, 1) < std::min(.95, kShare[bit] * factor)) << bit;
      snapshot.places.push_back(place);
    }
    for (int i = 0; i < slots; ++i) {
      const int site = Whole(0, sites - 1);
      domain::Slot slot;
      slot.name = {kDepartment, domain::SlotId(absl::StrCat(i))};
      slot.definition.place = snapshot.places[site].name.id;
      const int minute = Whole(0, 9) > 0 ? 1440 * Whole(0, 1) + Whole(8 * 60, 20 * 60 - 1) : Whole(0, 2879);
      slot.definition.start = kNow + absl::Minutes(minute);
      slot.definition.end = slot.definition.start + absl::Minutes(15);
      slot.definition.visibility.Add(domain::Visibility::kPublic);
      for (int bit = 0; bit < 16; ++bit) {
        if (((can[site] >> bit) & 1) && Real(0, 1) > 0.2) slot.definition.capabilities.push_back(absl::StrCat("c", bit));
      }
      if (i % 3 == 0) slot.definition.practitioner = domain::Rpps(absl::StrCat("999", 10000000 + site));
      slot.revision = 1;
      slot.sequence = i + 1;
      slot.remaining = 1;
      slot.confirmed = kNow - absl::Minutes(Whole(0, 60));
      snapshot.slots.push_back(std::move(slot));
    }
    sequence_ = slots;
    index_.Load(kDepartment, snapshot);
  }

  // `hot`: everybody at the heart of the biggest town, same need, same hour.
  std::vector<domain::Demand> Demands(int count, bool hot, bool graded) {
    std::vector<double> need_weights;
    for (const double share : kShare) need_weights.push_back(std::pow(share, 0.7));
    std::discrete_distribution<int> need(need_weights.begin(), need_weights.end());
    const auto& biggest = *std::max_element(towns_.begin(), towns_.end(), [](const Town& a, const Town& b) { return a.weight < b.weight; });
    std::vector<domain::Demand> demands;
    for (int i = 0; i < count; ++i) {
      domain::Demand d;
      d.position = hot ? At(biggest.x, biggest.y) : Somewhere(0.1);
      d.now = kNow;
      d.earliest = kNow + absl::Minutes(hot ? 600 : graded ? 0 : Whole(0, 2400));
      const int window = Whole(0, 9);
      d.latest = d.earliest + absl::Minutes(window < 2 ? 120 : window < 5 ? 360 : window < 8 ? 1440 : 2880);
      if (!graded) d.max_travel = absl::Minutes(15 << Whole(0, 2));
      if (!graded || Whole(0, 3) == 0) {
        d.capabilities.push_back(absl::StrCat("c", hot ? 0 : need(random_)));
        if (!hot && Whole(0, 9) == 0) d.capabilities.push_back(absl::StrCat("c", need(random_)));
      }
      if (graded) {
        d.age_months = Whole(0, 1000);
        if (Whole(0, 9) > 0) d.own_gp = domain::Rpps(absl::StrCat("999", 10000000 + Whole(0, 3999)));
        d.no_car = Whole(0, 9) == 0;
      }
      d.viewer.regulation = true;
      demands.push_back(std::move(d));
    }
    return demands;
  }

  domain::Change Taken(const domain::SlotId& slot, int remaining) {
    domain::Change change;
    change.sequence = ++sequence_;
    change.kind = remaining == 0 ? domain::ChangeKind::kHeld : domain::ChangeKind::kReleased;
    change.slot = slot;
    change.remaining = remaining;
    change.revision = 1;
    return change;
  }

  Index& index() { return index_; }

 private:
  struct Town {
    double x, y, weight;
  };
  double Real(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
  double Normal() { return std::normal_distribution<double>()(random_); }
  int Whole(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  domain::LatLon At(double x, double y) {
    const double lat = 47 + y / kKmPerDegree;
    return {lat, 1 + x / (kKmPerDegree * std::cos(lat * std::acos(-1.0) / 180))};
  }
  domain::LatLon Somewhere(double uniform) {
    if (Real(0, 1) < uniform) return At(Real(0, 300), Real(0, 300));
    const Town& town = towns_[town_(random_)];
    const double spread = 0.7 * std::pow(town.weight, 0.3);
    return At(town.x + spread * Normal(), town.y + spread * Normal());
  }

  std::mt19937 random_;
  std::vector<Town> towns_;
  std::vector<double> weights_;
  std::discrete_distribution<int> town_;
  Territory ground_;
  Index index_;
  int64_t sequence_ = 0;
};

// Percentiles of single calls, in microseconds of this thread's processor time: on a busy machine the wall would measure the neighbours.
class Percentiles {
 public:
  template <typename Fn>
  void Time(Fn fn) {
    const double begin = Now();
    fn();
    took_.push_back(Now() - begin);
  }
  void Report(benchmark::State& state) {
    std::sort(took_.begin(), took_.end());
    state.counters["p50_us"] = took_[took_.size() / 2];
    state.counters["p99_us"] = took_[took_.size() * 99 / 100];
  }

 private:
  static double Now() {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) / 1e3;
  }
  std::vector<double> took_;
};

Territory300& Shared(int slots) {
  static std::map<int, std::unique_ptr<Territory300>> territories;
  auto& territory = territories[slots];
  if (!territory) territory = std::make_unique<Territory300>(slots);
  return *territory;
}

void BM_Rank(benchmark::State& state, const char* policy, bool hot) {
  Territory300& territory = Shared(static_cast<int>(state.range(0)));
  const domain::Policy& rules = ShippedPolicies().at(policy);
  const auto demands = territory.Demands(4096, hot, !rules.flat);
  Percentiles percentiles;
  size_t i = 0;
  for (auto _ : state) {
    percentiles.Time([&] { benchmark::DoNotOptimize(territory.index().Rank(demands[i++ % demands.size()], rules, 8, false)); });
  }
  percentiles.Report(state);
}
BENCHMARK_CAPTURE(BM_Rank, weighted, "flat-weighted", false)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(BM_Rank, nearest, "flat-nearest", false)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(BM_Rank, weighted_hot, "flat-weighted", true)->Arg(100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(BM_Rank, graded, "default", false)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

// Rank and take the first, as the matching bench does: slots run out where people are.
void BM_RankAndTake(benchmark::State& state, const char* policy, bool hot) {
  Territory300 territory(static_cast<int>(state.range(0)));
  const domain::Policy& rules = ShippedPolicies().at(policy);
  const auto demands = territory.Demands(50'000, hot, false);
  Percentiles percentiles;
  size_t i = 0;
  for (auto _ : state) {
    domain::Ranking ranking;
    percentiles.Time([&] { ranking = territory.index().Rank(demands[i++ % demands.size()], rules, 8, false); });
    if (!ranking.best.empty()) territory.index().Apply(kDepartment, {territory.Taken(ranking.best[0].slot.id, 0)});
  }
  percentiles.Report(state);
}
BENCHMARK_CAPTURE(BM_RankAndTake, weighted, "flat-weighted", false)->Arg(100'000)->Iterations(50'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(BM_RankAndTake, weighted_hot, "flat-weighted", true)->Arg(100'000)->Iterations(20'000)->Unit(benchmark::kMicrosecond);

// A hold and its release, one event each.
void BM_Apply(benchmark::State& state) {
  Territory300& territory = Shared(static_cast<int>(state.range(0)));
  Percentiles percentiles;
  int i = 0;
  for (auto _ : state) {
    const domain::SlotId slot(absl::StrCat(i++ * 7919 % state.range(0)));
    const domain::Change hold = territory.Taken(slot, 0), release = territory.Taken(slot, 1);
    percentiles.Time([&] { territory.index().Apply(kDepartment, {hold}); });
    territory.index().Apply(kDepartment, {release});
  }
  percentiles.Report(state);
}
BENCHMARK(BM_Apply)->Arg(100'000)->Unit(benchmark::kMicrosecond);

void BM_Explain(benchmark::State& state) {
  Territory300& territory = Shared(static_cast<int>(state.range(0)));
  const domain::Policy& rules = ShippedPolicies().at("default");
  const auto demands = territory.Demands(256, false, true);
  Percentiles percentiles;
  size_t i = 0;
  for (auto _ : state) {
    percentiles.Time([&] { benchmark::DoNotOptimize(territory.index().Rank(demands[i++ % demands.size()], rules, 8, true)); });
  }
  percentiles.Report(state);
}
BENCHMARK(BM_Explain)->Arg(100'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace snp::matcher

BENCHMARK_MAIN();
