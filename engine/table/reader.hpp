// One reader for every kind of file. Opens a plain file and streams it as RawBatches of text.
//
//   MINGLU_TRY(auto reader, open_table(path, {.format = FileFormat::kAuto}));
//   RawBatch batch;
//   for (;;) { MINGLU_TRY(bool more, reader->next(batch)); if (!more) break; ... }
//
// A file that cannot be read at all (unknown encoding, not a zip, lying sizes, external entities, no header) fails with
// kInvalidArgument and a sentence saying what to do. A bad row is a RowProblem of its batch and never stops the file.
// A truncated file delivers its whole rows, then fails with kDataLoss naming the last good row: the caller decides.
// Memory: bounded by rows_per_batch and the limits, never by the file's size. Thread-safety: one reader, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "table/columns.hpp"

namespace minglu::table {

enum class FileFormat { kAuto, kCsv, kXlsx, kJson, kNdjson, kXml, kParquet };
/// "csv" -> kCsv ... ; null for an unknown word.
std::optional<FileFormat> parse_file_format(std::string_view name) noexcept;

struct ReadLimits {
  size_t cell_bytes_max = size_t{1} << 20;  // longer cells: fatal RowProblem "cell_too_long"
  size_t row_bytes_max = size_t{8} << 20;   // longer rows are skipped: fatal RowProblem "row_too_long"
  size_t columns_max = 4096;
  uint64_t unzipped_bytes_max = uint64_t{8} << 30;  // XLSX: refused above this, and above ratio_max
  uint64_t unzip_ratio_max = 300;
  size_t depth_max = 64;  // JSON and XML nesting
};

struct ReadSpec {
  FileFormat format = FileFormat::kAuto;  // kAuto: by magic bytes, then by file name
  std::string encoding = "auto";          // "auto", "utf-8", "gb18030" (CSV, JSON, NDJSON; XML follows its declaration)
  char delimiter = 0;                     // CSV: 0 = sniff among , ; tab |
  std::string sheet = {};                 // XLSX: sheet name, "" = first
  std::string record_path =
      {};  // JSON / XML: where the records are, e.g. "data/rows" or "企业列表/企业"; "" = find the repeating element
  size_t header_row = 0;  // 1-based row of the header; 0 = sniff (title lines above the header are skipped)
  size_t rows_per_batch = 16384;
  size_t read_buffer_bytes = size_t{1} << 20;  // size of one read; results never depend on it
  ReadLimits limits = {};
};

class TableReader {
 public:
  virtual ~TableReader() = default;
  /// Column names, trimmed, in file order (none when a JSON, NDJSON or XML file holds no record); duplicates were made
  /// unique as "name", "name#2" and reported in notes().
  [[nodiscard]] virtual const std::vector<std::string>& names() const noexcept = 0;
  /// What was found out while opening: encoding, delimiter, sheet, skipped title lines, duplicate headers.
  [[nodiscard]] virtual const std::vector<std::string>& notes() const noexcept = 0;
  /// Fills `batch` (cleared first); false when the file is at its end.
  virtual Result<bool> next(RawBatch& batch) = 0;
};

Result<std::unique_ptr<TableReader>> open_table(const std::filesystem::path& path, const ReadSpec& spec);

}  // namespace minglu::table
