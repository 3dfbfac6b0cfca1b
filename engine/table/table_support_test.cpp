#include "table/table_support.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace minglu::table::testing_support {

std::string ReadOutcome::codes() const {
  std::string out;
  for (const RowProblem& problem : problems) {
    if (!out.empty()) out += ' ';
    out += std::to_string(problem.row) + ":" + problem.code + (problem.fatal ? "!" : "");
  }
  return out;
}

ReadOutcome drain(Result<std::unique_ptr<TableReader>> reader) {
  ReadOutcome out;
  if (!reader.ok()) {
    out.open_error = reader.error();
    return out;
  }
  out.names = reader.value()->names();
  out.notes = reader.value()->notes();
  RawBatch batch;
  for (;;) {
    auto more = reader.value()->next(batch);
    if (!more.ok()) out.read_error = more.error();
    if (!more.ok() || !more.value()) return out;
    EXPECT_EQ(batch.names, out.names);
    EXPECT_EQ(batch.columns.size(), out.names.size());
    for (const TextColumn& column : batch.columns) EXPECT_EQ(column.size(), batch.row_count());
    for (size_t row = 0; row < batch.row_count(); ++row) {
      Cells cells;
      for (const TextColumn& column : batch.columns) {
        const auto cell = column.cell(row);
        cells.push_back(cell ? std::optional<std::string>(*cell) : std::nullopt);
      }
      out.rows.push_back(std::move(cells));
      out.row_numbers.push_back(batch.row_numbers[row]);
    }
    out.problems.insert(out.problems.end(), batch.problems.begin(), batch.problems.end());
  }
}

ReadOutcome read_csv(const std::string& bytes, ReadSpec spec) {
  return drain(internal::open_csv(internal::ByteSource::from_memory(bytes), spec));
}

std::filesystem::path fresh_directory(const std::string& name) {
  std::filesystem::path path =
      std::filesystem::path(::testing::TempDir()) / ("minglu_table_" + std::to_string(::getpid()) + "_" + name);
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

}  // namespace minglu::table::testing_support
