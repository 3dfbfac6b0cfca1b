#include "flows/link_flow.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "match/explain_chart.hpp"
#include "match/model_chart.hpp"
#include "table/reader.hpp"
#include "table/writer.hpp"

namespace minglu::flows {
namespace {

using match::Side;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Where JSON stops being JSON, as a line number; null when it does not.
std::optional<size_t> broken_line(const std::string& text) {
  try {
    const auto parsed = nlohmann::json::parse(text, nullptr, true, true);
    return std::nullopt;
  } catch (const nlohmann::json::parse_error& error) {
    const size_t end = std::min(error.byte, text.size());
    return 1 + static_cast<size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // an unusual number; the model's own check names the place
  }
}

Result<match::LinkModel> read_model(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return base::invalid_argument("模型 " + path.string() + " 是文件夹；请指定一个 JSON 文件");
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return base::invalid_argument("读不到模型文件 " + path.string() +
                                  "：请检查路径和权限；写法见 docs/method/linkage.md");
  }
  std::ostringstream text;
  text << in.rdbuf();
  if (const auto line = broken_line(text.str())) {
    return base::invalid_argument("模型 " + path.string() + " 不是合法的 JSON：第 " + std::to_string(*line) +
                                  " 行附近有错，请检查逗号、引号和括号");
  }
  auto model = match::parse_link_model(text.str());
  if (!model.ok()) return Error{model.error().code, "模型 " + path.string() + "：" + model.error().message};
  return model;
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

Result<std::unique_ptr<table::TableReader>> open_rows(const std::filesystem::path& file) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) return base::not_found("没有文件 " + file.string() + "：请检查路径");
  if (std::filesystem::is_directory(status))
    return base::invalid_argument(file.string() + " 是文件夹；请列出其中的文件");
  if (std::filesystem::is_regular_file(status) && std::filesystem::file_size(file, error) == 0 && !error) {
    return base::invalid_argument("文件 " + file.string() + " 是空的：至少要有一行表头");
  }
  auto reader = table::open_table(file, {});
  if (!reader.ok()) return Error{reader.error().code, "读不了文件 " + file.string() + "：" + reader.error().message};
  return reader;
}

/// Whether the folders of all outputs exist: told before the work, not after.
Status check_outputs(const std::vector<std::filesystem::path>& outputs) {
  for (const std::filesystem::path& output : outputs) {
    std::error_code ignored;
    if (output.empty()) continue;
    if (std::filesystem::is_directory(output, ignored)) {
      return base::invalid_argument("输出 " + output.string() + " 是文件夹；请给出文件名");
    }
    const std::filesystem::path folder = output.has_parent_path() ? output.parent_path() : ".";
    if (!std::filesystem::is_directory(folder, ignored)) {
      return base::invalid_argument("输出文件夹 " + folder.string() + " 不存在；请先建立");
    }
  }
  return ok_status();
}

Status read_side(const std::vector<std::filesystem::path>& files, Side side, match::Records& records,
                 LinkFlowReport& report) {
  for (const std::filesystem::path& file : files) {
    MINGLU_TRY(std::unique_ptr<table::TableReader> reader, open_rows(file));
    table::RawBatch batch;
    table::RawBatch next_batch;
    Result<bool> more = reader->next(batch);
    while (more.ok() && *more) {
      report.rows_in += batch.row_count();
      remove_fatal_rows(batch, report.rows_rejected);
      // The next rows are read while these are taken in.
      const Status appended = records.append(batch, side, [&] { more = reader->next(next_batch); });
      if (!appended.ok()) return Error{appended.error().code, file.string() + "：" + appended.error().message};
      std::swap(batch, next_batch);
    }
    if (!more.ok()) return more.error();
  }
  return ok_status();
}

std::vector<uint64_t> hashes_of_ids(const match::Records& records, size_t threads) {
  constexpr size_t kChunk = 65536;
  std::vector<uint64_t> hashes(records.size());
  base::parallel_for((hashes.size() + kChunk - 1) / kChunk, threads, [&](size_t chunk, size_t) {
    const size_t end = std::min(hashes.size(), (chunk + 1) * kChunk);
    for (size_t record = chunk * kChunk; record < end; ++record) {
      hashes[record] = base::hash64(records.id(static_cast<uint32_t>(record)));
    }
  });
  return hashes;
}

