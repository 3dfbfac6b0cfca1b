// The slow, obvious twins of the linkage: candidates by sets of keys, the weight of a pair straight from the formula,
// average linkage that works out every average again at every step, and equal pairs counted one by one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/rng.hpp"
#include "match/blocking.hpp"
#include "match/grouping.hpp"
#include "match/scoring.hpp"

namespace minglu::reference {

using RecordPair = std::pair<uint32_t, uint32_t>;  // first < second

inline bool across(const match::Records& records, uint32_t a, uint32_t b) {
  return !records.has_two_sides() || records.side(a) != records.side(b);
}

/// Candidates by the written rule of blocking.hpp. A key that two comparisons of a record share counts for the first.
class BlockingTwin {
 public:
  BlockingTwin(const match::Records& records, double pairs_per_record_max) : records_(records) {
    keys_.resize(records.size());
    for (uint32_t record = 0; record < records.size(); ++record) read_keys(record);
    std::map<KeySet, std::set<uint32_t>> buckets;
    for (uint32_t record = 0; record < records.size(); ++record) {
      for (const auto& [key, comparison] : keys_[record]) buckets[{key}].insert(record);
    }
    bucket_max_ = choose_bucket_max(buckets, pairs_per_record_max * records.size());
    std::map<KeySet, std::set<uint32_t>> common = sift(buckets, 1);
    choose_joined(common);
    for (size_t order = 2; order <= 4; ++order) common = sift(join(common, order), order);
  }

  /// Looks at every pair of records.
  std::set<RecordPair> pairs() const {
    std::set<RecordPair> out;
    for (uint32_t b = 0; b < records_.size(); ++b) {
      for (uint32_t a = 0; a < b; ++a) {
        if (!across(records_, a, b)) continue;
        const bool meet = std::any_of(kept_.begin(), kept_.end(),
                                      [&](const auto& bucket) { return bucket.contains(a) && bucket.contains(b); });
        if (meet) out.insert({a, b});
      }
    }
    return out;
  }
  uint32_t bucket_max() const { return bucket_max_; }
  uint64_t common_keys(size_t order) const { return common_keys_.contains(order) ? common_keys_.at(order) : 0; }
  uint64_t dropped_pairs() const { return dropped_pairs_; }
  uint64_t bucket_count() const { return kept_.size(); }

 private:
  using KeySet = std::set<uint64_t>;
  using Buckets = std::map<KeySet, std::set<uint32_t>>;

