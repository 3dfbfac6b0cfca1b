#include "table/internal/xlsx_sheet.hpp"

#include <charconv>

#include "table/internal/xlsx_value.hpp"

namespace minglu::table::internal {
namespace {

template <typename T>
std::optional<T> parse_whole(std::string_view text) noexcept {
  T value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

constexpr size_t kProblemsPerRowMax = 64;

}  // namespace

std::string SheetEvents::place() const { return "第 " + std::to_string(column_ + 1) + " 列"; }

void SheetEvents::problem(bool fatal, std::string code, std::string message) {
  if (row_.problems.size() >= kProblemsPerRowMax && !fatal) return;
  row_.problems.push_back({0, fatal, std::move(code), std::move(message)});
}

void SheetEvents::start(std::string_view name, const XmlAttributes& attributes) {
  if (name == "row" && !in_row_)
    start_row(attributes);
  else if (name == "c" && in_row_ && !in_cell_)
    start_cell(attributes);
  else if (name == "f" && in_cell_)
    has_formula_ = true;
  else if (name == "rPh")
    in_phonetic_ = true;
  in_value_ = in_cell_ && !in_phonetic_ && (name == "v" || name == "t");
  has_value_ |= in_value_;
}

void SheetEvents::start_row(const XmlAttributes& attributes) {
  const uint64_t last = row_.sheet_row;
  row_ = {};
  row_.sheet_row = last + 1;
  for (const auto& [key, value] : attributes) {
    if (key == "r") row_.sheet_row = parse_whole<uint64_t>(value).value_or(last + 1);
  }
  in_row_ = true;
  row_bytes_ = 0;
  next_column_ = 0;
}

void SheetEvents::start_cell(const XmlAttributes& attributes) {
  in_cell_ = true;
  has_value_ = has_formula_ = too_long_ = false;
  type_.clear();
  style_ = 0;
  value_.clear();
  column_ = next_column_;
  for (const auto& [key, value] : attributes) {
    if (key == "t") type_.assign(value);
    if (key == "s") style_ = parse_whole<size_t>(value).value_or(0);
    if (key != "r") continue;
    if (const auto reference = parse_reference(value)) column_ = reference->column;
  }
  next_column_ = column_ + 1;
}

void SheetEvents::text(std::string_view text) {
  if (!in_value_) return;
  row_bytes_ += text.size();
  too_long_ |= value_.size() + text.size() > limits_.cell_bytes_max;
  if (!too_long_ && row_bytes_ <= limits_.row_bytes_max) value_.append(text);
}

void SheetEvents::end(std::string_view name) {
  in_value_ = false;
  if (name == "rPh")
    in_phonetic_ = false;
  else if (name == "c" && in_cell_)
    end_cell();
  else if (name == "row" && in_row_)
    end_row();
}

void SheetEvents::end_cell() {
  in_cell_ = false;
  if (too_long_) {
    problem(true, "cell_too_long", place() + "的单元格超过上限 " + std::to_string(limits_.cell_bytes_max) + " 字节");
    return;
  }
  if (column_ >= limits_.columns_max) {
    if (has_value_) problem(true, "ragged_row", place() + "超出列数上限 " + std::to_string(limits_.columns_max));
    return;
  }
  if (has_formula_ && (!has_value_ || (value_.empty() && type_ != "str"))) {
    problem(false, "formula_without_value", place() + "是公式但没有计算结果，按空值处理；请在表格软件中重算并保存");
    return;
  }
  if (!has_value_) return;
  SheetCell cell;
  cell_value(cell);
  if (!cell.present) return;
  row_bytes_ += cell.shared.size();
  if (row_bytes_ > limits_.row_bytes_max) return;
  if (row_.cells.size() <= column_) row_.cells.resize(column_ + 1);
  row_.cells[column_] = std::move(cell);
}

void SheetEvents::cell_value(SheetCell& cell) {
  if (type_ == "s") {
    shared_string(cell);
    return;
  }
  cell.present = true;
  if (type_ == "str" || type_ == "inlineStr") {
    decode_escapes(value_);
    cell.owned = value_;
  } else if (type_ == "b") {
    cell.owned = value_ == "1" || value_ == "true" ? "true" : "false";
  } else if (type_ == "e") {
    problem(false, "cell_error", place() + "的值是错误 " + value_ + "，按空值处理");
    cell.present = false;
  } else if (type_ == "d") {
    cell.owned = value_;
  } else {
    auto number = number_value();
    cell.present = number.has_value();
    if (number) cell.owned = std::move(*number);
  }
}

void SheetEvents::shared_string(SheetCell& cell) {
  const auto index = parse_whole<uint64_t>(value_);
  if (!index || *index >= book_.strings.size()) {
    problem(true, "bad_shared_string", place() + "指向不存在的共享字符串 " + value_);
    return;
  }
  cell.present = true;
  cell.shared = book_.strings.at(*index);
  if (cell.shared.size() > limits_.cell_bytes_max) {
    problem(true, "cell_too_long", place() + "的单元格超过上限 " + std::to_string(limits_.cell_bytes_max) + " 字节");
  }
}

std::optional<std::string> SheetEvents::number_value() {
  if (value_.empty()) return std::nullopt;
  const auto number = format_number(value_);
  if (!number) {
    problem(false, "bad_number", place() + "应为数值，实为“" + value_ + "”，按文本读入");
    return value_;
  }
  if (style_ < book_.style_is_date.size() && book_.style_is_date[style_]) {
    double serial = 0;
    std::from_chars(value_.data(), value_.data() + value_.size(), serial);
    if (auto date = format_serial(serial, book_.date1904)) return date;
    problem(false, "bad_date", place() + "的日期序号 " + number->text + " 不是日期，按数值读入");
    return number->text;
  }
  if (!number->exact) {
    problem(false, "number_precision",
            place() + "的数值 " + number->text + " 超过 15 位，表格软件不能保存其全部数字；编码应存为文本");
  }
  return number->text;
}

void SheetEvents::end_row() {
  in_row_ = false;
  if (row_bytes_ > limits_.row_bytes_max) {
    row_.cells.clear();
    problem(true, "row_too_long", "本行超过上限 " + std::to_string(limits_.row_bytes_max) + " 字节，已跳过");
  }
  if (row_.cells.empty() && row_.problems.empty()) return;  // formatted but empty
  SheetRow done;
  done.sheet_row = row_.sheet_row;
  done.cells = std::move(row_.cells);
  done.problems = std::move(row_.problems);
  rows_.push_back(std::move(done));
}

}  // namespace minglu::table::internal
