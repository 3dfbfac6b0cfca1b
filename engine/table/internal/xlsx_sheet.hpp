// A worksheet's XML as rows of text. Fed piece by piece; whole rows come out in order.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "table/columns.hpp"
#include "table/internal/xlsx_book.hpp"
#include "table/internal/xml_parser.hpp"

namespace minglu::table::internal {

/// A cell's text: owned, or a view of the workbook's shared strings, so that one long string in every cell costs
/// nothing.
struct SheetCell {
  bool present = false;
  std::string owned;
  std::string_view shared;
  [[nodiscard]] std::string_view view() const noexcept { return shared.empty() ? std::string_view(owned) : shared; }
};

struct SheetRow {
  uint64_t sheet_row = 0;            // 1-based, as the spreadsheet program shows it
  std::vector<SheetCell> cells;      // by column, up to the last cell that has a value
  std::vector<RowProblem> problems;  // row numbers are filled in by the reader
};

class SheetEvents final : public XmlEvents {
 public:
  SheetEvents(const XlsxBook& book, const ReadLimits& limits) : book_(book), limits_(limits) {}
  void start(std::string_view name, const XmlAttributes& attributes) override;
  void end(std::string_view name) override;
  void text(std::string_view text) override;
  std::deque<SheetRow>& rows() noexcept { return rows_; }

 private:
  void start_row(const XmlAttributes& attributes);
  void start_cell(const XmlAttributes& attributes);
  void end_cell();
  void end_row();
  void cell_value(SheetCell& cell);
  std::optional<std::string> number_value();
  void shared_string(SheetCell& cell);
  void problem(bool fatal, std::string code, std::string message);
  [[nodiscard]] std::string place() const;
  const XlsxBook& book_;
  ReadLimits limits_;
  std::deque<SheetRow> rows_;
  SheetRow row_;
  size_t row_bytes_ = 0;
  bool in_row_ = false;
  bool in_cell_ = false;
  bool in_value_ = false;  // <v>, or <t> of an inline string
  bool in_phonetic_ = false;
  bool has_value_ = false;
  bool has_formula_ = false;
  bool too_long_ = false;
  size_t column_ = 0;
  size_t next_column_ = 0;
  std::string type_;
  size_t style_ = 0;
  std::string value_;
};

}  // namespace minglu::table::internal
