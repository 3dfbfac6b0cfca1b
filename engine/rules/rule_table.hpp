// A table of typed columns by field name, as rules read it.
//
// Built from text columns in canonical form: dates ISO, money integer fen, integers and decimals in plain digits, bools
// 0/1/true/false, periods yyyymm or yyyy-mm, sets "a|b". An empty cell is null. A cell that does not parse is null,
// counted, and seen by the operator malformed(field).
// Text, code and set columns are borrowed, not copied: the TextColumns must outlive the table.
// Memory: 9 bytes per cell of other types. Thread-safety: immutable after building.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "rules/types.hpp"
#include "table/columns.hpp"

namespace minglu::rules {

struct TableColumn {
  FieldType type;
  const table::TextColumn* source = nullptr;
  std::vector<uint8_t> valid;  // 1 = has a value
  std::vector<int64_t> ints;   // bool, int, money, date, period
  std::vector<double> doubles;
  std::vector<uint8_t> malformed;  // empty when no cell was malformed
  uint64_t malformed_count = 0;
};

struct RuleTable {
  /// kInvalidArgument: sizes of the three spans differ, rows differ between columns, or a name appears twice.
  static Result<RuleTable> from_text(const std::vector<std::string>& names,
                                     const std::vector<const table::TextColumn*>& columns,
                                     std::span<const FieldType> types);

  /// Same from typed columns, for values that never were text. Text columns have a source, the others valid and values.
  static Result<RuleTable> from_columns(const std::vector<std::string>& names, std::vector<TableColumn> columns);

  [[nodiscard]] const Schema& schema() const noexcept { return schema_; }
  [[nodiscard]] size_t row_count() const noexcept { return row_count_; }
  [[nodiscard]] const TableColumn& column(size_t index) const noexcept { return columns_[index]; }
  /// Cells that were filled and could not be read, all columns.
  [[nodiscard]] uint64_t malformed_count() const noexcept;
  /// The cell as it stood; empty for null.
  [[nodiscard]] std::string_view cell_text(size_t column, size_t row) const noexcept {
    return columns_[column].source->view(row);
  }
  /// Row number for findings: 1-based position, unless numbers were given.
  [[nodiscard]] uint64_t row_number(size_t row) const noexcept {
    return row_numbers_.empty() ? row + 1 : row_numbers_[row];
  }
  /// Numbers of the rows in their file. Precondition: row_count() numbers.
  void set_row_numbers(std::vector<uint64_t> numbers);

 private:
  Schema schema_;
  std::vector<TableColumn> columns_;
  std::vector<uint64_t> row_numbers_;
  size_t row_count_ = 0;
};

}  // namespace minglu::rules