  void read_keys(uint32_t record) {
    for (size_t at = 0; at < records_.comparison_count(); ++at) {
      std::vector<uint64_t> keys;
      for (const uint32_t value : records_.values(record, at)) {
        if (value != 0) records_.comparison(at).keys(value, keys);
      }
      for (const uint64_t key : keys) keys_[record].emplace(base::mix64(key), at);
    }
  }
  uint64_t pair_count(const std::set<uint32_t>& bucket) const {
    uint64_t count = 0;
    for (const uint32_t a : bucket) {
      for (const uint32_t b : bucket) count += a < b && across(records_, a, b) ? 1 : 0;
    }
    return count;
  }
  uint32_t choose_bucket_max(const Buckets& buckets, double pairs_max) const {
    for (uint32_t size = 1024; size > 8; size /= 2) {
      uint64_t pairs = 0;
      for (const auto& [keys, bucket] : buckets) pairs += bucket.size() <= size ? pair_count(bucket) : 0;
      if (static_cast<double>(pairs) <= pairs_max) return size;
    }
    return 8;
  }
  /// Keeps the rare buckets and gives back the common ones.
  Buckets sift(const Buckets& buckets, size_t order) {
    Buckets common;
    for (const auto& [keys, bucket] : buckets) {
      const uint64_t pairs = pair_count(bucket);
      if (pairs == 0) continue;
      if (bucket.size() <= bucket_max_) {
        kept_.push_back(bucket);
        continue;
      }
      ++common_keys_[order];
      if (order == 4) dropped_pairs_ += pairs;
      common[keys] = bucket;
    }
    return common;
  }
  /// The eight rarest common keys of each record: by log2 of their size in sixteenths, ties by hash.
  void choose_joined(const Buckets& common) {
    joined_.resize(records_.size());
    for (uint32_t record = 0; record < records_.size(); ++record) {
      std::vector<std::pair<int, uint64_t>> order;
      for (const auto& [key, comparison] : keys_[record]) {
        const auto found = common.find({key});
        if (found == common.end()) continue;
        order.emplace_back(static_cast<int>(std::log2(static_cast<double>(found->second.size())) * 16), key);
      }
      std::sort(order.begin(), order.end());
      for (size_t i = 0; i < std::min<size_t>(order.size(), 8); ++i) joined_[record].push_back(order[i].second);
    }
    std::map<uint64_t, uint64_t> lonely;  // by commonest key: no key of another comparison to be joined with
    for (uint32_t record = 0; record < records_.size(); ++record) {
      const auto& keys = joined_[record];
      const auto of_first = [&](uint64_t key) { return keys_[record].at(key) == keys_[record].at(keys[0]); };
      if (!keys.empty() && std::all_of(keys.begin(), keys.end(), of_first)) ++lonely[keys.back()];
    }
    for (const auto& [key, count] : lonely) dropped_pairs_ += count * (count - 1) / 2;
  }
  /// Every set of `order` joined keys of different comparisons of a record whose subsets are all common.
  Buckets join(const Buckets& common, size_t order) const {
    Buckets next;
    for (uint32_t record = 0; record < records_.size(); ++record) {
      const auto& keys = joined_[record];
      for (uint32_t choice = 0; choice < (1U << keys.size()); ++choice) {
        KeySet chosen;
        std::set<size_t> comparisons;
        for (size_t i = 0; i < keys.size(); ++i) {
          if ((choice >> i & 1) == 0) continue;
          chosen.insert(keys[i]);
          comparisons.insert(keys_[record].at(keys[i]));
        }
        if (chosen.size() != order || comparisons.size() != order) continue;
        const bool all_common = std::all_of(chosen.begin(), chosen.end(), [&](uint64_t without) {
          KeySet part = chosen;
          part.erase(without);
          const auto found = common.find(part);
          return found != common.end() && found->second.contains(record);
        });
        if (all_common) next[chosen].insert(record);
      }
    }
    return next;
  }

