#include <charconv>
#include <cmath>

#include "base/date.hpp"
#include "table/duck.hpp"
#include "table/internal/durable.hpp"
#include "table/writer.hpp"

namespace minglu::table {
namespace {

class ParquetWriter final : public TableWriter {
 public:
  ParquetWriter(std::filesystem::path path, std::vector<OutColumn> columns)
      : path_(std::move(path)), part_(internal::part_name(path_)), scratch_(path_), columns_(std::move(columns)) {
    scratch_ += ".scratch";
  }
  ParquetWriter(const ParquetWriter&) = delete;
  ParquetWriter& operator=(const ParquetWriter&) = delete;
  ~ParquetWriter() override { drop(); }
  Status open();
  Status row(const std::vector<std::optional<std::string_view>>& cells) override;
  Status finish() override;

 private:
  Status cell(size_t column, std::string_view text);
  void drop();
  std::filesystem::path path_;
  std::filesystem::path part_;
  std::filesystem::path scratch_;
  std::vector<OutColumn> columns_;
  std::optional<DuckDatabase> database_;
  std::optional<DuckConnection> connection_;
  std::optional<DuckAppender> appender_;
  uint64_t rows_ = 0;
};

void ParquetWriter::drop() {
  appender_.reset();
  connection_.reset();
  database_.reset();
  std::error_code ignored;
  for (const char* suffix : {"", ".wal"}) std::filesystem::remove(scratch_.string() + suffix, ignored);
  std::filesystem::remove(part_, ignored);
}

Status ParquetWriter::open() {
  drop();  // what an interrupted run may have left
  DuckSettings settings{.threads = 2};
  settings.allowed_directories = {std::filesystem::absolute(path_).parent_path()};
  MINGLU_TRY(DuckDatabase database, DuckDatabase::open(scratch_, settings));
  database_.emplace(std::move(database));
  MINGLU_TRY(DuckConnection connection, database_->connect());
  connection_.emplace(std::move(connection));
  std::string list;
  for (const OutColumn& column : columns_) {
    const char* type = column.kind == CellKind::kNumber ? " DOUBLE"
                       : column.kind == CellKind::kDate ? " DATE"
                                                        : " VARCHAR";
    list += (list.empty() ? "" : ", ") + duck_quote_name(column.name) + type;
  }
  MINGLU_CHECK(connection_->execute("CREATE TABLE rows(" + list + ")"));
  MINGLU_TRY(DuckAppender appender, DuckAppender::create(*connection_, "rows"));
  appender_.emplace(std::move(appender));
  return ok_status();
}

Status ParquetWriter::cell(size_t column, std::string_view text) {
  const auto refuse = [&](const char* what) {
    return base::invalid_argument("column \"" + columns_[column].name + "\", row " + std::to_string(rows_ + 1) +
                                  ": \"" + std::string(text) + "\" is no " + what);
  };
  switch (columns_[column].kind) {
    case CellKind::kText: return appender_->set_text(column, text);
    case CellKind::kNumber: {
      double value = 0;
      const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
      if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || !std::isfinite(value))
        return refuse("number");
      return appender_->set_double(column, value);
    }
    case CellKind::kDate: {
      const auto date = base::parse_iso_date(text);
      return date ? appender_->set_date(column, *date) : Status{refuse("date (yyyy-mm-dd)")};
    }
  }
  return ok_status();
}

Status ParquetWriter::row(const std::vector<std::optional<std::string_view>>& cells) {
  if (!appender_) return base::failed_precondition("the Parquet writer is finished");
  if (cells.size() != columns_.size()) {
    return base::invalid_argument("a row has " + std::to_string(cells.size()) + " cells, not " +
                                  std::to_string(columns_.size()));
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i]) MINGLU_CHECK(cell(i, *cells[i]));
  }
  ++rows_;
  return appender_->end_row();
}

Status ParquetWriter::finish() {
  if (!appender_) return base::failed_precondition("the Parquet writer is finished");
  MINGLU_CHECK(appender_->finish());
  const std::string target = duck_quote_text(std::filesystem::absolute(part_).string());
  const Status copied = connection_->execute("COPY rows TO " + target + " (FORMAT parquet, COMPRESSION zstd)");
  const Status done = copied.ok() ? internal::publish(part_, path_) : copied;
  drop();
  return done;
}

}  // namespace

Result<std::unique_ptr<TableWriter>> create_parquet(const std::filesystem::path& path, std::vector<OutColumn> columns,
                                                    const WriteSpec&) {
  if (columns.empty()) return base::invalid_argument("a table needs at least one column");
  if (!path.parent_path().empty() && !std::filesystem::is_directory(path.parent_path())) {
    return base::not_found("there is no directory \"" + path.parent_path().string() + "\"");
  }
  auto writer = std::make_unique<ParquetWriter>(path, std::move(columns));
  MINGLU_CHECK(writer->open());
  return std::unique_ptr<TableWriter>(std::move(writer));
}

}  // namespace minglu::table
