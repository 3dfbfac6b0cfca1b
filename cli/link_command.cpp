#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/evaluation.hpp"
#include "codes/catalog_file.hpp"
#include "flows/link_flow.hpp"
#include "match/explain_text.hpp"

namespace minglu::cli {
namespace {

std::vector<std::filesystem::path> paths(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

std::filesystem::path catalog_of(const GlobalOptions& global) {
  return global.catalog.empty() ? codes::catalog_directory() : std::filesystem::path(global.catalog);
}

match::Language language_of(const std::string& name) {
  return match::parse_language(name).value_or(match::Language::kChinese);
}

/// What was asked to be explained, and what the records are like.
void add_answers(const flows::LinkFlowReport& report, nlohmann::json& json) {
  nlohmann::json missing = nlohmann::json::object();
  for (size_t at = 0; at < report.missing_shares.size(); ++at) {
    missing[report.model.comparisons[at].name] = report.missing_shares[at];
  }
  json["missing_share"] = missing;
  if (report.unlinkable) {
    json["unlinkable"] = {{"below_link", report.unlinkable->below_link},
                          {"below_review", report.unlinkable->below_review},
                          {"share", static_cast<double>(report.unlinkable->below_link) /
                                        static_cast<double>(std::max<uint64_t>(report.unlinkable->records, 1))}};
  }
  for (const match::PairExplanation& explanation : report.explanations) {
    json["explanations"].push_back(nlohmann::json::parse(match::explanation_json(explanation)));
  }
  if (report.cluster) json["cluster"] = nlohmann::json::parse(match::cluster_json(*report.cluster));
}

nlohmann::json report_json(const flows::LinkFlowReport& report) {
  const match::Linkage& linkage = report.linkage;
  nlohmann::json json = {{"rows_in", report.rows_in},
                         {"rows_rejected", report.rows_rejected},
                         {"units", report.units},
                         {"pairs_scored", linkage.pairs_scored},
                         {"links", report.links},
                         {"reviews", report.reviews},
                         {"refused", linkage.grouping.refused.size()},
                         {"prior", linkage.learned.prior},
                         {"patterns", linkage.training.patterns},
                         {"blocking",
                          {{"keys", linkage.blocking.keys},
                           {"bucket_max", linkage.blocking.bucket_max},
                           {"buckets", linkage.blocking.buckets},
                           {"common_keys", linkage.blocking.common_keys},
                           {"dropped_pairs", linkage.blocking.dropped_pairs}}},
                         {"components",
                          {{"count", linkage.grouping.components},
                           {"large", linkage.grouping.large_components},
                           {"largest", linkage.grouping.largest_component}}},
                         {"seconds",
                          {{"load", report.load_seconds},
                           {"block", linkage.seconds.block},
                           {"train", linkage.seconds.train},
                           {"score", linkage.seconds.score},
                           {"group", linkage.seconds.group},
                           {"write", report.write_seconds}}},
                         {"peak_mib", peak_memory_mib()}};
  add_answers(report, json);
  return json;
}

void print_records(const flows::LinkFlowReport& report) {
  std::printf("缺失：");
  for (size_t at = 0; at < report.missing_shares.size(); ++at) {
    const match::ComparisonSpec& spec = report.model.comparisons[at];
    std::printf("%s%s %s", at == 0 ? "" : "，", report.wording.comparison(spec.kind, spec.name).c_str(),
                match::percent_text(report.missing_shares[at]).c_str());
  }
  std::printf("\n");
  if (!report.unlinkable || report.unlinkable->records == 0) return;
  const double share =
      static_cast<double>(report.unlinkable->below_link) / static_cast<double>(report.unlinkable->records);
  std::printf("%s 条记录（%s）内容太少：即使有完全相同的副本，也达不到连接阈值\n",
              with_commas(report.unlinkable->below_link).c_str(), match::percent_text(share).c_str());
}

void print_report(const flows::LinkFlowReport& report, const LinkOptions& options) {
  const match::Linkage& linkage = report.linkage;
  std::printf("%s 行读入，%s 行不可用，得到 %s 个单位\n", with_commas(report.rows_in).c_str(),
              with_commas(report.rows_rejected).c_str(), with_commas(report.units).c_str());
  std::printf("比较 %s 对记录：连接 %s，待人工核查 %s，因约束或整体不符未连接 %s\n",
              with_commas(linkage.pairs_scored).c_str(), with_commas(report.links).c_str(),
              with_commas(report.reviews).c_str(), with_commas(linkage.grouping.refused.size()).c_str());
  if (linkage.pairs_scored == 0) std::printf("没有一对记录有共同之处可供比较\n");
  if (linkage.blocking.dropped_pairs > 0) {
    std::printf("过于常见的键：至多 %s 对记录没有比较\n", with_commas(linkage.blocking.dropped_pairs).c_str());
  }
  std::printf("用时 %.2f 秒（读入 %.2f，分块 %.2f，学习 %.2f，打分 %.2f，聚类 %.2f，写出 %.2f），内存峰值 %llu MiB\n",
              report.load_seconds + linkage.seconds.block + linkage.seconds.train + linkage.seconds.score +
                  linkage.seconds.group + report.write_seconds,
              report.load_seconds, linkage.seconds.block, linkage.seconds.train, linkage.seconds.score,
              linkage.seconds.group, report.write_seconds, static_cast<unsigned long long>(peak_memory_mib()));
  std::printf("结果：%s\n", options.out.c_str());
}

}  // namespace

int run_link(const GlobalOptions& global, const LinkOptions& options) {
  std::vector<std::pair<std::string, std::string>> explain;
  if (options.explain.size() == 2) explain.emplace_back(options.explain[0], options.explain[1]);
  const auto report = flows::link_files({.catalog = catalog_of(global),
                                         .model = options.model,
                                         .left = paths(options.left),
                                         .right = paths(options.right),
                                         .clusters = options.out,
                                         .pairs = options.pairs,
                                         .learned = options.learned,
                                         .explain = explain,
                                         .explain_cluster = options.explain_cluster,
                                         .chart = options.chart,
                                         .language = language_of(options.language),
                                         .find_unlinkable = options.report || global.json,
                                         .threads = global.threads});
  if (!report.ok()) return fail(report.error(), global);
  if (global.json) {
    print_json(report_json(*report));
    return kExitOk;
  }
  print_report(*report, options);
  if (options.report) print_records(*report);
  for (const match::PairExplanation& explanation : report->explanations) {
    std::fputs(match::pair_text(explanation, report->wording).c_str(), stdout);
  }
  if (report->cluster) std::fputs(match::cluster_text(*report->cluster, report->wording).c_str(), stdout);
  if (!options.chart.empty()) std::printf("图：%s\n", options.chart.c_str());
  return kExitOk;
}

int run_link_model(const GlobalOptions& global, const LinkModelOptions& options) {
  const auto view = flows::view_model(catalog_of(global), options.model, options.chart, language_of(options.language));
  if (!view.ok()) return fail(view.error(), global);
  if (global.json) {
    std::fputs(match::link_model_json(view->model).c_str(), stdout);
    return kExitOk;
  }
  std::fputs(match::model_text(view->model, view->wording).c_str(), stdout);
  if (!options.chart.empty()) std::printf("图：%s\n", options.chart.c_str());
  return kExitOk;
}

int run_link_evaluate(const GlobalOptions& global, const LinkEvaluateOptions& options) {
  const auto result = flows::evaluate_clusters(options.clusters, options.truth);
  if (!result.ok()) return fail(result.error(), global);
  const match::Evaluation& e = result->evaluation;
  if (global.json) {
    nlohmann::json json = evaluation_json(e);
    json["not_in_clusters"] = result->only_in_truth;
    print_json(json);
    return kExitOk;
  }
  std::printf("记录 %s（其中 %s 不在结果中，按单独成组计）\n", with_commas(e.records).c_str(),
              with_commas(result->only_in_truth).c_str());
  print_evaluation(e);
  return kExitOk;
}

}  // namespace minglu::cli
