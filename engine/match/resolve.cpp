#include "match/resolve.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "base/assert.hpp"
#include "match/disjoint_sets.hpp"

namespace minglu::match {
namespace {

bool is_name_kind(KeyKind kind) { return kind == KeyKind::kNameDistrict || kind == KeyKind::kName; }

// Union-find whose roots carry what the constraints need. The root is always the lowest node.
class Clusters {
 public:
  explicit Clusters(std::span<const Node> nodes)
      : sets_(nodes.size()), traits_(nodes.size()), has_apart_(nodes.size(), false) {
    std::vector<int8_t> bit_of_source;
    for (size_t i = 0; i < nodes.size(); ++i) {
      traits_[i] = {nodes[i].traits.uscc, clean_bit(nodes[i], bit_of_source), nodes[i].traits.branch};
    }
  }

  uint32_t find(uint32_t node) { return sets_.root(node); }

  /// Different units by decision: looked up only for clusters that hold a node of such a pair.
  void keep_apart(uint32_t a, uint32_t b) {
    apart_.emplace_back(a, b);
    has_apart_[find(a)] = true;
    has_apart_[find(b)] = true;
  }

  [[nodiscard]] std::optional<Refusal> refusal(uint32_t a, uint32_t b) {
    if (has_apart_[a] && has_apart_[b]) {
      for (const auto& [x, y] : apart_) {
        const uint32_t p = find(x);
        const uint32_t q = find(y);
        if ((p == a && q == b) || (p == b && q == a)) return Refusal::kDecision;
      }
    }
    const Traits& x = traits_[a];
    const Traits& y = traits_[b];
    if (x.uscc != 0 && y.uscc != 0 && x.uscc != y.uscc) return Refusal::kDifferentUscc;
    if ((x.clean_sources & y.clean_sources) != 0) return Refusal::kSameSource;
    if (x.branch != Branch::kUnknown && y.branch != Branch::kUnknown && x.branch != y.branch)
      return Refusal::kBranchAndHead;
    return std::nullopt;
  }

  void join(uint32_t a, uint32_t b) {
    const uint32_t low = std::min(a, b);
    const uint32_t high = std::max(a, b);
    sets_.join(low, high);
    Traits& into = traits_[low];
    const Traits& from = traits_[high];
    if (into.uscc == 0) into.uscc = from.uscc;
    into.clean_sources |= from.clean_sources;
    if (into.branch == Branch::kUnknown) into.branch = from.branch;
    has_apart_[low] = has_apart_[low] || has_apart_[high];
  }

  [[nodiscard]] uint64_t uscc_of(uint32_t root) const { return traits_[root].uscc; }

 private:
  struct Traits {
    uint64_t uscc;
    uint64_t clean_sources;
    Branch branch;
  };

  uint64_t clean_bit(const Node& node, std::vector<int8_t>& bit_of_source) {
    if (!node.clean_source) return 0;
    if (bit_of_source.size() <= node.source.value) bit_of_source.resize(node.source.value + size_t{1}, -1);
    int8_t& bit = bit_of_source[node.source.value];
    if (bit < 0) {
      MINGLU_ASSERT(next_bit_ < 64);
      bit = next_bit_++;
    }
    return uint64_t{1} << bit;
  }

