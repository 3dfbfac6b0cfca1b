// One record at a time against all the others, and the same answer as a linkage in bulk.
//
// Built once from records that were linked (an epoch: weights, term frequencies, word rarities and the list of too
// common keys stay fixed). Then records come and go: add() finds the candidates of one record by its keys, scores them,
// and groups anew the one component it touches, by the very function the bulk uses; remove() does the same for what it
// leaves behind. Because candidates and weights of a pair depend on that pair and the epoch only, the groups after any
// order of additions and removals are those of a bulk run over the records that remain.
//
//   LiveMatcher live(std::move(records), model, {.threads = 2});
//   MINGLU_TRY(const LiveChange change, live.add(one_row_batch, Side::kLeft));
//   live.group_of(change.record)          // lowest record of its unit
//
// Cost: build as a linkage, plus 12 bytes a key; add: the candidates of one record (docs/generated/bench-link.md).
// Thread-safety: one caller at a time.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "match/grouping.hpp"
#include "match/linkage.hpp"

namespace minglu::match {

struct LiveChange {
  uint32_t record = 0;
  uint32_t candidates = 0;
  std::vector<Edge> edges;          // of this record, at or above the review threshold
  std::vector<uint32_t> regrouped;  // records whose component was grouped anew, ascending
};

class LiveMatcher {
 public:
  /// `model.learned` must be there; `model` and what `records` borrows outlive this.
  LiveMatcher(Records records, const LinkModel& model, const LinkageSpec& spec);

  /// Takes one row in. Errors: those of Records::append, and kInvalidArgument unless the batch has one row.
  Result<LiveChange> add(const table::RawBatch& row, Side side);
  /// Takes a record out; its number is not used again. Precondition: it is there.
  LiveChange remove(uint32_t record);

  [[nodiscard]] bool contains(uint32_t record) const { return is_alive_[record]; }
  /// Lowest record of the unit. Precondition: contains(record).
  [[nodiscard]] uint32_t group_of(uint32_t record) const { return group_[record]; }
  [[nodiscard]] const Records& records() const noexcept { return records_; }

 private:
  void index_all(size_t threads);
  void collect(uint64_t key, uint32_t record, std::vector<uint32_t>& out) const;
  void connect(const Edge& edge);
  void regroup(std::vector<uint32_t> component);
  [[nodiscard]] std::vector<uint32_t> component_of(uint32_t record) const;

  Records records_;
  const LinkModel& model_;
  LinkageSpec spec_;
  BlockingEpoch epoch_;
  Weights weights_;
  GroupingSpec grouping_;
  int32_t component_floor_ = 0;
  std::vector<uint64_t> keys_;                                 // of the epoch's records, ascending
  std::vector<uint32_t> keepers_;                              // the record of each key
  std::unordered_map<uint64_t, std::vector<uint32_t>> later_;  // keys of records added since
  std::unordered_map<uint32_t, std::vector<Edge>> edges_;      // by record: edges that join components
  std::vector<bool> is_alive_;
  std::vector<uint32_t> group_;
  PairScratch scratch_;
  BlockingEpoch::Scratch key_scratch_;
};

}  // namespace minglu::match
