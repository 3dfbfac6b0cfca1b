// The chunk appender: rows are laid into DuckDB's own vectors, 2,048 at a time, and handed over whole.
#include <duckdb.h>

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "base/utf8.hpp"
#include "table/duck.hpp"
#include "table/internal/duck_error.hpp"

namespace minglu::table {
namespace {

using base::failed_precondition;
using base::internal_error;
using base::invalid_argument;

duckdb_appender appender_of(void* handle) noexcept { return static_cast<duckdb_appender>(handle); }
duckdb_data_chunk chunk_of(void* handle) noexcept { return static_cast<duckdb_data_chunk>(handle); }

struct LogicalTypes {
  std::vector<duckdb_logical_type> types;
  LogicalTypes() = default;
  LogicalTypes(const LogicalTypes&) = delete;
  LogicalTypes& operator=(const LogicalTypes&) = delete;
  ~LogicalTypes() {
    for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
  }
};

DuckType storable_type(duckdb_logical_type type) noexcept {
  switch (duckdb_get_type_id(type)) {
    case DUCKDB_TYPE_BOOLEAN: return DuckType::kBool;
    case DUCKDB_TYPE_INTEGER: return DuckType::kInt32;
    case DUCKDB_TYPE_BIGINT: return DuckType::kInt64;
    case DUCKDB_TYPE_DOUBLE: return DuckType::kDouble;
    case DUCKDB_TYPE_VARCHAR: return DuckType::kText;
    case DUCKDB_TYPE_DATE: return DuckType::kDate;
    default: return DuckType::kOther;
  }
}

const char* type_name(DuckType type) noexcept {
  switch (type) {
    case DuckType::kBool: return "BOOLEAN";
    case DuckType::kInt32: return "INTEGER";
    case DuckType::kInt64: return "BIGINT";
    case DuckType::kDouble: return "DOUBLE";
    case DuckType::kText: return "VARCHAR";
    case DuckType::kDate: return "DATE";
    case DuckType::kOther: break;
  }
  return "another type";
}

template <typename T>
constexpr DuckType cell_type() {
  if constexpr (std::is_same_v<T, int32_t>)
    return DuckType::kInt32;
  else if constexpr (std::is_same_v<T, int64_t>)
    return DuckType::kInt64;
  else if constexpr (std::is_same_v<T, double>)
    return DuckType::kDouble;
  else if constexpr (std::is_same_v<T, Date>)
    return DuckType::kDate;
  else
    return DuckType::kText;
}

struct ViewShape {
  DuckType type = DuckType::kText;
  size_t rows = 0;
};

ViewShape shape_of(const DuckColumnView& view) {
  return std::visit(
      [](const auto& cells) -> ViewShape {
        using C = std::decay_t<decltype(cells)>;
        if constexpr (std::is_same_v<C, const TextColumn*>)
          return {DuckType::kText, cells->size()};
        else
          return {cell_type<std::remove_const_t<typename C::element_type>>(), cells.size()};
      },
      view.cells);
}

bool row_is_valid(const DuckColumnView& view, size_t row) { return view.valid.empty() || view.valid[row] != 0; }

/// First row whose text is not UTF-8, or `rows`.
size_t first_bad_text(const DuckColumnView& view, size_t rows) {
  return std::visit(
      [&](const auto& cells) -> size_t {
        using C = std::decay_t<decltype(cells)>;
        for (size_t i = 0; i < rows; ++i) {
          if (!row_is_valid(view, i)) continue;
          if constexpr (std::is_same_v<C, const TextColumn*>) {
            if (!base::is_valid_utf8(cells->view(i))) return i;
          } else if constexpr (cell_type<std::remove_const_t<typename C::element_type>>() == DuckType::kText) {
            if (!base::is_valid_utf8(cells[i])) return i;
          } else {
            return rows;
          }
        }
        return rows;
      },
      view.cells);
}

}  // namespace

Result<DuckAppender> DuckAppender::create(DuckConnection& connection, const std::string& table) {
  duckdb_appender handle = nullptr;
  auto* owner = static_cast<duckdb_connection>(connection.handle_);
  if (duckdb_appender_create(owner, nullptr, table.c_str(), &handle) != DuckDBSuccess) {
    Error error = internal::duck_error("cannot append to table \"" + table + "\"", duckdb_appender_error(handle));
    duckdb_appender_destroy(&handle);
    return error;
  }
  LogicalTypes logical;
  std::vector<DuckType> types;
  for (idx_t i = 0; i < duckdb_appender_column_count(handle); ++i) {
    logical.types.push_back(duckdb_appender_column_type(handle, i));
    types.push_back(storable_type(logical.types.back()));
  }
  DuckAppender appender(handle, types);
  const auto other = std::find(types.begin(), types.end(), DuckType::kOther);
  if (other != types.end()) {
    return invalid_argument("table \"" + table + "\": column " + std::to_string(other - types.begin() + 1) +
                            " is none of INTEGER, BIGINT, DOUBLE, VARCHAR, DATE, BOOLEAN");
  }
  appender.chunk_ = duckdb_create_data_chunk(logical.types.data(), logical.types.size());
  if (appender.chunk_ == nullptr) return internal_error("DuckDB gives no data chunk");
  MINGLU_CHECK(appender.start_chunk());
  return appender;
}

DuckAppender::DuckAppender(void* handle, std::vector<DuckType> types)
    : handle_(handle), types_(std::move(types)), data_(types_.size()), validity_(types_.size()) {}

DuckAppender::DuckAppender(DuckAppender&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)),
      chunk_(std::exchange(other.chunk_, nullptr)),
      types_(std::move(other.types_)),
      data_(std::move(other.data_)),
      validity_(std::move(other.validity_)),
      rows_(std::exchange(other.rows_, 0)) {}

