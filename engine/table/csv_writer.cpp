#include "base/file.hpp"
#include "table/internal/text_source.hpp"
#include "table/writer.hpp"

namespace minglu::table {
namespace {

/// A spreadsheet program runs a cell that begins so as a formula.
bool looks_like_formula(std::string_view cell) noexcept {
  return !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos;
}

class CsvWriter final : public TableWriter {
 public:
  CsvWriter(base::FileWriter file, std::vector<OutColumn> columns, WriteSpec spec)
      : file_(std::move(file)), columns_(std::move(columns)), spec_(std::move(spec)) {}

  Status header() {
    std::vector<std::optional<std::string_view>> names;
    for (const OutColumn& column : columns_) names.emplace_back(column.name);
    if (spec_.bom) MINGLU_CHECK(file_.append("\xEF\xBB\xBF"));
    return write(names, true);
  }
  Status row(const std::vector<std::optional<std::string_view>>& cells) override {
    if (finished_) return base::failed_precondition("the CSV writer is finished");
    if (cells.size() != columns_.size()) {
      return base::invalid_argument("a row has " + std::to_string(cells.size()) + " cells, not " +
                                    std::to_string(columns_.size()));
    }
    return write(cells, false);
  }
  Status finish() override {
    if (finished_) return base::failed_precondition("the CSV writer is finished");
    finished_ = true;
    return file_.finish();
  }

 private:
  Status write(const std::vector<std::optional<std::string_view>>& cells, bool header) {
    line_.clear();
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line_ += ',';
      if (!cells[i]) continue;
      if (!internal::is_clean_utf8(*cells[i])) {
        return base::invalid_argument("column \"" + columns_[i].name + "\": the cell is not UTF-8");
      }
      const bool guard = spec_.guard_formulas && (header || columns_[i].kind == CellKind::kText);
      append_cell(*cells[i], guard && looks_like_formula(*cells[i]));
    }
    // A blank line is no record: a lone empty cell needs its quotes.
    if (line_.empty()) line_ = "\"\"";
    line_ += "\r\n";
    return file_.append(line_);
  }
  void append_cell(std::string_view cell, bool guarded) {
    // White space at the ends is quoted too, because careless readers trim it.
    bool quote = cell.starts_with(' ') || cell.ends_with(' ');
    bool doubles = false;
    for (const char c : cell) {
      quote = quote || c == ',' || c == '"' || c == '\r' || c == '\n';
      doubles = doubles || c == '"';
    }
    if (quote) line_ += '"';
    if (guarded) line_ += '\'';
    if (doubles) {
      for (const char c : cell) {
        if (c == '"') line_ += '"';
        line_ += c;
      }
    } else {
      line_ += cell;
    }
    if (quote) line_ += '"';
  }
  base::FileWriter file_;
  std::vector<OutColumn> columns_;
  WriteSpec spec_;
  std::string line_;
  bool finished_ = false;
};

}  // namespace

Result<std::unique_ptr<TableWriter>> create_csv(const std::filesystem::path& path, std::vector<OutColumn> columns,
                                                const WriteSpec& spec) {
  if (columns.empty()) return base::invalid_argument("a table needs at least one column");
  MINGLU_TRY(base::FileWriter file, base::FileWriter::create(path));
  auto writer = std::make_unique<CsvWriter>(std::move(file), std::move(columns), spec);
  MINGLU_CHECK(writer->header());
  return std::unique_ptr<TableWriter>(std::move(writer));
}

}  // namespace minglu::table
