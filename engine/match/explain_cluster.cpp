#include "match/explain_cluster.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "match/disjoint_sets.hpp"
#include "match/explain.hpp"

namespace minglu::match {
namespace {

struct Pair {
  uint32_t a = 0;
  uint32_t b = 0;
  int32_t weight = 0;
};

std::vector<uint32_t> members_of(const Grouping& grouping, uint32_t group) {
  std::vector<uint32_t> members;
  for (uint32_t record = 0; record < grouping.group.size(); ++record) {
    if (grouping.group[record] == group) members.push_back(record);
  }
  return members;
}

std::vector<Pair> score_pairs(const Records& records, const Weights& weights, std::span<const uint32_t> members) {
  std::vector<Pair> pairs;
  PairScratch scratch;
  std::vector<PairLikeness> out;
  for (uint32_t b = 1; b < members.size(); ++b) {
    compare_records(records, members[b], members.subspan(0, b), scratch, out);
    for (uint32_t a = 0; a < b; ++a) {
      if (records.may_pair(members[a], members[b])) pairs.push_back({a, b, weights.weigh(out[a])});
    }
  }
  return pairs;
}

std::vector<Pair> known_pairs(std::span<const uint32_t> members, std::span<const Edge> edges) {
  const auto position = [&](uint32_t record) {
    return static_cast<uint32_t>(std::lower_bound(members.begin(), members.end(), record) - members.begin());
  };
  std::vector<Pair> pairs;
  for (const Edge& edge : edges) {
    const uint32_t a = position(edge.a);
    const uint32_t b = position(edge.b);
    if (a == members.size() || b == members.size() || members[a] != edge.a || members[b] != edge.b) continue;
    pairs.push_back({std::min(a, b), std::max(a, b), edge.weight});
  }
  return pairs;
}

void add_tree(std::vector<Pair> pairs, ClusterExplanation& out) {
  std::sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) {
    if (x.weight != y.weight) return x.weight > y.weight;
    return x.a != y.a ? x.a < y.a : x.b < y.b;
  });
  DisjointSets parts(out.members.size());
  for (const Pair& pair : pairs) {
    if (parts.join(pair.a, pair.b)) out.tree.push_back({pair.a, pair.b, to_bits(pair.weight)});
  }
  if (out.tree.empty()) return;
  DisjointSets without(out.members.size());
  for (size_t i = 0; i + 1 < out.tree.size(); ++i) without.join(out.tree[i].a, out.tree[i].b);
  std::vector<bool> falls(out.members.size(), false);
  const uint32_t first = without.root(0);
  for (uint32_t i = 0; i < out.members.size(); ++i) {
    falls[i] = without.root(i) != first;
    if (falls[i]) out.part.push_back(i);
  }
  int64_t sum = 0;
  int64_t count = 0;
  for (const Pair& pair : pairs) {
    if (falls[pair.a] == falls[pair.b]) continue;
    sum += pair.weight;
    ++count;
  }
  if (count > 0) out.between_bits = to_bits(1) * static_cast<double>(sum) / static_cast<double>(count);
}

void add_sums(std::span<const Pair> pairs, ClusterExplanation& out) {
  out.pairs = pairs.size();
  if (pairs.empty()) return;
  int64_t sum = 0;
  const Pair* lowest = &pairs[0];
  for (const Pair& pair : pairs) {
    sum += pair.weight;
    if (pair.weight < lowest->weight) lowest = &pair;
  }
  out.average_bits = to_bits(1) * static_cast<double>(sum) / static_cast<double>(pairs.size());
  out.lowest = {lowest->a, lowest->b, to_bits(lowest->weight)};
}

/// What stands between two finished groups.
struct Barrier {
  RefusalReason reason = RefusalReason::kAverage;
  double average_bits = 0;
  std::string against_left;
  std::string against_right;
};

Barrier barrier_between(const Records& records, const Weights& weights, std::span<const uint32_t> ours,
                        std::span<const uint32_t> theirs, int32_t link) {
  Barrier barrier;
  PairScratch scratch;
  std::vector<PairLikeness> out;
  int64_t sum = 0;
  int64_t count = 0;
  const auto against = [&](uint32_t a, uint32_t b, RefusalReason reason) {
    if (!barrier.against_left.empty()) return;
    barrier.reason = reason;
    barrier.against_left = records.id(a);
    barrier.against_right = records.id(b);
  };
  for (const uint32_t mine : ours) {
    for (const uint32_t other : theirs) {
      const uint32_t earlier = std::min(mine, other);
      compare_records(records, std::max(mine, other), std::span(&earlier, 1), scratch, out);
      if (records.clash(mine, other)) {
        against(mine, other, RefusalReason::kSameCleanSource);
      } else if (out[0].verdict == Verdict::kDifferent) {
        against(mine, other, RefusalReason::kForbidden);
      } else if (records.may_pair(mine, other)) {
        sum += weights.weigh(out[0]);
        ++count;
      }
    }
  }
  if (count > 0) barrier.average_bits = to_bits(1) * static_cast<double>(sum) / static_cast<double>(count);
  const bool average_suffices = count > 0 && sum >= int64_t{link} * count;
  if (barrier.against_left.empty() && average_suffices) barrier.reason = RefusalReason::kAmbiguous;
  return barrier;
}

