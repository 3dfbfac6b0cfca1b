// The slow obvious twin of the CSV reader: whole text, one character at a time, no buffer, no SIMD. Same grammar as
// stated in engine/table/internal/csv_scan.hpp; used by engine/table/csv_differential_test.cpp only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace minglu::reference {

struct SlowCsvRow {
  std::vector<std::optional<std::string>> cells;  // all null when fatal
  std::string fatal;                              // "" or the code
  bool stray_quote = false;
  bool short_row = false;
};

class SlowCsv {
 public:
  SlowCsv(std::string text, char delimiter) : text_(std::move(text)), delimiter_(delimiter) {
    cr_ends_ = text_.find('\n') == std::string::npos && text_.find('\r') != std::string::npos;
  }

  /// Rows after the first, which is the header of `columns` names.
  std::vector<SlowCsvRow> rows(const std::vector<std::string>& header) {
    std::vector<SlowCsvRow> out;
    bool first = true;
    while (at_ < text_.size()) {
      const size_t begin = at_;
      SlowCsvRow row;
      std::vector<std::string> cells;
      bool any_quoted = false;
      const bool closed = read_record(cells, row, any_quoted);
      if (closed && cells.size() == 1 && cells[0].empty() && !any_quoted && at_ - begin <= 2) continue;
      if (first) {
        first = false;
        continue;
      }
      finish_row(closed, cells, header, row);
      out.push_back(row);
    }
    return out;
  }

 private:
  bool end_here() const { return at_ >= text_.size() || ends_at(at_); }
  bool ends_at(size_t i) const {
    if (text_[i] == '\n') return true;
    if (text_[i] != '\r') return false;
    return cr_ends_ || i + 1 == text_.size() || text_[i + 1] == '\n';
  }
  void skip_line_end(size_t& i) const {
    if (i < text_.size() && text_[i] == '\r') ++i;
    if (i < text_.size() && text_[i] == '\n') ++i;
  }

  bool read_record(std::vector<std::string>& cells, SlowCsvRow& row, bool& any_quoted) {
    for (;;) {
      std::string cell;
      if (at_ < text_.size() && text_[at_] == '"') {
        any_quoted = true;
        const size_t open = at_;
        if (!read_quoted(cell, row)) {
          at_ = open;
          while (at_ < text_.size() && text_[at_] != '\n' && !(cr_ends_ && text_[at_] == '\r')) ++at_;
          skip_line_end(at_);
          return false;
        }
      } else {
        while (!end_here() && text_[at_] != delimiter_) cell += text_[at_++];
      }
      cells.push_back(cell);
      if (end_here()) break;
      ++at_;  // the delimiter
    }
    skip_line_end(at_);
    return true;
  }

  bool read_quoted(std::string& cell, SlowCsvRow& row) {
    bool spans_lines = false;
    ++at_;
    for (;; ++at_) {
      if (at_ >= text_.size()) return false;
      if (text_[at_] == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"')
        ++at_;
      else if (text_[at_] == '"')
        break;
      spans_lines |= text_[at_] == '\n' || (cr_ends_ && text_[at_] == '\r');
      cell += text_[at_];
    }
    ++at_;
    if (end_here() || text_[at_] == delimiter_) return true;
    if (spans_lines) return false;
    row.stray_quote = true;
    while (!end_here() && text_[at_] != delimiter_) cell += text_[at_++];
    return true;
  }

  static std::string trim(const std::string& text) {
    const size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
  }

  static void finish_row(bool closed, const std::vector<std::string>& cells, const std::vector<std::string>& header,
                         SlowCsvRow& row) {
    row.cells.assign(header.size(), std::nullopt);
    if (!closed) {
      row.fatal = "unclosed_quote";
      return;
    }
    for (size_t i = header.size(); i < cells.size(); ++i) {
      if (cells[i].find_first_not_of(" \t\r\n") != std::string::npos) row.fatal = "ragged_row";
    }
    std::vector<std::string> trimmed;
    for (const std::string& cell : cells) trimmed.push_back(trim(cell));
    if (row.fatal.empty() && trimmed == header) row.fatal = "repeated_header";
    if (!row.fatal.empty()) return;
    row.short_row = cells.size() < header.size();
    for (size_t i = 0; i < cells.size() && i < header.size(); ++i) row.cells[i] = cells[i];
  }

  std::string text_;
  char delimiter_;
  bool cr_ends_ = false;
  size_t at_ = 0;
};

}  // namespace minglu::reference
