// Exact resolution: which entities are one unit. Deterministic in the set of inputs, whatever their order.
//
// Nodes are entities (one thing listed by one source), sorted by (source, entity). Key kinds are applied from the
// strongest to the weakest; within a kind, groups of equal keys in ascending order of their first node. Decisions of
// people come first (Pin). Inside a group each node joins the first cluster it may join. It may join when
//   * both do not carry different USCCs (at most one valid USCC per unit),
//   * no clean source would have two of its entities in one unit,
//   * a branch is not joined to a head office.
// A name that belongs to several clusters with different USCCs is ambiguous and links nothing. Every refusal is kept:
// it is a conflict for people to look at.
//
// Worked example: 市监 lists plant A and plant B under one USCC (a clean source), 税务 lists that USCC with B's name.
// kUsccName joins 税务 to B; kUscc then wants A with B: refused (kSameSource), A stays alone, and the refusal is
// listed.
//
// Pure. Cost: O(keys log keys). Memory: 16 bytes per key of one kind at a time plus 40 bytes per node.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "match/keys.hpp"
#include "units/record.hpp"

namespace minglu::match {

struct Node {
  units::EntityId entity;
  units::SourceId source;
  bool clean_source = false;  // one_per_unit of its source
  RecordTraits traits;        // of its current version
};

struct NodeKey {
  uint64_t hash = 0;
  uint32_t node = 0;
};

enum class Refusal : uint8_t {
  kDifferentUscc = 0,
  kSameSource = 1,
  kBranchAndHead = 2,
  kAmbiguousName = 3,
  kHub = 4,
  kDecision = 5
};

struct RefusedEdge {
  uint32_t node_a = 0;  // < node_b
  uint32_t node_b = 0;
  KeyKind kind = KeyKind::kUscc;
  Refusal reason = Refusal::kDifferentUscc;
  auto operator<=>(const RefusedEdge&) const = default;
};

struct Resolution {
  std::vector<uint32_t> cluster;     // per node: the lowest node of its cluster
  std::vector<RefusedEdge> refused;  // sorted, each once
};

/// Two clusters, by any of their nodes, that likeness would join.
struct LikenessJoin {
  uint32_t node_a = 0;
  uint32_t node_b = 0;
};

/// What people decided about two records. It wins over every key and constraint; of several decisions about one pair
/// the last counts. Same: the two are joined before any key is looked at. Different: no join puts them into one
/// cluster.
struct Pin {
  uint32_t node_a = 0;
  uint32_t node_b = 0;
  bool is_same = true;
};

struct ResolveSpec {
  std::vector<Pin> pins = {};
  /// Called once, after the exact keys, with the lowest node of each node's cluster; joins are applied in the order
  /// given, under the same constraints. Null: exact keys only.
  std::function<std::vector<LikenessJoin>(std::span<const uint32_t> cluster)> likeness = {};
  /// A group with more clusters than this that cannot be joined is a hub: reported once, not compared further.
  size_t hub_clusters_max = 32;
};

/// `keys_of_kind(kind)` gives all keys of that kind in any order; called once per kind, strongest first.
/// Precondition: nodes are sorted by (source, entity), each entity once, at most 64 clean sources.
Resolution resolve(std::span<const Node> nodes, const std::function<std::vector<NodeKey>(KeyKind)>& keys_of_kind,
                   const ResolveSpec& spec);

}  // namespace minglu::match
