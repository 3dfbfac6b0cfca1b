// Parquet through DuckDB: every column as text in one canonical form (ISO dates, plain decimals, shortest exact
// doubles).
#include <sys/stat.h>

#include "table/duck.hpp"
#include "table/internal/header.hpp"
#include "table/internal/readers.hpp"
#include "table/internal/text_source.hpp"

namespace minglu::table::internal {
namespace {

class ParquetReader final : public TableReader {
 public:
  ParquetReader(DuckDatabase database, DuckConnection connection, const ReadSpec& spec)
      : database_(std::move(database)), connection_(std::move(connection)), spec_(spec) {}
  Status open(const std::filesystem::path& path);
  [[nodiscard]] const std::vector<std::string>& names() const noexcept override { return names_; }
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept override { return notes_; }
  Result<bool> next(RawBatch& batch) override;

 private:
  Result<bool> refill();
  void place(size_t row, RawBatch& batch, size_t& bytes);
  DuckDatabase database_;
  DuckConnection connection_;
  ReadSpec spec_;
  std::string path_;
  std::optional<DuckResult> result_;
  DuckChunk chunk_;
  size_t at_ = 0;
  std::vector<std::string> names_;
  std::vector<std::string> notes_;
  uint64_t row_ = 0;
};

/// BLOB cells would be text with escapes: told in the notes. Everything else has a plain text form.
Status ParquetReader::open(const std::filesystem::path& path) {
  path_ = path.string();
  const std::string source = "read_parquet(" + duck_quote_text(std::filesystem::absolute(path).string()) + ")";
  auto described = connection_.query("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + source + ")");
  if (!described.ok()) {
    return base::invalid_argument("\"" + path_ + "\" is no whole Parquet file (cut off, damaged or another format): " +
                                  described.error().message);
  }
  std::vector<std::string> columns;
  std::string list;
  DuckChunk chunk;
  for (;;) {
    MINGLU_TRY(const bool more, described.value().next(chunk));
    if (!more) break;
    for (size_t i = 0; i < chunk.row_count(); ++i) {
      columns.emplace_back(chunk.text(0, i));
      list += (list.empty() ? "CAST(" : ", CAST(") + duck_quote_name(columns.back()) + " AS VARCHAR)";
      if (chunk.text(1, i) == "BLOB") notes_.push_back("列“" + columns.back() + "”是二进制，按转义文本读入");
    }
  }
  auto names = make_names(columns, spec_.limits.columns_max, notes_);
  if (!names.ok()) return Error{names.error().code, "\"" + path_ + "\": " + names.error().message};
  names_ = std::move(names).value();
  auto rows = connection_.query("SELECT " + list + " FROM " + source);
  if (!rows.ok()) return Error{ErrorCode::kDataLoss, "\"" + path_ + "\": " + rows.error().message};
  result_.emplace(std::move(rows).value());
  return ok_status();
}

Result<bool> ParquetReader::refill() {
  if (at_ < chunk_.row_count()) return true;
  at_ = 0;
  auto more = result_->next(chunk_);
  if (more.ok()) return more;
  return base::data_loss("\"" + path_ + "\" is damaged after row " + std::to_string(row_) + ": " +
                         more.error().message);
}

void ParquetReader::place(size_t row, RawBatch& batch, size_t& bytes) {
  for (size_t i = 0; i < names_.size(); ++i) {
    const std::string_view text = chunk_.text(i, row);
    bytes += text.size();
    const bool too_long = text.size() > spec_.limits.cell_bytes_max;
    if (!too_long && is_clean_utf8(text)) continue;
    append_fatal_row(batch, row_, too_long ? "cell_too_long" : "bad_encoding",
                     "“" + names_[i] + "”" + (too_long ? "超过单元格长度上限" : "不是 UTF-8 文本"));
    return;
  }
  for (size_t i = 0; i < names_.size(); ++i) {
    if (chunk_.is_null(i, row))
      batch.columns[i].append_null();
    else
      batch.columns[i].append(chunk_.text(i, row));
  }
  batch.row_numbers.push_back(row_);
}

Result<bool> ParquetReader::next(RawBatch& batch) {
  start_batch(batch, names_);
  size_t bytes = 0;
  while (batch.row_count() < spec_.rows_per_batch && bytes < kBatchBytesMax) {
    auto more = refill();
    if (!more.ok() && batch.row_count() == 0) return more;
    if (!more.ok() || !more.value()) break;
    ++row_;
    place(at_++, batch, bytes);
  }
  return batch.row_count() > 0;
}

}  // namespace

Result<std::unique_ptr<TableReader>> open_parquet(const std::filesystem::path& path, const ReadSpec& spec) {
  DuckSettings settings{.threads = 1};
  settings.allowed_directories = {std::filesystem::absolute(path).parent_path()};
  MINGLU_TRY(DuckDatabase database, DuckDatabase::open({}, settings));
  MINGLU_TRY(DuckConnection connection, database.connect());
  auto reader = std::make_unique<ParquetReader>(std::move(database), std::move(connection), spec);
  MINGLU_CHECK(reader->open(path));
  return std::unique_ptr<TableReader>(std::move(reader));
}

}  // namespace minglu::table::internal
