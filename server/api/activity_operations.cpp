// Models of activity, their runs, and the scores as they are now. Scores inherit the strictest class of what they rest
// on: who does not see that class gets none of them.
#include <algorithm>
#include <set>

#include "flows/activity_explain.hpp"
#include "server/api/activity_json.hpp"
#include "server/api/operations.hpp"
#include "server/api/unit_json.hpp"

namespace minglu::server {
namespace {

Error no_scores(const std::string& model) {
  return base::not_found("模型“" + model + "”没有您可以看的得分（no scores of the model for you）");
}

Result<std::shared_ptr<const flows::BoardScores>> board_of(ApiCall& call, const std::string& model) {
  const auto snapshot = call.services.reg->snapshot();
  MINGLU_TRY(auto board, call.services.activity->now(model, snapshot->shared_state()));
  if (!call.who.scope.covers_class(board->model().source_class)) return no_scores(model);
  return board;
}

Result<std::string> model_parameter(const ApiCall& call) {
  const auto model = call.request.parameter("model");
  if (!model || model->empty()) return base::invalid_argument("请给出 model，例如 sixia（which model?）");
  return std::string(*model);
}

Result<std::shared_ptr<const store::State>> state_of(const ApiCall& call) {
  const std::shared_ptr<const store::State> state = call.services.reg->snapshot()->shared_state();
  if (!state) return base::failed_precondition("名录里还没有单位（the register has no unit）");
  return state;
}

// ---- models ----

Result<Response> list_methods(ApiCall&) { return json_response(200, methods_json().dump()); }

Result<Response> list_models(ApiCall& call) {
  MINGLU_TRY(const std::vector<flows::ModelVersion> versions, flows::model_versions(call.services.reg->home()));
  MINGLU_TRY(const std::vector<std::string> defaults, flows::default_models(call.knowledge()));
  Json items = Json::array();
  for (const flows::ModelVersion& version : versions) items.push_back(version_json(version));
  Json templates = Json::array();
  for (const std::string& document : defaults) templates.push_back(Json::parse(document, nullptr, false));
  return json_response(200, Json{{"items", std::move(items)},
                                 {"templates", std::move(templates)},
                                 {"sources", indicator_sources_json(call.knowledge())}}
                                .dump());
}

Result<flows::ModelVersion> version_in_path(ApiCall& call) {
  MINGLU_TRY(const uint64_t number, call.path_number(1));
  call.object = "activity_model:" + call.request.parts.at(0) + "/" + std::to_string(number);
  return flows::find_model(call.services.reg->home(), call.request.parts.at(0), number);
}

Result<Response> get_model(ApiCall& call) {
  MINGLU_TRY(const flows::ModelVersion version, version_in_path(call));
  Json json = version_json(version);
  json["document"] = Json::parse(version.document, nullptr, false);
  return json_response(200, json.dump());
}

// The document as it was sent: an object.
std::string document_of(Body& body) {
  const Json* document = body.member("document");
  if (document != nullptr && document->is_object()) return document->dump();
  body.complain("/document", "应为模型的 JSON 对象");
  return {};
}

Result<Response> draft_model(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  flows::DraftSpec spec;
  spec.document = document_of(body);
  spec.note = body.optional_text("note", 0, flows::kModelNoteCharsMax).value_or("");
  MINGLU_CHECK(body.check());
  spec.actor = call.who.name();
  flows::Home& home = call.services.reg->home();
  flows::ModelVersion version;
  MINGLU_CHECK(call.services.reg->run({.kind = "activity_model", .title = "起草活跃度模型", .owner = call.who.user->id},
                                      [&](flows::JobReporter&) -> Status {
                                        MINGLU_TRY(version, flows::draft_model(home, spec));
                                        return ok_status();
                                      }));
  call.object = "activity_model:" + version.id + "/" + std::to_string(version.version);
  return json_response(201, version_json(version).dump());
}

Result<Response> publish_model(ApiCall& call) {
  MINGLU_TRY(const flows::ModelVersion version, version_in_path(call));
  MINGLU_TRY(Body body, Body::parse(call.request));
  const std::string period = body.text("base_period", 6, 7);
  MINGLU_CHECK(body.check());
  flows::PublishSpec spec{version.id, version.version, {}, call.who.name()};
  MINGLU_TRY(spec.base_period, flows::parse_activity_period(period));
  flows::Home& home = call.services.reg->home();
  MINGLU_TRY(const flows::ModelVersion checked, flows::check_publish(home, spec));
  call.detail = {{"base_period", period}, {"drafted_by", checked.drafted_by}};
  return accepted(call, call.services.reg->submit({"activity_model", "发布活跃度模型", call.who.user->id},
                                                      [&home, spec](flows::JobReporter& reporter) -> Status {
                                                        MINGLU_TRY(const flows::ModelVersion done,
                                                                   flows::publish_model(home, spec));
                                                        reporter.result("version", static_cast<int64_t>(done.version));
                                                        return ok_status();
                                                      }));
}

Result<Response> simulate_model(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  flows::SimulateSpec spec;
  spec.document = document_of(body);
  const std::string period = body.text("period", 6, 7);
  spec.against = body.optional_text("against", 0, 64).value_or("");
  MINGLU_CHECK(body.check());
  MINGLU_TRY(spec.period, flows::parse_activity_period(period));
  MINGLU_TRY(const auto state, state_of(call));
  MINGLU_TRY(const flows::RegisterModel model, flows::parse_register_model(call.knowledge(), spec.document));
  if (!call.who.scope.covers_class(model.source_class)) return no_scores(model.model.id);
  flows::Impact impact;
  MINGLU_CHECK(call.services.reg->run(
      {.kind = "activity_simulation", .title = "试算活跃度模型", .owner = call.who.user->id, .changes_register = false},
      [&](flows::JobReporter&) -> Status {
        MINGLU_TRY(impact, flows::simulate(call.services.reg->home(), *state, spec));
        return ok_status();
      }));
  call.detail = {{"period", period}, {"units", impact.units}};
  return json_response(200, impact_json(call.knowledge(), model, impact).dump());
}

// ---- runs ----

Result<Response> list_runs(ApiCall& call) {
  MINGLU_TRY(const uint64_t offset, call.cursor());
  MINGLU_TRY(const uint64_t limit, call.limit());
  MINGLU_TRY(const std::vector<flows::ScoreRun> runs, flows::score_runs(call.services.reg->home()));
  Json items = Json::array();
  for (uint64_t i = offset; i < runs.size() && i < offset + limit; ++i)
    items.push_back(run_json(call.knowledge(), runs[i]));
  return json_response(200, page_json(std::move(items), offset, limit, runs.size()).dump());
}

Result<Response> start_run(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  flows::RunSpec spec;
  spec.model = body.text("model", 1, 64);
  const std::string period = body.text("period", 6, 7);
  spec.reason = body.optional_text("reason", 0, flows::kModelNoteCharsMax).value_or("");
  MINGLU_CHECK(body.check());
  MINGLU_TRY(spec.period, flows::parse_activity_period(period));
  spec.actor = call.who.name();
  flows::Home& home = call.services.reg->home();
  MINGLU_CHECK(flows::check_run(home, spec));
  call.object = "activity_run:" + spec.model + "/" + period;
  return accepted(call, call.services.reg->submit({"activity_run", "计算活跃度 " + period, call.who.user->id},
                                                      [&home, spec](flows::JobReporter& reporter) -> Status {
                                                        MINGLU_TRY(const flows::ScoreRun run,
                                                                   flows::run_scores(home, spec));
                                                        reporter.result("run_seq", static_cast<int64_t>(run.seq));
                                                        reporter.result("units", static_cast<int64_t>(run.units));
                                                        return ok_status();
                                                      }));
}

// ---- scores ----

// What of a run a person sees and asked for, by region and industry word, so that a row costs no text.
struct ScoreFilter {
  std::vector<uint8_t> region;
  std::vector<uint8_t> industry;
  std::set<std::string> grades;  // empty: any
  bool moved = false;
};

Result<ScoreFilter> filter_of(const ApiCall& call, const flows::BoardScores& board) {
  const auto text = [&](const char* name) { return std::string(call.request.parameter(name).value_or("")); };
  ScoreFilter filter;
  const std::string district = text("district");
  const std::string industry = text("industry");
  for (const std::string& word : board.sealed().region_words())
    filter.region.push_back(call.who.scope.covers_region(word) && word.starts_with(district) ? 1 : 0);
  const auto& industries = call.knowledge().domain().catalog().industries();
  for (const std::string& word : board.sealed().industry_words()) {
    const bool inside = word.starts_with(industry) || industries.section_of(word) == industry;
    filter.industry.push_back(inside ? 1 : 0);
  }
  for (const std::string& grade : split_list(text("grade"))) filter.grades.insert(grade);
  MINGLU_TRY(filter.moved, call.flag("moved", false));
  return filter;
}

struct ScoreRows {
  std::vector<size_t> rows;  // of the page
  uint64_t total = 0;
  std::map<std::string, uint64_t> grades;  // of all grades, whatever grades were asked for
};

ScoreRows rows_of(const flows::BoardScores& board, const ScoreFilter& filter, uint64_t offset, uint64_t limit) {
  ScoreRows found;
  const flows::SealedScores& sealed = board.sealed();
  for (const uint32_t row : board.order()) {
    if (filter.region[sealed.region(row)] == 0 || filter.industry[sealed.industry(row)] == 0) continue;
    const flows::LiveScore now = board.at(row);
    if (filter.moved && now.grade == sealed.grade(row)) continue;
    const std::string& grade = sealed.grade_names()[now.grade];
    ++found.grades[grade];
    if (!filter.grades.empty() && !filter.grades.contains(grade)) continue;
    if (found.total >= offset && found.rows.size() < limit) found.rows.push_back(row);
    ++found.total;
  }
  return found;
}

Result<Response> list_scores(ApiCall& call) {
  MINGLU_TRY(const uint64_t offset, call.cursor());
  MINGLU_TRY(const uint64_t limit, call.limit());
  MINGLU_TRY(const std::string model, model_parameter(call));
  MINGLU_TRY(const auto board, board_of(call, model));
  MINGLU_TRY(const ScoreFilter filter, filter_of(call, *board));
  const ScoreRows found = rows_of(*board, filter, offset, limit);
  const flows::RegisterReader reader = call.reader();
  Json items = Json::array();
  for (const size_t row : found.rows) {
    const flows::LiveScore now = board->at(row);
    const Result<flows::UnitSummary> unit = reader.summary(now.unit);
    Json json = unit.ok() ? summary_json(call.knowledge(), *unit) : Json{{"unit", std::to_string(now.unit)}};
    json["score"] = number_json(now.score);
    json["grade"] = board->sealed().grade_names()[now.grade];
    json["coverage"] = now.coverage;
    json["sealed_score"] = number_json(board->sealed().score(row));
    json["sealed_grade"] = board->sealed().grade_names()[board->sealed().grade(row)];
    items.push_back(std::move(json));
  }
  Json page = page_json(std::move(items), offset, limit, found.total);
  page["run"] = run_json(call.knowledge(), board->run());
  page["grades"] = found.grades;
  page["changed"] = board->changed();
  page["is_behind"] = board->is_behind();
  return json_response(200, page.dump());
}

Result<Response> get_unit_activity(ApiCall& call) {
  MINGLU_TRY(const uint64_t unit, call.path_number());
  call.object = "unit:" + std::to_string(unit);
  MINGLU_TRY(const std::string model, model_parameter(call));
  MINGLU_TRY(const flows::UnitSummary summary, call.reader().summary(unit));
  MINGLU_TRY(const auto board, board_of(call, model));
  MINGLU_TRY(const auto state, state_of(call));
  MINGLU_TRY(const flows::UnitCard card, flows::unit_card(call.services.reg->home(), *state, board->run(), unit));
  Json json = card_json(call.knowledge(), board->model(), card);
  json["summary"] = summary_json(call.knowledge(), summary);
  return json_response(200, json.dump());
}

}  // namespace

std::vector<ApiOperation> activity_operations() {
  return {
      {"list_activity_methods", "GET", "/activity/methods", "", list_methods},
      {"list_activity_models", "GET", "/activity/models", "", list_models},
      {"draft_activity_model", "POST", "/activity/models", "", draft_model},
      {"get_activity_model", "GET", "/activity/models/{id}/{version}", "", get_model},
      {"publish_activity_model", "POST", "/activity/models/{id}/{version}/publication", "", publish_model},
      {"simulate_activity_model", "POST", "/activity/simulations", "", simulate_model},
      {"list_activity_runs", "GET", "/activity/runs", "cursor,limit", list_runs},
      {"start_activity_run", "POST", "/activity/runs", "", start_run},
      {"list_activity_scores", "GET", "/activity/scores", "model,grade,district,industry,moved,cursor,limit",
       list_scores},
      {"get_unit_activity", "GET", "/units/{id}/activity", "model", get_unit_activity},
  };
}

}  // namespace minglu::server
