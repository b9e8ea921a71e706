// A tree of boxes over the sites of a department: finds them nearest first without looking at the far ones, at any density.
//
// Points are unit vectors: the chord to a box is never longer than the chord to a point in it, nor the chord than the great circle, which gives a
// lower bound of distance without trigonometry. Each node also knows what may be open below it (HourTable), so that a search goes only where there is
// something.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/geo.h"
#include "matcher/index/hours.h"

namespace snp::matcher {

struct Vec3 {
  double x[3] = {0, 0, 0};
};
Vec3 UnitVector(domain::LatLon point);

class SiteTree {
 public:
  struct Node {
    double low[3], high[3];
    int32_t parent = -1;
    int32_t left = -1;   // Children at left and left + 1; -1: a leaf.
    uint32_t first = 0;  // Of a leaf: sites()[first, first + count).
    uint32_t count = 0;
  };
  struct Point {
    Vec3 unit;
    uint32_t site;
  };

  // O(n log n). Nothing is open at first.
  void Build(std::vector<Point> points, int width);
  bool empty() const { return nodes_.empty(); }
  int width() const { return open_.width(); }
  const Node& node(int32_t i) const { return nodes_[i]; }
  const uint64_t* open(int32_t i) const { return open_.row(i); }
  uint32_t site(uint32_t position) const { return sites_[position]; }
  // Leaf of the site at a position; use after Build to tell every site its leaf.
  template <typename Fn>
  void ForEachLeaf(Fn fn) const {
    for (int32_t i = 0; i < static_cast<int32_t>(nodes_.size()); ++i) {
      if (nodes_[i].left < 0) fn(i, nodes_[i]);
    }
  }
  // Adds a site's row to its leaf and all above. O(depth).
  void Add(int32_t leaf, const uint64_t* row);
  // The leaf's row became `row`: mends its ancestors as far as they change. O(depth).
  void Set(int32_t leaf, const uint64_t* row);

  // Never more than the great-circle distance in km from `from` to any site below the node.
  static double BoundKm(const Node& node, const Vec3& from);

 private:
  void Split(int32_t node, std::vector<Point>& points, uint32_t begin, uint32_t end);
  std::vector<Node> nodes_;
  std::vector<uint32_t> sites_;
  HourTable open_;  // Beside nodes_.
};

// Never more than the great-circle distance in km between two unit vectors, and closer to it than 0.1 % below 500 km.
double ChordKm(const Vec3& a, const Vec3& b);

}  // namespace snp::matcher
