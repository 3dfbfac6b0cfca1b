// Helpers of this folder's tests: read bytes or a file whole, and say what came out in one comparable value.
// `drain` also checks what every reader must keep: each batch names the columns, and every column has every row.
// Only tests include it; thread-safety: none needed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "table/internal/readers.hpp"

namespace minglu::table::testing_support {

using Cells = std::vector<std::optional<std::string>>;

struct ReadOutcome {
  std::optional<Error> open_error;
  std::optional<Error> read_error;
  std::vector<std::string> names;
  std::vector<std::string> notes;
  std::vector<Cells> rows;
  std::vector<uint64_t> row_numbers;
  std::vector<RowProblem> problems;
  [[nodiscard]] std::string codes() const;  // "2:ragged_row! 3:stray_quote", ! for fatal
};

ReadOutcome drain(Result<std::unique_ptr<TableReader>> reader);
ReadOutcome read_csv(const std::string& bytes, ReadSpec spec = {});
/// A new empty directory for this test.
std::filesystem::path fresh_directory(const std::string& name);

}  // namespace minglu::table::testing_support
