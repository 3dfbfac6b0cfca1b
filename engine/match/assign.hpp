// Unit ids for clusters: an id is minted once, kept through every change of members, and never reused.
//
//   * a cluster without earlier unit gets a new id, in the order of its lowest node;
//   * a cluster with one earlier unit keeps it;
//   * clusters that grow together (merge): the smallest id survives, the others become tombstones;
//   * a unit that falls apart (split): the cluster with the unit's most trusted node keeps the id (of equally trusted
//     ones the lowest), the others get new ones: the firm stays what it was, an account that left it is new.
// Pure. Cost O(nodes).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace minglu::match {

struct AssignInput {
  std::span<const uint32_t> cluster;    // per node: lowest node of its cluster (Resolution::cluster)
  std::span<const uint64_t> earlier;    // per node: unit it belonged to; 0 = new
  uint64_t first_id = 0;                // of the leased range
  std::span<const int32_t> trust = {};  // per node: of its source; empty: all alike
};

struct Merge {
  uint64_t unit = 0;  // tombstone
  uint64_t survivor = 0;
};

struct Assigned {
  std::vector<uint64_t> unit;  // per node
  uint64_t minted = 0;         // ids first_id .. first_id + minted - 1 were used
  uint64_t split = 0;          // minted ids that come from a split
  std::vector<Merge> merges;   // ascending by unit
};

/// How many ids `assign` will mint; independent of first_id.
uint64_t count_minted(const AssignInput& input);
Assigned assign_units(const AssignInput& input);

}  // namespace minglu::match
