#include "match/grouping.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/parallel.hpp"
#include "match/disjoint_sets.hpp"

namespace minglu::match {
namespace {

/// Sum and number of known pair weights between two groups, and whether they may never be one.
struct Between {
  int64_t sum = 0;
  int32_t pairs = 0;
  bool forbidden = false;
  bool ambiguous = false;  // given up because of a rival, see refuse_if_ambiguous
};

/// Agglomerates a handful of groups, given what is known between each two of them.
class Agglomeration {
 public:
  Agglomeration(size_t size, const GroupingSpec& spec)
      : link_(spec.link), margin_(spec.margin), size_(size), between_(size * size), alive_(size, true) {}

  Between& between(size_t i, size_t j) { return between_[std::max(i, j) * size_ + std::min(i, j)]; }

  /// Calls merge(into, from) for every merge, into < from.
  template <typename Merge>
  void run(Merge&& merge) {
    for (;;) {
      size_t best_i = 0;
      size_t best_j = 0;
      bool found = false;
      for (size_t i = 0; i < size_; ++i) {
        for (size_t j = i + 1; alive_[i] && j < size_; ++j) {
          if (!alive_[j] || !may_merge(between(i, j))) continue;
          if (!found || higher(between(i, j), between(best_i, best_j))) {
            best_i = i;
            best_j = j;
            found = true;
          }
        }
      }
      if (!found) return;
      if (refuse_if_ambiguous(best_i, best_j)) continue;
      for (size_t k = 0; k < size_; ++k) {
        if (k == best_i || k == best_j || !alive_[k]) continue;
        Between& into = between(best_i, k);
        const Between& from = between(best_j, k);
        into.sum += from.sum;
        into.pairs += from.pairs;
        into.forbidden = into.forbidden || from.forbidden;
        into.ambiguous = into.ambiguous || from.ambiguous;
      }
      alive_[best_j] = false;
      merge(best_i, best_j);
    }
  }

 private:
  [[nodiscard]] bool may_merge(const Between& b) const {
    return !b.forbidden && b.pairs > 0 && b.sum >= int64_t{link_} * b.pairs;
  }
  /// a's average above b's, exactly.
  static bool higher(const Between& a, const Between& b) {
    return static_cast<__int128>(a.sum) * b.pairs > static_cast<__int128>(b.sum) * a.pairs;
  }
  /// A rival excludes one side and is wanted by the other, nearly as much: both links are given up.
  bool refuse_if_ambiguous(size_t i, size_t j) {
    bool ambiguous = false;
    for (size_t k = 0; k < size_; ++k) {
      if (k == i || k == j || !alive_[k]) continue;
      for (const auto& [wanting, wanted] : {std::pair(i, j), std::pair(j, i)}) {
        Between& rival = between(wanting, k);
        if (!between(wanted, k).forbidden || rival.forbidden || rival.pairs == 0) continue;
        if (average(between(i, j)) - average(rival) >= margin_) continue;
        rival.forbidden = rival.ambiguous = true;
        ambiguous = true;
      }
    }
    if (ambiguous) between(i, j).forbidden = between(i, j).ambiguous = true;
    return ambiguous;
  }
  static int64_t average(const Between& b) { return b.sum / b.pairs; }