Status check_ids(const match::Records& records, size_t threads) {
  if (records.size() == 0) return base::invalid_argument("文件里没有可用的数据行，没有记录可以比对");
  const std::vector<uint64_t> hashes = hashes_of_ids(records, threads);
  size_t slots = 1024;
  while (slots < size_t{records.size()} * 2) slots *= 2;
  std::vector<uint32_t> seen(slots, 0);  // 1 + record, by hash
  for (uint32_t record = 0; record < records.size(); ++record) {
    constexpr uint32_t kAhead = 16;
    if (record + kAhead < records.size()) __builtin_prefetch(&seen[hashes[record + kAhead] & (slots - 1)]);
    if (records.id(record).empty()) {
      return base::invalid_argument("第 " + std::to_string(record + 1) +
                                    " 条记录的编号为空；请在模型的 id 中指定每行都有值的列");
    }
    size_t slot = hashes[record] & (slots - 1);
    for (; seen[slot] != 0; slot = (slot + 1) & (slots - 1)) {
      const uint32_t other = seen[slot] - 1;
      if (hashes[other] != hashes[record] || records.id(other) != records.id(record)) continue;
      const std::string where = records.side(other) == records.side(record) ? " 出现两次" : " 在左右两侧都有";
      return base::invalid_argument("编号 \"" + records.id(record) + "\"" + where +
                                    "；请在模型的 id 中指定唯一的列（左右两侧和多个文件之间也不能重复）");
    }
    seen[slot] = record + 1;
  }
  return ok_status();
}

Status write_clusters(const match::Records& records, const match::Grouping& grouping,
                      const std::filesystem::path& path) {
  MINGLU_TRY(auto writer, table::create_csv(path, {{"id"}, {"cluster_id"}, {"file"}}, {}));
  std::vector<std::optional<std::string_view>> cells(3);
  for (uint32_t record = 0; record < records.size(); ++record) {
    cells[0] = records.id(record);
    cells[1] = records.id(grouping.group[record]);
    cells[2] = records.side(record) == Side::kLeft ? "left" : "right";
    MINGLU_CHECK(writer->row(cells));
  }
  return writer->finish();
}

std::string decimal(double value, const char* format) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

Status write_pairs(const match::Records& records, const match::Linkage& linkage, int32_t link,
                   const std::filesystem::path& path) {
  MINGLU_TRY(auto writer, table::create_csv(path,
                                            {{"left"},
                                             {"right"},
                                             {"weight_bits", table::CellKind::kNumber},
                                             {"probability", table::CellKind::kNumber},
                                             {"decision"}},
                                            {}));
  for (const match::Edge& edge : linkage.edges) {
    const double bits = match::to_bits(edge.weight);
    const bool together = linkage.grouping.group[edge.a] == linkage.grouping.group[edge.b];
    const char* decision = together ? "link" : edge.weight >= link ? "refused" : "review";
    MINGLU_CHECK(writer->row({records.id(edge.a), records.id(edge.b), decimal(bits, "%.3f"),
                              decimal(match::probability_of(bits), "%.6f"), decision}));
  }
  return writer->finish();
}

Result<uint32_t> find_record(const match::Records& records, const std::string& id) {
  for (uint32_t record = 0; record < records.size(); ++record) {
    if (records.id(record) == id) return record;
  }
  return base::not_found("没有编号为 \"" + id + "\" 的记录；编号是模型中 id 指定的列的值，没有指定时是行号（从 1 起）");
}

/// Whether what is asked to be explained exists: told before hours of work, not after.
Status check_asked(const match::Records& records, const LinkFlowSpec& spec) {
  for (const auto& [left, right] : spec.explain) {
    MINGLU_CHECK(find_record(records, left));
    MINGLU_CHECK(find_record(records, right));
    if (left == right) return base::invalid_argument("--explain 需要两条不同的记录，两个编号都是 \"" + left + "\"");
  }
  if (!spec.explain_cluster.empty()) MINGLU_CHECK(find_record(records, spec.explain_cluster));
  return ok_status();
}

Status explain_asked(const match::Records& records, const LinkFlowSpec& spec, LinkFlowReport& report) {
  const match::Grouping& grouping = report.linkage.grouping;
  const match::LearnedModel& learned = *report.model.learned;
  for (const auto& [left, right] : spec.explain) {
    MINGLU_TRY(const uint32_t a, find_record(records, left));
    MINGLU_TRY(const uint32_t b, find_record(records, right));
    report.explanations.push_back(match::explain_pair(records, report.model, learned, a, b));
    report.explanations.back().decision =
        match::decide(report.explanations.back(), grouping.group[a] == grouping.group[b]);
  }
  if (!spec.explain_cluster.empty()) {
    MINGLU_TRY(const uint32_t record, find_record(records, spec.explain_cluster));
    report.cluster = match::explain_cluster(records, report.model, learned, grouping, report.linkage.edges, record);
  }
  return ok_status();
}

