// Text tables as columns: what a file reader hands to cleaning. Arrow layout (offsets + bytes + validity), so that a
// batch can be given to other engines without copying cell by cell.
//
// A RawBatch holds cells exactly as they stood in the file, as valid UTF-8. An absent cell (short row, empty XML
// element, JSON null, missing key) is null; an empty string stays an empty string.
// Thread-safety: values; one writer or many readers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"

namespace minglu::table {

class TextColumn {
 public:
  TextColumn() : offsets_{0} {}

  void append(std::string_view cell) {
    bytes_.append(cell);
    offsets_.push_back(static_cast<uint32_t>(bytes_.size()));
    valid_.push_back(1);
  }
  void append_null() {
    offsets_.push_back(static_cast<uint32_t>(bytes_.size()));
    valid_.push_back(0);
  }
  [[nodiscard]] size_t size() const noexcept { return valid_.size(); }
  [[nodiscard]] bool is_null(size_t row) const noexcept { return valid_[row] == 0; }
  /// Empty view for null.
  [[nodiscard]] std::string_view view(size_t row) const noexcept {
    return std::string_view(bytes_).substr(offsets_[row], offsets_[row + 1] - offsets_[row]);
  }
  [[nodiscard]] std::optional<std::string_view> cell(size_t row) const noexcept {
    return is_null(row) ? std::nullopt : std::optional(view(row));
  }
  [[nodiscard]] size_t byte_count() const noexcept { return bytes_.size(); }
  void clear() {
    bytes_.clear();
    offsets_.assign(1, 0);
    valid_.clear();
  }

 private:
  std::string bytes_;
  std::vector<uint32_t> offsets_;  // size() + 1
  std::vector<uint8_t> valid_;
};

/// Something wrong with one row that the reader met and survived. A fatal row keeps its place in the batch, with its
/// number and every cell null, so that delivered rows and rejected rows always add up to the rows of the file.
struct RowProblem {
  uint64_t row = 0;          // 1-based data row in the file, as in RawBatch::row_numbers
  bool fatal = false;        // true: the row cannot be used (its cells are null) and must be counted as rejected
  std::string code = {};     // stable, listed in README.md: "ragged_row", "bad_encoding", "cell_too_long", ...
  std::string message = {};  // one sentence, in the user's language (zh)
};

struct RawBatch {
  std::vector<std::string> names;     // column names, in file order
  std::vector<TextColumn> columns;    // same order; all of row_count() cells
  std::vector<uint64_t> row_numbers;  // 1-based data row of each row (header not counted)
  std::vector<RowProblem> problems;   // about rows of this batch
  [[nodiscard]] size_t row_count() const noexcept { return row_numbers.size(); }
  /// Index of a column, or null.
  [[nodiscard]] std::optional<size_t> find(std::string_view name) const noexcept {
    for (size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name) return i;
    }
    return std::nullopt;
  }
};

}  // namespace minglu::table
