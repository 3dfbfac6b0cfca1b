// Plain files out: CSV (RFC 4180, UTF-8, optional BOM for spreadsheet programs), XLSX (text cells for codes, real
// numbers and dates, frozen header, constant memory) and Parquet. Files appear whole or not at all: they are written
// under
// "<path>.part" and renamed by finish(), which has synced them to the disk; a writer dropped without finish leaves
// nothing. Errors: kInvalidArgument for a row of the wrong width, a cell that is not UTF-8, or one that the format
// cannot hold. Thread-safety: one writer, one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace minglu::table {

enum class CellKind { kText, kNumber, kDate };  // numbers and dates arrive as canonical text ("12.5", "2026-01-31")

struct OutColumn {
  std::string name;
  CellKind kind = CellKind::kText;
};

class TableWriter {
 public:
  virtual ~TableWriter() = default;
  /// One cell per column; null is an empty cell. A text cell that starts with = + - @ or a tab is written so that a
  /// spreadsheet program does not run it as a formula (CSV: leading apostrophe only when spec.guard_formulas).
  virtual Status row(const std::vector<std::optional<std::string_view>>& cells) = 0;
  /// Makes the file durable under its final name.
  virtual Status finish() = 0;
};

struct WriteSpec {
  bool bom = false;              // CSV
  bool guard_formulas = false;   // CSV
  std::string sheet = "Sheet1";  // XLSX
};

Result<std::unique_ptr<TableWriter>> create_csv(const std::filesystem::path& path, std::vector<OutColumn> columns,
                                                const WriteSpec& spec);
/// More than 1,048,575 rows continue on further sheets "name (2)", ...
Result<std::unique_ptr<TableWriter>> create_xlsx(const std::filesystem::path& path, std::vector<OutColumn> columns,
                                                 const WriteSpec& spec);

/// kNumber columns are stored as DOUBLE, kDate as DATE, kText as VARCHAR; a number or date cell that is none is refused
/// (kInvalidArgument). Rows gather in a temporary DuckDB database beside the file. Cost: about twice the file on disk.
Result<std::unique_ptr<TableWriter>> create_parquet(const std::filesystem::path& path, std::vector<OutColumn> columns,
                                                    const WriteSpec& spec);

}  // namespace minglu::table
