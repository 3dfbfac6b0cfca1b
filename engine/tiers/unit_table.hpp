// Plain tables in: rows of units, of figures, of the current list and of the previous result become what classify()
// takes. Column names are stable; docs/guide/cli.md lists them.
//
//   MINGLU_TRY(UnitReader reader, UnitReader::create(names, {catalog, settings, MoneyUnit::kWanYuan, period}));
//   reader.read(batch, rows);          // one UnitRow for every row of the file, broken or not
//
// Money needs its unit: in the column's name (main_revenue_wan_yuan, ..._thousand_yuan, ..._yuan, ..._fen), in
// ReadSpec::money_unit, or in every cell ("2000万元" is read as such anyway). A column in none of them is refused: the
// register's own files use three units (rule book §0).
// Errors (kInvalidArgument, saying what to do): a missing column, a column twice, money without a unit. A cell that
// cannot be read makes its row unusable (problems), never the file. Pure. Thread-safety: one reader, one thread.
// Cost: about a microsecond a cell.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "codes/catalog.hpp"
#include "table/columns.hpp"
#include "tiers/classify.hpp"
#include "units/money.hpp"

namespace minglu::tiers {

struct ReadSpec {
  const codes::Catalog& catalog;
  const Settings& settings;
  std::optional<units::MoneyUnit> money_unit;  // of money columns whose name does not say it
  Period period;                               // of figures in a file without a column "period"
};

struct UnitRow {
  uint64_t row = 0;  // 1-based data row
  Unit unit;
  std::string uscc;
  std::string street;  // carried to the result: whose turn it is
  std::string owner;
  std::string batch;
  std::vector<Reason> problems;  // not empty: the row cannot be used
};

class UnitReader {
 public:
  static Result<UnitReader> create(std::span<const std::string> names, const ReadSpec& spec);
  void read(const table::RawBatch& batch, std::vector<UnitRow>& out) const;
  [[nodiscard]] const std::vector<std::string>& ignored_columns() const noexcept { return ignored_; }
  [[nodiscard]] bool has(std::string_view field) const noexcept;

 private:
  struct Money {
    size_t column = 0;
    Measure measure = Measure::kRevenue;
    FigureKind kind = FigureKind::kYearToDate;
    bool last_year = false;   // the same months of the year before
    bool whole_year = false;  // the whole of the year before
    bool investment = false;
    bool in_fen = false;
    units::MoneyUnit unit = units::MoneyUnit::kYuan;
  };
  explicit UnitReader(const ReadSpec& spec) : spec_(spec) {}
  Status plan_money(std::string_view name, size_t column, bool& known);
  [[nodiscard]] std::string_view cell(const table::RawBatch& batch, std::string_view field, size_t row) const noexcept;
  void read_identity(const table::RawBatch& batch, size_t row, UnitRow& out) const;
  void read_traits(const table::RawBatch& batch, size_t row, UnitRow& out) const;
  void read_money(const table::RawBatch& batch, size_t row, UnitRow& out) const;

  ReadSpec spec_;
  std::map<std::string, size_t, std::less<>> columns_;
  std::vector<Money> money_;
  std::vector<std::string> ignored_;
};

/// Rows of one id are unusable when there are several of them. Order of rows does not matter.
void reject_duplicates(std::vector<UnitRow>& rows);

}  // namespace minglu::tiers