  DisjointSets sets_;
  std::vector<Traits> traits_;
  std::vector<std::pair<uint32_t, uint32_t>> apart_;
  std::vector<bool> has_apart_;  // by root
  int8_t next_bit_ = 0;
};

void refuse(std::vector<RefusedEdge>& refused, uint32_t a, uint32_t b, KeyKind kind, Refusal reason) {
  refused.push_back({std::min(a, b), std::max(a, b), kind, reason});
}

// The distinct roots of the group's nodes, ascending.
std::vector<uint32_t> roots_of(std::span<const NodeKey> group, Clusters& clusters) {
  std::vector<uint32_t> roots;
  roots.reserve(group.size());
  for (const NodeKey& key : group) roots.push_back(clusters.find(key.node));
  std::sort(roots.begin(), roots.end());
  roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
  return roots;
}

// A name held by clusters of different USCCs says nothing about a record that has the name only.
bool is_ambiguous(const std::vector<uint32_t>& roots, const Clusters& clusters) {
  uint64_t seen = 0;
  for (uint32_t root : roots) {
    const uint64_t uscc = clusters.uscc_of(root);
    if (uscc == 0 || uscc == seen) continue;
    if (seen != 0) return true;
    seen = uscc;
  }
  return false;
}

void refuse_ambiguous(const std::vector<uint32_t>& roots, KeyKind kind, std::vector<RefusedEdge>& refused,
                      size_t limit) {
  for (size_t i = 1; i < roots.size() && i <= limit; ++i)
    refuse(refused, roots[0], roots[i], kind, Refusal::kAmbiguousName);
}

void join_group(const std::vector<uint32_t>& roots, KeyKind kind, const ResolveSpec& spec, Clusters& clusters,
                std::vector<RefusedEdge>& refused) {
  std::vector<uint32_t> kept;  // clusters of this group that could not be joined with each other, ascending
  for (uint32_t start : roots) {
    const uint32_t root = clusters.find(start);
    bool joined = false;
    std::optional<RefusedEdge> first_refusal;
    for (uint32_t& other : kept) {
      const auto reason = clusters.refusal(other, root);
      if (!reason) {
        clusters.join(other, root);
        other = clusters.find(other);
        joined = true;
        break;
      }
      if (!first_refusal) first_refusal = RefusedEdge{std::min(other, root), std::max(other, root), kind, *reason};
    }
    if (joined) continue;
    if (first_refusal) refused.push_back(*first_refusal);
    kept.push_back(root);
    if (kept.size() > spec.hub_clusters_max) {
      refuse(refused, kept.front(), root, kind, Refusal::kHub);
      return;
    }
  }
}

void apply_kind(KeyKind kind, std::vector<NodeKey> keys, const ResolveSpec& spec, Clusters& clusters,
                std::vector<RefusedEdge>& refused) {
  std::sort(keys.begin(), keys.end(),
            [](const NodeKey& a, const NodeKey& b) { return a.hash != b.hash ? a.hash < b.hash : a.node < b.node; });
  struct Group {
    uint32_t first_node;
    size_t begin;
    size_t end;
  };
  std::vector<Group> groups;
  for (size_t i = 0; i < keys.size();) {
    size_t j = i + 1;
    while (j < keys.size() && keys[j].hash == keys[i].hash) ++j;
    if (keys[j - 1].node != keys[i].node) groups.push_back({keys[i].node, i, j});
    i = j;
  }
  std::sort(groups.begin(), groups.end(), [&](const Group& a, const Group& b) {
    return a.first_node != b.first_node ? a.first_node < b.first_node : keys[a.begin].hash < keys[b.begin].hash;
  });
  for (const Group& group : groups) {
    const std::vector<uint32_t> roots =
        roots_of(std::span(keys).subspan(group.begin, group.end - group.begin), clusters);
    if (roots.size() < 2) continue;
    if (is_name_kind(kind) && is_ambiguous(roots, clusters)) {
      refuse_ambiguous(roots, kind, refused, spec.hub_clusters_max);
    } else {
      join_group(roots, kind, spec, clusters, refused);
    }
  }
}

/// The last decision about a pair counts. Pairs that belong together are joined first: a later "different" of two
/// records that others tie together cannot be kept, and the ties win.
void apply_pins(const std::vector<Pin>& pins, Clusters& clusters) {
  std::map<std::pair<uint32_t, uint32_t>, bool> last;
  for (const Pin& pin : pins) last[std::minmax(pin.node_a, pin.node_b)] = pin.is_same;
  for (const auto& [pair, is_same] : last) {
    if (is_same && clusters.find(pair.first) != clusters.find(pair.second)) {
      clusters.join(clusters.find(pair.first), clusters.find(pair.second));
    }
  }
  for (const auto& [pair, is_same] : last) {
    if (!is_same && clusters.find(pair.first) != clusters.find(pair.second))
      clusters.keep_apart(pair.first, pair.second);
  }
}

void apply_likeness(const ResolveSpec& spec, Clusters& clusters, size_t nodes, std::vector<RefusedEdge>& refused) {
  std::vector<uint32_t> cluster(nodes);
  for (uint32_t i = 0; i < nodes; ++i) cluster[i] = clusters.find(i);
  for (const LikenessJoin& join : spec.likeness(cluster)) {
    const uint32_t a = clusters.find(join.node_a);
    const uint32_t b = clusters.find(join.node_b);
    if (a == b) continue;
    if (const auto reason = clusters.refusal(a, b)) {
      refuse(refused, a, b, KeyKind::kLikeness, *reason);
    } else {
      clusters.join(a, b);
    }
  }
}

}  // namespace

Resolution resolve(std::span<const Node> nodes, const std::function<std::vector<NodeKey>(KeyKind)>& keys_of_kind,
                   const ResolveSpec& spec) {
  Clusters clusters(nodes);
  Resolution result;
  apply_pins(spec.pins, clusters);
  for (size_t kind = 0; kind < kKeyKindCount; ++kind) {
    apply_kind(static_cast<KeyKind>(kind), keys_of_kind(static_cast<KeyKind>(kind)), spec, clusters, result.refused);
  }
  if (spec.likeness) apply_likeness(spec, clusters, nodes.size(), result.refused);
  result.cluster.resize(nodes.size());
  for (uint32_t i = 0; i < nodes.size(); ++i) result.cluster[i] = clusters.find(i);
  std::sort(result.refused.begin(), result.refused.end());
  // Of several refusals of one pair the strongest key speaks: the order of kinds puts it first.
  const auto same_pair = [](const RefusedEdge& a, const RefusedEdge& b) {
    return a.node_a == b.node_a && a.node_b == b.node_b;
  };
  result.refused.erase(std::unique(result.refused.begin(), result.refused.end(), same_pair), result.refused.end());
  return result;
}

}  // namespace minglu::match
