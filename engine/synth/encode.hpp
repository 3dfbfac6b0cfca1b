// Rows to bytes, in the formats and encodings that departments use.
//
// A feed's rows are encoded by the workers into byte strings, one per file, and appended by one writer: CSV in UTF-8 or
// GB18030, JSON, NDJSON and XML are finished bytes; XLSX and Parquet rows travel as separated cells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace minglu::synth {

enum class Format : uint8_t { kCsv, kNdjson, kJson, kXml, kXlsx, kParquet };

struct Column {
  std::string name;
  bool number = false;  // JSON: without quotes; XLSX: a number cell
  bool date = false;    // may be damaged into an impossible date
};

/// How a department writes its file.
struct Layout {
  std::string source_id;
  Format format = Format::kCsv;
  bool gb18030 = false;
  bool bom = false;
  char delimiter = ',';
  std::string root;    // JSON: path "data/rows" of the records; XML: outer element
  std::string record;  // XML: element of one record
  std::vector<Column> columns;
  [[nodiscard]] std::string_view extension() const noexcept;
};

/// The cells of one row; memory is reused.
class Cells {
 public:
  void clear() {
    bytes_.clear();
    ends_.clear();
    null_.clear();
  }
  void add(std::string_view text) {
    bytes_ += text;
    ends_.push_back(static_cast<uint32_t>(bytes_.size()));
    null_.push_back(false);
  }
  void add_null() {
    ends_.push_back(static_cast<uint32_t>(bytes_.size()));
    null_.push_back(true);
  }
  void add_optional(bool present, std::string_view text) { present ? add(text) : add_null(); }
  [[nodiscard]] size_t size() const noexcept { return ends_.size(); }
  [[nodiscard]] bool is_null(size_t i) const noexcept { return null_[i]; }
  [[nodiscard]] std::string_view at(size_t i) const noexcept {
    const uint32_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(bytes_).substr(begin, ends_[i] - begin);
  }
  void replace(size_t i, std::string_view text);

 private:
  std::string bytes_;
  std::vector<uint32_t> ends_;
  std::vector<bool> null_;
};

/// Bytes before the first row: BOM and header line, opening brackets or elements.
std::string encode_head(const Layout& layout);
/// Bytes after the last row.
std::string encode_tail(const Layout& layout);
/// Appends one row. JSON rows begin with ",\n"; the writer drops it before the first.
/// Precondition: cells.size() == layout.columns.size().
void encode_row(const Layout& layout, const Cells& cells, std::string& out);
/// As encode_row for CSV, but the row lacks its last cell or has one too many.
void encode_ragged_row(const Layout& layout, const Cells& cells, bool longer, std::string& out);

/// Appends UTF-8 text as GB18030. Characters come from a table made once by ICU; thread-safe after the first call.
void append_gb18030(std::string_view utf8, std::string& out);

/// XLSX and Parquet: splits one encoded row back into cells, and advances `bytes` behind it.
void decode_separated_row(std::string_view& bytes, std::vector<std::optional<std::string_view>>& cells);

}  // namespace minglu::synth
