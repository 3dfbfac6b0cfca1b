// DuckDB behind a thin wrapper over its C API: every return code checked, every handle owned, no exception, no network.
// Only this folder and store/ include it.
//
//   MINGLU_TRY(DuckDatabase database, DuckDatabase::open(path, {.threads = 2}));
//   MINGLU_TRY(DuckConnection connection, database.connect());
//   MINGLU_CHECK(connection.execute("CREATE TABLE t(code VARCHAR, staff BIGINT)"));
//   MINGLU_TRY(DuckResult rows, connection.query("SELECT code, staff FROM t WHERE staff > ?", {int64_t{5}}));
//   DuckChunk chunk;
//   for (;;) { MINGLU_TRY(bool more, rows.next(chunk)); if (!more) break; ... chunk.text(0, row) ... }
//
// Errors: kInvalidArgument for SQL that cannot be prepared and for values of the wrong type; kConflict when another
// process holds the file or another transaction changed the same row; kDataLoss for a damaged file; kUnavailable when
// memory is short or the query was interrupted; kInternal otherwise. Messages carry DuckDB's own words.
// Thread-safety: a database may be shared; a connection, result, chunk or appender belongs to one thread at a time,
// save DuckConnection::interrupt. Connections must not outlive their database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"
#include "table/columns.hpp"

namespace minglu::table {

struct DuckSettings {
  int32_t threads = 2;
  std::string memory_limit = "2GB";  // DuckDB's spelling; a window over 50M rows wants 4 to 8 GB
  bool read_only = false;
  /// Directories that COPY and read_parquet may touch, besides the database file itself.
  std::vector<std::filesystem::path> allowed_directories = {};
  std::filesystem::path temp_directory = {};  // spill; empty = beside the database file, and no spill in memory
};

/// A bound parameter. Text must be UTF-8.
using DuckValue = std::variant<std::monostate, bool, int64_t, double, Date, std::string>;

enum class DuckType { kBool, kInt32, kInt64, kDouble, kText, kDate, kOther };

/// Up to 2,048 rows of a result. Views stay valid until the chunk is filled again or destroyed.
class DuckChunk {
 public:
  DuckChunk() = default;
  DuckChunk(DuckChunk&& other) noexcept;
  DuckChunk& operator=(DuckChunk&& other) noexcept;
  ~DuckChunk();
  [[nodiscard]] size_t row_count() const noexcept { return row_count_; }
  [[nodiscard]] size_t column_count() const noexcept { return columns_.size(); }
  [[nodiscard]] DuckType type(size_t column) const noexcept { return columns_[column].type; }
  [[nodiscard]] bool is_null(size_t column, size_t row) const noexcept {
    const uint64_t* mask = columns_[column].validity;
    return mask != nullptr && ((mask[row / 64] >> (row % 64)) & 1) == 0;
  }
  /// Whole vectors; the cell of a null row is unspecified. Precondition: type(column) is the one named.
  [[nodiscard]] std::span<const int32_t> int32s(size_t column) const noexcept;
  [[nodiscard]] std::span<const int64_t> int64s(size_t column) const noexcept;
  [[nodiscard]] std::span<const double> doubles(size_t column) const noexcept;
  [[nodiscard]] std::span<const bool> bools(size_t column) const noexcept;
  [[nodiscard]] std::span<const Date> dates(size_t column) const noexcept;
  /// Empty view for null. Precondition: type is kText.
  [[nodiscard]] std::string_view text(size_t column, size_t row) const noexcept;

 private:
  friend class DuckResult;
  struct Column {
    DuckType type = DuckType::kOther;
    const void* data = nullptr;
    const uint64_t* validity = nullptr;
  };
  void release() noexcept;
  void* handle_ = nullptr;
  size_t row_count_ = 0;
  std::vector<Column> columns_;
};

/// Rows of a query, streamed: DuckDB computes them while they are fetched, so memory does not grow with the result.
/// Finish or drop it before the next statement on the same connection.
class DuckResult {
 public:
  DuckResult(DuckResult&& other) noexcept;
  DuckResult& operator=(DuckResult&&) = delete;
  ~DuckResult();
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  [[nodiscard]] const std::vector<DuckType>& types() const noexcept { return types_; }
  /// Fills `chunk`; false at the end.
  Result<bool> next(DuckChunk& chunk);
  /// Rows that INSERT, UPDATE or DELETE touched.
  [[nodiscard]] uint64_t rows_changed() const noexcept;

 private:
  friend class DuckStatement;
  struct State;
  explicit DuckResult(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
  std::vector<std::string> names_;
  std::vector<DuckType> types_;
};

/// A prepared statement, for repeated execution.
class DuckStatement {
 public:
  DuckStatement(DuckStatement&& other) noexcept;
  DuckStatement& operator=(DuckStatement&& other) noexcept;
  ~DuckStatement();
  [[nodiscard]] size_t parameter_count() const noexcept;
  /// Binds every parameter anew and runs. kInvalidArgument when the count differs.
  Result<DuckResult> run(std::span<const DuckValue> parameters);

