#include "rules/rule_table.hpp"

#include <charconv>
#include <cmath>
#include <optional>

#include "base/date.hpp"

namespace minglu::rules {

namespace {

std::optional<int64_t> parse_bool_cell(std::string_view text) {
  if (text == "1" || text == "true") return 1;
  if (text == "0" || text == "false") return 0;
  return std::nullopt;
}

std::optional<int64_t> parse_int_cell(std::string_view text) {
  int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_double_cell(std::string_view text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<int64_t> parse_int_kind(TypeKind kind, std::string_view text) {
  switch (kind) {
    case TypeKind::kBool: return parse_bool_cell(text);
    case TypeKind::kInt:
    case TypeKind::kMoney: return parse_int_cell(text);
    case TypeKind::kDate: {
      const auto date = base::parse_iso_date(text);
      return date ? std::optional<int64_t>(date->days) : std::nullopt;
    }
    case TypeKind::kPeriod: {
      const auto period = base::parse_period(text);
      return period ? std::optional<int64_t>(period->yyyymm) : std::nullopt;
    }
    default: return std::nullopt;
  }
}

void mark_malformed(TableColumn& column, size_t row, size_t rows) {
  if (column.malformed.empty()) column.malformed.assign(rows, 0);
  column.malformed[row] = 1;
  ++column.malformed_count;
}

TableColumn build_column(const FieldType& type, const table::TextColumn& source) {
  TableColumn out;
  out.type = type;
  out.source = &source;
  const size_t rows = source.size();
  out.valid.assign(rows, 0);
  const Storage storage = storage_of(type.kind);
  if (storage == Storage::kInt64 || storage == Storage::kTri) out.ints.assign(rows, 0);
  if (storage == Storage::kDouble) out.doubles.assign(rows, 0);
  for (size_t row = 0; row < rows; ++row) {
    const std::string_view text = source.view(row);
    if (text.empty()) continue;
    bool good = true;
    if (storage == Storage::kDouble) {
      const auto value = parse_double_cell(text);
      good = value.has_value();
      out.doubles[row] = value.value_or(0);
    } else if (storage != Storage::kText) {
      const auto value = parse_int_kind(type.kind, text);
      good = value.has_value();
      out.ints[row] = value.value_or(0);
    }
    out.valid[row] = good ? 1 : 0;
    if (!good) mark_malformed(out, row, rows);
  }
  return out;
}

}  // namespace

Result<RuleTable> RuleTable::from_text(const std::vector<std::string>& names,
                                       const std::vector<const table::TextColumn*>& columns,
                                       std::span<const FieldType> types) {
  if (names.size() != columns.size() || names.size() != types.size()) {
    return base::invalid_argument(
        "a rule table needs one column and one type per name: " + std::to_string(names.size()) + " names, " +
        std::to_string(columns.size()) + " columns, " + std::to_string(types.size()) + " types");
  }
  RuleTable out;
  out.row_count_ = columns.empty() ? 0 : columns.front()->size();
  for (size_t i = 0; i < names.size(); ++i) {
    if (out.schema_.find(names[i])) return base::invalid_argument("column '" + names[i] + "' appears twice");
    if (columns[i]->size() != out.row_count_) {
      return base::invalid_argument("column '" + names[i] + "' has " + std::to_string(columns[i]->size()) +
                                    " rows, the first column has " + std::to_string(out.row_count_));
    }
    out.schema_.fields.push_back({names[i], types[i], {}});
    out.columns_.push_back(build_column(types[i], *columns[i]));
  }
  return out;
}

Result<RuleTable> RuleTable::from_columns(const std::vector<std::string>& names, std::vector<TableColumn> columns) {
  if (names.size() != columns.size()) return base::invalid_argument("a rule table needs one name per column");
  RuleTable out;
  out.row_count_ = columns.empty() ? 0 : columns.front().valid.size();
  for (size_t i = 0; i < names.size(); ++i) {
    if (out.schema_.find(names[i])) return base::invalid_argument("column '" + names[i] + "' appears twice");
    if (columns[i].valid.size() != out.row_count_)
      return base::invalid_argument("column '" + names[i] + "' differs from the first in its number of rows");
    out.schema_.fields.push_back({names[i], columns[i].type, {}});
  }
  out.columns_ = std::move(columns);
  return out;
}

uint64_t RuleTable::malformed_count() const noexcept {
  uint64_t total = 0;
  for (const TableColumn& column : columns_) total += column.malformed_count;
  return total;
}

void RuleTable::set_row_numbers(std::vector<uint64_t> numbers) {
  MINGLU_ASSERT(numbers.size() == row_count_);
  row_numbers_ = std::move(numbers);
}

}  // namespace minglu::rules
