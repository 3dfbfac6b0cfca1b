// What the sources say of every unit in figures, column by column, together with the unit's own columns: the table that
// activity, tiers and analysis start from.
//
//   MINGLU_TRY(auto state, home.state(UINT64_MAX));
//   MINGLU_TRY(UnitPanel panel, make_unit_panel(home, *state,
//       {.columns = {{"tax_decl", "tax_sales", Reduce::kSum, {202501}, {202512}}},     // sales of twelve months
//        .fields = {"industry_code", "size_class", "region"}}));
//   panel.figures[0].values[i]   // fen, of panel.units[i]; its kind says whether it is a value at all
//
// A column takes one figure (field) of one source over the months `from` to `to`, both included. Of several deliveries
// for one record and month the latest is in force (date of the file, then content), as everywhere in the register.
// Several records of the source linked to one unit are added up or the latest counts alone, as the source's definition
// says (figures_of_unit). Year-to-date figures are turned into months for sums: what a year's first report holds
// belongs to the months since January; when the window begins later than that, the cell is kIncomplete. Worked example:
// reports 2025-04: 40, 2025-06: 70, 2025-12: 150, 2026-02: 30. Sum 2025-05..2026-02 = (150 - 40) + 30 = 140; sum
// 2025-03..2026-02 is incomplete.
//
// Units: as the register keeps them: money in fen, decimals in thousandths, integers as they are (PanelFigures::scale).
// Errors: kInvalidArgument names an unknown source, field, indicator or window, and a sum of levels;
// kFailedPrecondition when a segment belongs to a source that the catalog knows no more. Thread-safety: as Home's
// readers. Method: one pass over the unit rows, then source by source one scan of the segments per month asked for,
// each thread for its own range of entities; same bytes at any thread count. Cost at 4.6 million units: docs/generated.
// Memory: 13 bytes per unit and column, 28 bytes per linked record of one source at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "access/source_class.hpp"
#include "base/date.hpp"
#include "base/result.hpp"
#include "flows/home.hpp"

namespace minglu::flows {

/// What a cell is. Only kValue and kZero carry a number. The rule book's three empties (§6.1) are kNotLinked, kZero and
/// kNotApplicable; kNotDelivered and kIncomplete count like kNotLinked and say why.
enum class CellKind : uint8_t {
  kValue,
  kZero,           // linked, nothing reported: 0
  kNotLinked,      // no record of the source belongs to the unit
  kNotApplicable,  // the unit was founded after the window, or closed before it
  kNotDelivered,   // the source has delivered no figure of these months for anybody
  kIncomplete,     // reported, but the window cannot be made of it
};
/// "VALUE", "ZERO", "NOT_LINKED", "NOT_APPLICABLE", "NOT_DELIVERED", "INCOMPLETE".
std::string_view cell_kind_name(CellKind kind) noexcept;
constexpr bool has_number(CellKind kind) noexcept { return kind == CellKind::kValue || kind == CellKind::kZero; }

/// What the months of a window become. Months without report count 0 in a sum.
enum class Reduce : uint8_t {
  kSum,             // of flows and year-to-date figures
  kLast,            // of the latest month with a report
  kMonths,          // months with a report
  kMonthsPositive,  // months with a value above 0
  kQuarters,        // quarters with a report: comparable for who files monthly and who files quarterly
};

inline constexpr int32_t kPanelMonthsMax = 60;

struct PanelColumn {
  std::string source;  // id
  std::string field;   // code of one of its indicators
  Reduce reduce = Reduce::kLast;
  Period from;
  Period to;
};

struct PanelSpec {
  std::vector<PanelColumn> columns = {};
  std::vector<std::string> fields = {};  // codes; "region" is location, else registration (DocumentMaker::region_of)
  std::vector<uint64_t> units = {};      // ascending; empty: all. A few units are looked up instead of scanned.
};

struct PanelFigures {
  std::vector<int64_t> values;  // 0 where there is no number
  std::vector<CellKind> kinds;
  std::vector<int32_t> periods;  // yyyymm of the latest report in the window; 0: none
  double scale = 1;              // value x scale: yuan, kWh, persons, months
  access::SourceClass source_class = access::SourceClass::kDeclaration;  // stricter one of source and field
};

struct PanelText {
  std::vector<std::string> words;  // distinct; words[0] is "": unknown
  std::vector<uint32_t> codes;     // per unit, into words
  [[nodiscard]] std::string_view at(size_t row) const { return words[codes[row]]; }
};

struct UnitPanel {
  uint64_t state_seq = 0;
  std::vector<uint64_t> units;        // ascending
  std::vector<PanelFigures> figures;  // as spec.columns
  std::vector<PanelText> texts;       // as spec.fields
  [[nodiscard]] size_t rows() const noexcept { return units.size(); }
};

Result<UnitPanel> make_unit_panel(Home& home, const store::State& state, const PanelSpec& spec);

/// `months` months that end `shift` months before `end`: window({202603}, 12, 1) = 2025-03 .. 2026-02.
struct Window {
  Period from;
  Period to;
};
Window window_before(Period end, int32_t months, int32_t shift) noexcept;

}  // namespace minglu::flows
