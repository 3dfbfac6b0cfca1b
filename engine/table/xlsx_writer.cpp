#include <xlsxwriter.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <ctime>

#include "base/date.hpp"
#include "base/utf8.hpp"
#include "table/internal/durable.hpp"
#include "table/internal/text_source.hpp"
#include "table/writer.hpp"

namespace minglu::table {
namespace {

constexpr size_t kCharsMax = 32767;  // of a cell, in UTF-16 units: the format's own limit
constexpr size_t kSheetNameCharsMax = 31;
constexpr double kExactIntegerMax = 1e15;  // spreadsheet programs keep 15 digits
constexpr int32_t kDaysTo1970 = 25569;
constexpr int32_t kFirstDay = -25508;  // 1900-03-01; before it the serials are off by one

class XlsxWriter final : public TableWriter {
 public:
  XlsxWriter(std::filesystem::path path, std::vector<OutColumn> columns, WriteSpec spec)
      : path_(std::move(path)),
        part_(internal::part_name(path_)),
        columns_(std::move(columns)),
        spec_(std::move(spec)) {}
  XlsxWriter(const XlsxWriter&) = delete;
  XlsxWriter& operator=(const XlsxWriter&) = delete;
  ~XlsxWriter() override {
    if (book_ == nullptr) return;
    // The library offers no way to drop a workbook but to write it.
    workbook_close(book_);
    std::error_code ignored;
    std::filesystem::remove(part_, ignored);
  }
  Status open();
  Status row(const std::vector<std::optional<std::string_view>>& cells) override;
  Status finish() override;

 private:
  Status start_sheet();
  Status cell(size_t column, std::string_view text);
  Status text_cell(size_t column, std::string_view text);
  Status check(lxw_error error, const char* action) const;
  std::filesystem::path path_;
  std::filesystem::path part_;
  std::vector<OutColumn> columns_;
  WriteSpec spec_;
  std::string temp_directory_;
  lxw_workbook* book_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* bold_ = nullptr;
  lxw_format* date_ = nullptr;
  lxw_format* text_ = nullptr;
  uint32_t next_row_ = 0;
  size_t sheets_ = 0;
};

Status XlsxWriter::check(lxw_error error, const char* action) const {
  if (error == LXW_NO_ERROR) return ok_status();
  return base::internal_error(std::string("cannot ") + action + " \"" + path_.string() + "\": " + lxw_strerror(error));
}

Status XlsxWriter::open() {
  std::error_code ignored;
  temp_directory_ = std::filesystem::temp_directory_path(ignored).string();
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  options.tmpdir = temp_directory_.empty() ? nullptr : temp_directory_.data();
  options.use_zip64 = LXW_TRUE;
  book_ = workbook_new_opt(part_.c_str(), &options);
  if (book_ == nullptr) return base::internal_error("cannot create \"" + path_.string() + "\"");
  // The time of writing is no part of the data: the same rows give the same bytes.
  constexpr time_t kFixedTime = 946684800;  // 2000-01-01T00:00:00Z
  lxw_doc_properties properties{};
  properties.created = kFixedTime;
  workbook_set_properties(book_, &properties);
  bold_ = workbook_add_format(book_);
  format_set_bold(bold_);
  date_ = workbook_add_format(book_);
  format_set_num_format(date_, "yyyy-mm-dd");
  text_ = workbook_add_format(book_);
  format_set_num_format(text_, "@");
  return start_sheet();
}

Status XlsxWriter::start_sheet() {
  ++sheets_;
  const std::string suffix = sheets_ == 1 ? "" : " (" + std::to_string(sheets_) + ")";
  std::u32string name = base::decode_utf8(spec_.sheet);
  name.resize(std::min(name.size(), kSheetNameCharsMax - suffix.size()));
  const std::string full = base::encode_utf8(name) + suffix;
  if (workbook_validate_sheet_name(book_, full.c_str()) != LXW_NO_ERROR) {
    return base::invalid_argument("sheet name \"" + full +
                                  "\" is not allowed: 1 to 31 characters, none of [ ] : * ? / \\");
  }
  sheet_ = workbook_add_worksheet(book_, full.c_str());
  if (sheet_ == nullptr) return base::internal_error("cannot add a sheet to \"" + path_.string() + "\"");
  worksheet_freeze_panes(sheet_, 1, 0);
  for (size_t i = 0; i < columns_.size(); ++i) {
    MINGLU_CHECK(check(worksheet_write_string(sheet_, 0, static_cast<lxw_col_t>(i), columns_[i].name.c_str(), bold_),
                       "write the header of"));
  }
  next_row_ = 1;
  return ok_status();
}

Status XlsxWriter::row(const std::vector<std::optional<std::string_view>>& cells) {
  if (book_ == nullptr) return base::failed_precondition("the XLSX writer is finished");
  if (cells.size() != columns_.size()) {
    return base::invalid_argument("a row has " + std::to_string(cells.size()) + " cells, not " +
                                  std::to_string(columns_.size()));
  }
  if (next_row_ == LXW_ROW_MAX) MINGLU_CHECK(start_sheet());
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i]) MINGLU_CHECK(cell(i, *cells[i]));
  }
  ++next_row_;
  return ok_status();
}

