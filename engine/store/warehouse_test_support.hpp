// What tests of the warehouse share: rows of a table or view as text, so that SQL stays in this folder.
// For tests only; errors fail the test and give no rows. Cost: the whole result in memory.
// Thread-safety: none needed.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store/warehouse.hpp"

namespace minglu::store::testing_support {

/// Drops the column names that DuckDB writes: "{'unit_id': 1, 'seq': 3}" -> "(1, 3)".
inline std::string without_names(std::string_view row) {
  std::string out;
  for (size_t at = 1; at + 1 < row.size(); ++at) {
    const bool starts = row[at] == '\'' && (at == 1 || row.substr(at - 2, 2) == ", ");
    const size_t end = starts ? row.find("': ", at) : std::string_view::npos;
    if (end != std::string_view::npos) at = end + 3;
    if (at + 1 < row.size()) out.push_back(row[at]);
  }
  return "(" + out + ")";
}

/// Rows of `table`, in order of their text; `columns` is a SQL list of expressions.
inline std::vector<std::string> rows_of(Warehouse& warehouse, const std::string& table,
                                        const std::string& columns = "*") {
  std::vector<std::string> out;
  auto connection = warehouse.connect();
  EXPECT_TRUE(connection.ok());
  if (!connection.ok()) return out;
  auto result = connection->query("SELECT CAST(q AS VARCHAR) FROM (SELECT " + columns + " FROM " +
                                  table::duck_quote_name(table) + ") q ORDER BY 1");
  EXPECT_TRUE(result.ok()) << table << ": " << result.error().message;
  table::DuckChunk chunk;
  while (result.ok()) {
    const auto more = result->next(chunk);
    EXPECT_TRUE(more.ok());
    if (!more.ok() || !*more) break;
    for (size_t r = 0; r < chunk.row_count(); ++r) out.push_back(without_names(chunk.text(0, r)));
  }
  return out;
}

}  // namespace minglu::store::testing_support
