// Tables that stand beside the data: cumulative figures month by month, the current list of 四上, the result of the
// period before. Each is read whole, then joined to the rows by id (the list by id, else by USCC).
//
//   MINGLU_TRY(FigureBook figures, FigureBook::create(names, spec));
//   figures.read(batch);
//   figures.join(rows);
//
// Columns: figures id, measure, source, period, kind (ytd, 12m; absent = ytd), amount_<unit>; list id or uscc, with
// category and name when it has them; previous: a result file of the same command.
// Errors (kInvalidArgument): a missing column, money without a unit, a previous result of a later period. A broken
// figure makes its unit unusable, and so do two different amounts for one measure, source and month: nothing is judged
// by half of what was said. A unit that stands twice in the list with two specialties keeps neither.
// Pure. Thread-safety: one table, one thread. Cost: O(log n) a row.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "table/columns.hpp"
#include "tiers/unit_table.hpp"

namespace minglu::tiers {

class FigureBook {
 public:
  static Result<FigureBook> create(std::span<const std::string> names, const ReadSpec& spec);
  void read(const table::RawBatch& batch);
  void join(std::vector<UnitRow>& rows) const;
  [[nodiscard]] uint64_t row_count() const noexcept { return rows_; }
  /// Figures of ids that no row has.
  [[nodiscard]] uint64_t count_unmatched(const std::vector<UnitRow>& rows) const;

 private:
  struct Entry {
    std::vector<Figure> figures;
    std::vector<Reason> problems;
  };
  explicit FigureBook(const ReadSpec& spec) : spec_(spec) {}
  ReadSpec spec_;
  std::map<std::string, size_t, std::less<>> columns_;
  size_t amount_column_ = 0;
  bool amount_in_fen_ = false;
  units::MoneyUnit amount_unit_ = units::MoneyUnit::kYuan;
  uint64_t rows_ = 0;
  std::map<std::string, Entry, std::less<>> entries_;
};

class CurrentList {
 public:
  static Result<CurrentList> create(std::span<const std::string> names);
  void read(const table::RawBatch& batch);
  /// Sets Unit::listing for rows that the list has, and takes it away from all others: the list alone decides.
  void join(std::vector<UnitRow>& rows);
  [[nodiscard]] uint64_t size() const noexcept { return listings_.size(); }
  [[nodiscard]] uint64_t without_key() const noexcept { return without_key_; }
  /// Keys that no row has, in order: units of the list that the data do not know. Call after join.
  [[nodiscard]] std::vector<std::string> unmatched() const;

 private:
  std::map<std::string, size_t, std::less<>> columns_;
  std::map<std::string, Listing, std::less<>> listings_;
  std::set<std::string, std::less<>> matched_;
  uint64_t without_key_ = 0;
};

class PreviousResult {
 public:
  static Result<PreviousResult> create(std::span<const std::string> names);
  /// kInvalidArgument when a row is of a period after `today`, or is not a row that the command writes.
  Status read(const table::RawBatch& batch, Period today);
  void join(std::vector<UnitRow>& rows) const;

 private:
  std::map<std::string, size_t, std::less<>> columns_;
  std::map<std::string, Previous, std::less<>> results_;
};

}  // namespace minglu::tiers