/// A number or date that the format cannot hold exactly is written as text: no digit is lost.
Status XlsxWriter::cell(size_t column, std::string_view text) {
  const CellKind kind = columns_[column].kind;
  const auto at = static_cast<lxw_col_t>(column);
  if (kind == CellKind::kNumber) {
    double value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    if (whole && std::isfinite(value) && std::fabs(value) < kExactIntegerMax) {
      return check(worksheet_write_number(sheet_, next_row_, at, value, nullptr), "write");
    }
  }
  if (kind == CellKind::kDate) {
    const auto date = base::parse_iso_date(text);
    if (date && date->days >= kFirstDay) {
      return check(worksheet_write_number(sheet_, next_row_, at, date->days + kDaysTo1970, date_), "write");
    }
  }
  return text_cell(column, text);
}

Status XlsxWriter::text_cell(size_t column, std::string_view text) {
  const auto refuse = [&](const std::string& what) {
    return base::invalid_argument("column \"" + columns_[column].name + "\", row " + std::to_string(next_row_) + ": " +
                                  what);
  };
  if (!internal::is_clean_utf8(text)) return refuse("the cell is not UTF-8");
  if (text.size() > kCharsMax && base::count_code_points(text) > kCharsMax) {
    return refuse("the cell has more than 32767 characters, which .xlsx cannot hold; write CSV");
  }
  if (text.find('\0') != std::string_view::npos)
    return refuse("the cell holds a NUL character, which .xlsx cannot hold");
  if (text.empty()) return ok_status();
  const std::string terminated(text);
  return check(worksheet_write_string(sheet_, next_row_, static_cast<lxw_col_t>(column), terminated.c_str(), text_),
               "write");
}

Status XlsxWriter::finish() {
  if (book_ == nullptr) return base::failed_precondition("the XLSX writer is finished");
  const lxw_error error = workbook_close(std::exchange(book_, nullptr));
  if (error != LXW_NO_ERROR) {
    std::error_code ignored;
    std::filesystem::remove(part_, ignored);
    return check(error, "write");
  }
  return internal::publish(part_, path_);
}

}  // namespace

Result<std::unique_ptr<TableWriter>> create_xlsx(const std::filesystem::path& path, std::vector<OutColumn> columns,
                                                 const WriteSpec& spec) {
  if (columns.empty() || columns.size() > LXW_COL_MAX) {
    return base::invalid_argument("a sheet has 1 to 16384 columns, not " + std::to_string(columns.size()));
  }
  if (!path.parent_path().empty() && !std::filesystem::is_directory(path.parent_path())) {
    return base::not_found("there is no directory \"" + path.parent_path().string() + "\"");
  }
  auto writer = std::make_unique<XlsxWriter>(path, std::move(columns), spec);
  MINGLU_CHECK(writer->open());
  return std::unique_ptr<TableWriter>(std::move(writer));
}

}  // namespace minglu::table
