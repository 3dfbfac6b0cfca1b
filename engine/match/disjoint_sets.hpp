// Disjoint sets of numbers 0..n-1, joined one after another. The root of a set is its lowest member.
//
//   DisjointSets sets(5);  sets.join(3, 1);  sets.root(3) == 1
//
// Cost: nearly constant a call (paths are halved). Thread-safety: none: root() shortens paths.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace minglu::match {

class DisjointSets {
 public:
  explicit DisjointSets(size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0U); }
  uint32_t root(uint32_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  /// False when they were one set already.
  bool join(uint32_t a, uint32_t b) {
    a = root(a);
    b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
    return a != b;
  }

 private:
  std::vector<uint32_t> parent_;
};

}  // namespace minglu::match
