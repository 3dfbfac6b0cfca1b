#include "match/blocking.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

#include "base/parallel.hpp"
#include "base/rng.hpp"
#include "match/blocking_parts.hpp"
#include "match/blocking_sets.hpp"

namespace minglu::match {
namespace {

constexpr uint32_t kBucketMaxSmallest = 8;
constexpr uint32_t kBucketMaxLargest = 1024;
constexpr size_t kGroups = 16;  // of parts: what they yield is kept apart, so that threads do not meet

using Bucket = std::span<const BlockingKey>;

/// Pairs a bucket yields: across the sides when there are two.
uint64_t pair_count(Bucket bucket, const Records& records) {
  const uint64_t all = bucket.size();
  if (!records.has_two_sides()) return all * (all - 1) / 2;
  const auto left = static_cast<uint64_t>(std::count_if(
      bucket.begin(), bucket.end(), [&](const BlockingKey& e) { return records.side(e.record) == Side::kLeft; }));
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

using PairsByPower = std::array<uint64_t, 11>;  // pairs of buckets, by the power of two that holds the bucket's size

PairsByPower count_pairs(const KeyParts::Part& part, const Records& records) {
  PairsByPower pairs{};
  for_each_bucket(part, [&](Bucket bucket) {
    if (bucket.size() > kBucketMaxLargest) return;
    pairs[static_cast<size_t>(std::bit_width(bucket.size() - 1))] += pair_count(bucket, records);
  });
  return pairs;
}

uint32_t choose_bucket_max(const std::vector<KeyParts::Part>& parts, const Records& records, const BlockingSpec& spec) {
  std::vector<PairsByPower> found(parts.size());
  base::parallel_for(parts.size(), spec.threads,
                     [&](size_t at, size_t) { found[at] = count_pairs(parts[at], records); });
  uint64_t total = 0;
  uint32_t best = kBucketMaxSmallest;
  for (size_t power = 0; power < PairsByPower().size(); ++power) {
    for (const PairsByPower& pairs : found) total += pairs[power];
    if (static_cast<double>(total) > spec.pairs_per_record_max * records.size()) break;
    best = std::max(kBucketMaxSmallest, uint32_t{1} << power);
  }
  return best;
}

/// The commonest of a record's common keys when all come from one comparison, so that there is none to join it with
/// (ten thousand firms at one address, which say nothing else in common); else null.
const BlockingKey* lonely_key(std::span<const BlockingKey> keys) {
  if (keys.empty()) return nullptr;
  const BlockingKey* commonest = keys.data();
  for (const BlockingKey& key : keys) {
    if (key.comparisons != keys[0].comparisons) return nullptr;
    if (std::pair(key.size_class, key.hash) > std::pair(commonest->size_class, commonest->hash)) commonest = &key;
  }
  return commonest;
}

/// Pairs of records that share their lonely key: they are not compared through it. `lonely` holds those keys, in any
/// number of lists.
uint64_t lonely_pairs(std::span<const std::vector<uint64_t>> lonely, size_t threads) {
  constexpr int kPartBits = 4;
  std::array<uint64_t, size_t{1} << kPartBits> pairs{};
  base::parallel_for(pairs.size(), threads, [&](size_t part, size_t) {
    std::vector<uint64_t> hashes;
    for (const auto& list : lonely) {
      std::copy_if(list.begin(), list.end(), std::back_inserter(hashes),
                   [&](uint64_t hash) { return hash >> (64 - kPartBits) == part; });
    }
    std::sort(hashes.begin(), hashes.end());
    for (size_t begin = 0, end = 0; begin < hashes.size(); begin = end) {
      while (end < hashes.size() && hashes[end] == hashes[begin]) ++end;
      pairs[part] += (end - begin) * (end - begin - 1) / 2;
    }
  });
  return std::accumulate(pairs.begin(), pairs.end(), uint64_t{0});
}

uint16_t size_class_of(Bucket bucket) {
  return static_cast<uint16_t>(std::log2(static_cast<double>(bucket.size())) * 16);
}

}  // namespace

/// Collects kept buckets, then turns them into the index.
class IndexBuilder {
 public:
  IndexBuilder(const Records& records, const BlockingSpec& spec, BlockingEpoch* epoch)
      : records_(records), spec_(spec), epoch_(epoch), ranges_(records.size()) {}

  /// Keeps the buckets that are rare enough; returns the common keys that go on to the next order.
  CommonKeys keep(std::vector<KeyParts::Part> parts, size_t order);
  CandidateIndex finish();
  BlockingReport& report() { return index_.report_; }

 private:
  struct Pair {
    uint32_t record;
    uint32_t other;  // lower
  };
  /// What some of the parts yield. Groups one after another are in the order of hashes.
  struct Group {
    std::vector<Bag<Pair>> pairs;  // of small buckets, by range of the higher record
    std::vector<Bag<BlockingKey>> common;
    std::vector<uint32_t> members;  // of large buckets
    std::vector<uint64_t> bucket_ends;
    uint64_t buckets = 0;
    uint64_t common_keys = 0;
    uint64_t dropped_pairs = 0;
    std::vector<BlockingEpoch::Common> first;
    std::vector<uint64_t> joined;
  };

