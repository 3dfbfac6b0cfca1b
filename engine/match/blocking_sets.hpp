// Common keys of records, and the sets of them that are tried in their place. Internal to match/blocking.
// Method: as Apriori, see match/blocking.hpp. Thread-safety: immutable after construction, but for keep_rarest, which
// may run for different records at once. Cost: a walk over 8 keys visits at most 28, 56 or 70 sets of two, three or
// four.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/rng.hpp"
#include "match/blocking_parts.hpp"

namespace minglu::match {

constexpr size_t kOrders = 4;

/// Hash of a set of keys, whatever their order.
inline uint64_t hash_of_set(uint64_t sum, uint64_t exclusive_or) {
  return base::mix64(sum + base::mix64(exclusive_or));
}

/// The rarest common keys of every record, which are joined: the others add little but work.
constexpr size_t kJoinedKeysMax = 8;

/// Moves the rarest of `keys` of one record to the front, ascending by hash; returns how many are kept.
inline size_t keep_rarest(std::span<BlockingKey> keys) {
  if (keys.size() <= kJoinedKeysMax) return keys.size();
  std::sort(keys.begin(), keys.end(), [](const BlockingKey& a, const BlockingKey& b) {
    return a.size_class != b.size_class ? a.size_class < b.size_class : a.hash < b.hash;
  });
  const auto kept = keys.first(kJoinedKeysMax);
  std::sort(kept.begin(), kept.end(), [](const BlockingKey& a, const BlockingKey& b) { return a.hash < b.hash; });
  return kept.size();
}

/// Walks the sets of `order` common keys of one record, from different comparisons, all of whose subsets of one key
/// less are too common too: is_common(hash) says so of sets of order - 1. Calls take(hash) for each such set.
template <typename IsCommon, typename Take>
class SetWalk {
 public:
  SetWalk(std::span<const BlockingKey> keys, size_t order, IsCommon& is_common, Take& take)
      : keys_(keys), order_(order), is_common_(is_common), take_(take) {
    if (keys.size() >= order) extend(0, 0, 0);
  }

 private:
  void extend(size_t from, size_t depth, uint32_t comparisons) {
    // All but the last key are a subset too: most branches end here.
    if (order_ > 2 && depth + 1 == order_ && !is_common_(hash_of(depth, SIZE_MAX))) return;
    if (depth == order_) {
      if (order_ == 2 || all_subsets_common()) take_(hash_of(order_, SIZE_MAX));
      return;
    }
    for (size_t i = from; i < keys_.size(); ++i) {
      if ((comparisons & keys_[i].comparisons) != 0) continue;
      chosen_[depth] = i;
      extend(i + 1, depth + 1, comparisons | keys_[i].comparisons);
    }
  }
  [[nodiscard]] bool all_subsets_common() {
    for (size_t without = 0; without < order_; ++without) {
      if (!is_common_(hash_of(order_, without))) return false;
    }
    return true;
  }
  /// Of the first `count` chosen keys but one.
  [[nodiscard]] uint64_t hash_of(size_t count, size_t without) const {
    uint64_t sum = 0;
    uint64_t exclusive_or = 0;
    for (size_t i = 0; i < count; ++i) {
      if (i == without) continue;
      sum += keys_[chosen_[i]].hash;
      exclusive_or ^= keys_[chosen_[i]].hash;
    }
    return hash_of_set(sum, exclusive_or);
  }

  std::span<const BlockingKey> keys_;
  size_t order_;
  IsCommon& is_common_;
  Take& take_;
  std::array<size_t, kOrders> chosen_{};
};

template <typename IsCommon, typename Take>
void walk_sets(std::span<const BlockingKey> keys, size_t order, IsCommon&& is_common, Take&& take) {
  SetWalk<IsCommon, Take>(keys, order, is_common, take);
}

/// The too common keys of every record, as ranges of one array sorted by record, then hash.
class CommonKeys {
 public:
  CommonKeys() = default;
  /// `groups` hold bags by range of records; one after another they are in the order of hashes. Empties them.
  CommonKeys(std::span<std::vector<Bag<BlockingKey>>> groups, const RecordRanges& ranges, uint32_t records,
             size_t threads);
  [[nodiscard]] std::span<const BlockingKey> of(uint32_t record) const {
    return std::span(entries_).subspan(begin_[record], count_[record]);
  }
  [[nodiscard]] bool has(uint32_t record, uint64_t hash) const {
    for (const BlockingKey& key : of(record)) {
      if (key.hash >= hash) return key.hash == hash;
    }
    return false;
  }
  void keep_rarest(uint32_t record) {
    count_[record] =
        static_cast<uint32_t>(match::keep_rarest(std::span(entries_).subspan(begin_[record], count_[record])));
  }

 private:
  std::vector<uint64_t> begin_;
  std::vector<uint32_t> count_;
  std::vector<BlockingKey> entries_;
};

}  // namespace minglu::match
