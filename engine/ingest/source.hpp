// A source is a catalog file, not code: catalog/sources/<id>.json says what its files look like, which column is which
// field, how each cell is cleaned, what the key is, how much the source is trusted, and what absence means.
//
// Unknown JSON members, unknown fields, unknown cleaners, a key column that is not mapped: refused at load.
// Thread-safety: immutable after load.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"
#include "codes/fields.hpp"
#include "geo/datum.hpp"
#include "ingest/cleaner.hpp"
#include "table/reader.hpp"
#include "units/record.hpp"

namespace minglu::ingest {

/// What a figure of a period is: an amount of the period itself; a level at its end, which is never added up over time;
/// the amount since 1 January (本年累计), from which months are derived.
enum class FigureKind : uint8_t { kFlow, kLevel, kYearToDate };
/// What the figures of a unit are when several records of the source are linked to it: their sum (accounts), or those
/// of the record with the latest figures (a unit that was listed twice).
enum class FiguresOfUnit : uint8_t { kSum, kLatest };

struct ColumnMap {
  std::string from;      // column name in the file
  codes::FieldId field;  // register field
  const Cleaner* cleaner = nullptr;
  bool indicator = false;  // a figure of a period, not a fact about the unit
  FigureKind figure = FigureKind::kFlow;
  bool zero_is_missing = false;  // of an indicator: 0 stands for nothing known
};

struct ConstantField {
  codes::FieldId field;
  std::string value;  // canonical text, e.g. unit_type "1" for a list of legal units
};

enum class Extract { kFull, kIncremental };
/// What it means when a full extract no longer lists an entity.
enum class Absence { kNotSeen, kClosed, kNothing };

struct SourceDefinition {
  std::string id;
  std::string title_zh;
  std::string department;    // 市监, 税务, ... 统计
  int32_t trust = 50;        // 0..100; default order of survivorship
  std::string source_class;  // PUBLIC, DEPT_ADMIN, SURVEY
  table::ReadSpec read;
  std::string file_pattern;               // "tax_decl_{period}.csv"; "" = matched by folder name only
  std::string periodicity;                // "monthly", "once", ...: for timeliness
  std::optional<Date> source_date;        // fixed date of a one-off extract
  geo::Datum datum = geo::Datum::kWgs84;  // of its coordinates; another one is converted when they are cleaned
  Extract extract = Extract::kIncremental;
  Absence absence = Absence::kNotSeen;
  FiguresOfUnit figures_of_unit = FiguresOfUnit::kSum;
  bool one_per_unit = false;     // a clean list: two of its entities are never one unit
  std::vector<std::string> key;  // file columns; cleaned values are used
  std::string period_column;     // file column; empty = the period of the file's date
  std::vector<ColumnMap> columns;
  std::vector<ConstantField> constants;
  std::vector<std::string> ignore;
  [[nodiscard]] bool has_indicators() const;
};

/// All sources of the catalog, ordered by id; SourceId is the place in that order.
class Sources {
 public:
  static Result<Sources> load(const std::filesystem::path& catalog_directory, const codes::Fields& fields);
  [[nodiscard]] std::optional<units::SourceId> find(std::string_view id) const;
  [[nodiscard]] const SourceDefinition& at(units::SourceId id) const { return list_[id.value]; }
  [[nodiscard]] size_t size() const noexcept { return list_.size(); }
  /// The source whose file_pattern matches the file's name (or whose id is the folder's name), if exactly one does.
  [[nodiscard]] std::optional<units::SourceId> match_file(const std::filesystem::path& file) const;

 private:
  std::vector<SourceDefinition> list_;
};

/// The date a file speaks for: `given`, else {date}/{period} of its name, else the definition's fixed date.
/// kInvalidArgument when none says so.
Result<Date> source_date_of(const SourceDefinition& source, const std::filesystem::path& file,
                            std::optional<Date> given);

}  // namespace minglu::ingest
