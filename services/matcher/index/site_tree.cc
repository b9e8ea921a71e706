#include "matcher/index/site_tree.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace snp::matcher {
namespace {

constexpr uint32_t kLeafSites = 8;
// Rounding of the vectors must not turn a bound into an overestimate.
constexpr double kSafety = 1 - 1e-9;

}  // namespace

Vec3 UnitVector(domain::LatLon p) {
  constexpr double kRad = std::numbers::pi / 180.0;
  const double c = std::cos(p.lat * kRad);
  return Vec3{{c * std::cos(p.lon * kRad), c * std::sin(p.lon * kRad), std::sin(p.lat * kRad)}};
}

double ChordKm(const Vec3& a, const Vec3& b) {
  double sum = 0;
  for (int i = 0; i < 3; ++i) sum += (a.x[i] - b.x[i]) * (a.x[i] - b.x[i]);
  return std::sqrt(sum) * domain::kEarthRadiusKm * kSafety;
}

double SiteTree::BoundKm(const Node& node, const Vec3& from) {
  double sum = 0;
  for (int i = 0; i < 3; ++i) {
    const double d = std::max({node.low[i] - from.x[i], 0.0, from.x[i] - node.high[i]});
    sum += d * d;
  }
  return std::sqrt(sum) * domain::kEarthRadiusKm * kSafety;
}

void SiteTree::Build(std::vector<Point> points, int width) {
  nodes_.clear();
  sites_.clear();
  open_ = HourTable(width);
  if (points.empty()) return;
  sites_.resize(points.size());
  nodes_.reserve(points.size() / 2 + 2);
  nodes_.emplace_back();
  Split(0, points, 0, static_cast<uint32_t>(points.size()));
  open_.Resize(nodes_.size());
}

void SiteTree::Split(int32_t node, std::vector<Point>& points, uint32_t begin, uint32_t end) {
  Node box;
  for (int i = 0; i < 3; ++i) {
    box.low[i] = 2;
    box.high[i] = -2;
  }
  for (uint32_t p = begin; p < end; ++p) {
    for (int i = 0; i < 3; ++i) {
      box.low[i] = std::min(box.low[i], points[p].unit.x[i]);
      box.high[i] = std::max(box.high[i], points[p].unit.x[i]);
    }
  }
  box.parent = nodes_[node].parent;
  box.first = begin;
  box.count = end - begin;
  if (box.count > kLeafSites) {
    int axis = 0;
    for (int i = 1; i < 3; ++i) {
      if (box.high[i] - box.low[i] > box.high[axis] - box.low[axis]) axis = i;
    }
    const uint32_t middle = begin + box.count / 2;
    std::nth_element(points.begin() + begin, points.begin() + middle, points.begin() + end,
                     [axis](const Point& a, const Point& b) { return a.unit.x[axis] < b.unit.x[axis]; });
    box.left = static_cast<int32_t>(nodes_.size());
    nodes_.emplace_back().parent = node;
    nodes_.emplace_back().parent = node;
    nodes_[node] = box;
    Split(box.left, points, begin, middle);
    Split(box.left + 1, points, middle, end);
    return;
  }
  nodes_[node] = box;
  for (uint32_t p = begin; p < end; ++p) sites_[p] = points[p].site;
}

void SiteTree::Add(int32_t leaf, const uint64_t* row) {
  for (int32_t i = leaf; i >= 0; i = nodes_[i].parent) {
    if (!open_.Add(i, row)) return;
  }
}

void SiteTree::Set(int32_t leaf, const uint64_t* row) {
  if (!open_.Set(leaf, row)) return;
  std::vector<uint64_t> sum(open_.width());
  for (int32_t i = nodes_[leaf].parent; i >= 0; i = nodes_[i].parent) {
    const uint64_t* left = open_.row(nodes_[i].left);
    const uint64_t* right = open_.row(nodes_[i].left + 1);
    for (int c = 0; c < open_.width(); ++c) sum[c] = left[c] | right[c];
    if (!open_.Set(i, sum.data())) return;
  }
}

}  // namespace snp::matcher
