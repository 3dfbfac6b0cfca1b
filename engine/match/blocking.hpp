// Which pairs of records are worth comparing, without keys written by hand.
//
// Every value offers keys (Comparison::keys). Records that share a rare key are compared. A key too common for that is
// not dropped: it is joined with the other common keys of the record, from other comparisons, to pairs of keys and,
// where still too common, to triples and quadruples; a key of order k+1 is formed only if all its parts of order k were
// too common (as Apriori does). What is still too common at order four is dropped and counted: those pairs agree on
// four common things at once and are reported as lost.
//
// "Too common" is the largest bucket size of {1024, 512, ... 8} at which the first order yields no more than
// `pairs_per_record_max` pairs a record.
//
//   CandidateIndex index = CandidateIndex::build(records, spec);
//   index.candidates(record, scratch, out);     // ascending, each once, below `record`, on the other side if there are
//   two
//
// Pairs of small buckets are listed once for all; large buckets are kept as they are and walked for each record.
//
// Deterministic in the set of records. Cost: a few passes over the keys; memory: 16 bytes a key of one order at a time,
// 8 bytes a pair of a small bucket, 8 bytes a record of a large one. Thread-safety: immutable after build; a scratch
// belongs to one thread.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "match/records.hpp"

namespace minglu::match {

struct BlockingSpec {
  double pairs_per_record_max = 20;
  size_t threads = 2;
};

struct BlockingReport {
  uint32_t bucket_max = 0;                 // records a key may have
  uint64_t keys = 0;                       // first order
  uint64_t buckets = 0;                    // kept, of all orders
  uint64_t common_keys[4] = {0, 0, 0, 0};  // too common, by order
  uint64_t dropped_pairs = 0;              // upper bound: pairs within buckets too common at order four
};

/// One key of one record.
struct BlockingKey {
  uint64_t hash = 0;
  uint32_t record = 0;
  uint16_t comparisons = 0;  // bit set of the comparisons the key comes from
  uint16_t size_class = 0;   // of a common key: log2 of the records it has, times 16
};

/// Which keys are too common, as found when the index was built, and fixed since: whether two records are candidates
/// then depends on these two only, whatever came in between. Thread-safety: immutable after build.
class BlockingEpoch {
 public:
  struct Scratch {
    std::vector<uint64_t> found;
    std::vector<BlockingKey> keys;
  };
  /// The keys under which a record is kept: two records are candidates when they share one.
  void final_keys(const Records& records, uint32_t record, Scratch& scratch, std::vector<uint64_t>& out) const;

 private:
  friend class IndexBuilder;
  static constexpr uint16_t kDropped = UINT16_MAX;
  struct Common {
    uint64_t hash = 0;
    uint16_t size_class = 0;
  };
  [[nodiscard]] const Common* find(uint64_t hash) const;
  [[nodiscard]] bool has(size_t order, uint64_t hash) const;
  std::vector<Common> first_;        // ascending by hash
  std::vector<uint64_t> joined_[3];  // orders 2 to 4, ascending
};

/// Records in ranges of equal length, so that what belongs to the records of one fits into a core's cache.
class RecordRanges {
 public:
  explicit RecordRanges(uint32_t records)
      : records_(records), shift_(std::max(kShiftMin, static_cast<int>(std::bit_width(records)) - kRangesBits)) {}
  [[nodiscard]] size_t count() const noexcept { return records_ == 0 ? 0 : of(records_ - 1) + 1; }
  [[nodiscard]] size_t of(uint32_t record) const noexcept { return record >> shift_; }
  [[nodiscard]] uint32_t begin(size_t range) const noexcept { return static_cast<uint32_t>(range << shift_); }
  [[nodiscard]] uint32_t end(size_t range) const noexcept {
    return static_cast<uint32_t>(std::min<uint64_t>(records_, (range + 1) << shift_));
  }

 private:
  static constexpr int kShiftMin = 13;
  static constexpr int kRangesBits = 8;
  uint32_t records_;
  int shift_;
};

class CandidateIndex {
 public:
  /// `epoch`, when given, receives what later records need.
  static CandidateIndex build(const Records& records, const BlockingSpec& spec, BlockingEpoch* epoch = nullptr);

  struct Scratch {
    std::vector<uint32_t> seen;  // per record: 1 + last record that met it
  };
  /// Records with a lower number that share a bucket with `record`.
  void candidates(uint32_t record, Scratch& scratch, std::vector<uint32_t>& out) const;
  [[nodiscard]] const BlockingReport& report() const noexcept { return report_; }

 private:
  friend class IndexBuilder;
  const Records* records_ = nullptr;  // outlives this
  /// Candidates through small buckets, of the records of one range.
  struct Near {
    std::vector<uint32_t> begin;   // per record, and one more
    std::vector<uint32_t> others;  // ascending for each record
  };
  RecordRanges ranges_{0};
  std::vector<Near> near_;  // by range
  std::vector<uint64_t> bucket_begin_{0};
  std::vector<uint32_t> members_;       // of large buckets, ascending within each
  std::vector<uint64_t> record_begin_;  // size() + 1; empty: no large bucket
  std::vector<uint32_t> record_buckets_;
  BlockingReport report_;
};

}  // namespace minglu::match
