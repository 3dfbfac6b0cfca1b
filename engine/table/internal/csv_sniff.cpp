#include "table/internal/csv_sniff.hpp"

#include <map>

namespace minglu::table::internal {
namespace {

constexpr char kDelimiters[] = {',', '\t', ';', '|'};
constexpr size_t kSampleRecords = 200;

struct Score {
  double share = 0;  // of records with the commonest number of cells; 0 when that number is one
  size_t cells = 0;
};

Score score_of(std::string_view head, bool whole_file, CsvDialect dialect) {
  CsvScanner scanner(dialect);
  CsvRecord record;
  std::map<size_t, size_t> widths;
  size_t records = 0;
  for (size_t at = 0; records < kSampleRecords;) {
    const CsvScan scan = scanner.scan(head, at, whole_file, record);
    if (scan == CsvScan::kNeedMore || record.next <= at || record.next == std::string_view::npos) break;
    at = record.next;
    if (scan != CsvScan::kRecord) continue;
    ++widths[record.cells.size()];
    ++records;
  }
  Score score;
  size_t votes = 0;
  for (const auto& [cells, count] : widths) {
    if (cells < 2 || count < votes) continue;
    votes = count;
    score = {static_cast<double>(count) / static_cast<double>(records), cells};
  }
  return score;
}

}  // namespace

CsvDialect sniff_csv(std::string_view head, bool whole_file, char delimiter) {
  CsvDialect dialect;
  dialect.cr_ends_record = head.find('\n') == std::string_view::npos && head.find('\r') != std::string_view::npos;
  if (delimiter != 0) {
    dialect.delimiter = delimiter;
    return dialect;
  }
  Score best;
  for (const char candidate : kDelimiters) {
    const Score score = score_of(head, whole_file, {candidate, dialect.cr_ends_record});
    if (score.share > best.share || (score.share == best.share && score.cells > best.cells)) {
      best = score;
      dialect.delimiter = candidate;
    }
  }
  return dialect;
}

}  // namespace minglu::table::internal
