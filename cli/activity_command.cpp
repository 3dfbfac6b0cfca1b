#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "codes/catalog_file.hpp"
#include "flows/activity_flow.hpp"

namespace minglu::cli {
namespace {

using nlohmann::ordered_json;

ordered_json weights_json(const activity::Model& model, const activity::Scores& scores) {
  ordered_json weights = ordered_json::object();
  for (size_t at = 0; at < model.groups.size(); ++at) {
    const activity::Group& group = model.groups[at];
    ordered_json entry = {{"method", group.weigher->doc.name}, {"aggregate", group.aggregator->doc.name}};
    for (size_t m = 0; m < group.members.size(); ++m) {
      const activity::Member& member = group.members[m];
      const std::string& code = member.is_group ? model.groups[member.at].code : model.indicators[member.at].code;
      entry["weights"][code] = scores.frozen.weights[at][m];
    }
    if (!scores.frozen.details[at].is_null()) entry["details"] = scores.frozen.details[at];
    weights[group.code] = std::move(entry);
  }
  return weights;
}

ordered_json indicators_json(const flows::ActivityFlowReport& report) {
  ordered_json indicators = ordered_json::object();
  const activity::PeerStatistics& all = report.scores.frozen.peers.front();
  for (size_t at = 0; at < report.model.indicators.size(); ++at) {
    activity::Json statistics = activity::statistics_json(all.statistics[at]);
    statistics.erase("sorted");
    indicators[report.model.indicators[at].code] = {{"normalise", report.model.indicators[at].normaliser->doc.name},
                                                    {"effective_weight", report.scores.effective_weights[at]},
                                                    {"statistics", std::move(statistics)}};
  }
  return indicators;
}

ordered_json report_json(const flows::ActivityFlowReport& report) {
  ordered_json findings = ordered_json::array();
  for (const table::Finding& f : report.findings) {
    findings.push_back({{"row", f.row}, {"field", f.field}, {"rule", f.rule}, {"message", f.message}});
  }
  activity::Notes notes = report.model.notes;
  notes.insert(notes.end(), report.scores.notes.begin(), report.scores.notes.end());
  return {
      {"model", report.model.id},
      {"version", report.model.version},
      {"preset", report.model.preset},
      {"base_period", report.model.base_period},
      {"model_digest", report.model.digest},
      {"rows_in", report.rows},
      {"rows_scored", report.scored},
      {"rows_without_score", report.rows - report.scored},
      {"coverage_min", report.model.coverage_min},
      {"grades", report.grades},
      {"groups", weights_json(report.model, report.scores)},
      {"indicators", indicators_json(report)},
      {"notes", notes},
      {"finding_count", report.finding_count},
      {"findings", findings},
      {"seconds", {{"read", report.read_seconds}, {"score", report.score_seconds}, {"write", report.write_seconds}}}};
}

/// One family as a list for people or programs.
template <typename Method>
void list_family(const char* family, std::span<const Method> methods, bool json, ordered_json& out) {
  if (!json) std::printf("%s\n", family);
  for (const Method& method : methods) {
    const activity::MethodDoc& doc = method.doc;
    ordered_json entry = {{"name", doc.name},
                          {"title_zh", doc.title_zh},
                          {"summary", doc.summary},
                          {"parameters", ordered_json::array()},
                          {"example", ordered_json::parse(doc.example)}};
    if (!json) {
      std::printf("  %-26.*s %.*s\n      %.*s\n", static_cast<int>(doc.name.size()), doc.name.data(),
                  static_cast<int>(doc.title_zh.size()), doc.title_zh.data(), static_cast<int>(doc.summary.size()),
                  doc.summary.data());
    }
    for (const activity::ParameterDoc& parameter : doc.parameters) {
      entry["parameters"].push_back({{"name", parameter.name},
                                     {"default", ordered_json::parse(parameter.preset)},
                                     {"summary", parameter.summary}});
      if (json) continue;
      std::printf("      %.*s (%.*s): %.*s\n", static_cast<int>(parameter.name.size()), parameter.name.data(),
                  static_cast<int>(parameter.preset.size()), parameter.preset.data(),
                  static_cast<int>(parameter.summary.size()), parameter.summary.data());
    }
    out[family].push_back(std::move(entry));
  }
}

}  // namespace

int run_activity_score(const GlobalOptions& global, const ActivityScoreOptions& options) {
  const auto report = flows::score_file(
      {.catalog = global.catalog.empty() ? codes::catalog_directory() : std::filesystem::path(global.catalog),
       .model = options.model,
       .data = options.data,
       .out = options.out,
       .statistics = options.statistics,
       .statistics_out = options.statistics_out,
       .id_column = options.id_column,
       .detail = options.detail,
       .threads = global.threads});
  if (!report.ok()) return fail(report.error(), global);
  for (const activity::Notes& notes : {report->model.notes, report->scores.notes}) {
    for (const std::string& note : notes) std::fprintf(stderr, "minglu: %s\n", note.c_str());
  }
  for (const table::Finding& f : report->findings) {
    std::fprintf(stderr, "minglu: %llu %s: %s\n", static_cast<unsigned long long>(f.row), f.field.c_str(),
                 f.message.c_str());
  }
  if (global.json) {
    const ordered_json json = report_json(*report);
    std::printf("%s\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return kExitOk;
  }
  std::printf("%s 个单位，%s 个有得分，%s 个数据不足", with_commas(report->rows).c_str(),
              with_commas(report->scored).c_str(), with_commas(report->rows - report->scored).c_str());
  for (const auto& [grade, count] : report->grades) std::printf("，%s %s", grade.c_str(), with_commas(count).c_str());
  std::printf("\n结果：%s\n", options.out.c_str());
  return kExitOk;
}

int run_activity_methods(const GlobalOptions& global) {
  ordered_json json = ordered_json::object();
  list_family("treat", activity::treatments(), global.json, json);
  list_family("normalise", activity::normalisers(), global.json, json);
  list_family("weights", activity::weighers(), global.json, json);
  list_family("aggregate", activity::aggregators(), global.json, json);
  if (global.json) std::printf("%s\n", json.dump(2).c_str());
  return kExitOk;
}

}  // namespace minglu::cli
