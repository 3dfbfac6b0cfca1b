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

/// Merges within one component of at most dense_max records; writes group[] of its members. Ties go by the records'
/// ids, not by their numbers, so that they fall alike whatever the order in which records came.
void group_dense(const Records& records, const Weights& weights, std::span<const uint32_t> component,
                 const GroupingSpec& spec, PairScratch& scratch, std::vector<uint32_t>& group,
                 AmbiguousGroups& ambiguous) {
  std::vector<uint32_t> members(component.begin(), component.end());
  std::sort(members.begin(), members.end(), [&](uint32_t a, uint32_t b) { return records.id(a) < records.id(b); });
  Agglomeration agglomeration(members.size(), spec);
  std::vector<PairLikeness> out;
  for (size_t i = 1; i < members.size(); ++i) {
    compare_records(records, members[i], std::span(members).subspan(0, i), scratch, out);
    for (size_t j = 0; j < i; ++j) {
      add_pair(records, weights, members[i], members[j], out[j], agglomeration.between(i, j));
    }
  }
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

/// Ascending members, ascending first member, two or more.
using Components = std::vector<std::vector<uint32_t>>;

Components components_of(std::span<const uint32_t> members, DisjointSets& sets) {
  std::map<uint32_t, std::vector<uint32_t>> by_root;
  for (const uint32_t member : members) by_root[sets.root(member)].push_back(member);
  Components components;
  for (auto& [root, list] : by_root) {
    if (list.size() > 1) components.push_back(std::move(list));
  }
  return components;
}

/// Parts of at most dense_max records: edges are taken from the strongest down, and an edge that would make a part too
/// large is passed over.
Components split_large(std::span<const uint32_t> members, std::span<const Edge> edges, size_t dense_max) {
  DisjointSets sets(members.back() + 1);
  std::vector<uint32_t> size(members.back() + size_t{1}, 1);
  for (const Edge& edge : edges) {
    const uint32_t a = sets.root(edge.a);
    const uint32_t b = sets.root(edge.b);
    if (a == b || size[a] + size[b] > dense_max) continue;
    sets.join(a, b);
    size[std::min(a, b)] += size[std::max(a, b)];
  }
  return components_of(members, sets);
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
                     std::vector<Edge> edges, const GroupingSpec& spec, PairScratch& scratch,
                     std::vector<uint32_t>& group, AmbiguousGroups& ambiguous) {
  if (members.size() <= spec.dense_max) {
    group_dense(records, weights, members, spec, scratch, group, ambiguous);
    return;
  }
  sort_strongest_first(edges);
  for (const uint32_t member : members) group[member] = member;
  for (const auto& part : split_large(members, edges, spec.dense_max)) {
    group_dense(records, weights, part, spec, scratch, group, ambiguous);
  }
  join_parts(records, weights, members, spec, scratch, group);
}

Grouping group_records(const Records& records, const Weights& weights, std::vector<Edge> edges,
                       const GroupingSpec& spec) {
  sort_strongest_first(edges);
  const int32_t floor = component_floor(records, spec);
  const auto first_weak =
      std::partition_point(edges.begin(), edges.end(), [&](const Edge& e) { return e.weight >= floor; });
  edges.erase(first_weak, edges.end());

  Grouping grouping;
  grouping.group.resize(records.size());
  std::iota(grouping.group.begin(), grouping.group.end(), 0U);
  DisjointSets sets(records.size());
  std::vector<uint32_t> touched;
  for (const Edge& edge : edges) {
    sets.join(edge.a, edge.b);
    touched.push_back(edge.a);
    touched.push_back(edge.b);
  }
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  const Components components = components_of(touched, sets);
  grouping.components = components.size();
  std::map<uint32_t, std::vector<Edge>> inside;  // of large components, by root
  for (const auto& list : components) {
    grouping.largest_component = std::max(grouping.largest_component, static_cast<uint32_t>(list.size()));
    if (list.size() > spec.dense_max) inside[sets.root(list[0])];
  }
  grouping.large_components = inside.size();
  for (const Edge& edge : edges) {
    if (const auto at = inside.find(sets.root(edge.a)); at != inside.end()) at->second.push_back(edge);
  }
  std::vector<PairScratch> scratch(spec.threads);
  std::vector<AmbiguousGroups> ambiguous(spec.threads);
  base::parallel_for(components.size(), spec.threads, [&](size_t at, size_t thread) {
    const auto& list = components[at];
    const auto of_large = inside.find(list[0]);  // the root is the lowest member
    group_component(records, weights, list, of_large == inside.end() ? std::vector<Edge>() : of_large->second, spec,
                    scratch[thread], grouping.group, ambiguous[thread]);
  });
  for (const Edge& edge : edges) {
    if (edge.weight < spec.link || grouping.group[edge.a] == grouping.group[edge.b]) continue;
    const std::pair<uint32_t, uint32_t> groups = std::minmax(grouping.group[edge.a], grouping.group[edge.b]);
    const bool is_ambiguous =
        std::any_of(ambiguous.begin(), ambiguous.end(), [&](const auto& set) { return set.count(groups) > 0; });
    const RefusalReason reason = records.clash(edge.a, edge.b) ? RefusalReason::kSameCleanSource
                                 : is_ambiguous                ? RefusalReason::kAmbiguous
                                                               : RefusalReason::kAverage;
    grouping.refused.push_back({edge, reason});
  }
  return grouping;
}

}  // namespace minglu::match
