// XLSX: ZipPackage (inflates, counts) -> XmlParser -> SheetEvents (rows of text) -> RawBatch.
#include <deque>

#include "table/internal/header.hpp"
#include "table/internal/readers.hpp"
#include "table/internal/xlsx_sheet.hpp"

namespace minglu::table::internal {
namespace {

class XlsxReader final : public TableReader {
 public:
  explicit XlsxReader(const ReadSpec& spec) : spec_(spec) {}
  Status open(ByteSource bytes);
  [[nodiscard]] const std::vector<std::string>& names() const noexcept override { return names_; }
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept override { return notes_; }
  Result<bool> next(RawBatch& batch) override;

 private:
  Result<XlsxBook::Sheet> choose_sheet() const;
  Status find_header();
  Status take_header(size_t index);
  Status pull(size_t rows_min);
  void place(SheetRow& row, RawBatch& batch);
  [[nodiscard]] bool repeats_header(const SheetRow& row) const;
  ReadSpec spec_;
  std::unique_ptr<ZipPackage> package_;
  XlsxBook book_;
  std::unique_ptr<SheetEvents> events_;
  std::unique_ptr<XmlParser> parser_;
  std::optional<ZipPart> part_;
  std::string piece_;
  std::vector<std::string> names_;
  std::vector<std::string> notes_;
  std::vector<std::string> header_cells_;
  std::optional<Error> error_;
  uint64_t row_ = 0;
  bool ended_ = false;
};

Result<XlsxBook::Sheet> XlsxReader::choose_sheet() const {
  if (book_.sheets.empty()) return base::invalid_argument("\"" + package_->name() + "\" has no worksheet");
  if (spec_.sheet.empty()) return book_.sheets.front();
  std::string known;
  for (const XlsxBook::Sheet& sheet : book_.sheets) {
    if (sheet.name == spec_.sheet) return sheet;
    known += (known.empty() ? "\"" : ", \"") + sheet.name + "\"";
  }
  return base::invalid_argument("\"" + package_->name() + "\" has no sheet \"" + spec_.sheet + "\"; it has " + known);
}

Status XlsxReader::open(ByteSource bytes) {
  std::string head;
  MINGLU_TRY(const size_t got, bytes.read(head, 8));
  static_cast<void>(got);
  MINGLU_CHECK(bytes.rewind());
  if (head.starts_with("\xD0\xCF\x11\xE0")) {
    return base::invalid_argument("\"" + bytes.name() +
                                  "\" is an old .xls or an encrypted workbook; save it as .xlsx without a password, or "
                                  "as CSV");
  }
  MINGLU_TRY(package_, ZipPackage::open(std::move(bytes), spec_.limits));
  MINGLU_CHECK(load_book(*package_, spec_.limits, book_));
  MINGLU_TRY(const XlsxBook::Sheet sheet, choose_sheet());
  notes_.push_back("工作表 " + sheet.name);
  if (book_.sheets.size() > 1)
    notes_.push_back("工作簿共有 " + std::to_string(book_.sheets.size()) + " 个工作表，只读入一个");
  auto part = package_->part(sheet.part);
  if (!part.ok()) return std::move(part).error();
  part_.emplace(std::move(part).value());
  events_ = std::make_unique<SheetEvents>(book_, spec_.limits);
  parser_ = std::make_unique<XmlParser>(*events_, spec_.limits.depth_max);
  return find_header();
}

/// Reads until `rows_min` rows wait, or the sheet ends or fails. An error waits behind the rows before it.
Status XlsxReader::pull(size_t rows_min) {
  while (events_->rows().size() < rows_min && !ended_ && !error_) {
    auto more = part_->read(piece_);
    if (!more.ok()) {
      error_ = more.error();
      break;
    }
    ended_ = !more.value();
    if (const Status status = parser_->feed(piece_, ended_); !status.ok()) {
      error_ = Error{status.error().code, "\"" + package_->name() + "\": " + status.error().message};
    }
  }
  return ok_status();
}

Status XlsxReader::find_header() {
  MINGLU_CHECK(pull(spec_.header_row > 0 ? spec_.header_row : kHeaderSampleRows));
  const std::deque<SheetRow>& rows = events_->rows();
  if (rows.empty() && error_) return *error_;
  if (rows.empty()) return base::invalid_argument("\"" + package_->name() + "\": the sheet is empty");
  if (spec_.header_row > 0) {
    for (size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].sheet_row == spec_.header_row) return take_header(i);
    }
    return base::invalid_argument("\"" + package_->name() + "\": row " + std::to_string(spec_.header_row) +
                                  " is blank or absent and cannot be the header");
  }
  std::vector<std::vector<std::string>> sample;
  for (size_t i = 0; i < rows.size() && i < kHeaderSampleRows; ++i) {
    std::vector<std::string>& cells = sample.emplace_back();
    for (const auto& cell : rows[i].cells) cells.emplace_back(cell.view());
  }
  const size_t found = find_header_row(sample);
  if (found > 0) notes_.push_back("表头上方的 " + std::to_string(found) + " 行标题已跳过");
  return take_header(found);
}