  int32_t link_;
  int32_t margin_;
  size_t size_;
  std::vector<Between> between_;
  std::vector<bool> alive_;
};

/// Adds what one pair of records says about the two groups it stands between.
void add_pair(const Records& records, const Weights& weights, uint32_t a, uint32_t b, const PairLikeness& likeness,
              Between& between) {
  between.forbidden = between.forbidden || likeness.verdict == Verdict::kDifferent || records.clash(a, b);
  if (!records.may_pair(a, b)) return;
  between.sum += likeness.verdict == Verdict::kDifferent ? 0 : weights.weigh(likeness);
  ++between.pairs;
}

/// The better of two alternatives may depend on which record comes first, so an edge does not tell the weight there.
bool edges_tell_weights(const Records& records) {
  for (size_t at = 0; at < records.comparison_count(); ++at) {
    if (records.width(at) > 1) return false;
  }
  return true;
}

/// Fills what stands between each two members: edges tell their pairs' weights, the other pairs are compared.
/// `members` in the order of `agglomeration`.
void fill_between(const Records& records, const Weights& weights, std::span<const uint32_t> members,
                  std::span<const Edge> edges, PairScratch& scratch, Agglomeration& agglomeration) {
  std::vector<std::pair<uint32_t, uint32_t>> places;  // member, its place
  for (uint32_t i = 0; i < members.size(); ++i) places.emplace_back(members[i], i);
  std::sort(places.begin(), places.end());
  const auto place_of = [&](uint32_t member) {
    const auto at = std::lower_bound(places.begin(), places.end(), std::pair(member, 0U));
    return at != places.end() && at->first == member ? size_t{at->second} : SIZE_MAX;
  };
  for (const Edge& edge : edges) {
    const size_t i = place_of(edge.a);
    const size_t j = place_of(edge.b);
    if (i == SIZE_MAX || j == SIZE_MAX || edge.weight <= kForbidden) continue;
    Between& between = agglomeration.between(i, j);
    between = {.sum = edge.weight, .pairs = 1, .forbidden = records.clash(edge.a, edge.b)};
  }
  std::vector<RecordPair> unknown;
  for (size_t i = 1; i < members.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (agglomeration.between(i, j).pairs == 0) unknown.push_back({members[i], members[j]});
    }
  }
  if (unknown.empty()) return;
  std::vector<PairLikeness> out;
  compare_pairs(records, unknown, scratch, out);
  size_t next = 0;
  for (size_t i = 1; i < members.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (agglomeration.between(i, j).pairs != 0) continue;
      add_pair(records, weights, members[i], members[j], out[next++], agglomeration.between(i, j));
    }
  }
}

/// Merges within one component of at most dense_max records; writes group[] of its members. Ties go by the records'
/// ids, not by their numbers, so that they fall alike whatever the order in which records came.
void group_dense(const Records& records, const Weights& weights, std::span<const uint32_t> component,
                 std::span<const Edge> edges, const GroupingSpec& spec, PairScratch& scratch,
                 std::vector<uint32_t>& group, AmbiguousGroups& ambiguous) {
  if (!edges_tell_weights(records)) edges = {};
  if (component.size() == 2 && edges.size() == 1 && edges[0].weight > kForbidden) {
    const bool together = edges[0].weight >= spec.link && !records.clash(component[0], component[1]);
    group[component[0]] = component[0];
    group[component[1]] = component[together ? 0 : 1];
    return;
  }
  std::vector<uint32_t> members(component.begin(), component.end());
  std::sort(members.begin(), members.end(), [&](uint32_t a, uint32_t b) { return records.id(a) < records.id(b); });
  Agglomeration agglomeration(members.size(), spec);
  fill_between(records, weights, members, edges, scratch, agglomeration);
  std::vector<size_t> into(members.size());
  std::iota(into.begin(), into.end(), size_t{0});
  agglomeration.run([&](size_t keep, size_t gone) {
    for (size_t& target : into) {
      if (target == gone) target = keep;
    }
  });
  std::vector<uint32_t> lowest(members.size(), UINT32_MAX);
  for (size_t i = 0; i < members.size(); ++i) lowest[into[i]] = std::min(lowest[into[i]], members[i]);
  for (size_t i = 0; i < members.size(); ++i) group[members[i]] = lowest[into[i]];
  for (size_t i = 0; i < members.size(); ++i) {
    for (size_t j = 0; into[i] == i && j < i; ++j) {
      if (into[j] == j && agglomeration.between(i, j).ambiguous) ambiguous.insert(std::minmax(lowest[i], lowest[j]));
    }
  }
}

/// Components of two or more records, ascending by their lowest member, members ascending.
struct Components {
  std::vector<uint32_t> members;
  std::vector<size_t> begin{0};
  [[nodiscard]] size_t size() const noexcept { return begin.size() - 1; }
  [[nodiscard]] std::span<const uint32_t> operator[](size_t at) const {
    return std::span(members).subspan(begin[at], begin[at + 1] - begin[at]);
  }
};

