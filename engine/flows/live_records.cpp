#include "flows/live_records.hpp"

#include <algorithm>

#include "store/directories.hpp"
#include "table/writer.hpp"

namespace minglu::flows {
namespace {

Status check_names(const ingest::SourceDefinition& source, const std::vector<std::string>& columns,
                   const std::vector<LiveRecord>& records) {
  for (const LiveRecord& record : records) {
    for (const auto& [name, value] : record) {
      if (std::find(columns.begin(), columns.end(), name) != columns.end()) continue;
      std::string known;
      for (const std::string& column : columns) known += (known.empty() ? "" : "、") + column;
      return base::invalid_argument("来源“" + source.title_zh + "”没有“" + name + "”这一项；可用：" + known);
    }
  }
  return ok_status();
}

// A blank line would be no record, so an empty one keeps its commas; the values are the source's, so no guard is put
// before what looks like a formula.
Status write_csv(const std::filesystem::path& file, const std::vector<std::string>& columns,
                 const std::vector<LiveRecord>& records) {
  std::vector<table::OutColumn> out;
  for (const std::string& column : columns) out.push_back({column, table::CellKind::kText});
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer, table::create_csv(file, out, {}));
  std::vector<std::optional<std::string_view>> cells(columns.size());
  for (const LiveRecord& record : records) {
    for (size_t i = 0; i < columns.size(); ++i) {
      const auto it =
          std::find_if(record.begin(), record.end(), [&](const auto& cell) { return cell.first == columns[i]; });
      cells[i] = it == record.end() ? std::nullopt : std::optional<std::string_view>(it->second);
    }
    MINGLU_CHECK(writer->row(cells));
  }
  return writer->finish();
}

}  // namespace

std::vector<std::string> column_names_of(const ingest::SourceDefinition& source) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const std::string& name : source.key) add(name);
  for (const ingest::ColumnMap& column : source.columns) add(column.from);
  add(source.period_column);
  return names;
}

Result<IngestReport> take_records(Home& home, const LiveBatch& batch) {
  const ingest::SourceDefinition& source = home.knowledge().sources().at(batch.source);
  if (batch.records.empty()) return base::invalid_argument("没有记录");
  const std::vector<std::string> columns = column_names_of(source);
  MINGLU_CHECK(check_names(source, columns, batch.records));
  const std::filesystem::path folder = home.directory() / "uploads";
  MINGLU_CHECK(store::create_directories_durably(folder));
  const std::filesystem::path file =
      folder / (source.id + "_" + base::format_iso_date(batch.date) + std::string(kLiveEnding));
  MINGLU_CHECK(write_csv(file, columns, batch.records));
  Result<IngestReport> report = ingest_file(home, {.source = batch.source, .file = file, .date = batch.date});
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  return report;
}

}  // namespace minglu::flows