  const match::Records& records_;
  std::vector<std::map<uint64_t, size_t>> keys_;  // of each record: key, comparison
  std::vector<std::vector<uint64_t>> joined_;
  std::vector<std::set<uint32_t>> kept_;
  std::map<size_t, uint64_t> common_keys_;
  uint64_t dropped_pairs_ = 0;
  uint32_t bucket_max_ = 0;
};

/// Records with the term in any of their values, counted by looking at every record.
inline double share_of_term(const match::Records& records, size_t at, uint32_t term) {
  double with_term = 0;
  double present = 0;
  for (uint32_t record = 0; record < records.size(); ++record) {
    std::set<uint32_t> values;
    for (const uint32_t value : records.values(record, at)) {
      if (value != 0) values.insert(value);
    }
    present += values.empty() ? 0 : 1;
    for (const uint32_t value : values) {
      std::vector<match::Term> terms;
      records.comparison(at).terms(value, terms);
      with_term += std::any_of(terms.begin(), terms.end(), [&](const match::Term& t) { return t.id == term; }) ? 1 : 0;
    }
  }
  return std::min(1.0, with_term / std::max(present, 1.0));
}

/// Bits by the formula of scoring.hpp; null when the pair can never be one unit.
inline std::optional<double> pair_bits(const match::LearnedModel& model, const match::Records& records,
                                       const match::PairLikeness& pair) {
  if (pair.verdict == match::Verdict::kDifferent) return std::nullopt;
  double bits = std::log2(model.prior / (1 - model.prior));
  for (size_t at = 0; at < records.comparison_count(); ++at) {
    const uint32_t code = match::level_code(pair.pattern, at);
    if (code == 0) continue;
    const size_t level = code - 1;
    const double w = records.comparison(at).levels()[level].term_weight;
    const double m = model.comparisons[at].m[level];
    const double u = model.comparisons[at].u[level];
    const uint32_t term = pair.terms[at];
    if (term == match::kNoTerm || w == 0) {
      bits += std::log2(m / u);
      continue;
    }
    const double p = share_of_term(records, at, term);
    const auto carriers = static_cast<uint32_t>(std::lround(p * static_cast<double>(records.present(at))));
    const size_t rarity = match::rarity_class(carriers);
    double of_term = std::log2(m) - (1 - w) * std::log2(u) - w * std::log2(p);
    of_term += model.comparisons[at].rarity[level][rarity];
    bits += rarity == 0 ? std::max(of_term, std::log2(m / u)) : of_term;
  }
  for (const match::Dependence& d : model.dependences) {
    const uint32_t a = match::level_code(pair.pattern, d.first);
    const uint32_t b = match::level_code(pair.pattern, d.second);
    if (a != 0 && b != 0) bits += d.bits[a - 1][b - 1];
  }
  return bits;
}

/// Average linkage on sets of records. Averages are whole weights, rounded towards zero where margins are looked at.
class GroupingTwin {
 public:
  GroupingTwin(const match::Records& records, const match::Weights& weights, const std::vector<match::Edge>& edges,
               const match::GroupingSpec& spec)
      : records_(records), weights_(weights), spec_(spec), group_(records.size()) {
    const int32_t floor = records.has_clean_source() ? spec.link - spec.margin : spec.link;
    for (uint32_t i = 0; i < records.size(); ++i) group_[i] = i;
    for (const std::set<uint32_t>& component : components(edges, floor)) agglomerate(component);
  }
  const std::vector<uint32_t>& group() const { return group_; }

 private:
  using Cluster = std::set<uint32_t>;
  struct Average {
    int64_t sum = 0;
    int64_t pairs = 0;
    bool forbidden = false;
    int64_t whole() const { return sum / pairs; }
  };

  std::vector<Cluster> components(const std::vector<match::Edge>& edges, int32_t floor) const {
    std::vector<uint32_t> label(records_.size());
    for (uint32_t i = 0; i < label.size(); ++i) label[i] = i;
    for (bool changed = true; changed;) {
      changed = false;
      for (const match::Edge& edge : edges) {
        if (edge.weight < floor || label[edge.a] == label[edge.b]) continue;
        label[edge.a] = label[edge.b] = std::min(label[edge.a], label[edge.b]);
        changed = true;
      }
    }
    std::map<uint32_t, Cluster> by_label;
    for (uint32_t i = 0; i < label.size(); ++i) by_label[label[i]].insert(i);
    std::vector<Cluster> out;
    for (const auto& [first, members] : by_label) out.push_back(members);
    return out;
  }

  void score() {
    match::PairScratch scratch;
    std::vector<match::PairLikeness> out;
    weight_.clear();
    forbidden_.clear();
    for (uint32_t j = 0; j < members_.size(); ++j) {
      for (uint32_t i = 0; i < j; ++i) {
        const uint32_t a = members_[i];
        const uint32_t b = members_[j];
        match::compare_records(records_, b, std::span(&a, 1), scratch, out);
        const bool clash = records_.source(a) == records_.source(b) && records_.is_clean(records_.source(a));
        if (clash || out[0].verdict == match::Verdict::kDifferent) {
          forbidden_.insert({i, j});
        } else if (across(records_, a, b)) {
          weight_[{i, j}] = weights_.weigh(out[0]);
        }
      }
    }
  }

  Average between(const Cluster& x, const Cluster& y) const {
    Average average;
    for (const uint32_t a : x) {
      for (const uint32_t b : y) {
        const RecordPair pair = std::minmax(a, b);
        average.forbidden = average.forbidden || forbidden_.contains(pair);
        if (const auto found = weight_.find(pair); found != weight_.end()) {
          average.sum += found->second;
          ++average.pairs;
        }
      }
    }
    return average;
  }

