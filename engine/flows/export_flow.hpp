// Lists out of the register as CSV, XLSX or Parquet (by the ending of the file's name). Column names are stable and
// documented in docs/guide/cli.md. Rows come in the order of unit id, so the same register gives the same bytes.
// A null is an empty cell. Dates are ISO 8601. Reads the register only. Cost: one pass over the units.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "flows/home.hpp"
#include "flows/unit_view.hpp"
#include "table/writer.hpp"

namespace minglu::flows {

struct ExportSpec {
  std::string list;  // one of export_lists()
  std::filesystem::path out;
  std::optional<uint64_t> since_seq;  // "new": units minted by commits after this one; default: the last resolve commit
};

struct ExportReport {
  uint64_t rows = 0;
};

struct ExportList {
  std::string_view name;
  std::string_view title_zh;
  std::string_view summary;
};
/// units, conflicts, new, missing, refused, review, decisions, members, batches, quality, findings.
std::span<const ExportList> export_lists();

/// A table file by the ending of its name: CSV (with a mark of UTF-8, for spreadsheets), XLSX or Parquet.
/// kInvalidArgument for another ending.
Result<std::unique_ptr<table::TableWriter>> create_table(const std::filesystem::path& path, const std::string& sheet,
                                                         std::vector<table::OutColumn> columns);

/// The list of conflicts, whoever it is written for: its columns, and one row per claim against the winner (of
/// `only_source`, unless empty). Returns the rows written.
std::vector<table::OutColumn> conflict_columns();
struct ConflictHeading {
  std::string unit;
  std::string_view uscc;
  std::string_view name;
};
Result<uint64_t> write_conflict(const ConflictHeading& heading, const FieldView& field, std::string_view only_source,
                                table::TableWriter& writer);

/// kInvalidArgument: unknown list or file ending.
Result<ExportReport> export_list(Home& home, const ExportSpec& spec);

}  // namespace minglu::flows
