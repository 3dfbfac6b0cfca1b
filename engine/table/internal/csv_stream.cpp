#include "table/internal/csv_stream.hpp"

#include <algorithm>

namespace minglu::table::internal {

Status CsvStream::refill(TextSource& source) {
  buffer_.resize(used_);
  buffer_.erase(0, begin_);
  // At least as much again as is held: a long record is scanned anew after each refill, and so stays linear.
  const size_t want = std::max(spec_.read_bytes, std::min(buffer_.size(), spec_.row_bytes_max));
  MINGLU_TRY(const bool more, source.read(buffer_, want));
  ended_ = !more;
  used_ = buffer_.size();
  begin_ = 0;
  record_.next = 0;
  buffer_.append(kCsvPaddingBytes, '\0');
  scanner_.forget();
  return ok_status();
}

Result<CsvEvent> CsvStream::next(TextSource& source) {
  begin_ = record_.next;
  for (;;) {
    const CsvScan scan = scanner_.scan(window(), begin_, ended_, record_);
    if (scan == CsvScan::kNeedMore) {
      if (ended_) return CsvEvent::kEnd;
      if (used_ - begin_ > spec_.row_bytes_max) return over_limit(source);
      MINGLU_CHECK(refill(source));
      continue;
    }
    if (scan == CsvScan::kBlank) return CsvEvent::kBlank;
    if (scan == CsvScan::kUnclosedQuote) {
      if (used_ - begin_ > spec_.row_bytes_max) return over_limit(source);
      record_.next = std::min(record_.next, used_);
      return CsvEvent::kUnclosedQuote;
    }
    if (record_.next - begin_ > spec_.row_bytes_max) return over_limit(source);
    return CsvEvent::kRecord;
  }
}

/// The record is longer than allowed: judge it by its first row_bytes_max bytes, so that the verdict does not depend on
/// how much happened to be read.
Result<CsvEvent> CsvStream::over_limit(TextSource& source) {
  const size_t limit = begin_ + spec_.row_bytes_max;
  const std::string_view allowed = window().substr(0, limit);
  scanner_.forget();
  const CsvScan scan = scanner_.scan(allowed, begin_, true, record_);
  scanner_.forget();
  if (scan == CsvScan::kUnclosedQuote && record_.next <= limit) return CsvEvent::kUnclosedQuote;
  begin_ = limit;
  for (;;) {
    const size_t end = csv_line_end(window(), begin_, spec_.dialect);
    if (end != std::string_view::npos || ended_) {
      record_.next = std::min(end, used_);
      return CsvEvent::kTooLong;
    }
    begin_ = used_;
    MINGLU_CHECK(refill(source));
  }
}

}  // namespace minglu::table::internal
