#include "flows/findings.hpp"

#include <charconv>
#include <map>

#include "flows/export_flow.hpp"
#include "flows/ingest_flow.hpp"
#include "table/writer.hpp"

namespace minglu::flows {
namespace {

uint64_t number_of(std::string_view text) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Messages of a row, joined; only of rows that were rejected.
std::map<uint64_t, std::string> reasons_of(const ingest::PreparedBatch& batch) {
  std::map<uint64_t, std::string> reasons;
  for (const ingest::PreparedRow& row : batch.rows) {
    if (row.rejected) reasons.emplace(row.row_number, "");
  }
  for (const table::Finding& finding : batch.findings) {
    const auto it = reasons.find(finding.row);
    if (it == reasons.end() || finding.severity != table::Severity::kMandatory) continue;
    it->second += (it->second.empty() ? "" : "；") + finding.message;
  }
  return reasons;
}

}  // namespace

Status for_each_finding(Home& home, uint64_t seq, const std::function<Status(const table::Finding&)>& fn) {
  MINGLU_TRY(const store::ReadableFile file, home.open_findings(seq));
  MINGLU_TRY(std::unique_ptr<table::TableReader> reader, table::open_table(file.path(), own_csv_format()));
  table::RawBatch raw;
  for (;;) {
    MINGLU_TRY(const bool more, reader->next(raw));
    if (!more) return ok_status();
    for (size_t r = 0; r < raw.row_count(); ++r) {
      const std::string_view severity = raw.columns[3].view(r);
      table::Finding finding;
      finding.row = number_of(raw.columns[0].view(r));
      finding.field = raw.columns[1].view(r);
      finding.rule = raw.columns[2].view(r);
      finding.severity = static_cast<table::Severity>(severity.empty() ? 'V' : severity.front());
      finding.message = raw.columns[4].view(r);
      MINGLU_CHECK(fn(finding));
    }
  }
}

std::string finding_title(const Knowledge& knowledge, std::string_view rule) {
  for (const rules::AuditRule& known : knowledge.audit_rules().list()) {
    if (known.id == rule) return known.message;
  }
  const codes::CodeList* words = knowledge.domain().catalog().list("finding");
  return std::string(words == nullptr ? rule : words->name_of(rule).value_or(rule));
}

Result<uint64_t> write_rejected_rows(Home& home, const store::BatchRow& batch, const std::filesystem::path& out) {
  const Knowledge& knowledge = home.knowledge();
  const auto source = knowledge.sources().find(batch.source);
  const auto date = base::parse_iso_date(batch.source_date);
  if (!source || !date) return base::failed_precondition("来源“" + batch.source + "”已不在目录中");
  MINGLU_TRY(const store::ReadableFile archived, home.archive().open_content(store::ArchiveKind::kRaw, batch.digest));
  MINGLU_TRY(
      OpenFeed feed,
      open_feed(knowledge, {static_cast<uint64_t>(batch.seq), *source, archived.path(), batch.file_name, *date, {}}));
  std::vector<table::OutColumn> columns;
  for (const std::string& name : feed.reader->names()) columns.push_back({name, table::CellKind::kText});
  columns.push_back({"拒收原因", table::CellKind::kText});
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer, create_table(out, "rejects", columns));
  uint64_t rows = 0;
  table::RawBatch raw;
  for (;;) {
    MINGLU_TRY(const bool more, feed.reader->next(raw));
    if (!more) break;
    const ingest::PreparedBatch prepared = ingest::prepare_batch(
        raw, feed.plan, {*date, {&knowledge.row_rules(), &knowledge.domain(), *date}}, knowledge.clean_context());
    const std::map<uint64_t, std::string> reasons = reasons_of(prepared);
    std::vector<std::optional<std::string_view>> cells(columns.size());
    for (size_t r = 0; r < raw.row_count(); ++r) {
      const auto it = reasons.find(raw.row_numbers[r]);
      if (it == reasons.end()) continue;
      for (size_t c = 0; c + 1 < columns.size(); ++c) cells[c] = raw.columns[c].cell(r);
      cells.back() = it->second;
      MINGLU_CHECK(writer->row(cells));
      ++rows;
    }
  }
  MINGLU_CHECK(writer->finish());
  return rows;
}

}  // namespace minglu::flows
