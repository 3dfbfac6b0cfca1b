#include "table/duck.hpp"

#include <duckdb.h>

#include <type_traits>
#include <utility>

#include "base/utf8.hpp"
#include "table/internal/duck_error.hpp"

namespace minglu::table {
namespace {

using base::internal_error;
using base::invalid_argument;

DuckType type_of(duckdb_type type) noexcept {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN: return DuckType::kBool;
    case DUCKDB_TYPE_INTEGER: return DuckType::kInt32;
    case DUCKDB_TYPE_BIGINT: return DuckType::kInt64;
    case DUCKDB_TYPE_DOUBLE: return DuckType::kDouble;
    case DUCKDB_TYPE_VARCHAR: return DuckType::kText;
    case DUCKDB_TYPE_DATE: return DuckType::kDate;
    default: return DuckType::kOther;
  }
}

duckdb_connection connection_of(void* handle) noexcept { return static_cast<duckdb_connection>(handle); }
duckdb_prepared_statement statement_of(void* handle) noexcept { return static_cast<duckdb_prepared_statement>(handle); }

struct ConfigGuard {
  duckdb_config config = nullptr;
  ~ConfigGuard() { duckdb_destroy_config(&config); }
};

Status set_option(duckdb_config config, const char* name, const std::string& value) {
  if (duckdb_set_config(config, name, value.c_str()) == DuckDBSuccess) return ok_status();
  return invalid_argument(std::string("DuckDB refuses the setting ") + name + " = \"" + value + "\"");
}

Status configure(duckdb_config config, const std::filesystem::path& path, const DuckSettings& settings) {
  MINGLU_CHECK(set_option(config, "autoinstall_known_extensions", "false"));
  MINGLU_CHECK(set_option(config, "autoload_known_extensions", "false"));
  MINGLU_CHECK(set_option(config, "threads", std::to_string(settings.threads < 1 ? 1 : settings.threads)));
  MINGLU_CHECK(set_option(config, "memory_limit", settings.memory_limit));
  if (!settings.temp_directory.empty()) {
    MINGLU_CHECK(set_option(config, "temp_directory", settings.temp_directory.string()));
  } else if (path.empty()) {
    MINGLU_CHECK(set_option(config, "temp_directory", ""));
  }
  return set_option(config, "access_mode", settings.read_only && !path.empty() ? "READ_ONLY" : "READ_WRITE");
}

/// Order matters: what stays reachable is named first, then the rest is closed, then the settings are sealed.
std::string lock_down_sql(const DuckSettings& settings) {
  std::string directories;
  for (const std::filesystem::path& directory : settings.allowed_directories) {
    std::string text = std::filesystem::absolute(directory).lexically_normal().string();
    if (text.empty() || text.back() != '/') text += '/';
    directories += (directories.empty() ? "" : ", ") + duck_quote_text(text);
  }
  std::string sql;
  if (!directories.empty()) sql += "SET allowed_directories=[" + directories + "];";
  return sql + "SET enable_external_access=false; SET lock_configuration=true;";
}

duckdb_state bind_value(duckdb_prepared_statement statement, idx_t index, const DuckValue& value) {
  return std::visit(
      [&](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          return duckdb_bind_null(statement, index);
        else if constexpr (std::is_same_v<T, bool>)
          return duckdb_bind_boolean(statement, index, v);
        else if constexpr (std::is_same_v<T, int64_t>)
          return duckdb_bind_int64(statement, index, v);
        else if constexpr (std::is_same_v<T, double>)
          return duckdb_bind_double(statement, index, v);
        else if constexpr (std::is_same_v<T, Date>)
          return duckdb_bind_date(statement, index, duckdb_date{v.days});
        else
          return duckdb_bind_varchar_length(statement, index, v.data(), v.size());
      },
      value);
}

}  // namespace

std::string duck_quote_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += c;
    out += c;
  }
  return out + "'";
}

std::string duck_quote_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += c;
    out += c;
  }
  return out + "\"";
}

// ---- database ----

Result<DuckDatabase> DuckDatabase::open(const std::filesystem::path& path, const DuckSettings& settings) {
  ConfigGuard guard;
  if (duckdb_create_config(&guard.config) != DuckDBSuccess) return internal_error("DuckDB cannot make its settings");
  MINGLU_CHECK(configure(guard.config, path, settings));
  duckdb_database handle = nullptr;
  char* message = nullptr;
  const std::string name = path.string();
  if (duckdb_open_ext(path.empty() ? nullptr : name.c_str(), &handle, guard.config, &message) != DuckDBSuccess) {
    Error error = internal::duck_error("cannot open \"" + name + "\"", message);
    duckdb_free(message);
    return error;
  }
  DuckDatabase database{handle};
  MINGLU_TRY(DuckConnection connection, database.connect());
  MINGLU_CHECK(connection.execute(lock_down_sql(settings)));
  return database;
}

