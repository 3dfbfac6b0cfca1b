#include "match/blocking.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/parallel.hpp"
#include "base/rng.hpp"

namespace minglu::match {
namespace {

constexpr size_t kParts = 256;
constexpr size_t kOrders = 4;

using Entry = BlockingKey;

/// Keys of one order, in parts by hash so that sorting stays in cache and runs on several threads.
using Parts = std::array<std::vector<Entry>, kParts>;

void put(Parts& parts, const Entry& entry) { parts[entry.hash >> 56].push_back(entry); }

bool by_hash_and_record(const Entry& a, const Entry& b) {
  if (a.hash != b.hash) return a.hash < b.hash;
  return a.record != b.record ? a.record < b.record : a.comparisons < b.comparisons;
}
/// One record under one hash, from whichever comparison.
bool same_key(const Entry& a, const Entry& b) { return a.hash == b.hash && a.record == b.record; }

/// Most keys belong to one record only. A counter per hash slot finds nearly all of them without sorting.
void drop_lonely(std::vector<Entry>& part) {
  size_t slots = 1024;
  while (slots < part.size() * 2) slots *= 2;
  std::vector<uint8_t> seen(slots, 0);
  const auto slot = [&](const Entry& entry) { return (entry.hash >> 20) & (slots - 1); };
  for (const Entry& entry : part) seen[slot(entry)] = static_cast<uint8_t>(std::min(seen[slot(entry)] + 1, 2));
  std::erase_if(part, [&](const Entry& entry) { return seen[slot(entry)] < 2; });
}

void sort_parts(Parts& parts, size_t threads) {
  base::parallel_for(kParts, threads, [&](size_t at, size_t) {
    std::vector<Entry>& part = parts[at];
    drop_lonely(part);
    std::sort(part.begin(), part.end(), by_hash_and_record);
    part.erase(std::unique(part.begin(), part.end(), same_key), part.end());
  });
}

template <typename Visit>
void for_each_bucket(const Parts& parts, Visit&& visit) {
  for (const std::vector<Entry>& part : parts) {
    for (size_t begin = 0; begin < part.size();) {
      size_t end = begin + 1;
      while (end < part.size() && part[end].hash == part[begin].hash) ++end;
      visit(std::span(part).subspan(begin, end - begin));
      begin = end;
    }
  }
}

/// Pairs a bucket yields: across the sides when there are two.
uint64_t pair_count(std::span<const Entry> bucket, const Records& records) {
  const uint64_t all = bucket.size();
  if (!records.has_two_sides()) return all * (all - 1) / 2;
  const auto left = static_cast<uint64_t>(std::count_if(
      bucket.begin(), bucket.end(), [&](const Entry& e) { return records.side(e.record) == Side::kLeft; }));
  return left * (all - left);
}

/// Calls take(hash, comparison) for every key of one record; `found` is scratch.
template <typename Take>
void for_each_key(const Records& records, uint32_t record, std::vector<uint64_t>& found, Take&& take) {
  for (size_t at = 0; at < records.comparison_count(); ++at) {
    found.clear();
    for (const uint32_t value : records.values(record, at)) {
      if (value != 0) records.comparison(at).keys(value, found);
    }
    for (const uint64_t key : found) take(base::mix64(key), at);
  }
}

/// Runs `fill(record, parts)` for all records on several threads and gathers what they put.
template <typename Fill>
Parts gather(uint32_t records, size_t threads, Fill&& fill) {
  const size_t chunks = std::max<size_t>(1, threads);
  std::vector<Parts> found(chunks);
  base::parallel_for(chunks, threads, [&](size_t chunk, size_t) {
    const auto begin = static_cast<uint32_t>(uint64_t{records} * chunk / chunks);
    const auto end = static_cast<uint32_t>(uint64_t{records} * (chunk + 1) / chunks);
    for (uint32_t record = begin; record < end; ++record) fill(record, found[chunk]);
  });
  Parts all = std::move(found[0]);
  for (size_t chunk = 1; chunk < chunks; ++chunk) {
    for (size_t at = 0; at < kParts; ++at) {
      all[at].insert(all[at].end(), found[chunk][at].begin(), found[chunk][at].end());
      found[chunk][at] = {};
    }
  }
  return all;
}

uint32_t choose_bucket_max(const Parts& parts, const Records& records, double pairs_per_record_max) {
  constexpr uint32_t kLargest = 1024;
  constexpr uint32_t kSmallest = 8;
  std::array<double, 11> pairs{};  // by the power of two that holds the bucket size
  for_each_bucket(parts, [&](std::span<const Entry> bucket) {
    if (bucket.size() > kLargest) return;
    size_t power = 0;
    while ((size_t{1} << power) < bucket.size()) ++power;
    pairs[power] += static_cast<double>(pair_count(bucket, records));
  });
  double total = 0;
  uint32_t best = kSmallest;
  for (size_t power = 0; power < pairs.size(); ++power) {
    total += pairs[power];
    if (total > pairs_per_record_max * records.size()) break;
    best = std::max(kSmallest, uint32_t{1} << power);
  }
  return best;
}

/// The too common keys of every record, as ranges of one array sorted by record, then hash.
class CommonKeys {
 public:
  CommonKeys() = default;
  /// `entries` in the order of hashes.
  CommonKeys(std::vector<Entry> entries, uint32_t records) : begin_(size_t{records} + 1, 0), entries_(entries.size()) {
    for (const Entry& entry : entries) ++begin_[entry.record + 1];
    for (size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
    std::vector<uint64_t> at(begin_.begin(), begin_.end() - 1);
    for (const Entry& entry : entries) entries_[at[entry.record]++] = entry;
  }
  [[nodiscard]] std::span<const Entry> of(uint32_t record) const {
    return std::span(entries_).subspan(begin_[record], begin_[record + 1] - begin_[record]);
  }
  [[nodiscard]] bool has(uint32_t record, uint64_t hash) const {
    const auto all = of(record);
    const auto at =
        std::lower_bound(all.begin(), all.end(), hash, [](const Entry& e, uint64_t h) { return e.hash < h; });
    return at != all.end() && at->hash == hash;
  }

 private:
  std::vector<uint64_t> begin_;  // per record, and one more
  std::vector<Entry> entries_;
};

/// Hash of a set of keys, whatever their order.
uint64_t hash_of_set(uint64_t sum, uint64_t exclusive_or) { return base::mix64(sum + base::mix64(exclusive_or)); }

/// The rarest common keys of every record, which are joined: the others add little but work.
constexpr size_t kJoinedKeysMax = 8;

/// `keys` of one record, ascending by hash; stays so.
void keep_rarest(std::vector<Entry>& keys) {
  if (keys.size() <= kJoinedKeysMax) return;
  std::sort(keys.begin(), keys.end(), [](const Entry& a, const Entry& b) {
    return a.size_class != b.size_class ? a.size_class < b.size_class : a.hash < b.hash;
  });
  keys.resize(kJoinedKeysMax);
  std::sort(keys.begin(), keys.end(), [](const Entry& a, const Entry& b) { return a.hash < b.hash; });
}

std::vector<Entry> rarest_of_each(const CommonKeys& all, uint32_t records) {
  std::vector<Entry> kept;
  std::vector<Entry> keys;
  for (uint32_t record = 0; record < records; ++record) {
    const auto of_record = all.of(record);
    keys.assign(of_record.begin(), of_record.end());
    keep_rarest(keys);
    kept.insert(kept.end(), keys.begin(), keys.end());
  }
  return kept;
}

/// Pairs that share a common key and have no other to join it with: they are not compared through it.
uint64_t lonely_pairs(const CommonKeys& first, uint32_t records) {
  std::unordered_map<uint64_t, uint64_t> lonely;
  for (uint32_t record = 0; record < records; ++record) {
    if (first.of(record).size() == 1) ++lonely[first.of(record)[0].hash];
  }
  uint64_t pairs = 0;
  for (const auto& [hash, count] : lonely) pairs += count * (count - 1) / 2;
  return pairs;
}

/// Walks the sets of `order` common keys of one record, from different comparisons, all of whose subsets of one key
/// less are too common too: is_common(hash) says so of sets of order - 1. Calls take(hash) for each such set.
template <typename IsCommon, typename Take>
class SetWalk {
 public:
  SetWalk(std::span<const Entry> keys, size_t order, IsCommon& is_common, Take& take)
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

