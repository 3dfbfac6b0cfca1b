#include "server/api/activity_json.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "server/api/unit_json.hpp"

namespace minglu::server {
namespace {

Json doc_json(const activity::MethodDoc& doc) {
  Json parameters = Json::array();
  for (const activity::ParameterDoc& parameter : doc.parameters) {
    parameters.push_back({{"name", parameter.name},
                          {"preset", Json::parse(parameter.preset, nullptr, false)},
                          {"summary", parameter.summary},
                          {"choices", parameter.choices}});
  }
  return {{"name", doc.name},
          {"title_zh", doc.title_zh},
          {"summary", doc.summary},
          {"parameters", std::move(parameters)},
          {"example", Json::parse(doc.example, nullptr, false)}};
}

template <typename Family>
Json family_json(const Family& family) {
  Json list = Json::array();
  for (const auto& method : family) list.push_back(doc_json(method.doc));
  return list;
}

struct DriftLimits {
  double watch = 0;
  double alarm = 0;
};

// Read at each question: a run is listed some dozen times a day, and the file has five lines.
DriftLimits drift_limits(const flows::Knowledge& knowledge) {
  const auto bytes = base::read_file(knowledge.directory() / "activity" / "drift.json");
  const Json json = bytes.ok() ? Json::parse(*bytes, nullptr, false) : Json();
  return json.is_object() ? DriftLimits{json.value("watch", 0.0), json.value("alarm", 0.0)} : DriftLimits{};
}

Json group_json(const flows::ImpactGroup& group, const std::string& title) {
  Json json = {{"code", group.code}, {"units", group.units}, {"up", group.up}, {"down", group.down}};
  put_text(json, "title", title);
  return json;
}

const flows::IndicatorSource& source_of(const flows::RegisterModel& model, const std::string& code) {
  size_t at = 0;
  while (model.model.indicators[at].code != code) ++at;  // codes come from the model itself
  return model.indicators[at];
}

}  // namespace

Json number_json(double value) { return activity::is_null(value) ? Json(nullptr) : Json(value); }

Json methods_json() {
  return {{"treat", family_json(activity::treatments())},
          {"normalise", family_json(activity::normalisers())},
          {"weights", family_json(activity::weighers())},
          {"aggregate", family_json(activity::aggregators())}};
}

Json indicator_sources_json(const flows::Knowledge& knowledge) {
  Json list = Json::array();
  for (uint16_t i = 0; i < knowledge.sources().size(); ++i) {
    const ingest::SourceDefinition& source = knowledge.sources().at(units::SourceId{i});
    Json fields = Json::array();
    for (const ingest::ColumnMap& map : source.columns) {
      if (!map.indicator) continue;
      const codes::FieldInfo& info = knowledge.fields().info(map.field);
      fields.push_back(
          {{"field", info.code}, {"title", info.title_zh}, {"is_level", map.figure == ingest::FigureKind::kLevel}});
    }
    if (!fields.empty())
      list.push_back({{"source", source.id}, {"title", source.title_zh}, {"fields", std::move(fields)}});
  }
  return list;
}

Json version_json(const flows::ModelVersion& version) {
  Json json = {{"id", version.id},
               {"version", version.version},
               {"title_zh", version.title_zh},
               {"title_en", version.title_en},
               {"state", version.is_published ? "published" : "draft"},
               {"drafted_by", version.drafted_by},
               {"drafted_at", version.drafted_at}};
  put_text(json, "note", version.note);
  if (!version.is_published) return json;
  json["published_by"] = version.published_by;
  json["published_at"] = version.published_at;
  json["base_period"] = base::format_period(version.base_period);
  json["statistics"] = version.statistics;
  return json;
}

Json run_json(const flows::Knowledge& knowledge, const flows::ScoreRun& run) {
  const DriftLimits limits = drift_limits(knowledge);
  Json json = {{"model", run.model},
               {"version", run.version},
               {"period", base::format_period(run.period)},
               {"revision", run.revision},
               {"units", run.units},
               {"grades", run.grades},
               {"mean", run.mean},
               {"drift", run.drift},
               {"drift_state", run.drift >= limits.alarm   ? "alarm"
                               : run.drift >= limits.watch ? "watch"
                                                           : "stable"},
               {"changed", run.changed},
               {"by", run.by},
               {"at", run.at},
               {"seq", run.seq},
               {"digest", run.digest}};
  put_text(json, "reason", run.reason);
  return json;
}

Json impact_json(const flows::Knowledge& knowledge, const flows::RegisterModel& model, const flows::Impact& impact) {
  Json districts = Json::array();
  for (const flows::ImpactGroup& group : impact.districts)
    districts.push_back(group_json(group, region_title(knowledge, group.code)));
  Json sections = Json::array();
  for (const flows::ImpactGroup& group : impact.sections)
    sections.push_back(group_json(group, industry_title(knowledge, group.code)));
  Json indicators = Json::array();
  for (size_t at = 0; at < impact.indicators.size(); ++at) {
    const flows::IndicatorShape& shape = impact.indicators[at];
    const flows::IndicatorSource& source = model.indicators[at];
    indicators.push_back({{"code", shape.code},
                          {"title_zh", source.title_zh},
                          {"title_en", source.title_en},
                          {"unit", source.unit},
                          {"values", shape.values},
                          {"min", shape.min},
                          {"max", shape.max},
                          {"skewness", shape.skewness},
                          {"before", shape.before},
                          {"after", shape.after},
                          {"mean", shape.mean_normalised},
                          {"weight", impact.effective_weights[at]}});
  }
  return {{"units", impact.units},
          {"sampled_of", impact.sampled_of},
          {"grade_names", impact.grade_names},
          {"grades", impact.grades},
          {"score_classes", impact.score_classes},
          {"score_classes_before", impact.score_classes_before},
          {"moves", impact.moves.counts},
          {"up", impact.moves.up},
          {"down", impact.moves.down},
          {"districts", std::move(districts)},
          {"sections", std::move(sections)},
          {"indicators", std::move(indicators)},
          {"notes", impact.notes}};
}

Json card_json(const flows::Knowledge& knowledge, const flows::RegisterModel& model, const flows::UnitCard& card) {
  Json indicators = Json::array();
  for (const flows::CardIndicator& indicator : card.indicators) {
    const flows::IndicatorSource& source = source_of(model, indicator.code);
    Json sources = Json::array();
    for (const std::string& id : indicator.sources) {
      const auto known = knowledge.sources().find(id);
      sources.push_back({{"id", id}, {"title", known ? knowledge.sources().at(*known).title_zh : id}});
    }
    Json json = {{"code", indicator.code},
                 {"title_zh", source.title_zh},
                 {"title_en", source.title_en},
                 {"unit", source.unit},
                 {"value", number_json(indicator.value)},
                 {"base", number_json(indicator.base)},
                 {"normalised", number_json(indicator.normalised)},
                 {"points", number_json(indicator.points)},
                 {"points_sealed", number_json(indicator.points_sealed)},
                 {"kind", indicator.kind},
                 {"sources", std::move(sources)}};
    if (indicator.period.yyyymm != 0) json["period"] = base::format_period(indicator.period);
    indicators.push_back(std::move(json));
  }
  Json history = Json::array();
  for (const flows::CardHistory& entry : card.history) {
    history.push_back({{"period", base::format_period(entry.run.period)},
                       {"version", entry.run.version},
                       {"revision", entry.run.revision},
                       {"score", number_json(entry.score)},
                       {"grade", entry.grade},
                       {"coverage", entry.coverage},
                       {"at", entry.run.at}});
  }
  return {{"unit", std::to_string(card.unit)},
          {"model", model.model.id},
          {"title_zh", model.title_zh},
          {"title_en", model.title_en},
          {"period", base::format_period(card.period)},
          {"in_population", card.in_population},
          {"score", number_json(card.score)},
          {"grade", card.grade},
          {"coverage", card.coverage},
          {"sealed_score", number_json(card.score_sealed)},
          {"sealed_grade", card.grade_sealed},
          {"caps", card.caps},
          {"indicators", std::move(indicators)},
          {"history", std::move(history)}};
}

}  // namespace minglu::server