Status XlsxReader::take_header(size_t index) {
  std::deque<SheetRow>& rows = events_->rows();
  for (const auto& cell : rows[index].cells) header_cells_.emplace_back(trim_name(cell.view()));
  auto names = make_names(header_cells_, spec_.limits.columns_max, notes_);
  if (!names.ok()) return Error{names.error().code, "\"" + package_->name() + "\": " + names.error().message};
  names_ = std::move(names).value();
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(index) + 1);
  return ok_status();
}

bool XlsxReader::repeats_header(const SheetRow& row) const {
  if (row.cells.size() != header_cells_.size()) return false;
  for (size_t i = 0; i < row.cells.size(); ++i) {
    if (trim_name(row.cells[i].view()) != header_cells_[i]) return false;
  }
  return true;
}

void XlsxReader::place(SheetRow& row, RawBatch& batch) {
  for (const RowProblem& problem : row.problems) {
    if (!problem.fatal) continue;
    append_fatal_row(batch, row_, problem.code, problem.message);
    return;
  }
  for (size_t i = names_.size(); i < row.cells.size(); ++i) {
    if (trim_name(row.cells[i].view()).empty()) continue;
    append_fatal_row(
        batch, row_, "ragged_row",
        "本行第 " + std::to_string(i + 1) + " 列有值，超出表头的 " + std::to_string(names_.size()) + " 列");
    return;
  }
  if (repeats_header(row)) {
    append_fatal_row(batch, row_, "repeated_header", "本行与表头相同，不是数据");
    return;
  }
  for (RowProblem& problem : row.problems) {
    problem.row = row_;
    batch.problems.push_back(std::move(problem));
  }
  for (size_t i = 0; i < names_.size(); ++i) {
    if (i < row.cells.size() && row.cells[i].present)
      batch.columns[i].append(row.cells[i].view());
    else
      batch.columns[i].append_null();
  }
  batch.row_numbers.push_back(row_);
}

Result<bool> XlsxReader::next(RawBatch& batch) {
  start_batch(batch, names_);
  size_t bytes = 0;
  while (batch.row_count() < spec_.rows_per_batch && bytes < kBatchBytesMax) {
    MINGLU_CHECK(pull(1));
    std::deque<SheetRow>& rows = events_->rows();
    if (rows.empty()) break;
    ++row_;
    for (const auto& cell : rows.front().cells) bytes += cell.view().size() + 1;
    place(rows.front(), batch);
    rows.pop_front();
  }
  if (batch.row_count() > 0) return true;
  if (!error_) return false;
  return Error{row_ > 0 ? ErrorCode::kDataLoss : error_->code,
               error_->message + ", after data row " + std::to_string(row_)};
}

}  // namespace

Result<std::unique_ptr<TableReader>> open_xlsx(ByteSource bytes, const ReadSpec& spec) {
  auto reader = std::make_unique<XlsxReader>(spec);
  MINGLU_CHECK(reader->open(std::move(bytes)));
  return std::unique_ptr<TableReader>(std::move(reader));
}

}  // namespace minglu::table::internal