void add_refused(const Records& records, const LinkModel& model, const Weights& weights, const Grouping& grouping,
                 std::span<const uint32_t> members, ClusterExplanation& out) {
  const uint32_t group = grouping.group[members[0]];
  std::map<uint32_t, Barrier> barriers;
  for (const RefusedLink& link : grouping.refused) {
    const bool from_a = grouping.group[link.edge.a] == group;
    if (!from_a && grouping.group[link.edge.b] != group) continue;
    const uint32_t mine = from_a ? link.edge.a : link.edge.b;
    const uint32_t other = from_a ? link.edge.b : link.edge.a;
    const uint32_t other_group = grouping.group[other];
    if (barriers.count(other_group) == 0) {
      const std::vector<uint32_t> theirs = members_of(grouping, other_group);
      const bool small = members.size() * theirs.size() <= kClusterPairsMax * kClusterPairsMax;
      barriers[other_group] =
          small ? barrier_between(records, weights, members, theirs, to_weight(model.thresholds.link_bits))
                : Barrier{.reason = link.reason, .against_left = {}, .against_right = {}};
    }
    const Barrier& barrier = barriers[other_group];
    out.refused.push_back(
        {.member = static_cast<uint32_t>(std::lower_bound(members.begin(), members.end(), mine) - members.begin()),
         .other = records.id(other),
         .other_cluster = records.id(other_group),
         .bits = to_bits(link.edge.weight),
         .reason = link.reason == RefusalReason::kAverage ? barrier.reason : link.reason,
         .average_bits = barrier.average_bits,
         .against_left = barrier.against_left,
         .against_right = barrier.against_right});
  }
  std::stable_sort(out.refused.begin(), out.refused.end(),
                   [](const RefusedNeighbour& x, const RefusedNeighbour& y) { return x.bits > y.bits; });
}

nlohmann::ordered_json edge_json(const ClusterExplanation& e, const ClusterEdge& edge) {
  return {{"left", e.members[edge.a].id}, {"right", e.members[edge.b].id}, {"bits", edge.bits}};
}

}  // namespace

std::string_view refusal_name(RefusalReason reason) noexcept {
  switch (reason) {
    case RefusalReason::kSameCleanSource: return "same_clean_source";
    case RefusalReason::kForbidden: return "forbidden";
    case RefusalReason::kAmbiguous: return "ambiguous";
    default: return "average";
  }
}

ClusterExplanation explain_cluster(const Records& records, const LinkModel& model, const LearnedModel& learned,
                                   const Grouping& grouping, std::span<const Edge> edges, uint32_t record) {
  const Weights weights(learned, records);
  const std::vector<uint32_t> members = members_of(grouping, grouping.group[record]);
  ClusterExplanation out;
  out.cluster = records.id(members[0]);
  out.two_sides = records.has_two_sides();
  for (const ComparisonSpec& spec : model.comparisons) {
    out.comparisons.push_back(spec.name);
    out.kinds.push_back(spec.kind);
  }
  for (const uint32_t member : members) {
    out.members.push_back({records.id(member), records.side(member), {}});
    for (size_t at = 0; at < records.comparison_count(); ++at) {
      out.members.back().values.push_back(cell_text(records, member, at));
    }
  }
  out.all_pairs_scored = members.size() <= kClusterPairsMax;
  const std::vector<Pair> pairs =
      out.all_pairs_scored ? score_pairs(records, weights, members) : known_pairs(members, edges);
  add_sums(pairs, out);
  add_tree(pairs, out);
  add_refused(records, model, weights, grouping, members, out);
  return out;
}

std::string cluster_json(const ClusterExplanation& e) {
  using Json = nlohmann::ordered_json;
  Json members = Json::array();
  for (const ClusterMember& member : e.members) {
    Json values = Json::object();
    for (size_t at = 0; at < member.values.size(); ++at) values[e.comparisons[at]] = member.values[at];
    members.push_back({{"id", member.id}, {"file", member.side == Side::kLeft ? "left" : "right"}, {"values", values}});
  }
  Json tree = Json::array();
  for (const ClusterEdge& edge : e.tree) tree.push_back(edge_json(e, edge));
  Json part = Json::array();
  for (const uint32_t at : e.part) part.push_back(e.members[at].id);
  Json refused = Json::array();
  for (const RefusedNeighbour& r : e.refused) {
    refused.push_back({{"member", e.members[r.member].id},
                       {"other", r.other},
                       {"other_cluster", r.other_cluster},
                       {"bits", r.bits},
                       {"reason", refusal_name(r.reason)},
                       {"average_bits", r.average_bits},
                       {"against", r.against_left.empty() ? Json::array() : Json{r.against_left, r.against_right}}});
  }
  const Json root{{"cluster", e.cluster},
                  {"members", members},
                  {"all_pairs_scored", e.all_pairs_scored},
                  {"pairs", e.pairs},
                  {"average_bits", e.average_bits},
                  {"lowest", e.pairs == 0 ? Json() : edge_json(e, e.lowest)},
                  {"tree", tree},
                  {"weakest", e.tree.empty() ? Json() : edge_json(e, e.tree.back())},
                  {"part", part},
                  {"between_bits", e.between_bits},
                  {"refused", refused}};
  return root.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace minglu::match
