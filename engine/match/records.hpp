// Records of a linkage as rows of value numbers, one column per comparison. Every distinct cell text is standardised
// once.
//
//   Records records(model, tables);
//   records.append(batch, Side::kLeft);     // batch: table::RawBatch
//   records.value(row, comparison, 0)       // 0 = missing
//
// Thread-safety: append needs exclusive access (it uses its own threads); reading may run in many threads in between.
// Cost: about 0.3 us a cell already seen, some us for a new one; memory 4 bytes a cell plus the distinct values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "match/link_model.hpp"
#include "table/columns.hpp"

namespace minglu::match {

enum class Side : uint8_t { kLeft = 0, kRight = 1 };

class Records {
 public:
  Records(const LinkModel& model, const LanguageTables& tables, size_t threads);
  Records(Records&&) noexcept;
  ~Records();

  /// Errors: kInvalidArgument when the model names a column the batch does not have (the message lists what it has).
  /// Rows with a fatal problem must have been removed by the caller. After finish(), rows join the epoch that finish()
  /// began: terms and rarities stay as they were counted.
  /// `meanwhile`, when given, runs once beside the work, on one of its threads: reading the next batch, for instance.
  Status append(const table::RawBatch& batch, Side side, const std::function<void()>& meanwhile = {});

  [[nodiscard]] uint32_t size() const noexcept { return static_cast<uint32_t>(sides_.size()); }
  [[nodiscard]] bool has_two_sides() const noexcept { return two_sides_; }
  /// Whether two records stand on sides that are compared: any two of one side, across when there are two.
  [[nodiscard]] bool may_pair(uint32_t a, uint32_t b) const noexcept { return !two_sides_ || sides_[a] != sides_[b]; }
  /// Whether they come from one source that names every unit once: then they are two units.
  [[nodiscard]] bool clash(uint32_t a, uint32_t b) const noexcept {
    return sources_[a] == sources_[b] && clean_[sources_[a]];
  }
  [[nodiscard]] Side side(uint32_t record) const noexcept { return sides_[record]; }
  [[nodiscard]] const std::string& id(uint32_t record) const noexcept { return ids_[record]; }
  /// Number of the source; names in source_names().
  [[nodiscard]] uint32_t source(uint32_t record) const noexcept { return sources_[record]; }
  [[nodiscard]] bool has_clean_source() const noexcept {
    return std::find(clean_.begin(), clean_.end(), true) != clean_.end();
  }
  [[nodiscard]] bool is_clean(uint32_t source) const noexcept { return clean_[source]; }
  [[nodiscard]] size_t comparison_count() const noexcept { return columns_.size(); }
  [[nodiscard]] const Comparison& comparison(size_t at) const noexcept { return *columns_[at].comparison; }
  /// The values of one cell: one, or as many as the comparison has alternatives. 0 = missing. After finish().
  [[nodiscard]] std::span<const uint32_t> values(uint32_t record, size_t at) const noexcept {
    return std::span(cells_).subspan(size_t{record} * row_width_ + offsets_[at], offsets_[at + 1] - offsets_[at]);
  }
  /// Values of a cell: as many as the comparison has alternatives.
  [[nodiscard]] size_t width(size_t at) const noexcept { return offsets_[at + 1] - offsets_[at]; }
  /// Hints to the processor: the values of a record, and the count of a term.
  void prefetch(uint32_t record) const noexcept { __builtin_prefetch(&cells_[size_t{record} * row_width_]); }
  void prefetch_term(size_t at, uint32_t term) const noexcept {
    __builtin_prefetch(columns_[at].term_counts.data() + term);
  }
  /// Calls take(value) for each different value of a cell, missing ones (0) included.
  template <typename Take>
  void for_each_value(uint32_t record, size_t at, Take&& take) const {
    const auto cell = values(record, at);
    for (size_t i = 0; i < cell.size(); ++i) {
      const auto before = cell.begin() + static_cast<ptrdiff_t>(i);
      if (std::find(cell.begin(), before, cell[i]) == before) take(cell[i]);
    }
  }
  /// Records that carry the term, per term of a comparison.
  [[nodiscard]] std::span<const uint32_t> term_counts(size_t at) const noexcept { return columns_[at].term_counts; }
  /// Records that carry one term; a term first seen after finish() counts as one record's.
  [[nodiscard]] uint32_t term_count(size_t at, uint32_t term) const noexcept {
    const auto& counts = columns_[at].term_counts;
    return term < counts.size() ? counts[term] : 1;
  }
  /// Records with any value.
  [[nodiscard]] uint64_t present(size_t at) const noexcept { return columns_[at].present; }
  /// Call once after the last append: derives, fixes rarities, counts terms.
  void finish();

 private:
  struct Column;
  struct BatchColumns;
  class NewCells;
  Result<BatchColumns> find_columns(const table::RawBatch& batch, Side side) const;
  void append_ids(const table::RawBatch& batch, Side side, const BatchColumns& columns);
  void derive(Column& column);
  void join_rows();
  void extend_rows(size_t first_row);
  static void count_terms(Column& column);
  static uint32_t value_of(Column& column, std::string_view text);
  static void append_cells(Column& column, const table::TextColumn& cells);
  void append_column(Column& column, const table::RawBatch& batch, std::span<const size_t> cells);
  uint32_t source_number(std::string_view name);

  const LinkModel& model_;  // outlives this
  size_t threads_;
  bool two_sides_ = false;
  struct RawCache;
  struct Column {
    const ComparisonSpec* spec = nullptr;
    std::unique_ptr<Comparison> comparison;
    size_t base = SIZE_MAX;  // of a derived comparison: the column whose aspect it compares
    size_t width = 1;
    std::vector<uint32_t> values;
    std::vector<uint32_t> term_counts;
    uint64_t present = 0;
    std::unique_ptr<RawCache> cache;
  };
  std::vector<Column> columns_;
  std::vector<uint32_t> cells_;    // finish(): the values of a record side by side
  std::vector<uint32_t> offsets_;  // of each comparison within a record, and row_width_
  size_t row_width_ = 0;
  bool is_finished_ = false;
  std::vector<Side> sides_;
  std::vector<std::string> ids_;
  std::vector<uint32_t> sources_;
  std::vector<std::string> source_names_;
  std::vector<bool> clean_;
};

}  // namespace minglu::match
