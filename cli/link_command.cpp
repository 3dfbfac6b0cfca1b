#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "codes/catalog_file.hpp"
#include "flows/link_flow.hpp"

namespace minglu::cli {
namespace {

std::vector<std::filesystem::path> paths(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

nlohmann::json report_json(const flows::LinkFlowReport& report) {
  const match::Linkage& linkage = report.linkage;
  return {{"rows_in", report.rows_in},
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
}

void print_report(const flows::LinkFlowReport& report, const LinkOptions& options) {
  const match::Linkage& linkage = report.linkage;
  std::printf("%s 行读入，%s 行不可用，得到 %s 个单位\n", with_commas(report.rows_in).c_str(),
              with_commas(report.rows_rejected).c_str(), with_commas(report.units).c_str());
  std::printf("比较 %s 对记录：连接 %s，待人工核查 %s，因约束或整体不符未连接 %s\n", with_commas(linkage.pairs_scored).c_str(),
              with_commas(report.links).c_str(), with_commas(report.reviews).c_str(),
              with_commas(linkage.grouping.refused.size()).c_str());
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

void print_explanation(const match::PairExplanation& e) {
  std::printf("\n先验 %+.2f 比特\n", e.prior_bits);
  for (const match::WaterfallStep& step : e.steps) {
    std::printf("  %+7.2f  = %+7.2f  %s：%s（%s | %s）", step.bits, step.running_bits, step.comparison.c_str(),
                step.level.empty() ? "缺失" : step.level.c_str(), step.left.c_str(), step.right.c_str());
    if (step.records_with_term > 0) std::printf("，此项见于 %u 条记录", step.records_with_term);
    std::printf("\n");
  }
  std::printf("  %+7.2f  相关项校正\n合计 %+.2f 比特，概率 %.4f%s\n", e.dependence_bits, e.bits, e.probability,
              e.forbidden ? "；两条记录不可能是同一单位（总部与分支）" : "");
  for (const match::Counterfactual& c : e.would_link) {
    std::printf("若 %s 达到 \"%s\"，合计为 %+.2f 比特，将会连接\n", c.comparison.c_str(), c.level.c_str(), c.bits);
  }
}

nlohmann::json agreement_json(const match::Agreement& agreement) {
  return {{"precision", agreement.precision}, {"recall", agreement.recall}, {"f1", agreement.f1}};
}

}  // namespace

int run_link(const GlobalOptions& global, const LinkOptions& options) {
  const std::filesystem::path catalog =
      global.catalog.empty() ? codes::catalog_directory() : std::filesystem::path(global.catalog);
  std::vector<std::pair<std::string, std::string>> explain;
  if (options.explain.size() == 2) explain.emplace_back(options.explain[0], options.explain[1]);
  const auto report = flows::link_files({.catalog = catalog,
                                         .model = options.model,
                                         .left = paths(options.left),
                                         .right = paths(options.right),
                                         .clusters = options.out,
                                         .pairs = options.pairs,
                                         .learned = options.learned,
                                         .explain = explain,
                                         .threads = global.threads});
  if (!report.ok()) return fail(report.error(), global);
  if (global.json) {
    print_json(report_json(*report));
  } else {
    print_report(*report, options);
    for (const match::PairExplanation& explanation : report->explanations) print_explanation(explanation);
  }
  return kExitOk;
}

int run_link_evaluate(const GlobalOptions& global, const LinkEvaluateOptions& options) {
  const auto result = flows::evaluate_clusters(options.clusters, options.truth);
  if (!result.ok()) return fail(result.error(), global);
  const match::Evaluation& e = result->evaluation;
  if (global.json) {
    print_json({{"records", e.records},
                {"not_in_clusters", result->only_in_truth},
                {"pairs_found", e.pairs_found},
                {"pairs_true", e.pairs_true},
                {"pairs_both", e.pairs_both},
                {"pairwise", agreement_json(e.pairwise)},
                {"bcubed", agreement_json(e.bcubed)}});
    return kExitOk;
  }
  std::printf("记录 %s（其中 %s 不在结果中，按单独成组计）\n", with_commas(e.records).c_str(),
              with_commas(result->only_in_truth).c_str());
  std::printf("成对：精确率 %.4f  召回率 %.4f  F1 %.4f\n", e.pairwise.precision, e.pairwise.recall, e.pairwise.f1);
  std::printf("B³：  精确率 %.4f  召回率 %.4f  F1 %.4f\n", e.bcubed.precision, e.bcubed.recall, e.bcubed.f1);
  return kExitOk;
}

}  // namespace minglu::cli
