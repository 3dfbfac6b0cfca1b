// CSV: TextSource (UTF-8, whatever the file's encoding) -> CsvStream (records) -> RawBatch (columns).
// Every record becomes one row of a batch, in order; a record that cannot be used is a row of nulls with a fatal
// problem.
#include <algorithm>
#include <cstring>

#include "table/internal/csv_sniff.hpp"
#include "table/internal/csv_stream.hpp"
#include "table/internal/header.hpp"
#include "table/internal/readers.hpp"

namespace minglu::table::internal {
namespace {

class CsvReader final : public TableReader {
 public:
  CsvReader(TextSource source, const ReadSpec& spec, CsvDialect dialect)
      : source_(std::move(source)), spec_(spec), dialect_(dialect), stream_(stream_spec()) {}
  Status read_header();
  [[nodiscard]] const std::vector<std::string>& names() const noexcept override { return names_; }
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept override { return notes_; }
  Result<bool> next(RawBatch& batch) override;

 private:
  [[nodiscard]] CsvStreamSpec stream_spec() const {
    return {dialect_, spec_.limits.row_bytes_max, std::max<size_t>(spec_.read_buffer_bytes, 1)};
  }
  Result<size_t> sniff_header_line();
  Status take_header(size_t line);
  void append_record(RawBatch& batch);
  void append_plain(RawBatch& batch);
  bool repeats_header();
  std::string_view clean_cell(size_t i, std::string& scratch) const;
  [[nodiscard]] size_t longest_cell() const;
  bool extra_cells_are_empty();
  TextSource source_;
  ReadSpec spec_;
  CsvDialect dialect_;
  CsvStream stream_;
  std::vector<std::string> names_;
  std::vector<std::string> notes_;
  std::vector<std::string> header_cells_;  // as in the file, trimmed
  std::string scratch_;
  uint64_t row_ = 0;
  size_t batch_bytes_ = 0;
  bool ended_ = false;
};

/// Without NUL bytes and quotes' doubling; valid until `scratch` changes.
std::string_view CsvReader::clean_cell(size_t i, std::string& scratch) const {
  const std::string_view raw = stream_.cell(i);
  const bool has_nul = std::memchr(raw.data(), '\0', raw.size()) != nullptr;
  if (!stream_.record().cells[i].escaped && !has_nul) return raw;
  if (stream_.record().cells[i].escaped)
    csv_unescape(raw, scratch);
  else
    scratch.assign(raw);
  if (has_nul) std::erase(scratch, '\0');
  return scratch;
}

Result<size_t> CsvReader::sniff_header_line() {
  std::vector<std::vector<std::string>> rows;
  std::vector<size_t> lines;
  std::string scratch;
  for (size_t line = 1; rows.size() < kHeaderSampleRows; ++line) {
    MINGLU_TRY(const CsvEvent event, stream_.next(source_));
    if (event == CsvEvent::kEnd) break;
    if (event == CsvEvent::kBlank) continue;
    std::vector<std::string> cells;
    if (event == CsvEvent::kRecord) {
      const size_t count = std::min(stream_.record().cells.size(), spec_.limits.columns_max + 1);
      for (size_t i = 0; i < count; ++i) cells.emplace_back(clean_cell(i, scratch));
    }
    rows.push_back(std::move(cells));
    lines.push_back(line);
  }
  if (rows.empty()) return base::invalid_argument("\"" + source_.name() + "\" has no row: a header is needed");
  const size_t found = find_header_row(rows);
  if (found > 0) notes_.push_back("表头上方的 " + std::to_string(found) + " 行标题已跳过");
  MINGLU_CHECK(source_.rewind());
  stream_ = CsvStream(stream_spec());
  return lines[found];
}

Status CsvReader::take_header(size_t line) {
  for (size_t at = 1;; ++at) {
    MINGLU_TRY(const CsvEvent event, stream_.next(source_));
    if (event == CsvEvent::kEnd) {
      return base::invalid_argument("\"" + source_.name() + "\" has fewer rows than the header row " +
                                    std::to_string(line));
    }
    if (at < line) continue;
    if (event == CsvEvent::kRecord) break;
    return base::invalid_argument("\"" + source_.name() + "\": row " + std::to_string(line) +
                                  " cannot be the header: it is blank, too long or has an unclosed quote");
  }
  std::string scratch;
  std::vector<std::string> cells;
  for (size_t i = 0; i < stream_.record().cells.size(); ++i) cells.emplace_back(clean_cell(i, scratch));
  auto names = make_names(cells, spec_.limits.columns_max, notes_);
  if (!names.ok()) return Error{names.error().code, "\"" + source_.name() + "\": " + names.error().message};
  names_ = std::move(names).value();
  for (const std::string& cell : cells) header_cells_.emplace_back(trim_name(cell));
  return ok_status();
}

Status CsvReader::read_header() {
  notes_.push_back("编码 " + source_.encoding().title());
  const std::string shown = dialect_.delimiter == '\t' ? "制表符" : std::string(1, dialect_.delimiter);
  notes_.push_back("分隔符 " + shown);
  size_t line = spec_.header_row;
  if (line == 0) { MINGLU_TRY(line, sniff_header_line()); }
  return take_header(line);
}

bool CsvReader::repeats_header() {
  const size_t count = stream_.record().cells.size();
  if (count != header_cells_.size()) return false;
  for (size_t i = 0; i < count; ++i) {
    if (trim_name(clean_cell(i, scratch_)) != header_cells_[i]) return false;
  }
  return true;
}

size_t CsvReader::longest_cell() const {
  size_t longest = 0;
  for (const CsvCell& cell : stream_.record().cells) longest = std::max(longest, cell.end - cell.begin);
  return longest;
}

bool CsvReader::extra_cells_are_empty() {
  for (size_t i = names_.size(); i < stream_.record().cells.size(); ++i) {
    if (!trim_name(clean_cell(i, scratch_)).empty()) return false;
  }
  return true;
}

/// Checks what can be wrong with a record, cheapest and commonest first.
void CsvReader::append_record(RawBatch& batch) {
  const std::string_view bytes = stream_.bytes();
  const size_t cells = stream_.record().cells.size();
  if (!is_clean_utf8(bytes)) {
    append_fatal_row(batch, row_, "bad_encoding", "本行含有不合 " + source_.encoding().title() + " 编码的字节");
    return;
  }
  if (cells > names_.size() && !extra_cells_are_empty()) {
    append_fatal_row(batch, row_, "ragged_row",
                     "本行有 " + std::to_string(cells) + " 格，多于表头的 " + std::to_string(names_.size()) + " 格");
    return;
  }
  if (bytes.size() > spec_.limits.cell_bytes_max && longest_cell() > spec_.limits.cell_bytes_max) {
    append_fatal_row(batch, row_, "cell_too_long",
                     "单元格有 " + std::to_string(longest_cell()) + " 字节，超过上限 " +
                         std::to_string(spec_.limits.cell_bytes_max) + " 字节");
    return;
  }
  if (repeats_header()) {
    append_fatal_row(batch, row_, "repeated_header", "本行与表头相同，不是数据");
    return;
  }
  if (std::memchr(bytes.data(), '\0', bytes.size()) != nullptr) {
    batch.problems.push_back({row_, false, "nul_byte", "本行含有 NUL 字节，已去掉"});
  }
  if (stream_.record().stray_quote) {
    batch.problems.push_back({row_, false, "stray_quote", "引号之后还有文字，已并入同一格"});
  }
  if (cells < names_.size()) {
    batch.problems.push_back(
        {row_, false, "ragged_row",
         "本行只有 " + std::to_string(cells) + " 格，应有 " + std::to_string(names_.size()) + " 格，缺少的按空值处理"});
  }
  append_plain(batch);
}

void CsvReader::append_plain(RawBatch& batch) {
  const size_t cells = std::min(stream_.record().cells.size(), names_.size());
  for (size_t i = 0; i < cells; ++i) batch.columns[i].append(clean_cell(i, scratch_));
  for (size_t i = cells; i < names_.size(); ++i) batch.columns[i].append_null();
  batch.row_numbers.push_back(row_);
}

Result<bool> CsvReader::next(RawBatch& batch) {
  start_batch(batch, names_);
  batch_bytes_ = 0;
  while (!ended_ && batch.row_count() < spec_.rows_per_batch && batch_bytes_ < kBatchBytesMax) {
    MINGLU_TRY(const CsvEvent event, stream_.next(source_));
    if (event == CsvEvent::kBlank) continue;
    if (event == CsvEvent::kEnd) {
      ended_ = true;
      break;
    }
    ++row_;
    if (event == CsvEvent::kRecord) {
      batch_bytes_ += stream_.bytes().size();
      append_record(batch);
    } else if (event == CsvEvent::kTooLong) {
      append_fatal_row(batch, row_, "row_too_long",
                       "本行超过上限 " + std::to_string(spec_.limits.row_bytes_max) + " 字节，已跳过");
    } else {
      append_fatal_row(batch, row_, "unclosed_quote", "引号没有结束，本行已跳过，从下一行继续");
    }
  }
  return batch.row_count() > 0;
}

}  // namespace

Result<std::unique_ptr<TableReader>> open_csv(ByteSource bytes, const ReadSpec& spec) {
  if (bytes.byte_count() == 0) return base::invalid_argument("\"" + bytes.name() + "\" is empty");
  if (spec.delimiter == '"' || spec.delimiter == '\n' || spec.delimiter == '\r' || (spec.delimiter & 0x80) != 0) {
    return base::invalid_argument("the CSV delimiter must be one ASCII character, not a quote or a line end");
  }
  MINGLU_TRY(TextSource source, TextSource::open(std::move(bytes), spec.encoding));
  std::string head;
  bool more = true;
  while (more && head.size() < kCsvHeadBytes) { MINGLU_TRY(more, source.read(head, kCsvHeadBytes)); }
  MINGLU_CHECK(source.rewind());
  const size_t head_bytes = head.size();
  head.append(kCsvPaddingBytes, '\0');
  const CsvDialect dialect = sniff_csv({head.data(), head_bytes}, !more, spec.delimiter);
  auto reader = std::make_unique<CsvReader>(std::move(source), spec, dialect);
  MINGLU_CHECK(reader->read_header());
  return std::unique_ptr<TableReader>(std::move(reader));
}

}  // namespace minglu::table::internal