DuckAppender::~DuckAppender() {
  auto chunk = chunk_of(chunk_);
  if (chunk != nullptr) duckdb_destroy_data_chunk(&chunk);
  auto handle = appender_of(handle_);
  if (handle != nullptr) duckdb_appender_destroy(&handle);
}

/// Empties the chunk and marks every cell null, so that a column that is not set stays null.
Status DuckAppender::start_chunk() {
  duckdb_data_chunk_reset(chunk_of(chunk_));
  rows_ = 0;
  for (size_t i = 0; i < types_.size(); ++i) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_of(chunk_), i);
    duckdb_vector_ensure_validity_writable(vector);
    data_[i] = duckdb_vector_get_data(vector);
    validity_[i] = duckdb_vector_get_validity(vector);
    std::memset(validity_[i], 0, (duckdb_vector_size() + 63) / 64 * sizeof(uint64_t));
  }
  return ok_status();
}

Status DuckAppender::flush_chunk() {
  if (rows_ == 0) return ok_status();
  duckdb_data_chunk_set_size(chunk_of(chunk_), rows_);
  if (duckdb_append_data_chunk(appender_of(handle_), chunk_of(chunk_)) != DuckDBSuccess)
    return fail("cannot append rows");
  return start_chunk();
}

Error DuckAppender::fail(const char* action) const {
  return internal::duck_error(action, duckdb_appender_error(appender_of(handle_)));
}

Status DuckAppender::expect(size_t column, DuckType type) const {
  if (handle_ == nullptr || chunk_ == nullptr) return failed_precondition("the appender is finished");
  if (column >= types_.size()) {
    return invalid_argument("column " + std::to_string(column + 1) + " of a table of " + std::to_string(types_.size()));
  }
  if (types_[column] == type) return ok_status();
  return invalid_argument("column " + std::to_string(column + 1) + " is " + type_name(types_[column]) + ", not " +
                          type_name(type));
}

void DuckAppender::set_valid(size_t column, size_t row, bool valid) noexcept {
  const uint64_t bit = uint64_t{1} << (row % 64);
  uint64_t& word = validity_[column][row / 64];
  word = valid ? (word | bit) : (word & ~bit);
}