/// `members` ascending. `number`, one for each record, receives the component of those that have one.
Components components_of(std::span<const uint32_t> members, DisjointSets& sets, std::vector<uint32_t>& number) {
  constexpr uint32_t kNone = UINT32_MAX;
  std::vector<uint32_t> size(number.size(), 0);
  for (const uint32_t member : members) ++size[sets.root(member)];
  Components components;
  for (const uint32_t member : members) {
    number[member] = kNone;
    if (sets.root(member) != member || size[member] < 2) continue;
    number[member] = static_cast<uint32_t>(components.size());
    components.begin.push_back(components.begin.back() + size[member]);
  }
  components.members.resize(components.begin.back());
  std::vector<size_t> at(components.begin.begin(), components.begin.end() - 1);
  for (const uint32_t member : members) {
    number[member] = number[sets.root(member)];
    if (number[member] != kNone) components.members[at[number[member]]++] = member;
  }
  return components;
}

/// Parts of at most dense_max records: edges are taken from the strongest down, and an edge that would make a part too
/// large is passed over.
Components split_large(std::span<const uint32_t> members, std::span<const Edge> edges, size_t dense_max) {
  std::vector<uint32_t> number(members.back() + size_t{1});
  DisjointSets sets(members.back() + 1);
  std::vector<uint32_t> size(members.back() + size_t{1}, 1);
  for (const Edge& edge : edges) {
    const uint32_t a = sets.root(edge.a);
    const uint32_t b = sets.root(edge.b);
    if (a == b || size[a] + size[b] > dense_max) continue;
    sets.join(a, b);
    size[std::min(a, b)] += size[std::max(a, b)];
  }
  return components_of(members, sets, number);
}

/// Groups of different parts, each by at most this many of its members.
constexpr size_t kSpokesmenMax = 8;

/// Joins finished groups of a large component by the average weight between their spokesmen.
void join_parts(const Records& records, const Weights& weights, std::span<const uint32_t> members,
                const GroupingSpec& spec, PairScratch& scratch, std::vector<uint32_t>& group) {
  std::map<uint32_t, std::vector<uint32_t>> spokesmen;
  for (const uint32_t member : members) {
    auto& of_group = spokesmen[group[member]];
    if (of_group.size() < kSpokesmenMax) of_group.push_back(member);
  }
  if (spokesmen.size() > spec.dense_max) return;
  std::vector<uint32_t> roots;
  for (const auto& [root, list] : spokesmen) roots.push_back(root);
  Agglomeration agglomeration(roots.size(), spec);
  std::vector<PairLikeness> out;
  for (size_t i = 1; i < roots.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      for (const uint32_t member : spokesmen[roots[i]]) {
        compare_records(records, member, spokesmen[roots[j]], scratch, out);
        for (size_t k = 0; k < out.size(); ++k) {
          add_pair(records, weights, member, spokesmen[roots[j]][k], out[k], agglomeration.between(i, j));
        }
      }
    }
  }
  std::vector<uint32_t> into(roots);
  agglomeration.run([&](size_t keep, size_t gone) {
    const uint32_t old_root = into[gone];
    std::replace(into.begin(), into.end(), old_root, into[keep]);
  });
  std::map<uint32_t, uint32_t> renamed;
  for (size_t i = 0; i < roots.size(); ++i) renamed[roots[i]] = into[i];
  for (const uint32_t member : members) group[member] = renamed[group[member]];
}

void sort_strongest_first(std::vector<Edge>& edges) {
  std::sort(edges.begin(), edges.end(), [](const Edge& x, const Edge& y) {
    if (x.weight != y.weight) return x.weight > y.weight;
    return x.a != y.a ? x.a < y.a : x.b < y.b;
  });
}

}  // namespace

int32_t component_floor(const Records& records, const GroupingSpec& spec) {
  return records.has_clean_source() ? spec.link - spec.margin : spec.link;
}

