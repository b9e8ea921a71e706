// What may be open, and when, in few bits: a row of masks for each site and each box of sites.
//
// Column 0 holds the shapes of the open slots (kind of place x modality, see ShapeBit). Column 1 holds the hours at which any slot may be taken,
// column 2 + c those of slots with capability c: bit h is hour h of the epoch modulo 64, so about two days and a half before hours fall on each
// other. A set bit is a "maybe", a clear one a "no". A walk-in range sets every hour from its start to its end.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace snp::matcher {

inline constexpr int kShapesColumn = 0;
inline constexpr int kAnyColumn = 1;
inline constexpr int kFirstCapabilityColumn = 2;
inline constexpr int kMaxColumns = kFirstCapabilityColumn + 64;
inline constexpr int64_t kHourNanos = int64_t{3600} * 1'000'000'000;

// Hour of the epoch, also before it.
inline int64_t HourOf(int64_t nanos) { return nanos >= 0 ? nanos / kHourNanos : -((-nanos + kHourNanos - 1) / kHourNanos); }

// Bits of the hours from `first` to `last`.
inline uint64_t HourBits(int64_t first, int64_t last) {
  if (last - first >= 63) return ~uint64_t{0};
  const uint64_t bits = (uint64_t{2} << (last - first)) - 1;
  return std::rotl(bits, static_cast<int>(first & 63));
}

class HourTable {
 public:
  explicit HourTable(int width = kFirstCapabilityColumn) : width_(width) {}
  int width() const { return width_; }
  size_t rows() const { return bits_.size() / width_; }
  void Resize(size_t rows) { bits_.resize(rows * width_); }
  uint64_t* row(size_t i) { return &bits_[i * width_]; }
  const uint64_t* row(size_t i) const { return &bits_[i * width_]; }
  // True when the row changed.
  bool Add(size_t i, const uint64_t* from) {
    uint64_t* to = row(i);
    uint64_t added = 0;
    for (int c = 0; c < width_; ++c) {
      added |= from[c] & ~to[c];
      to[c] |= from[c];
    }
    return added != 0;
  }
  bool Set(size_t i, const uint64_t* from) {
    uint64_t* to = row(i);
    if (std::equal(from, from + width_, to)) return false;
    std::copy(from, from + width_, to);
    return true;
  }
  // More columns; the rows keep theirs.
  void Widen(int width) {
    HourTable wider(width);
    wider.Resize(rows());
    for (size_t i = 0; i < rows(); ++i) std::copy(row(i), row(i) + width_, wider.row(i));
    *this = std::move(wider);
  }

 private:
  int width_;
  std::vector<uint64_t> bits_;
};

}  // namespace snp::matcher
