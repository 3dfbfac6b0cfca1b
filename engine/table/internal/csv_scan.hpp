// The CSV grammar, on bytes, one record at a time. Pure: no file, no encoding, no columns.
//
// Grammar (RFC 4180, and what programs really write):
// - A cell that begins with a quote runs to the next lone quote; "" inside is one quote; newlines inside are data.
// - Text between the closing quote and the separator is kept, as if the quotes were absent (flag `stray_quote`), unless
//   the quoted part spans lines: then the opening quote was never closed, and the record is kUnclosedQuote.
// - A quote elsewhere in a cell is data.
// - Records end at LF or CRLF. When `cr_ends_record` is set, CR alone ends one too (files of old Macintosh programs).
// - A record that cannot end (no closing quote before the end of the file or within the limit) is kUnclosedQuote, and
// the
//   scan goes on behind the line in which that quote stands: one line is lost, not the rest of the file.
//
// Worked example: bytes `a,"b ""x"", c"\n` give two cells: `a`, and `b "x", c` after unescaping.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace minglu::table::internal {

struct CsvDialect {
  char delimiter = ',';
  bool cr_ends_record = false;
};

struct CsvCell {
  size_t begin = 0;  // offsets into the scanned bytes, without the enclosing quotes
  size_t end = 0;
  bool quoted = false;   // an empty quoted cell makes a record of an otherwise blank line
  bool escaped = false;  // needs csv_unescape
};

enum class CsvScan {
  kRecord,         // cells are filled
  kBlank,          // a line without any byte
  kNeedMore,       // the record does not end in these bytes
  kUnclosedQuote,  // `next` is the line behind the one with the opening quote
};

struct CsvRecord {
  std::vector<CsvCell> cells;
  size_t next = 0;  // offset of the next record
  bool stray_quote = false;
};

/// Scans one record that begins at `at`. `bytes` must be followed by kCsvPaddingBytes readable bytes. With `at_end` the
/// bytes are all there will be (or all that is allowed), so the result is never kNeedMore unless nothing is left.
/// Keeps the masks of one 64-byte block between calls: call forget() whenever the bytes change or move.
class CsvScanner {
 public:
  explicit CsvScanner(CsvDialect dialect) : dialect_(dialect) {}
  CsvScan scan(std::string_view bytes, size_t at, bool at_end, CsvRecord& record);
  void forget() noexcept { block_ = kNoBlock; }
  [[nodiscard]] const CsvDialect& dialect() const noexcept { return dialect_; }

 private:
  static constexpr size_t kNoBlock = ~size_t{0};
  size_t next_special(std::string_view bytes, size_t at) noexcept;
  CsvScan scan_quoted(std::string_view bytes, size_t& at, bool at_end, CsvRecord& record);
  [[nodiscard]] bool ends_record(char c) const noexcept { return c == '\n' || (c == '\r' && dialect_.cr_ends_record); }
  CsvDialect dialect_;
  size_t block_ = kNoBlock;
  uint64_t mask_ = 0;
};

constexpr size_t kCsvPaddingBytes = 64;

/// The cell's text: "" becomes ", and the quote that closes before stray text is dropped.
void csv_unescape(std::string_view cell, std::string& out);

/// Offset behind the first line end at or after `at`; npos when there is none.
size_t csv_line_end(std::string_view bytes, size_t at, const CsvDialect& dialect) noexcept;

}  // namespace minglu::table::internal
