#include "match/blocking.hpp"

#include <algorithm>
#include <array>

#include "base/parallel.hpp"
#include "base/rng.hpp"

namespace minglu::match {
namespace {

constexpr size_t kParts = 256;
constexpr size_t kOrders = 4;

struct Entry {
  uint64_t hash = 0;
  uint32_t record = 0;
  uint16_t comparisons = 0;  // bit set of the comparisons the key comes from
};

/// Keys of one order, in parts by hash so that sorting stays in cache and runs on several threads.
using Parts = std::array<std::vector<Entry>, kParts>;

void put(Parts& parts, const Entry& entry) { parts[entry.hash >> 56].push_back(entry); }

void sort_parts(Parts& parts, size_t threads) {
  base::parallel_for(kParts, threads, [&](size_t at, size_t) {
    std::vector<Entry>& part = parts[at];
    std::sort(part.begin(), part.end(), [](const Entry& a, const Entry& b) {
      return a.hash != b.hash ? a.hash < b.hash : a.record < b.record;
    });
    const auto same = [](const Entry& a, const Entry& b) { return a.hash == b.hash && a.record == b.record; };
    part.erase(std::unique(part.begin(), part.end(), same), part.end());
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
  const auto left = static_cast<uint64_t>(
      std::count_if(bucket.begin(), bucket.end(), [&](const Entry& e) { return records.side(e.record) == Side::kLeft; }));
  return left * (all - left);
}

Parts first_order(const Records& records, size_t threads) {
  const size_t chunks = std::max<size_t>(1, threads);
  std::vector<Parts> found(chunks);
  base::parallel_for(chunks, threads, [&](size_t chunk, size_t) {
    std::vector<uint64_t> keys;
    const uint64_t begin = uint64_t{records.size()} * chunk / chunks;
    const uint64_t end = uint64_t{records.size()} * (chunk + 1) / chunks;
    for (auto record = static_cast<uint32_t>(begin); record < end; ++record) {
      for (size_t at = 0; at < records.comparison_count(); ++at) {
        keys.clear();
        for (const uint32_t value : records.values(record, at)) {
          if (value != 0) records.comparison(at).keys(value, keys);
        }
        for (const uint64_t key : keys) put(found[chunk], {base::mix64(key), record, static_cast<uint16_t>(1U << at)});
      }
    }
  });
  Parts all = std::move(found[0]);
  for (size_t chunk = 1; chunk < chunks; ++chunk) {
    for (size_t at = 0; at < kParts; ++at) {
      all[at].insert(all[at].end(), found[chunk][at].begin(), found[chunk][at].end());
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
struct CommonKeys {
  std::vector<Entry> entries;
  std::vector<uint64_t> begin;  // per record, and one more
  [[nodiscard]] std::span<const Entry> of(uint32_t record) const {
    return std::span(entries).subspan(begin[record], begin[record + 1] - begin[record]);
  }
  [[nodiscard]] bool has(uint32_t record, uint64_t hash) const {
    const auto all = of(record);
    const auto at = std::lower_bound(all.begin(), all.end(), hash, [](const Entry& e, uint64_t h) { return e.hash < h; });
    return at != all.end() && at->hash == hash;
  }
};

CommonKeys index_by_record(std::vector<Entry> entries, uint32_t records) {
  CommonKeys common;
  common.begin.assign(size_t{records} + 1, 0);
  for (const Entry& entry : entries) ++common.begin[entry.record + 1];
  for (size_t i = 1; i < common.begin.size(); ++i) common.begin[i] += common.begin[i - 1];
  common.entries.resize(entries.size());
  std::vector<uint64_t> at(common.begin.begin(), common.begin.end() - 1);
  for (const Entry& entry : entries) common.entries[at[entry.record]++] = entry;
  return common;  // entries come in hash order, so each record's are ascending by hash
}

uint64_t join(uint64_t a, uint64_t b) { return a < b ? base::mix64(a * 3 + base::mix64(b)) : base::mix64(b * 3 + base::mix64(a)); }

}  // namespace

CandidateIndex CandidateIndex::build(const Records& records, const BlockingSpec& spec) {
  CandidateIndex index;
  index.records_ = &records;
  BlockingReport& report = index.report_;
  std::vector<std::pair<uint32_t, uint32_t>> kept;  // record, bucket

  Parts parts = first_order(records, spec.threads);
  sort_parts(parts, spec.threads);
  for (const auto& part : parts) report.keys += part.size();
  report.bucket_max = choose_bucket_max(parts, records, spec.pairs_per_record_max);

  const auto keep_or_collect = [&](size_t order) {
    std::vector<Entry> common;
    for_each_bucket(parts, [&](std::span<const Entry> bucket) {
      const uint64_t pairs = pair_count(bucket, records);
      if (pairs == 0) return;
      if (bucket.size() > report.bucket_max) {
        ++report.common_keys[order];
        if (order + 1 == kOrders) {
          report.dropped_pairs += pairs;
        } else {
          common.insert(common.end(), bucket.begin(), bucket.end());
        }
        return;
      }
      const auto number = static_cast<uint32_t>(index.bucket_begin_.size() - 1);
      for (const Entry& entry : bucket) {
        index.members_.push_back(entry.record);
        kept.emplace_back(entry.record, number);
      }
      index.bucket_begin_.push_back(index.members_.size());
    });
    for (auto& part : parts) part = {};
    return common;
  };

  // A key of a higher order carries the keys of the first order it is made of, as positions within its record's list.
  const CommonKeys first = index_by_record(keep_or_collect(0), records.size());
  for (uint32_t record = 0; record < records.size(); ++record) {
    const auto keys = first.of(record);
    for (size_t i = 0; i < keys.size(); ++i) {
      for (size_t j = i + 1; j < keys.size(); ++j) {
        if ((keys[i].comparisons & keys[j].comparisons) != 0) continue;
        const auto both = static_cast<uint16_t>(keys[i].comparisons | keys[j].comparisons);
        put(parts, {join(keys[i].hash, keys[j].hash), record, both});
      }
    }
  }
  sort_parts(parts, spec.threads);
  const CommonKeys second = index_by_record(keep_or_collect(1), records.size());
  const auto pair_is_common = [&](uint32_t record, const Entry& a, const Entry& b) {
    return (a.comparisons & b.comparisons) == 0 && second.has(record, join(a.hash, b.hash));
  };
  const auto join_three = [](uint64_t a, uint64_t b, uint64_t c) { return base::mix64(a ^ b ^ c) + (a + b + c); };
  for (uint32_t record = 0; record < records.size(); ++record) {
    if (second.of(record).size() < 3) continue;
    const auto keys = first.of(record);
    for (size_t i = 0; i < keys.size(); ++i) {
      for (size_t j = i + 1; j < keys.size(); ++j) {
        if (!pair_is_common(record, keys[i], keys[j])) continue;
        for (size_t k = j + 1; k < keys.size(); ++k) {
          if (!pair_is_common(record, keys[i], keys[k]) || !pair_is_common(record, keys[j], keys[k])) continue;
          const auto all = static_cast<uint16_t>(keys[i].comparisons | keys[j].comparisons | keys[k].comparisons);
          put(parts, {join_three(keys[i].hash, keys[j].hash, keys[k].hash), record, all});
        }
      }
    }
  }
  sort_parts(parts, spec.threads);
  const CommonKeys third = index_by_record(keep_or_collect(2), records.size());
  for (uint32_t record = 0; record < records.size(); ++record) {
    if (third.of(record).size() < 4) continue;
    const auto keys = first.of(record);
    const auto common3 = [&](size_t i, size_t j, size_t k) {
      return third.has(record, join_three(keys[i].hash, keys[j].hash, keys[k].hash));
    };
    for (size_t i = 0; i < keys.size(); ++i) {
      for (size_t j = i + 1; j < keys.size(); ++j) {
        for (size_t k = j + 1; k < keys.size(); ++k) {
          if (!common3(i, j, k)) continue;
          for (size_t l = k + 1; l < keys.size(); ++l) {
            if (!common3(i, j, l) || !common3(i, k, l) || !common3(j, k, l)) continue;
            const uint64_t hash = base::mix64(join_three(keys[i].hash, keys[j].hash, keys[k].hash) + keys[l].hash);
            put(parts, {hash, record, 0});
          }
        }
      }
    }
  }
  sort_parts(parts, spec.threads);
  keep_or_collect(3);

  report.buckets = index.bucket_begin_.size() - 1;
  index.record_begin_.assign(size_t{records.size()} + 1, 0);
  for (const auto& [record, bucket] : kept) ++index.record_begin_[record + 1];
  for (size_t i = 1; i < index.record_begin_.size(); ++i) index.record_begin_[i] += index.record_begin_[i - 1];
  index.record_buckets_.resize(kept.size());
  std::vector<uint64_t> at(index.record_begin_.begin(), index.record_begin_.end() - 1);
  for (const auto& [record, bucket] : kept) index.record_buckets_[at[record]++] = bucket;
  return index;
}

void CandidateIndex::candidates(uint32_t record, Scratch& scratch, std::vector<uint32_t>& out) const {
  out.clear();
  if (scratch.seen.size() != records_->size()) scratch.seen.assign(records_->size(), 0);
  const bool two_sides = records_->has_two_sides();
  for (uint64_t i = record_begin_[record]; i < record_begin_[record + 1]; ++i) {
    const uint32_t bucket = record_buckets_[i];
    for (uint64_t at = bucket_begin_[bucket]; at < bucket_begin_[bucket + 1]; ++at) {
      const uint32_t other = members_[at];
      if (other >= record) break;
      if (scratch.seen[other] == record + 1) continue;
      scratch.seen[other] = record + 1;
      if (two_sides && records_->side(other) == records_->side(record)) continue;
      out.push_back(other);
    }
  }
  std::sort(out.begin(), out.end());
}

}  // namespace minglu::match