  std::span<const Entry> keys_;
  size_t order_;
  IsCommon& is_common_;
  Take& take_;
  std::array<size_t, kOrders> chosen_{};
};

template <typename IsCommon, typename Take>
void walk_sets(std::span<const Entry> keys, size_t order, IsCommon&& is_common, Take&& take) {
  SetWalk<IsCommon, Take>(keys, order, is_common, take);
}

}  // namespace

/// Collects kept buckets, then turns them into the index.
class IndexBuilder {
 public:
  IndexBuilder(const Records& records, BlockingEpoch* epoch) : records_(records), epoch_(epoch) {}

  /// Keeps the buckets that are rare enough; returns the entries of the others, in the order of hashes.
  std::vector<Entry> keep(Parts parts, size_t order) {
    std::vector<Entry> common;
    for_each_bucket(parts, [&](std::span<const Entry> bucket) {
      const uint64_t pairs = pair_count(bucket, records_);
      const bool is_common = bucket.size() > index_.report_.bucket_max;
      if (is_common) note_common(bucket, order, pairs > 0);
      if (pairs == 0) return;
      if (!is_common) {
        keep_bucket(bucket);
        return;
      }
      ++index_.report_.common_keys[order];
      if (order + 1 == kOrders) {
        index_.report_.dropped_pairs += pairs;
      } else {
        const uint16_t size_class = size_class_of(bucket);
        for (Entry entry : bucket) {
          entry.size_class = size_class;
          common.push_back(entry);
        }
      }
    });
    return common;
  }

