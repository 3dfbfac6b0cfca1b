// activity models, draft, publish, run, runs, explain, simulate, backtest: models and scores of a register.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "flows/activity_backtest.hpp"
#include "flows/activity_explain.hpp"

namespace minglu::cli {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return activity::is_null(value) ? Json() : Json(value); }

void print(const Json& json) {
  std::printf("%s\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

std::string points_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return activity::is_null(value) ? "-" : text;
}

Json version_json(const flows::ModelVersion& version) {
  Json json = {{"id", version.id},
               {"version", version.version},
               {"title", version.title_zh},
               {"state", version.is_published ? "published" : "draft"},
               {"drafted_by", version.drafted_by},
               {"drafted_at", version.drafted_at}};
  if (!version.is_published) return json;
  json["published_by"] = version.published_by;
  json["base_period"] = base::format_period(version.base_period);
  json["statistics"] = version.statistics;
  return json;
}

void print_version(const flows::ModelVersion& version) {
  std::printf("%s 第 %llu 版  %s  起草 %s", version.id.c_str(), static_cast<unsigned long long>(version.version),
              version.title_zh.c_str(), version.drafted_by.c_str());
  if (version.is_published) {
    std::printf("  发布 %s  基期 %s", version.published_by.c_str(), base::format_period(version.base_period).c_str());
  }
  std::printf("  %s\n", version.is_published ? "已发布" : "草稿");
}

Json run_json(const flows::ScoreRun& run) {
  return {{"model", run.model},       {"version", run.version}, {"period", base::format_period(run.period)},
          {"revision", run.revision}, {"units", run.units},     {"grades", run.grades},
          {"mean", run.mean},         {"drift", run.drift},     {"changed", run.changed},
          {"reason", run.reason},     {"by", run.by},           {"at", run.at},
          {"seq", run.seq},           {"digest", run.digest}};
}

void print_run(const flows::ScoreRun& run) {
  std::printf("%s 第 %llu 版  %s 第 %llu 次  %s 个单位", run.model.c_str(),
              static_cast<unsigned long long>(run.version), base::format_period(run.period).c_str(),
              static_cast<unsigned long long>(run.revision), with_commas(run.units).c_str());
  for (const auto& [grade, units] : run.grades) std::printf("，%s %s", grade.c_str(), with_commas(units).c_str());
  std::printf("，平均 %.2f，PSI %.3f", run.mean, run.drift);
  if (run.revision > 1) std::printf("，修订 %s 个单位：%s", with_commas(run.changed).c_str(), run.reason.c_str());
  std::printf("\n");
}

/// The document: a file, or a model of the catalog by its id.
Result<std::string> document_of(flows::Home& home, const std::string& name) {
  if (std::filesystem::exists(name)) return base::read_file(name);
  MINGLU_TRY(const std::vector<std::string> defaults, flows::default_models(home.knowledge()));
  for (const std::string& document : defaults) {
    const auto json = nlohmann::json::parse(document, nullptr, false);
    if (json.is_object() && json.value("id", "") == name) return document;
  }
  return base::not_found("没有文件或默认模型“" + name + "”（no file or default model）");
}

Result<std::shared_ptr<const store::State>> state_of(flows::Home& home) {
  MINGLU_TRY(std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (!state) return base::failed_precondition("名录里还没有单位（the register has no unit）");
  return state;
}

Status list_models(flows::Home& home, const GlobalOptions& global) {
  MINGLU_TRY(const std::vector<flows::ModelVersion> versions, flows::model_versions(home));
  Json items = Json::array();
  for (const flows::ModelVersion& version : versions) {
    items.push_back(version_json(version));
    if (!global.json) print_version(version);
  }
  if (global.json) print({{"models", std::move(items)}});
  if (!global.json && versions.empty())
    std::printf("还没有模型；用 minglu activity draft sixia --by 姓名 从默认模型起草\n");
  return ok_status();
}

Status say(const flows::ModelVersion& version, const GlobalOptions& global) {
  if (global.json) {
    print(version_json(version));
  } else {
    print_version(version);
  }
  return ok_status();
}

Status draft(flows::Home& home, const GlobalOptions& global, const ActivityOptions& options) {
  MINGLU_TRY(const std::string document, document_of(home, options.document));
  MINGLU_TRY(const flows::ModelVersion version,
             flows::draft_model(home, {.document = document, .note = options.note, .actor = options.by}));
  return say(version, global);
}

Status publish(flows::Home& home, const GlobalOptions& global, const ActivityOptions& options) {
  MINGLU_TRY(const Period period, flows::parse_activity_period(options.period));
  MINGLU_TRY(const flows::ModelVersion version,
             flows::publish_model(home, {options.model, options.version, period, options.by}));
  return say(version, global);
}

Status run(flows::Home& home, const GlobalOptions& global, const ActivityOptions& options) {
  MINGLU_TRY(const Period period, flows::parse_activity_period(options.period));
  MINGLU_TRY(const flows::ScoreRun done, flows::run_scores(home, {options.model, period, options.by, options.reason}));
  if (global.json) {
    print(run_json(done));
  } else {
    print_run(done);
  }
  return ok_status();
}

Status list_runs(flows::Home& home, const GlobalOptions& global) {
  MINGLU_TRY(const std::vector<flows::ScoreRun> runs, flows::score_runs(home));
  Json items = Json::array();
  for (const flows::ScoreRun& known : runs) {
    items.push_back(run_json(known));
    if (!global.json) print_run(known);
  }
  if (global.json) print({{"runs", std::move(items)}});
  return ok_status();
}

Status explain(flows::Home& home, const GlobalOptions& global, const ActivityOptions& options) {
  MINGLU_TRY(const auto state, state_of(home));
  MINGLU_TRY(const flows::ScoreRun latest, flows::latest_run(home, options.model));
  MINGLU_TRY(const flows::UnitCard card, flows::unit_card(home, *state, latest, options.unit));
  Json indicators = Json::array();
  for (const flows::CardIndicator& indicator : card.indicators) {
    indicators.push_back({{"code", indicator.code},
                          {"value", number(indicator.value)},
                          {"base", number(indicator.base)},
                          {"normalised", number(indicator.normalised)},
                          {"points", number(indicator.points)},
                          {"points_sealed", number(indicator.points_sealed)},
                          {"kind", indicator.kind},
                          {"sources", indicator.sources}});
  }
  if (global.json) {
    print({{"unit", card.unit},
           {"period", base::format_period(card.period)},
           {"score", number(card.score)},
           {"grade", card.grade},
           {"sealed_score", number(card.score_sealed)},
           {"sealed_grade", card.grade_sealed},
           {"coverage", card.coverage},
           {"caps", card.caps},
           {"indicators", std::move(indicators)}});
    return ok_status();
  }
  std::printf("单位 %llu  %s  得分 %s %s（封存 %s %s），覆盖率 %.0f%%\n", static_cast<unsigned long long>(card.unit),
              base::format_period(card.period).c_str(), points_text(card.score).c_str(), card.grade.c_str(),
              points_text(card.score_sealed).c_str(), card.grade_sealed.c_str(), card.coverage * 100);
  for (const flows::CardIndicator& indicator : card.indicators) {
    std::printf("  %-20s 值 %-14s 标准分 %-8s 贡献 %-8s 封存时 %-8s %s\n", indicator.code.c_str(),
                points_text(indicator.value).c_str(), points_text(indicator.normalised).c_str(),
                points_text(indicator.points).c_str(), points_text(indicator.points_sealed).c_str(),
                indicator.kind.c_str());
  }
  return ok_status();
}

Status simulate(flows::Home& home, const GlobalOptions& global, const ActivityOptions& options) {
  MINGLU_TRY(const auto state, state_of(home));
  MINGLU_TRY(const std::string document, document_of(home, options.document));
  MINGLU_TRY(const Period period, flows::parse_activity_period(options.period));
  MINGLU_TRY(const flows::Impact impact,
             flows::simulate(home, *state, {.document = document, .period = period, .against = options.model}));
  Json grades = Json::object();
  for (size_t at = 0; at < impact.grades.size(); ++at) grades[impact.grade_names[at]] = impact.grades[at];
  if (global.json) {
    print({{"units", impact.units},
           {"sampled_of", impact.sampled_of},
           {"grades", std::move(grades)},
           {"moves", impact.moves.counts},
           {"up", impact.moves.up},
           {"down", impact.moves.down},
           {"notes", impact.notes}});
    return ok_status();
  }
  std::printf("试算 %s 个单位：%s\n", with_commas(impact.units).c_str(), grades.dump().c_str());
  if (!options.model.empty()) {
    std::printf("比已发布版本：升级 %s，降级 %s\n", with_commas(impact.moves.up).c_str(),
                with_commas(impact.moves.down).c_str());
  }
  for (const std::string& note : impact.notes) std::fprintf(stderr, "minglu: %s\n", note.c_str());
  return ok_status();
}

Status back_test(flows::Home& home, const GlobalOptions& global, const ActivityOptions& options) {
  MINGLU_TRY(const auto state, state_of(home));
  MINGLU_TRY(const std::vector<flows::ScoreRun> runs, flows::score_runs(home));
  MINGLU_TRY(const Period period, flows::parse_activity_period(options.period));
  for (const flows::ScoreRun& known : runs) {
    if (known.model != options.model || known.period != period) continue;
    MINGLU_TRY(const flows::BackTestReport report, flows::back_test_run(home, *state, known));
    Json grades = Json::array();
    for (size_t at = 0; at < report.grade_names.size(); ++at) {
      grades.push_back({{"grade", report.grade_names[at]},
                        {"units", report.deaths.units[at]},
                        {"deaths", report.deaths.events[at]},
                        {"entries", report.entries.events[at]}});
      if (global.json) continue;
      std::printf("%s  %s 个单位，其后死亡 %s，进入四上 %s\n", report.grade_names[at].c_str(),
                  with_commas(report.deaths.units[at]).c_str(), with_commas(report.deaths.events[at]).c_str(),
                  with_commas(report.entries.events[at]).c_str());
    }
    if (global.json) {
      print({{"grades", std::move(grades)},
             {"deaths_lower", number(report.deaths.lower_first)},
             {"entries_lower", number(report.entries.lower_first)}});
    } else {
      std::printf("死亡单位此前得分更低的概率 %s，进入四上的 %s\n", points_text(report.deaths.lower_first).c_str(),
                  points_text(report.entries.lower_first).c_str());
    }
    return ok_status();
  }
  return base::not_found("模型“" + options.model + "”没有 " + options.period + " 的得分（no such run）");
}

}  // namespace

int run_activity(const GlobalOptions& global, const std::string& what, const ActivityOptions& options) {
  const auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  Status status = ok_status();
  if (what == "models") status = list_models(**home, global);
  if (what == "draft") status = draft(**home, global, options);
  if (what == "publish") status = publish(**home, global, options);
  if (what == "run") status = run(**home, global, options);
  if (what == "runs") status = list_runs(**home, global);
  if (what == "explain") status = explain(**home, global, options);
  if (what == "simulate") status = simulate(**home, global, options);
  if (what == "backtest") status = back_test(**home, global, options);
  return status.ok() ? kExitOk : fail(status.error(), global);
}

}  // namespace minglu::cli
