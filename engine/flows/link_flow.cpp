#include "flows/link_flow.hpp"

#include <chrono>
#include <cmath>
#include <fstream>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "base/file.hpp"
#include "table/reader.hpp"
#include "table/writer.hpp"
#include "text/name_lexicon.hpp"

namespace minglu::flows {
namespace {

using match::Side;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Result<std::string> read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::invalid_argument("读不到文件 " + path.string());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Result<match::LanguageTables> load_tables(const std::filesystem::path& catalog) {
  match::LanguageTables tables;
  MINGLU_TRY(tables.chars, text::CharTables::load(catalog));
  MINGLU_TRY(auto lexicon, text::NameLexicon::load(catalog, tables.chars));
  tables.names = std::make_shared<const text::CompanyNameParser>(std::move(lexicon));
  MINGLU_TRY(text::AddressParser addresses, text::AddressParser::load(catalog));
  tables.addresses = std::make_shared<const text::AddressParser>(std::move(addresses));
  return tables;
}

/// Takes rows the reader gave up on out of a batch.
void remove_fatal_rows(table::RawBatch& batch, uint64_t& rejected) {
  std::unordered_set<uint64_t> fatal;
  for (const table::RowProblem& problem : batch.problems) {
    if (problem.fatal) fatal.insert(problem.row);
  }
  if (fatal.empty()) return;
  table::RawBatch kept;
  kept.names = batch.names;
  kept.columns.resize(batch.columns.size());
  for (size_t row = 0; row < batch.row_count(); ++row) {
    if (fatal.count(batch.row_numbers[row]) > 0) {
      ++rejected;
      continue;
    }
    kept.row_numbers.push_back(batch.row_numbers[row]);
    for (size_t at = 0; at < batch.columns.size(); ++at) {
      if (batch.columns[at].is_null(row)) {
        kept.columns[at].append_null();
      } else {
        kept.columns[at].append(batch.columns[at].view(row));
      }
    }
  }
  batch = std::move(kept);
}

Status read_side(const std::vector<std::filesystem::path>& files, Side side, match::Records& records, LinkFlowReport& report) {
  for (const std::filesystem::path& file : files) {
    MINGLU_TRY(std::unique_ptr<table::TableReader> reader, table::open_table(file, {}));
    table::RawBatch batch;
    for (;;) {
      MINGLU_TRY(const bool more, reader->next(batch));
      if (!more) break;
      report.rows_in += batch.row_count();
      remove_fatal_rows(batch, report.rows_rejected);
      MINGLU_CHECK(records.append(batch, side));
    }
  }
  return ok_status();
}

Status check_ids(const match::Records& records) {
  std::unordered_set<std::string_view> seen;
  seen.reserve(records.size());
  for (uint32_t record = 0; record < records.size(); ++record) {
    if (records.id(record).empty()) return base::invalid_argument("第 " + std::to_string(record + 1) + " 条记录的编号为空");
    if (!seen.insert(records.id(record)).second) {
      return base::invalid_argument("编号 \"" + records.id(record) + "\" 出现两次；请在模型的 id 中指定唯一的列");
    }
  }
  return ok_status();
}

Status write_clusters(const match::Records& records, const match::Grouping& grouping, const std::filesystem::path& path) {
  MINGLU_TRY(auto writer, table::create_csv(path, {{"id"}, {"cluster"}, {"file"}}, {}));
  for (uint32_t record = 0; record < records.size(); ++record) {
    MINGLU_CHECK(writer->row({records.id(record), records.id(grouping.group[record]),
                              records.side(record) == Side::kLeft ? "left" : "right"}));
  }
  return writer->finish();
}

std::string decimal(double value, const char* format) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

Status write_pairs(const match::Records& records, const match::Linkage& linkage, int32_t link, const std::filesystem::path& path) {
  MINGLU_TRY(auto writer, table::create_csv(
                              path, {{"left"}, {"right"}, {"weight_bits", table::CellKind::kNumber},
                                     {"probability", table::CellKind::kNumber}, {"decision"}}, {}));
  for (const match::Edge& edge : linkage.edges) {
    const double bits = match::to_bits(edge.weight);
    const bool together = linkage.grouping.group[edge.a] == linkage.grouping.group[edge.b];
    const char* decision = together ? "link" : edge.weight >= link ? "refused" : "review";
    MINGLU_CHECK(writer->row({records.id(edge.a), records.id(edge.b), decimal(bits, "%.3f"),
                              decimal(1 / (1 + std::exp2(-bits)), "%.6f"), decision}));
  }
  return writer->finish();
}

Result<uint32_t> find_record(const match::Records& records, const std::string& id) {
  for (uint32_t record = 0; record < records.size(); ++record) {
    if (records.id(record) == id) return record;
  }
  return base::not_found("没有编号为 \"" + id + "\" 的记录");
}

Status explain_pairs(const match::Records& records, const LinkFlowSpec& spec, LinkFlowReport& report) {
  for (const auto& [left, right] : spec.explain) {
    MINGLU_TRY(const uint32_t a, find_record(records, left));
    MINGLU_TRY(const uint32_t b, find_record(records, right));
    report.explanations.push_back(match::explain_pair(records, report.model, *report.model.learned, a, b));
  }
  return ok_status();
}

Status write_learned(const match::LinkModel& model, const std::filesystem::path& path) {
  MINGLU_TRY(base::FileWriter writer, base::FileWriter::create(path));
  MINGLU_CHECK(writer.append(match::link_model_json(model)));
  return writer.finish();
}

}  // namespace

Result<LinkFlowReport> link_files(const LinkFlowSpec& spec) {
  LinkFlowReport report;
  auto start = std::chrono::steady_clock::now();
  MINGLU_TRY(const std::string json, read_text(spec.model));
  MINGLU_TRY(report.model, match::parse_link_model(json));
  MINGLU_TRY(const match::LanguageTables tables, load_tables(spec.catalog));
  match::Records records(report.model, tables, spec.threads);
  MINGLU_CHECK(read_side(spec.left, Side::kLeft, records, report));
  MINGLU_CHECK(read_side(spec.right, Side::kRight, records, report));
  MINGLU_CHECK(check_ids(records));
  records.finish();
  report.load_seconds = seconds_since(start);

  report.linkage = match::link_records(records, report.model, {.threads = spec.threads});
  report.model.learned = report.linkage.learned;
  const int32_t link = match::to_weight(report.model.thresholds.link_bits);
  for (const match::Edge& edge : report.linkage.edges) ++(edge.weight >= link ? report.links : report.reviews);
  for (uint32_t record = 0; record < records.size(); ++record) {
    report.units += report.linkage.grouping.group[record] == record ? 1 : 0;
  }

  MINGLU_CHECK(explain_pairs(records, spec, report));

  start = std::chrono::steady_clock::now();
  MINGLU_CHECK(write_clusters(records, report.linkage.grouping, spec.clusters));
  if (!spec.pairs.empty()) MINGLU_CHECK(write_pairs(records, report.linkage, link, spec.pairs));
  if (!spec.learned.empty()) MINGLU_CHECK(write_learned(report.model, spec.learned));
  report.write_seconds = seconds_since(start);
  return report;
}

namespace {

Result<std::unordered_map<std::string, std::string>> read_clusters(const std::filesystem::path& path) {
  MINGLU_TRY(std::unique_ptr<table::TableReader> reader, table::open_table(path, {}));
  std::unordered_map<std::string, std::string> clusters;
  table::RawBatch batch;
  for (;;) {
    MINGLU_TRY(const bool more, reader->next(batch));
    if (!more) return clusters;
    const auto id = batch.find("id");
    const auto cluster = batch.find("cluster");
    if (!id || !cluster) return base::invalid_argument(path.string() + " 应有列 id 和 cluster");
    for (size_t row = 0; row < batch.row_count(); ++row) {
      const std::string key(batch.columns[*id].view(row));
      if (!clusters.emplace(key, batch.columns[*cluster].view(row)).second) {
        return base::invalid_argument(path.string() + " 中编号 \"" + key + "\" 出现两次");
      }
    }
  }
}

}  // namespace

Result<LinkEvaluation> evaluate_clusters(const std::filesystem::path& clusters, const std::filesystem::path& truth) {
  MINGLU_TRY(const auto found, read_clusters(clusters));
  MINGLU_TRY(const auto wanted, read_clusters(truth));
  std::unordered_map<std::string, uint64_t> found_numbers;
  std::unordered_map<std::string, uint64_t> true_numbers;
  std::vector<match::Labelled> records;
  LinkEvaluation result;
  for (const auto& [id, cluster] : wanted) {
    const auto at = found.find(id);
    result.only_in_truth += at == found.end() ? 1 : 0;
    const std::string name = at == found.end() ? "\x01" + id : "\x02" + at->second;
    records.push_back({found_numbers.try_emplace(name, found_numbers.size()).first->second,
                       true_numbers.try_emplace(cluster, true_numbers.size()).first->second});
  }
  result.evaluation = match::evaluate(std::move(records));
  return result;
}

}  // namespace minglu::flows