  void keep_part(const KeyParts::Part& part, size_t order, Group& group) const;
  void keep_small(Bucket bucket, Group& group) const;
  void note_common(Bucket bucket, size_t order, bool is_joined, Group& group) const;
  void join(Group& group, size_t order);
  void list_large_buckets();
  CandidateIndex::Near near_of(size_t range) const;

  const Records& records_;
  const BlockingSpec& spec_;
  BlockingEpoch* epoch_;
  RecordRanges ranges_;
  CandidateIndex index_;
  std::vector<std::vector<Bag<Pair>>> pairs_;  // by group, of all orders
};

/// Parts come in the order of hashes, so the epoch's lists are ascending.
void IndexBuilder::note_common(Bucket bucket, size_t order, bool is_joined, Group& group) const {
  if (epoch_ == nullptr) return;
  if (order == 0) {
    group.first.push_back({bucket[0].hash, is_joined ? size_class_of(bucket) : BlockingEpoch::kDropped});
  } else {
    group.joined.push_back(bucket[0].hash);
  }
}

void IndexBuilder::keep_small(Bucket bucket, Group& group) const {
  for (size_t i = 1; i < bucket.size(); ++i) {
    Bag<Pair>& pairs = group.pairs[ranges_.of(bucket[i].record)];
    for (size_t j = 0; j < i; ++j) {
      if (records_.may_pair(bucket[i].record, bucket[j].record)) pairs.push({bucket[i].record, bucket[j].record});
    }
  }
}

void IndexBuilder::keep_part(const KeyParts::Part& part, size_t order, Group& group) const {
  for_each_bucket(part, [&](Bucket bucket) {
    const uint64_t pairs = pair_count(bucket, records_);
    const bool is_common = bucket.size() > index_.report_.bucket_max;
    if (is_common) note_common(bucket, order, pairs > 0, group);
    if (pairs == 0) return;
    if (!is_common) {
      ++group.buckets;
      if (bucket.size() <= kBucketMaxSmallest) return keep_small(bucket, group);
      for (const BlockingKey& key : bucket) group.members.push_back(key.record);
      group.bucket_ends.push_back(group.members.size());
      return;
    }
    ++group.common_keys;
    if (order + 1 == kOrders) {
      group.dropped_pairs += pairs;
      return;
    }
    const uint16_t size_class = size_class_of(bucket);
    for (BlockingKey key : bucket) {
      key.size_class = size_class;
      group.common[ranges_.of(key.record)].push(key);
    }
  });
}

void IndexBuilder::join(Group& group, size_t order) {
  BlockingReport& report = index_.report_;
  report.buckets += group.buckets;
  report.common_keys[order] += group.common_keys;
  report.dropped_pairs += group.dropped_pairs;
  const uint64_t before = index_.members_.size();
  index_.members_.insert(index_.members_.end(), group.members.begin(), group.members.end());
  for (const uint64_t end : group.bucket_ends) index_.bucket_begin_.push_back(before + end);
  if (epoch_ != nullptr) {
    epoch_->first_.insert(epoch_->first_.end(), group.first.begin(), group.first.end());
    if (order > 0) {
      auto& joined = epoch_->joined_[order - 1];
      joined.insert(joined.end(), group.joined.begin(), group.joined.end());
    }
  }
  pairs_.push_back(std::move(group.pairs));
}

CommonKeys IndexBuilder::keep(std::vector<KeyParts::Part> parts, size_t order) {
  std::vector<Group> groups(kGroups);
  base::parallel_for(kGroups, spec_.threads, [&](size_t at, size_t) {
    Group& group = groups[at];
    group.pairs.resize(ranges_.count());
    group.common.resize(ranges_.count());
    for (size_t part = kKeyParts * at / kGroups; part < kKeyParts * (at + 1) / kGroups; ++part) {
      keep_part(parts[part], order, group);
      parts[part] = {};
    }
  });
  std::vector<std::vector<Bag<BlockingKey>>> common;
  for (Group& group : groups) {
    join(group, order);
    common.push_back(std::move(group.common));
  }
  return {common, ranges_, records_.size(), spec_.threads};
}

/// Records below each record of a range with which it shares a small bucket, ascending, each once.
CandidateIndex::Near IndexBuilder::near_of(size_t range) const {
  constexpr size_t kListMax = 64;  // longer lists are sorted, shorter ones searched
  const uint32_t first = ranges_.begin(range);
  const size_t size = ranges_.end(range) - first;
  std::vector<uint32_t> end(size + 1, 0);
  for (const auto& group : pairs_) {
    group[range].for_each([&](const Pair& pair) { ++end[pair.record - first + 1]; });
  }
  for (size_t i = 1; i <= size; ++i) end[i] += end[i - 1];
  std::vector<uint32_t> others(end[size]);
  std::vector<uint32_t> at(end.begin(), end.end() - 1);
  for (const auto& group : pairs_) {
    group[range].for_each([&](const Pair& pair) { others[at[pair.record - first]++] = pair.other; });
  }
  CandidateIndex::Near near;
  near.begin.reserve(size + 1);
  near.begin.push_back(0);
  for (size_t i = 0; i < size; ++i) {
    const auto list = std::span(others).subspan(end[i], end[i + 1] - end[i]);
    const auto mine = near.others.size();
    const auto begin_of_mine = [&] { return near.others.begin() + static_cast<ptrdiff_t>(mine); };
    for (const uint32_t other : list) {
      const bool is_known =
          list.size() <= kListMax && std::find(begin_of_mine(), near.others.end(), other) != near.others.end();
      if (!is_known) near.others.push_back(other);
    }
    std::sort(begin_of_mine(), near.others.end());
    near.others.erase(std::unique(begin_of_mine(), near.others.end()), near.others.end());
    near.begin.push_back(static_cast<uint32_t>(near.others.size()));
  }
  near.others.shrink_to_fit();
  return near;
}

void IndexBuilder::list_large_buckets() {
  const uint32_t n = records_.size();
  if (index_.members_.empty()) return;
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
}

CandidateIndex IndexBuilder::finish() {
  index_.records_ = &records_;
  index_.ranges_ = ranges_;
  index_.near_.resize(ranges_.count());
  base::parallel_for(ranges_.count(), spec_.threads, [&](size_t range, size_t) {
    index_.near_[range] = near_of(range);
    for (auto& group : pairs_) group[range].clear();
  });
  list_large_buckets();
  return std::move(index_);
}

CandidateIndex CandidateIndex::build(const Records& records, const BlockingSpec& spec, BlockingEpoch* epoch) {
  IndexBuilder builder(records, spec, epoch);
  const uint32_t n = records.size();
  KeyParts keys = KeyParts::gather(n, spec.threads, [&](uint32_t record, const auto& put) {
    thread_local std::vector<uint64_t> found;
    for_each_key(records, record, found, [&](uint64_t hash, size_t at) {
      put({hash, record, static_cast<uint16_t>(1U << at)});
    });
  });
  builder.report().keys = keys.size();
  std::vector<KeyParts::Part> parts = keys.sorted(spec.threads);
  builder.report().bucket_max = choose_bucket_max(parts, records, spec);
  CommonKeys first = builder.keep(std::move(parts), 0);
  const RecordRanges ranges(n);
  std::vector<std::vector<uint64_t>> lonely(ranges.count());
  base::parallel_for(ranges.count(), spec.threads, [&](size_t range, size_t) {
    for (uint32_t record = ranges.begin(range); record < ranges.end(range); ++record) {
      first.keep_rarest(record);
      if (const BlockingKey* key = lonely_key(first.of(record)); key != nullptr) lonely[range].push_back(key->hash);
    }
  });
  builder.report().dropped_pairs += lonely_pairs(lonely, spec.threads);
  CommonKeys last;
  for (size_t order = 2; order <= kOrders; ++order) {
    KeyParts sets = KeyParts::gather(n, spec.threads, [&](uint32_t record, const auto& put) {
      // A set of three has three parts, a set of four four: each must be too common.
      if (order > 2 && last.of(record).size() < order) return;
      walk_sets(
          first.of(record), order, [&](uint64_t hash) { return last.has(record, hash); },
          [&](uint64_t hash) {
            put({hash, record});
          });
    });
    last = builder.keep(sets.sorted(spec.threads), order - 1);
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
  std::stable_sort(keys.begin(), keys.end(),
                   [](const BlockingKey& a, const BlockingKey& b) { return a.hash < b.hash; });
  keys.erase(std::unique(keys.begin(), keys.end(), same_key), keys.end());
  keys.resize(keep_rarest(keys));
  for (size_t order = 2; order <= kOrders; ++order) {
    walk_sets(
        std::span<const BlockingKey>(keys), order, [&](uint64_t hash) { return has(order - 1, hash); },
        [&](uint64_t hash) {
          if (!has(order, hash)) out.push_back(hash);
        });
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

void CandidateIndex::candidates(uint32_t record, Scratch& scratch, std::vector<uint32_t>& out) const {
  const Near& near = near_[ranges_.of(record)];
  const uint32_t at = record - ranges_.begin(ranges_.of(record));
  out.assign(near.others.begin() + near.begin[at], near.others.begin() + near.begin[at + 1]);
  if (record_begin_.empty() || record_begin_[record] == record_begin_[record + 1]) return;
  if (scratch.seen.size() != records_->size()) scratch.seen.assign(records_->size(), 0);
  for (const uint32_t other : out) scratch.seen[other] = record + 1;
  for (uint64_t i = record_begin_[record]; i < record_begin_[record + 1]; ++i) {
    const uint32_t bucket = record_buckets_[i];
    for (uint64_t in = bucket_begin_[bucket]; in < bucket_begin_[bucket + 1]; ++in) {
      const uint32_t other = members_[in];
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
