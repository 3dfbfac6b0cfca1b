#include "match/assign.hpp"

#include <algorithm>
#include <unordered_map>

namespace minglu::match {
namespace {

// Which cluster keeps an earlier unit: the one that holds the unit's most trusted node. Nodes are visited in ascending
// order, so of equally trusted ones the first decides.
std::unordered_map<uint64_t, uint32_t> keepers(const AssignInput& input) {
  std::unordered_map<uint64_t, uint32_t> best;  // node of a unit
  for (uint32_t i = 0; i < input.cluster.size(); ++i) {
    if (input.earlier[i] == 0) continue;
    const auto [at, is_first] = best.try_emplace(input.earlier[i], i);
    if (!is_first && !input.trust.empty() && input.trust[i] > input.trust[at->second]) at->second = i;
  }
  for (auto& [unit, node] : best) node = input.cluster[node];
  return best;
}

}  // namespace

Assigned assign_units(const AssignInput& input) {
  const std::unordered_map<uint64_t, uint32_t> keeper = keepers(input);
  const size_t n = input.cluster.size();
  std::vector<uint64_t> id_of_cluster(n, 0);  // by lowest node
  std::vector<uint8_t> had_earlier(n, 0);
  Assigned out;
  for (const auto& [unit, cluster] : keeper) {
    uint64_t& id = id_of_cluster[cluster];
    if (id == 0 || unit < id) id = unit;
  }
  for (const auto& [unit, cluster] : keeper) {
    if (id_of_cluster[cluster] != unit) out.merges.push_back({unit, id_of_cluster[cluster]});
  }
  std::sort(out.merges.begin(), out.merges.end(), [](const Merge& a, const Merge& b) { return a.unit < b.unit; });
  for (size_t i = 0; i < n; ++i) {
    if (input.earlier[i] != 0) had_earlier[input.cluster[i]] = 1;
  }
  out.unit.resize(n);
  for (size_t i = 0; i < n; ++i) {
    uint64_t& id = id_of_cluster[input.cluster[i]];
    if (id == 0) {
      id = input.first_id + out.minted++;
      out.split += had_earlier[input.cluster[i]];
    }
    out.unit[i] = id;
  }
  return out;
}

uint64_t count_minted(const AssignInput& input) { return assign_units(input).minted; }

}  // namespace minglu::match
