// Why some records are one unit: the strongest evidence that holds them together, the weakest place, and who was kept
// out.
//
// The maximum spanning tree over the pair weights shows the strongest chain of evidence to every member. Removing its
// weakest edge falls into the two parts whose best single link is weakest (the minimum cut of a tree is its lightest
// edge); the average over all pairs between the parts is what the grouping itself went by. A refused edge names what
// stands against it: the two records of one clean source, the forbidden pair, or the average of the two groups.
//
// Worked example: A-B 9 bits, B-C 8 bits, A-C -2 bits. Tree A-B, B-C; weakest B-C; parts {A, B} and {C}; between them
// (8 - 2) / 2 = 3 bits on average, above a link threshold of 0, so the three are one unit.
//
// Bits are log-odds to the base 2. Deterministic; ties go to the lower members. Thread-safety: pure. Cost: n (n-1) / 2
// comparisons for n <= kClusterPairsMax members, else only the edges already known; refused groups are compared alike.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "match/grouping.hpp"
#include "match/link_model.hpp"

namespace minglu::match {

constexpr size_t kClusterPairsMax = 400;

struct ClusterMember {
  std::string id;
  Side side = Side::kLeft;
  std::vector<std::string> values;  // by comparison; "" = missing
};

struct ClusterEdge {
  uint32_t a = 0;  // positions in members, a < b
  uint32_t b = 0;
  double bits = 0;
};

/// An edge above the link threshold that leads out of the cluster.
struct RefusedNeighbour {
  uint32_t member = 0;        // position
  std::string other;          // id
  std::string other_cluster;  // id of its unit
  double bits = 0;
  RefusalReason reason = RefusalReason::kAverage;
  double average_bits = 0;   // over the pairs of the two groups that may be compared
  std::string against_left;  // ids of the pair that forbids it; "" when none does
  std::string against_right;
};
/// "same_clean_source", "forbidden", "ambiguous", "average"
std::string_view refusal_name(RefusalReason reason) noexcept;

struct ClusterExplanation {
  std::string cluster;  // id of the first member
  std::vector<ClusterMember> members;
  std::vector<std::string> comparisons;  // names, as in the model
  std::vector<Kind> kinds;
  bool all_pairs_scored = true;  // false above kClusterPairsMax members: only edges already known were used
  bool two_sides = false;
  uint64_t pairs = 0;
  double average_bits = 0;
  ClusterEdge lowest;                     // of the pairs; meaningless when pairs is 0
  std::vector<ClusterEdge> tree;          // strongest first
  std::vector<uint32_t> part;             // members that fall off with the weakest edge, the last of the tree
  double between_bits = 0;                // average over the pairs between the two parts
  std::vector<RefusedNeighbour> refused;  // strongest first
};

/// `record`: any member. `edges`: as of Linkage.
ClusterExplanation explain_cluster(const Records& records, const LinkModel& model, const LearnedModel& learned,
                                   const Grouping& grouping, std::span<const Edge> edges, uint32_t record);

/// One JSON object: the contract is in docs/method/linkage.md.
std::string cluster_json(const ClusterExplanation& explanation);

}  // namespace minglu::match
