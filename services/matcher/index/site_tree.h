// A tree of boxes over the sites of a department: finds them nearest first without looking at the far ones, at any density.
//
// Points are unit vectors: the chord to a box is never longer than the chord to a point in it, nor the chord than the great circle, which gives a lower
// bound of distance without trigonometry. Each node also knows what its open slots can do (`Summary`), so that a search for a rare capability skips the rest.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/geo.h"

namespace snp::matcher {

struct Vec3 {
  double x[3] = {0, 0, 0};
};
Vec3 UnitVector(domain::LatLon point);

// What the open slots below may offer: a set bit is a "maybe", a clear one a "no".
struct Summary {
  uint64_t capabilities = 0;
  uint64_t shapes = 0;  // See Shard: kind of place x modality. 0: nothing open.
  void Add(const Summary& other) {
    capabilities |= other.capabilities;
    shapes |= other.shapes;
  }
  bool operator==(const Summary&) const = default;
};

class SiteTree {
 public:
  struct Node {
    double low[3], high[3];
    Summary summary;
    int32_t parent = -1;
    int32_t left = -1;   // Children at left and left + 1; -1: a leaf.
    uint32_t first = 0;  // Of a leaf: sites()[first, first + count).
    uint32_t count = 0;
  };
  struct Point {
    Vec3 unit;
    uint32_t site;
  };

  // O(n log n). Summaries start empty.
  void Build(std::vector<Point> points);
  bool empty() const { return nodes_.empty(); }
  const Node& node(int32_t i) const { return nodes_[i]; }
  uint32_t site(uint32_t position) const { return sites_[position]; }
  // Leaf of the site at a position; use after Build to tell every site its leaf.
  template <typename Fn>
  void ForEachLeaf(Fn fn) const {
    for (int32_t i = 0; i < static_cast<int32_t>(nodes_.size()); ++i) {
      if (nodes_[i].left < 0) fn(i, nodes_[i]);
    }
  }
  // Sets a leaf's summary and mends its ancestors as far as they change. O(depth).
  void SetLeaf(int32_t leaf, Summary summary);

  // Never more than the great-circle distance in km from `from` to any site below the node.
  static double BoundKm(const Node& node, const Vec3& from);

 private:
  void Split(int32_t node, std::vector<Point>& points, uint32_t begin, uint32_t end);
  std::vector<Node> nodes_;
  std::vector<uint32_t> sites_;
};

// Never more than the great-circle distance in km between two unit vectors, and closer to it than 0.1 % below 500 km.
double ChordKm(const Vec3& a, const Vec3& b);

}  // namespace snp::matcher