DuckDatabase::DuckDatabase(DuckDatabase&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
DuckDatabase& DuckDatabase::operator=(DuckDatabase&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}
DuckDatabase::~DuckDatabase() {
  auto handle = static_cast<duckdb_database>(handle_);
  duckdb_close(&handle);
}

Result<DuckConnection> DuckDatabase::connect() {
  duckdb_connection connection = nullptr;
  if (duckdb_connect(static_cast<duckdb_database>(handle_), &connection) != DuckDBSuccess) {
    return internal_error("DuckDB gives no connection");
  }
  return DuckConnection{connection};
}

// ---- connection ----

DuckConnection::DuckConnection(DuckConnection&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
DuckConnection& DuckConnection::operator=(DuckConnection&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}
DuckConnection::~DuckConnection() {
  auto handle = connection_of(handle_);
  if (handle != nullptr) duckdb_disconnect(&handle);
}

Status DuckConnection::execute(const std::string& sql) {
  duckdb_result result{};
  const duckdb_state state = duckdb_query(connection_of(handle_), sql.c_str(), &result);
  Status status =
      state == DuckDBSuccess ? ok_status() : Status{internal::duck_error("SQL failed", duckdb_result_error(&result))};
  duckdb_destroy_result(&result);
  return status;
}

Result<DuckStatement> DuckConnection::prepare(const std::string& sql) {
  duckdb_prepared_statement statement = nullptr;
  if (duckdb_prepare(connection_of(handle_), sql.c_str(), &statement) != DuckDBSuccess) {
    Error error = internal::duck_error("SQL cannot be prepared", duckdb_prepare_error(statement));
    duckdb_destroy_prepare(&statement);
    return error;
  }
  return DuckStatement{statement};
}

Result<DuckResult> DuckConnection::query(const std::string& sql, const std::vector<DuckValue>& parameters) {
  MINGLU_TRY(DuckStatement statement, prepare(sql));
  return statement.run(parameters);
}

Result<DuckValue> DuckConnection::query_value(const std::string& sql, const std::vector<DuckValue>& parameters) {
  MINGLU_TRY(DuckResult result, query(sql, parameters));
  DuckChunk chunk;
  MINGLU_TRY(const bool any, result.next(chunk));
  if (!any || chunk.column_count() == 0 || chunk.is_null(0, 0)) return DuckValue{};
  switch (chunk.type(0)) {
    case DuckType::kBool: return DuckValue{chunk.bools(0)[0]};
    case DuckType::kInt32: return DuckValue{int64_t{chunk.int32s(0)[0]}};
    case DuckType::kInt64: return DuckValue{chunk.int64s(0)[0]};
    case DuckType::kDouble: return DuckValue{chunk.doubles(0)[0]};
    case DuckType::kDate: return DuckValue{chunk.dates(0)[0]};
    case DuckType::kText: return DuckValue{std::string(chunk.text(0, 0))};
    case DuckType::kOther: break;
  }
  return invalid_argument("column \"" + result.names()[0] + "\" has a type that cannot be read; CAST it in the SQL");
}

void DuckConnection::interrupt() noexcept { duckdb_interrupt(connection_of(handle_)); }

// ---- statement ----

DuckStatement::DuckStatement(DuckStatement&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
DuckStatement& DuckStatement::operator=(DuckStatement&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}
DuckStatement::~DuckStatement() {
  auto handle = statement_of(handle_);
  if (handle != nullptr) duckdb_destroy_prepare(&handle);
}

size_t DuckStatement::parameter_count() const noexcept { return duckdb_nparams(statement_of(handle_)); }

struct DuckResult::State {
  duckdb_result result{};
  bool ended = false;
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { duckdb_destroy_result(&result); }
};

Result<DuckResult> DuckStatement::run(std::span<const DuckValue> parameters) {
  const duckdb_prepared_statement statement = statement_of(handle_);
  if (parameters.size() != parameter_count()) {
    return invalid_argument("the statement takes " + std::to_string(parameter_count()) + " parameters, not " +
                            std::to_string(parameters.size()));
  }
  for (size_t i = 0; i < parameters.size(); ++i) {
    const auto* text = std::get_if<std::string>(&parameters[i]);
    if (text != nullptr && !base::is_valid_utf8(*text)) {
      return invalid_argument("parameter " + std::to_string(i + 1) + " is not UTF-8");
    }
    if (bind_value(statement, i + 1, parameters[i]) != DuckDBSuccess) {
      return internal::duck_error("parameter " + std::to_string(i + 1) + " is refused",
                                  duckdb_prepare_error(statement));
    }
  }
  auto state = std::make_unique<DuckResult::State>();
  if (duckdb_execute_prepared_streaming(statement, &state->result) != DuckDBSuccess) {
    return internal::duck_error("SQL failed", duckdb_result_error(&state->result));
  }
  return DuckResult{std::move(state)};
}

// ---- result ----

DuckResult::DuckResult(std::unique_ptr<State> state) : state_(std::move(state)) {
  const idx_t columns = duckdb_column_count(&state_->result);
  for (idx_t i = 0; i < columns; ++i) {
    names_.emplace_back(duckdb_column_name(&state_->result, i));
    types_.push_back(type_of(duckdb_column_type(&state_->result, i)));
  }
}
DuckResult::DuckResult(DuckResult&& other) noexcept = default;
DuckResult::~DuckResult() = default;

uint64_t DuckResult::rows_changed() const noexcept { return duckdb_rows_changed(&state_->result); }

Result<bool> DuckResult::next(DuckChunk& chunk) {
  chunk.release();
  if (state_->ended) return false;
  for (;;) {
    duckdb_data_chunk handle = duckdb_fetch_chunk(state_->result);
    if (handle == nullptr) {
      state_->ended = true;  // a streamed result that is closed must not be asked again
      const char* message = duckdb_result_error(&state_->result);
      if (message != nullptr && *message != '\0') return internal::duck_error("SQL failed", message);
      return false;
    }
    chunk.handle_ = handle;
    chunk.row_count_ = duckdb_data_chunk_get_size(handle);
    if (chunk.row_count_ > 0) break;
    chunk.release();
  }
  auto* handle = static_cast<duckdb_data_chunk>(chunk.handle_);
  for (size_t i = 0; i < types_.size(); ++i) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(handle, i);
    chunk.columns_.push_back({types_[i], duckdb_vector_get_data(vector), duckdb_vector_get_validity(vector)});
  }
  return true;
}

// ---- chunk ----

DuckChunk::DuckChunk(DuckChunk&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)),
      row_count_(std::exchange(other.row_count_, 0)),
      columns_(std::move(other.columns_)) {}
DuckChunk& DuckChunk::operator=(DuckChunk&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(row_count_, other.row_count_);
  columns_.swap(other.columns_);
  return *this;
}
DuckChunk::~DuckChunk() { release(); }

void DuckChunk::release() noexcept {
  auto handle = static_cast<duckdb_data_chunk>(std::exchange(handle_, nullptr));
  if (handle != nullptr) duckdb_destroy_data_chunk(&handle);
  row_count_ = 0;
  columns_.clear();
}

std::span<const int32_t> DuckChunk::int32s(size_t column) const noexcept {
  MINGLU_ASSERT(columns_[column].type == DuckType::kInt32);
  return {static_cast<const int32_t*>(columns_[column].data), row_count_};
}
std::span<const int64_t> DuckChunk::int64s(size_t column) const noexcept {
  MINGLU_ASSERT(columns_[column].type == DuckType::kInt64);
  return {static_cast<const int64_t*>(columns_[column].data), row_count_};
}
std::span<const double> DuckChunk::doubles(size_t column) const noexcept {
  MINGLU_ASSERT(columns_[column].type == DuckType::kDouble);
  return {static_cast<const double*>(columns_[column].data), row_count_};
}
std::span<const bool> DuckChunk::bools(size_t column) const noexcept {
  MINGLU_ASSERT(columns_[column].type == DuckType::kBool);
  return {static_cast<const bool*>(columns_[column].data), row_count_};
}
std::span<const Date> DuckChunk::dates(size_t column) const noexcept {
  static_assert(sizeof(Date) == sizeof(duckdb_date));
  MINGLU_ASSERT(columns_[column].type == DuckType::kDate);
  return {static_cast<const Date*>(columns_[column].data), row_count_};
}
std::string_view DuckChunk::text(size_t column, size_t row) const noexcept {
  MINGLU_ASSERT(columns_[column].type == DuckType::kText);
  if (is_null(column, row)) return {};
  const auto& cell = static_cast<const duckdb_string_t*>(columns_[column].data)[row];
  const uint32_t length = cell.value.inlined.length;
  const bool inlined = length <= sizeof(cell.value.inlined.inlined);
  return {inlined ? cell.value.inlined.inlined : cell.value.pointer.ptr, length};
}

}  // namespace minglu::table