 private:
  friend class DuckConnection;
  explicit DuckStatement(void* handle) : handle_(handle) {}
  void* handle_ = nullptr;
};

class DuckConnection {
 public:
  DuckConnection(DuckConnection&& other) noexcept;
  DuckConnection& operator=(DuckConnection&& other) noexcept;
  ~DuckConnection();
  /// Runs one or several statements and drops their rows.
  Status execute(const std::string& sql);
  Result<DuckStatement> prepare(const std::string& sql);
  /// One statement with parameters in place of ?.
  Result<DuckResult> query(const std::string& sql, const std::vector<DuckValue>& parameters = {});
  /// One cell; null when there is no row or the cell is null. Integers of every width come as int64_t.
  Result<DuckValue> query_value(const std::string& sql, const std::vector<DuckValue>& parameters = {});
  /// Cancels the statement that runs now, from any thread.
  void interrupt() noexcept;

 private:
  friend class DuckDatabase;
  friend class DuckAppender;
  explicit DuckConnection(void* handle) : handle_(handle) {}
  void* handle_ = nullptr;
};

class DuckDatabase {
 public:
  /// `path` empty = in memory. The file is created when absent (unless read_only). After opening, nothing but the
  /// database file and allowed_directories can be reached, and no setting can be changed.
  static Result<DuckDatabase> open(const std::filesystem::path& path, const DuckSettings& settings);
  DuckDatabase(DuckDatabase&& other) noexcept;
  DuckDatabase& operator=(DuckDatabase&& other) noexcept;
  ~DuckDatabase();
  Result<DuckConnection> connect();

 private:
  explicit DuckDatabase(void* handle) : handle_(handle) {}
  void* handle_ = nullptr;
};

/// A borrowed column for DuckAppender::append_columns. `valid` empty = no nulls; else 0 marks a null, one byte per row.
struct DuckColumnView {
  std::variant<std::span<const int32_t>, std::span<const int64_t>, std::span<const double>, std::span<const Date>,
               std::span<const std::string>, std::span<const std::string_view>, const TextColumn*>
      cells;  // a TextColumn brings its own nulls
  std::span<const uint8_t> valid;
};

/// Bulk append into an existing table, through data chunks (about 2M rows of 9 columns a second).
/// Call order: create -> (set_* for each column, end_row)* and append_columns* -> finish. Inside an open transaction of
/// the connection the rows belong to it. Dropping it without finish may store some of the rows and not others: append
/// inside a transaction and roll it back on failure.
/// Column types are those of the table and must be INTEGER, BIGINT, DOUBLE, VARCHAR, DATE or BOOLEAN.
class DuckAppender {
 public:
  static Result<DuckAppender> create(DuckConnection& connection, const std::string& table);
  DuckAppender(DuckAppender&& other) noexcept;
  DuckAppender& operator=(DuckAppender&&) = delete;
  ~DuckAppender();
  [[nodiscard]] size_t column_count() const noexcept { return types_.size(); }
  /// Cells of the current row; a column that is not set stays null. Wrong type: kInvalidArgument naming the column.
  Status set_int32(size_t column, int32_t value);
  Status set_int64(size_t column, int64_t value);
  Status set_double(size_t column, double value);
  Status set_bool(size_t column, bool value);
  Status set_date(size_t column, Date value);
  /// kInvalidArgument when `value` is not UTF-8: DuckDB would store the bad bytes or lose the whole batch.
  Status set_text(size_t column, std::string_view value);
  Status end_row();
  /// `rows` rows at once, column by column; every view must hold that many. All text is checked before any is appended.
  Status append_columns(std::span<const DuckColumnView> columns, size_t rows);
  /// Flushes; the appender takes no more rows.
  Status finish();

 private:
  DuckAppender(void* handle, std::vector<DuckType> types);
  Status start_chunk();
  Status flush_chunk();
  [[nodiscard]] Status expect(size_t column, DuckType type) const;
  [[nodiscard]] Error fail(const char* action) const;
  void set_valid(size_t column, size_t row, bool valid) noexcept;
  void copy_rows(const DuckColumnView& view, size_t column, size_t from, size_t count);
  void* handle_ = nullptr;
  void* chunk_ = nullptr;
  std::vector<DuckType> types_;
  std::vector<void*> data_;
  std::vector<uint64_t*> validity_;
  size_t rows_ = 0;
};

/// 'text' with quotes doubled, for the few places where DuckDB takes no parameter (COPY ... TO, SET).
std::string duck_quote_text(std::string_view text);
/// "name" with quotes doubled.
std::string duck_quote_name(std::string_view name);

}  // namespace minglu::table
