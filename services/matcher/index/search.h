// The search itself: the k best slots for a question over some shards, and the count of refusals. The caller holds the index's read lock.
//
// Exact: equal to judging every slot and sorting. It goes rank by rank of the policy; inside a rank sites come nearest first (best-first over each
// shard's tree, or along the row of the travel matrix), and it stops where even a slot without wait could not enter the k best.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/demand.h"
#include "domain/eligibility.h"
#include "matcher/index/shard.h"

namespace snp::matcher {

// A slot found. Valid while the read lock is held.
struct Found {
  const Shard* shard = nullptr;
  uint32_t slot = 0;
  domain::Circle circle = domain::Circle::kFlat;
  double cost = 0;
  double travel = 0;  // Minutes.
  int64_t seen = 0;
  bool by_matrix = false;
};

class Search {
 public:
  // All outlive the search. `demand` was compiled into `question`; the own GP's structures are resolved here.
  Search(const domain::Demand& demand, domain::Question& question, const std::vector<const Shard*>& shards, const Ground& ground);

  // Best first, at most k (1 to 64).
  std::vector<Found> Best(int k);

  // Refusals of the sites [first, first + count) of a shard, and with `tele` of its tele-consultations. Counted are the sites whose travel is within
  // the slot's limit, or whose straight line is at most kExplainMarginKm longer than the limit allows.
  void Count(const Shard& shard, uint32_t first, uint32_t count, bool tele, domain::RefusalCounts* counts) const;
  static constexpr double kExplainMarginKm = 10;

 private:
  enum class Way { kOwnGp, kStructure, kBase };
  struct Travel {
    double car = 0;  // As the doctor drives (visits).
    double patient = 0;
    bool by_matrix = false;
  };
  struct Pass {
    int rank = 0;
    Way way = Way::kBase;
    uint64_t shapes = ~uint64_t{0};
    double extra = 0;          // The least of the circles of the pass.
    double patient_limit = 0;  // The greatest of the circles of the pass, minutes.
  };
  // What a row of open hours promises to this question at best.
  struct Promise {
    bool open = false;
    bool visits = false;    // A doctor may come; else it is the patient who travels.
    double least_wait = 0;  // Minutes.
  };
  struct Step {
    double bound;
    int32_t node;
    const Shard* shard;
  };

  Promise PromiseOf(const Pass& pass, const uint64_t* row, int width) const;
  // Nothing that far (minutes by car) can enter.
  bool Hopeless(const Pass& pass, const Promise& promise, double car_minutes) const;
  bool Excluded(const Shard& shard, uint32_t slot) const;
  Travel ModelTravel(const Site& site, double km) const;
  Travel MatrixTravel(double minutes) const;
  Travel TravelTo(const Site& site) const;
  // Cost above which nothing more can enter.
  double Bound() const;
  bool Hopeless(double cost_bound) const;
  void Enter(const Found& found);
  void Consider(const Pass& pass, const Shard& shard, uint32_t slot, const Travel& travel);
  void ConsiderList(const Pass& pass, const Shard& shard, const SlotLists& lists, const Travel& travel, double least_travel);
  void ConsiderSite(const Pass& pass, const Shard& shard, uint32_t index);
  void VisitTrees(const Pass& pass);
  void VisitRow(const Pass& pass);
  void VisitTele(const Pass& pass);
  void VisitOwnGp(const Pass& pass);
  void VisitStructures(const Pass& pass);

  const domain::Question& q_;
  const std::vector<const Shard*>& shards_;
  const domain::TravelMatrix* matrix_;
  const domain::TravelModel& model_;
  int matrix_from_ = -1;
  double from_kmh_ = 0;
  double least_per_km_ = 0;  // Minutes per straight km of the fastest way, car.
  Vec3 unit_;
  int64_t first_hour_ = 0;    // Of the window in which a patient may be seen.
  uint64_t window_ = 0;       // Its hours, bit 0 is first_hour_.
  std::vector<int> columns_;  // Of the hours to look at.
  std::vector<std::pair<const Shard*, uint32_t>> excluded_;
  size_t k_ = 0;
  std::vector<Found> best_;
  std::vector<Step> steps_;
};

}  // namespace snp::matcher
