// What every reader must keep, whatever the bytes.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>

#include "base/utf8.hpp"
#include "table/internal/readers.hpp"

namespace minglu::fuzz {

inline void require(bool condition) {
  if (!condition) std::abort();
}

/// Everything a reader says, as one string; checks the shape of each batch.
inline std::string drain(Result<std::unique_ptr<table::TableReader>> reader, bool with_errors = true) {
  if (!reader.ok()) return "refused";
  std::string out;
  table::RawBatch batch;
  uint64_t row = 0;
  for (;;) {
    auto more = reader.value()->next(batch);
    if (!more.ok()) return out + (with_errors ? more.error().message : "");
    if (!more.value()) return out;
    require(batch.columns.size() == reader.value()->names().size());
    for (const table::TextColumn& column : batch.columns) require(column.size() == batch.row_count());
    for (size_t i = 0; i < batch.row_count(); ++i) {
      require(batch.row_numbers[i] == ++row);
      for (const table::TextColumn& column : batch.columns) {
        require(base::is_valid_utf8(column.view(i)));
        require(column.view(i).find('\0') == std::string_view::npos);
        out.append(column.is_null(i) ? "~" : "=").append(column.view(i)).push_back('\x1f');
      }
    }
    for (const table::RowProblem& problem : batch.problems) {
      require(problem.row >= 1 && problem.row <= row);
      out += std::to_string(problem.row) + problem.code + (problem.fatal ? "!" : "");
    }
  }
}

using Open = std::function<Result<std::unique_ptr<table::TableReader>>(const table::ReadSpec&)>;

/// The outcome must not depend on the size of a read.
inline void same_at_every_read_size(const Open& open, table::ReadSpec spec, size_t read_bytes) {
  spec.limits.row_bytes_max = 512;
  spec.limits.cell_bytes_max = 128;
  spec.limits.columns_max = 64;
  const std::string whole = drain(open(spec));
  spec.read_buffer_bytes = 1 + read_bytes;
  require(drain(open(spec)) == whole);
}

}  // namespace minglu::fuzz
