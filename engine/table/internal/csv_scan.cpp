#include "table/internal/csv_scan.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>
#include <cstring>

namespace minglu::table::internal {
namespace {

#ifdef __SSE2__
uint64_t mask_of_block(const char* bytes, const CsvDialect& dialect) noexcept {
  const __m128i delimiter = _mm_set1_epi8(dialect.delimiter);
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i newline = _mm_set1_epi8('\n');
  const __m128i carriage = _mm_set1_epi8(dialect.cr_ends_record ? '\r' : '\n');
  uint64_t mask = 0;
  for (size_t i = 0; i < 4; ++i) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * i));
    const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, delimiter), _mm_cmpeq_epi8(v, quote)),
                                     _mm_or_si128(_mm_cmpeq_epi8(v, newline), _mm_cmpeq_epi8(v, carriage)));
    mask |= static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(hit))) << (16 * i);
  }
  return mask;
}
#else
uint64_t mask_of_block(const char* bytes, const CsvDialect& dialect) noexcept {
  uint64_t mask = 0;
  for (size_t i = 0; i < 64; ++i) {
    const char c = bytes[i];
    const bool hit = c == dialect.delimiter || c == '"' || c == '\n' || (c == '\r' && dialect.cr_ends_record);
    mask |= static_cast<uint64_t>(hit) << i;
  }
  return mask;
}
#endif

}  // namespace

/// Offset of the next separator, quote or line end at or after `at`; bytes.size() when there is none.
size_t CsvScanner::next_special(std::string_view bytes, size_t at) noexcept {
  while (at < bytes.size()) {
    const size_t block = at & ~size_t{63};
    if (block != block_) {
      block_ = block;
      mask_ = mask_of_block(bytes.data() + block, dialect_);
    }
    const uint64_t rest = mask_ >> (at & 63);
    if (rest != 0) {
      const size_t found = at + static_cast<size_t>(std::countr_zero(rest));
      return found < bytes.size() ? found : bytes.size();
    }
    at = block + 64;
  }
  return bytes.size();
}

/// From the opening quote at `at` to the separator or line end behind the cell, whose offset becomes `at`.
CsvScan CsvScanner::scan_quoted(std::string_view bytes, size_t& at, bool at_end, CsvRecord& record) {
  const size_t open = at;
  CsvCell cell{open + 1, 0, true, false};
  size_t i = open + 1;
  for (;;) {
    const void* hit = i < bytes.size() ? std::memchr(bytes.data() + i, '"', bytes.size() - i) : nullptr;
    if (hit == nullptr) {
      record.next = csv_line_end(bytes, open, dialect_);
      return at_end ? CsvScan::kUnclosedQuote : CsvScan::kNeedMore;
    }
    i = static_cast<size_t>(static_cast<const char*>(hit) - bytes.data());
    if (i + 1 >= bytes.size() && !at_end) return CsvScan::kNeedMore;
    if (i + 1 >= bytes.size() || bytes[i + 1] != '"') break;
    cell.escaped = true;
    i += 2;
  }
  const size_t close = i++;
  cell.end = close;
  const bool crlf = i + 1 < bytes.size() && bytes[i] == '\r' && bytes[i + 1] == '\n';
  if (i + 1 >= bytes.size() && i < bytes.size() && bytes[i] == '\r' && !at_end) return CsvScan::kNeedMore;
  const bool last_cr = i + 1 == bytes.size() && bytes[i] == '\r';
  if (i < bytes.size() && bytes[i] != dialect_.delimiter && !ends_record(bytes[i]) && !crlf && !last_cr) {
    const size_t line_end = csv_line_end(bytes, open, dialect_);
    if (line_end <= close) {
      record.next = line_end;
      return CsvScan::kUnclosedQuote;
    }
    record.stray_quote = true;
    cell.escaped = true;
    while (i < bytes.size() && bytes[i] != dialect_.delimiter && !ends_record(bytes[i])) i = next_special(bytes, i + 1);
    if (i >= bytes.size() && !at_end) return CsvScan::kNeedMore;
    cell.end = i;
    if (i > 0 && (i == bytes.size() || bytes[i] == '\n') && bytes[i - 1] == '\r') --cell.end;
  }
  if (crlf || last_cr) ++i;
  record.cells.push_back(cell);
  at = i;
  return CsvScan::kRecord;
}

CsvScan CsvScanner::scan(std::string_view bytes, size_t at, bool at_end, CsvRecord& record) {
  record.cells.clear();
  record.stray_quote = false;
  if (at >= bytes.size()) return CsvScan::kNeedMore;
  const size_t begin = at;
  for (;;) {
    size_t stop = 0;
    if (at < bytes.size() && bytes[at] == '"') {
      const CsvScan quoted = scan_quoted(bytes, at, at_end, record);
      if (quoted != CsvScan::kRecord) return quoted;
      stop = at;
    } else {
      stop = next_special(bytes, at);
      while (stop < bytes.size() && bytes[stop] == '"') stop = next_special(bytes, stop + 1);
      size_t end = stop;
      const bool at_line_end = stop == bytes.size() || bytes[stop] == '\n';
      if (at_line_end && end > at && bytes[end - 1] == '\r') --end;
      record.cells.push_back({at, end, false, false});
    }
    if (stop >= bytes.size()) {
      if (!at_end) return CsvScan::kNeedMore;
      record.next = bytes.size();
      break;
    }
    if (bytes[stop] == dialect_.delimiter) {
      at = stop + 1;
      continue;
    }
    record.next = stop + 1;
    if (bytes[stop] == '\r') {  // only where CR ends records: CRLF counts once
      if (stop + 1 >= bytes.size() && !at_end) return CsvScan::kNeedMore;
      if (stop + 1 < bytes.size() && bytes[stop + 1] == '\n') ++record.next;
    }
    break;
  }
  const CsvCell& first = record.cells.front();
  const bool blank = record.cells.size() == 1 && !first.quoted && first.begin == begin && first.end == first.begin;
  return blank ? CsvScan::kBlank : CsvScan::kRecord;
}

void csv_unescape(std::string_view cell, std::string& out) {
  out.clear();
  bool inside = true;
  for (size_t i = 0; i < cell.size(); ++i) {
    if (inside && cell[i] == '"') {
      if (i + 1 < cell.size() && cell[i + 1] == '"')
        ++i;
      else {
        inside = false;
        continue;
      }
    }
    out.push_back(cell[i]);
  }
}

size_t csv_line_end(std::string_view bytes, size_t at, const CsvDialect& dialect) noexcept {
  const size_t end = dialect.cr_ends_record ? bytes.find_first_of("\r\n", at) : bytes.find('\n', at);
  if (end == std::string_view::npos) return end;
  const bool crlf = bytes[end] == '\r' && end + 1 < bytes.size() && bytes[end + 1] == '\n';
  return end + (crlf ? 2 : 1);
}

}  // namespace minglu::table::internal