bool charts_the_model(const LinkFlowSpec& spec) {
  return !spec.chart.empty() && spec.explain.empty() && spec.explain_cluster.empty();
}

void describe_records(const match::Records& records, const LinkFlowSpec& spec, LinkFlowReport& report) {
  for (size_t at = 0; at < records.comparison_count(); ++at) {
    const auto missing = static_cast<double>(records.size() - records.present(at));
    report.missing_shares.push_back(missing / std::max<double>(records.size(), 1));
  }
  if (!spec.find_unlinkable && !charts_the_model(spec)) return;
  report.unlinkable = match::find_unlinkable(records, match::Weights(*report.model.learned, records),
                                             {.link_bits = report.model.thresholds.link_bits,
                                              .review_bits = report.model.thresholds.review_bits,
                                              .threads = spec.threads});
}

Status write_text(const std::filesystem::path& path, std::string_view text) {
  MINGLU_TRY(base::FileWriter writer, base::FileWriter::create(path));
  MINGLU_CHECK(writer.append(text));
  return writer.finish();
}

Status write_chart(const LinkFlowSpec& spec, const LinkFlowReport& report) {
  if (spec.chart.empty()) return ok_status();
  if (!report.explanations.empty()) {
    return write_text(spec.chart, match::pair_chart(report.explanations[0], report.wording));
  }
  if (report.cluster) return write_text(spec.chart, match::cluster_chart(*report.cluster, report.wording));
  const match::RunFigures figures{report.missing_shares, *report.unlinkable};
  return write_text(spec.chart, match::model_chart(report.model, &figures, report.wording));
}

}  // namespace

Result<LinkFlowReport> link_files(const LinkFlowSpec& spec) {
  LinkFlowReport report;
  auto start = std::chrono::steady_clock::now();
  MINGLU_CHECK(check_outputs({spec.clusters, spec.pairs, spec.learned, spec.chart}));
  MINGLU_TRY(report.model, read_model(spec.model));
  MINGLU_TRY(report.wording, match::Wording::load(spec.catalog, spec.language));
  MINGLU_TRY(const match::LanguageTables tables, match::LanguageTables::load(spec.catalog));
  match::Records records(report.model, tables, spec.threads);
  MINGLU_CHECK(read_side(spec.left, Side::kLeft, records, report));
  MINGLU_CHECK(read_side(spec.right, Side::kRight, records, report));
  MINGLU_CHECK(check_ids(records, spec.threads));
  MINGLU_CHECK(check_asked(records, spec));
  records.finish();
  report.load_seconds = seconds_since(start);

  report.linkage = match::link_records(records, report.model, {.threads = spec.threads});
  report.model.learned = report.linkage.learned;
  const int32_t link = match::to_weight(report.model.thresholds.link_bits);
  for (const match::Edge& edge : report.linkage.edges) ++(edge.weight >= link ? report.links : report.reviews);
  for (uint32_t record = 0; record < records.size(); ++record) {
    report.units += report.linkage.grouping.group[record] == record ? 1 : 0;
  }

  MINGLU_CHECK(explain_asked(records, spec, report));
  describe_records(records, spec, report);

  start = std::chrono::steady_clock::now();
  MINGLU_CHECK(write_clusters(records, report.linkage.grouping, spec.clusters));
  if (!spec.pairs.empty()) MINGLU_CHECK(write_pairs(records, report.linkage, link, spec.pairs));
  if (!spec.learned.empty()) MINGLU_CHECK(write_text(spec.learned, match::link_model_json(report.model)));
  MINGLU_CHECK(write_chart(spec, report));
  report.write_seconds = seconds_since(start);
  return report;
}

Result<ModelView> view_model(const std::filesystem::path& catalog, const std::filesystem::path& model,
                             const std::filesystem::path& chart, match::Language language) {
  ModelView view;
  MINGLU_CHECK(check_outputs({chart}));
  MINGLU_TRY(view.model, read_model(model));
  if (!view.model.learned) {
    return base::invalid_argument("模型 " + model.string() +
                                  " 还没有学到权重；请先用 minglu link --learned FILE 写出学到的模型");
  }
  MINGLU_TRY(view.wording, match::Wording::load(catalog, language));
  if (!chart.empty()) MINGLU_CHECK(write_text(chart, match::model_chart(view.model, nullptr, view.wording)));
  return view;
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
    const auto named = batch.find("cluster_id");
    const auto cluster = named ? named : batch.find("cluster");
    if (!id || !cluster) return base::invalid_argument(path.string() + " 应有列 id 和 cluster_id（或 cluster）");
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
