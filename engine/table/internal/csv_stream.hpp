// CSV records out of a stream of text, through one window of bounded size.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "table/internal/csv_scan.hpp"
#include "table/internal/text_source.hpp"

namespace minglu::table::internal {

enum class CsvEvent {
  kRecord,
  kBlank,          // a line without any byte: no record
  kUnclosedQuote,  // one line lost
  kTooLong,        // one record skipped up to its line end
  kEnd,
};

struct CsvStreamSpec {
  CsvDialect dialect = {};
  size_t row_bytes_max = 0;
  size_t read_bytes = 0;  // size of one read; results do not depend on it
};

/// Memory: row_bytes_max + twice read_bytes.
class CsvStream {
 public:
  explicit CsvStream(CsvStreamSpec spec) : spec_(spec), scanner_(spec.dialect) {}
  /// The next event; after kRecord, cells() and cell() describe it until the next call.
  Result<CsvEvent> next(TextSource& source);
  [[nodiscard]] const CsvRecord& record() const noexcept { return record_; }
  [[nodiscard]] std::string_view cell(size_t i) const noexcept {
    return window().substr(record_.cells[i].begin, record_.cells[i].end - record_.cells[i].begin);
  }
  /// All bytes of the record, with its line end.
  [[nodiscard]] std::string_view bytes() const noexcept { return window().substr(begin_, record_.next - begin_); }

 private:
  [[nodiscard]] std::string_view window() const noexcept { return {buffer_.data(), used_}; }
  Status refill(TextSource& source);
  Result<CsvEvent> over_limit(TextSource& source);
  CsvStreamSpec spec_;
  CsvScanner scanner_;
  CsvRecord record_;
  std::string buffer_;  // used_ bytes, then kCsvPaddingBytes of zero
  size_t used_ = 0;
  size_t begin_ = 0;
  bool ended_ = false;
};

}  // namespace minglu::table::internal
