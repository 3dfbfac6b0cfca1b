// From weighted pairs to units: agglomeration by average weight under constraints.
//
// Records joined by edges of at least `link` bits form components; within one, the two groups with the highest average
// weight over all their pairs are merged again and again while that average is at least `link`. One strong edge can
// therefore not chain two groups whose other members contradict each other. A merge is refused when it would put two
// records of one clean source, or a forbidden pair (branch and head), into one unit; a refused edge is kept, as a
// conflict for people. Where two groups exclude each other and both want a third, the better one gets it only with a
// lead of `margin`; otherwise neither does, and people choose. Components above `dense_max` records are split
// by taking edges from the strongest down and passing over those that would make a part too large; the parts are then
// joined by the average between a few members of each: declared, reported, never silent.
//
// Worked example: A-B 9 bits, B-C 8 bits, A-C -12 bits: A and B merge first; the average of C with {A, B} is -2: C
// stays.
//
// Deterministic: ties go by the records' ids, in a large component also by their numbers. Cost: O(edges log edges)
// plus, per component of n records, as many comparisons as pairs have no edge, and O(n^2 log n) steps.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "match/scoring.hpp"

namespace minglu::match {

struct Edge {
  uint32_t a = 0;  // < b
  uint32_t b = 0;
  int32_t weight = 0;
};

enum class RefusalReason : uint8_t { kSameCleanSource, kForbidden, kAmbiguous, kAverage };

struct RefusedLink {
  Edge edge;
  RefusalReason reason = RefusalReason::kAverage;
};

struct Grouping {
  std::vector<uint32_t> group;  // per record: lowest record of its unit
  std::vector<RefusedLink> refused;
  uint64_t components = 0;  // of two records or more
  uint64_t large_components = 0;
  uint32_t largest_component = 0;
};

struct GroupingSpec {
  int32_t link = 0;
  int32_t margin = 3 * kBit;
  size_t dense_max = 400;
  size_t threads = 2;
};

/// Weight at or above which edges join components: below `link` by the margin where sources exclude rivals.
int32_t component_floor(const Records& records, const GroupingSpec& spec);

/// Two groups, by their lowest records, that were not merged because a rival wanted one of them nearly as much.
using AmbiguousGroups = std::set<std::pair<uint32_t, uint32_t>>;

/// Groups one component: writes group[] of its members. `members` ascending; `edges` inside it, in any order, at or
/// above the component floor: all of them, with the weights that `weights` give.
void group_component(const Records& records, const Weights& weights, std::span<const uint32_t> members,
                     std::span<const Edge> edges, const GroupingSpec& spec, PairScratch& scratch,
                     std::vector<uint32_t>& group, AmbiguousGroups& ambiguous);

/// `edges` in any order, each pair once.
Grouping group_records(const Records& records, const Weights& weights, std::span<const Edge> edges,
                       const GroupingSpec& spec);

}  // namespace minglu::match