  CandidateIndex finish() {
    const uint32_t n = records_.size();
    index_.records_ = &records_;
    index_.report_.buckets = index_.bucket_begin_.size() - 1;
    index_.record_begin_.assign(size_t{n} + 1, 0);
    for (const uint32_t record : index_.members_) ++index_.record_begin_[record + 1];
    for (size_t i = 1; i <= n; ++i) index_.record_begin_[i] += index_.record_begin_[i - 1];
    index_.record_buckets_.resize(index_.members_.size());
    std::vector<uint64_t> at(index_.record_begin_.begin(), index_.record_begin_.end() - 1);
    for (uint32_t bucket = 0; bucket + 1 < index_.bucket_begin_.size(); ++bucket) {
      for (uint64_t i = index_.bucket_begin_[bucket]; i < index_.bucket_begin_[bucket + 1]; ++i) {
        index_.record_buckets_[at[index_.members_[i]]++] = bucket;
      }
    }
    return std::move(index_);
  }
  BlockingReport& report() { return index_.report_; }

 private:
  static uint16_t size_class_of(std::span<const Entry> bucket) {
    return static_cast<uint16_t>(std::log2(static_cast<double>(bucket.size())) * 16);
  }
  /// Parts come in the order of hashes, so the epoch's lists are ascending.
  void note_common(std::span<const Entry> bucket, size_t order, bool is_joined) {
    if (epoch_ == nullptr) return;
    if (order == 0) {
      epoch_->first_.push_back({bucket[0].hash, is_joined ? size_class_of(bucket) : BlockingEpoch::kDropped});
    } else {
      epoch_->joined_[order - 1].push_back(bucket[0].hash);
    }
  }
  void keep_bucket(std::span<const Entry> bucket) {
    for (const Entry& entry : bucket) index_.members_.push_back(entry.record);
    index_.bucket_begin_.push_back(index_.members_.size());
  }
  const Records& records_;
  BlockingEpoch* epoch_;
  CandidateIndex index_;
};

CandidateIndex CandidateIndex::build(const Records& records, const BlockingSpec& spec, BlockingEpoch* epoch) {
  IndexBuilder builder(records, epoch);
  const uint32_t n = records.size();
  Parts parts = gather(n, spec.threads, [&](uint32_t record, Parts& into) {
    thread_local std::vector<uint64_t> found;
    for_each_key(records, record, found, [&](uint64_t hash, size_t at) {
      put(into, {hash, record, static_cast<uint16_t>(1U << at)});
    });
  });
  for (const auto& part : parts) builder.report().keys += part.size();
  sort_parts(parts, spec.threads);
  builder.report().bucket_max = choose_bucket_max(parts, records, spec.pairs_per_record_max);
  const CommonKeys common(builder.keep(std::move(parts), 0), n);
  const CommonKeys first(rarest_of_each(common, n), n);
  builder.report().dropped_pairs += lonely_pairs(first, n);
  CommonKeys last;
  for (size_t order = 2; order <= kOrders; ++order) {
    parts = gather(n, spec.threads, [&](uint32_t record, Parts& into) {
      walk_sets(
          first.of(record), order, [&](uint64_t hash) { return last.has(record, hash); },
          [&](uint64_t hash) {
            put(into, {hash, record});
          });
    });
    sort_parts(parts, spec.threads);
    last = CommonKeys(builder.keep(std::move(parts), order - 1), n);
  }
  return builder.finish();
}

const BlockingEpoch::Common* BlockingEpoch::find(uint64_t hash) const {
  const auto at =
      std::lower_bound(first_.begin(), first_.end(), hash, [](const Common& c, uint64_t h) { return c.hash < h; });
  return at != first_.end() && at->hash == hash ? &*at : nullptr;
}

bool BlockingEpoch::has(size_t order, uint64_t hash) const {
  return std::binary_search(joined_[order - 2].begin(), joined_[order - 2].end(), hash);
}

void BlockingEpoch::final_keys(const Records& records, uint32_t record, Scratch& scratch,
                               std::vector<uint64_t>& out) const {
  out.clear();
  scratch.keys.clear();
  auto& keys = scratch.keys;
  for_each_key(records, record, scratch.found, [&](uint64_t hash, size_t at) {
    const Common* common = find(hash);
    if (common == nullptr) {
      out.push_back(hash);
    } else if (common->size_class != kDropped) {
      keys.push_back({hash, record, static_cast<uint16_t>(1U << at), common->size_class});
    }
  });
  std::sort(keys.begin(), keys.end(), by_hash_and_record);
  keys.erase(std::unique(keys.begin(), keys.end(), same_key), keys.end());
  keep_rarest(keys);
  for (size_t order = 2; order <= kOrders; ++order) {
    walk_sets(
        keys, order, [&](uint64_t hash) { return has(order - 1, hash); },
        [&](uint64_t hash) {
          if (!has(order, hash)) out.push_back(hash);
        });
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

void CandidateIndex::candidates(uint32_t record, Scratch& scratch, std::vector<uint32_t>& out) const {
  out.clear();
  if (scratch.seen.size() != records_->size()) scratch.seen.assign(records_->size(), 0);
  for (uint64_t i = record_begin_[record]; i < record_begin_[record + 1]; ++i) {
    const uint32_t bucket = record_buckets_[i];
    for (uint64_t at = bucket_begin_[bucket]; at < bucket_begin_[bucket + 1]; ++at) {
      const uint32_t other = members_[at];
      if (other >= record) break;
      if (scratch.seen[other] == record + 1) continue;
      scratch.seen[other] = record + 1;
      if (!records_->may_pair(other, record)) continue;
      out.push_back(other);
    }
  }
  std::sort(out.begin(), out.end());
}

}  // namespace minglu::match