  void forbid(const Cluster& x, const Cluster& y) {
    for (const uint32_t a : x) {
      for (const uint32_t b : y) forbidden_.insert(std::minmax(a, b));
    }
  }

  /// Members, and so clusters, stand in the order of their ids: ties go to the first.
  void agglomerate(const Cluster& component) {
    members_.assign(component.begin(), component.end());
    std::stable_sort(members_.begin(), members_.end(),
                     [&](uint32_t a, uint32_t b) { return records_.id(a) < records_.id(b); });
    score();
    std::vector<Cluster> clusters;  // of places in members_, by first member
    for (uint32_t place = 0; place < members_.size(); ++place) clusters.push_back({place});
    for (;;) {
      std::optional<std::pair<size_t, size_t>> best;
      Average highest;
      for (size_t i = 0; i < clusters.size(); ++i) {
        for (size_t j = i + 1; j < clusters.size(); ++j) {
          const Average average = between(clusters[i], clusters[j]);
          if (average.forbidden || average.pairs == 0 || average.sum < spec_.link * average.pairs) continue;
          if (best && average.sum * highest.pairs <= highest.sum * average.pairs) continue;
          best = {i, j};
          highest = average;
        }
      }
      if (!best) break;
      const auto [i, j] = *best;
      if (give_up(clusters, i, j)) continue;
      clusters[i].insert(clusters[j].begin(), clusters[j].end());
      clusters.erase(clusters.begin() + static_cast<ptrdiff_t>(j));
    }
    for (const Cluster& cluster : clusters) {
      uint32_t lowest = UINT32_MAX;
      for (const uint32_t place : cluster) lowest = std::min(lowest, members_[place]);
      for (const uint32_t place : cluster) group_[members_[place]] = lowest;
    }
  }

  /// Where a rival excludes one side and the other side wants it nearly as much, both links are forbidden.
  bool give_up(const std::vector<Cluster>& clusters, size_t i, size_t j) {
    std::vector<std::pair<size_t, size_t>> rivals;
    const int64_t wanted = between(clusters[i], clusters[j]).whole();
    for (size_t k = 0; k < clusters.size(); ++k) {
      if (k == i || k == j) continue;
      for (const auto& [wanting, other] : {std::pair(i, j), std::pair(j, i)}) {
        const Average rival = between(clusters[wanting], clusters[k]);
        if (!between(clusters[other], clusters[k]).forbidden || rival.forbidden || rival.pairs == 0) continue;
        if (wanted - rival.whole() < spec_.margin) rivals.emplace_back(wanting, k);
      }
    }
    for (const auto& [wanting, k] : rivals) forbid(clusters[wanting], clusters[k]);
    if (!rivals.empty()) forbid(clusters[i], clusters[j]);
    return !rivals.empty();
  }

  const match::Records& records_;
  const match::Weights& weights_;
  match::GroupingSpec spec_;
  std::vector<uint32_t> group_;
  std::vector<uint32_t> members_;         // of the component at hand
  std::map<RecordPair, int64_t> weight_;  // by places in members_
  std::set<RecordPair> forbidden_;
};

/// Share of the pairs of different units, by the truth, that reach the highest level of a comparison.
inline double share_equal_by_chance(const match::Records& records, size_t at, const std::vector<uint32_t>& unit) {
  double pairs = 0;
  double equal = 0;
  match::PairScratch scratch;
  std::vector<match::PairLikeness> out;
  for (uint32_t b = 0; b < records.size(); ++b) {
    for (uint32_t a = 0; a < b; ++a) {
      if (unit[a] == unit[b] || !across(records, a, b)) continue;
      match::compare_records(records, b, std::span(&a, 1), scratch, out);
      const uint32_t code = match::level_code(out[0].pattern, at);
      pairs += code != 0 ? 1 : 0;
      equal += code == records.comparison(at).levels().size() ? 1 : 0;
    }
  }
  return equal / std::max(pairs, 1.0);
}

}  // namespace minglu::reference