void group_component(const Records& records, const Weights& weights, std::span<const uint32_t> members,
                     std::span<const Edge> edges, const GroupingSpec& spec, PairScratch& scratch,
                     std::vector<uint32_t>& group, AmbiguousGroups& ambiguous) {
  if (members.size() <= spec.dense_max) {
    group_dense(records, weights, members, edges, spec, scratch, group, ambiguous);
    return;
  }
  std::vector<Edge> strongest(edges.begin(), edges.end());
  sort_strongest_first(strongest);
  for (const uint32_t member : members) group[member] = member;
  const Components parts = split_large(members, strongest, spec.dense_max);
  for (size_t at = 0; at < parts.size(); ++at) {
    group_dense(records, weights, parts[at], {}, spec, scratch, group, ambiguous);
  }
  join_parts(records, weights, members, spec, scratch, group);
}

namespace {

/// Edges at or above the floor, by component; `begin` has one more entry than there are components.
std::vector<Edge> edges_by_component(std::span<const Edge> edges, int32_t floor, std::span<const uint32_t> number,
                                     std::vector<size_t>& begin) {
  for (const Edge& edge : edges) begin[number[edge.a] + 1] += edge.weight >= floor ? 1 : 0;
  for (size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
  std::vector<Edge> inside(begin.back());
  std::vector<size_t> at(begin.begin(), begin.end() - 1);
  for (const Edge& edge : edges) {
    if (edge.weight >= floor) inside[at[number[edge.a]]++] = edge;
  }
  return inside;
}

std::vector<RefusedLink> refused_of(const Records& records, std::span<const Edge> edges, int32_t link,
                                    std::span<const uint32_t> group, std::span<const AmbiguousGroups> ambiguous) {
  std::vector<Edge> apart;
  for (const Edge& edge : edges) {
    if (edge.weight >= link && group[edge.a] != group[edge.b]) apart.push_back(edge);
  }
  sort_strongest_first(apart);
  std::vector<RefusedLink> refused;
  for (const Edge& edge : apart) {
    const std::pair<uint32_t, uint32_t> groups = std::minmax(group[edge.a], group[edge.b]);
    const bool is_ambiguous =
        std::any_of(ambiguous.begin(), ambiguous.end(), [&](const auto& set) { return set.count(groups) > 0; });
    const RefusalReason reason = records.clash(edge.a, edge.b) ? RefusalReason::kSameCleanSource
                                 : is_ambiguous                ? RefusalReason::kAmbiguous
                                                               : RefusalReason::kAverage;
    refused.push_back({edge, reason});
  }
  return refused;
}

}  // namespace

Grouping group_records(const Records& records, const Weights& weights, std::span<const Edge> edges,
                       const GroupingSpec& spec) {
  constexpr size_t kTogether = 512;  // components one thread takes at a time
  const int32_t floor = component_floor(records, spec);
  Grouping grouping;
  grouping.group.resize(records.size());
  std::iota(grouping.group.begin(), grouping.group.end(), 0U);
  DisjointSets sets(records.size());
  for (const Edge& edge : edges) {
    if (edge.weight >= floor) sets.join(edge.a, edge.b);
  }
  std::vector<uint32_t> number(records.size());
  const Components components = components_of(grouping.group, sets, number);
  std::vector<size_t> begin(components.size() + 1, 0);
  const std::vector<Edge> inside = edges_by_component(edges, floor, number, begin);
  grouping.components = components.size();
  for (size_t at = 0; at < components.size(); ++at) {
    const size_t size = components[at].size();
    grouping.largest_component = std::max(grouping.largest_component, static_cast<uint32_t>(size));
    grouping.large_components += size > spec.dense_max ? 1 : 0;
  }
  std::vector<PairScratch> scratch(spec.threads);
  std::vector<AmbiguousGroups> ambiguous(spec.threads);
  base::parallel_for((components.size() + kTogether - 1) / kTogether, spec.threads, [&](size_t piece, size_t thread) {
    const size_t end = std::min(components.size(), (piece + 1) * kTogether);
    for (size_t at = piece * kTogether; at < end; ++at) {
      group_component(records, weights, components[at], std::span(inside).subspan(begin[at], begin[at + 1] - begin[at]),
                      spec, scratch[thread], grouping.group, ambiguous[thread]);
    }
  });
  grouping.refused = refused_of(records, edges, spec.link, grouping.group, ambiguous);
  return grouping;
}

}  // namespace minglu::match