Status DuckAppender::set_int32(size_t column, int32_t value) {
  MINGLU_CHECK(expect(column, DuckType::kInt32));
  static_cast<int32_t*>(data_[column])[rows_] = value;
  set_valid(column, rows_, true);
  return ok_status();
}
Status DuckAppender::set_int64(size_t column, int64_t value) {
  MINGLU_CHECK(expect(column, DuckType::kInt64));
  static_cast<int64_t*>(data_[column])[rows_] = value;
  set_valid(column, rows_, true);
  return ok_status();
}
Status DuckAppender::set_double(size_t column, double value) {
  MINGLU_CHECK(expect(column, DuckType::kDouble));
  static_cast<double*>(data_[column])[rows_] = value;
  set_valid(column, rows_, true);
  return ok_status();
}
Status DuckAppender::set_bool(size_t column, bool value) {
  MINGLU_CHECK(expect(column, DuckType::kBool));
  static_cast<bool*>(data_[column])[rows_] = value;
  set_valid(column, rows_, true);
  return ok_status();
}
Status DuckAppender::set_date(size_t column, Date value) {
  MINGLU_CHECK(expect(column, DuckType::kDate));
  static_cast<Date*>(data_[column])[rows_] = value;
  set_valid(column, rows_, true);
  return ok_status();
}
Status DuckAppender::set_text(size_t column, std::string_view value) {
  MINGLU_CHECK(expect(column, DuckType::kText));
  if (!base::is_valid_utf8(value))
    return invalid_argument("column " + std::to_string(column + 1) + ": text is not UTF-8");
  duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_of(chunk_), column);
  duckdb_vector_assign_string_element_len(vector, rows_, value.data(), value.size());
  set_valid(column, rows_, true);
  return ok_status();
}

Status DuckAppender::end_row() {
  if (chunk_ == nullptr) return failed_precondition("the appender is finished");
  ++rows_;
  return rows_ == duckdb_vector_size() ? flush_chunk() : ok_status();
}

void DuckAppender::copy_rows(const DuckColumnView& view, size_t column, size_t from, size_t count) {
  std::visit(
      [&](const auto& cells) {
        using C = std::decay_t<decltype(cells)>;
        constexpr bool is_column = std::is_same_v<C, const TextColumn*>;
        duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_of(chunk_), column);
        for (size_t i = 0; i < count; ++i) {
          bool valid = row_is_valid(view, from + i);
          if constexpr (is_column) valid = valid && !cells->is_null(from + i);
          if (!valid) continue;
          if constexpr (is_column) {
            const std::string_view text = cells->view(from + i);
            duckdb_vector_assign_string_element_len(vector, rows_ + i, text.data(), text.size());
          } else if constexpr (cell_type<std::remove_const_t<typename C::element_type>>() == DuckType::kText) {
            const std::string_view text = cells[from + i];
            duckdb_vector_assign_string_element_len(vector, rows_ + i, text.data(), text.size());
          } else {
            static_cast<std::remove_const_t<typename C::element_type>*>(data_[column])[rows_ + i] = cells[from + i];
          }
          set_valid(column, rows_ + i, true);
        }
      },
      view.cells);
}

Status DuckAppender::append_columns(std::span<const DuckColumnView> columns, size_t rows) {
  if (columns.size() != types_.size()) {
    return invalid_argument("the table has " + std::to_string(types_.size()) + " columns, not " +
                            std::to_string(columns.size()));
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    const ViewShape shape = shape_of(columns[i]);
    MINGLU_CHECK(expect(i, shape.type));
    if (shape.rows < rows || (!columns[i].valid.empty() && columns[i].valid.size() < rows)) {
      return invalid_argument("column " + std::to_string(i + 1) + " holds fewer than " + std::to_string(rows) +
                              " rows");
    }
    if (const size_t bad = first_bad_text(columns[i], rows); bad < rows) {
      return invalid_argument("column " + std::to_string(i + 1) + ", row " + std::to_string(bad + 1) +
                              ": text is not UTF-8");
    }
  }
  for (size_t from = 0; from < rows;) {
    const size_t count = std::min<size_t>(rows - from, duckdb_vector_size() - rows_);
    for (size_t i = 0; i < columns.size(); ++i) copy_rows(columns[i], i, from, count);
    rows_ += count;
    from += count;
    if (rows_ == duckdb_vector_size()) MINGLU_CHECK(flush_chunk());
  }
  return ok_status();
}

Status DuckAppender::finish() {
  if (chunk_ == nullptr) return failed_precondition("the appender is finished");
  MINGLU_CHECK(flush_chunk());
  auto chunk = chunk_of(std::exchange(chunk_, nullptr));
  duckdb_destroy_data_chunk(&chunk);
  if (duckdb_appender_close(appender_of(handle_)) != DuckDBSuccess) return fail("cannot flush rows");
  return ok_status();
}

}  // namespace minglu::table
