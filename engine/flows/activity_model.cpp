#include "flows/activity_model.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.hpp"
#include "rules/field_schema.hpp"

namespace minglu::flows {
namespace {

using Json = nlohmann::ordered_json;

Error bad(const std::string& zh, const std::string& en) { return activity::model_error(zh, en); }

std::string text_or(const Json& object, const char* key, const std::string& otherwise) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : otherwise;
}

Result<int32_t> months_of(const Json& object, const char* key, int32_t otherwise, const std::string& where) {
  if (!object.contains(key)) return otherwise;
  const Json& value = object[key];
  if (value.is_number_integer() && value.get<int64_t>() >= 0 && value.get<int64_t>() <= kPanelMonthsMax)
    return value.get<int32_t>();
  return bad("列 " + where + " 的 " + key + " 应为 0 到 " + std::to_string(kPanelMonthsMax) + " 的整数",
             "column " + where + ": " + key + " must be a whole number from 0 to " + std::to_string(kPanelMonthsMax));
}

std::optional<Reduce> reduce_of(const std::string& word) {
  if (word == "sum") return Reduce::kSum;
  if (word == "last") return Reduce::kLast;
  if (word == "months") return Reduce::kMonths;
  if (word == "months_positive") return Reduce::kMonthsPositive;
  if (word == "quarters") return Reduce::kQuarters;
  return std::nullopt;
}

class Parser {
 public:
  Parser(const Knowledge& knowledge, std::string_view document) : knowledge_(knowledge) { out_.document = document; }

  Result<RegisterModel> parse() {
    json_ = Json::parse(out_.document, nullptr, false);
    MINGLU_TRY(const std::string presets, base::read_file(knowledge_.directory() / "activity" / "presets.json"));
    MINGLU_TRY(out_.model, activity::parse_model(out_.document, presets));
    if (out_.model.id.empty()) return bad("缺少 id", "there is no id");
    if (out_.model.grades.empty()) return bad("缺少 grades", "there are no grades");
    out_.title_zh = text_or(json_, "title_zh", out_.model.id);
    out_.title_en = text_or(json_, "title_en", out_.title_zh);
    MINGLU_CHECK(parse_columns());
    MINGLU_TRY(rules::Schema units, rules::load_field_schema(knowledge_.directory()));
    for (const rules::SchemaField& field : units.fields) {
      if (knowledge_.fields().find(field.name) && !out_.schema.find(field.name)) out_.schema.fields.push_back(field);
    }
    out_.schema.fields.push_back({"region", {rules::TypeKind::kText, ""}, "所在地区划"});
    MINGLU_CHECK(parse_attributes());
    if (json_.contains("population")) {
      MINGLU_TRY(out_.population, expression(text_or(json_, "population", ""), "population", true));
    }
    MINGLU_CHECK(parse_indicators());
    MINGLU_CHECK(check_names());
    MINGLU_CHECK(set_class());
    return std::move(out_);
  }

 private:
  Status parse_columns() {
    const Json columns = json_.contains("columns") ? json_["columns"] : Json::object();
    if (!columns.is_object()) return bad("columns 应为对象", "columns must be an object");
    for (const auto& [name, value] : columns.items()) {
      ModelColumn column{.name = name, .source = text_or(value, "source", ""), .field = text_or(value, "field", "")};
      const auto reduce = reduce_of(text_or(value, "reduce", "last"));
      if (!reduce) {
        return bad("列 " + name + " 的 reduce 应为 sum、last、months、months_positive 或 quarters",
                   "column " + name + ": reduce must be sum, last, months, months_positive or quarters");
      }
      column.reduce = *reduce;
      MINGLU_TRY(column.months, months_of(value, "months", 1, name));
      MINGLU_TRY(column.shift, months_of(value, "shift", 0, name));
      if (column.months == 0) return bad("列 " + name + " 的 months 至少为 1", "column " + name + ": months from 1");
      MINGLU_TRY(const codes::FieldId field, indicator_field(column));
      column.type = type_of(column, knowledge_.fields().info(field).kind);
      out_.schema.fields.push_back({name, column.type, {}});
      out_.columns.push_back(std::move(column));
    }
    return ok_status();
  }

  Result<codes::FieldId> indicator_field(const ModelColumn& column) const {
    const auto source = knowledge_.sources().find(column.source);
    const auto field = knowledge_.fields().find(column.field);
    if (source && field) {
      for (const ingest::ColumnMap& map : knowledge_.sources().at(*source).columns) {
        if (!map.indicator || map.field.value != field->value) continue;
        if (column.reduce != Reduce::kSum || map.figure != ingest::FigureKind::kLevel) return *field;
        return bad("列 " + column.name + " 是时点数，不能用 sum", "column " + column.name + " is a level: no sum");
      }
    }
    return bad(
        "列 " + column.name + "：来源“" + column.source + "”没有指标“" + column.field + "”",
        "column " + column.name + ": source \"" + column.source + "\" has no indicator \"" + column.field + "\"");
  }

  static rules::FieldType type_of(const ModelColumn& column, codes::FieldKind kind) {
    if (column.reduce != Reduce::kSum && column.reduce != Reduce::kLast) return {rules::TypeKind::kInt, ""};
    if (kind == codes::FieldKind::kMoney) return {rules::TypeKind::kMoney, ""};
    return {kind == codes::FieldKind::kDecimal ? rules::TypeKind::kDouble : rules::TypeKind::kInt, ""};
  }

  Result<ModelExpression> expression(const std::string& text, const std::string& where, bool condition) {
    const auto wrap = [&](const Error& problem) {
      return bad(where + " 的表达式“" + text + "”有误：" + problem.message,
                 where + ": the expression is wrong: " + problem.message);
    };
    const Result<rules::Expr> parsed = rules::parse_text(text);
    if (!parsed.ok()) return wrap(parsed.error());
    const Result<rules::TypedExpr> typed =
        condition ? rules::check_condition(*parsed, out_.schema) : rules::check(*parsed, out_.schema);
    if (!typed.ok()) return wrap(typed.error());
    ModelExpression result{text, *typed, rules::fields_of(*parsed)};
    for (const std::string& name : result.names) {
      const bool is_column = std::any_of(out_.columns.begin(), out_.columns.end(),
                                         [&](const ModelColumn& column) { return column.name == name; });
      if (!is_column) fields_.insert(name);
    }
    return result;
  }

  Result<ModelExpression> number(const std::string& text, const std::string& where) {
    MINGLU_TRY(ModelExpression found, expression(text, where, false));
    const rules::TypeKind kind = found.typed.type().kind;
    if (kind == rules::TypeKind::kInt || kind == rules::TypeKind::kMoney || kind == rules::TypeKind::kDouble)
      return found;
    return bad(where + " 应为数值", where + " must be a number");
  }

  Status parse_attributes() {
    const Json attributes = json_.contains("attributes") ? json_["attributes"] : Json::object();
    if (!attributes.is_object()) return bad("attributes 应为对象", "attributes must be an object");
    for (const auto& [name, value] : attributes.items()) {
      MINGLU_TRY(ModelExpression found,
                 expression(value.is_string() ? value.get<std::string>() : "", "attributes." + name, false));
      if (rules::storage_of(found.typed.type().kind) != rules::Storage::kText)
        return bad("attributes." + name + " 应为文字", "attributes." + name + " must be a text");
      out_.attributes.push_back({name, std::move(found)});
    }
    return ok_status();
  }

  Status parse_indicators() {
    const Json& list = json_["indicators"];  // parse_model has seen the list and its codes
    for (size_t at = 0; at < list.size(); ++at) {
      const std::string code = out_.model.indicators[at].code;
      const auto text = [&](const char* key) { return text_or(list[at], key, ""); };
      if (text("value").empty())
        return bad("指标 " + code + " 缺少 value（取值表达式）", "indicator " + code + " has no value (expression)");
      MINGLU_TRY(ModelExpression value, number(text("value"), code + ".value"));
      IndicatorSource source{.value = std::move(value),
                             .base = std::nullopt,
                             .applies = std::nullopt,
                             .title_zh = text_or(list[at], "title_zh", code),
                             .title_en = text_or(list[at], "title_en", code),
                             .unit = text("unit")};
      if (!text("base").empty()) { MINGLU_TRY(source.base, number(text("base"), code + ".base")); }
      if (!text("applies").empty()) {
        MINGLU_TRY(source.applies, expression(text("applies"), code + ".applies", true));
      }
      if (out_.model.indicators[at].normaliser->needs_base && !source.base)
        return bad("指标 " + code + " 用基期法，需要 base", "indicator " + code + " needs base, an expression");
      out_.indicators.push_back(std::move(source));
    }
    return ok_status();
  }

  /// Peers, caps and factors name attributes.
  Status check_names() {
    std::vector<std::string> named = out_.model.peer_columns;
    for (const activity::Cap& cap : out_.model.caps) named.push_back(cap.column);
    for (const activity::Factor& factor : out_.model.factors) named.push_back(factor.column);
    for (const std::string& name : named) {
      if (std::any_of(out_.attributes.begin(), out_.attributes.end(), [&](const auto& a) { return a.name == name; }))
        continue;
      return bad("attributes 里没有“" + name + "”", "there is no attribute \"" + name + "\"");
    }
    out_.fields.assign(fields_.begin(), fields_.end());
    return ok_status();
  }

  // A score inherits the strictest class of its inputs. A field of a unit may have won by any source that states it.
  Status set_class() {
    const auto raise = [&](std::string_view word) {
      const auto known = access::find_source_class(word);
      out_.source_class = std::max(out_.source_class, known.value_or(access::SourceClass::kDeclaration));
    };
    const ingest::Sources& sources = knowledge_.sources();
    for (const ModelColumn& column : out_.columns) {
      raise(sources.at(*sources.find(column.source)).source_class);
      raise(knowledge_.fields().info(*knowledge_.fields().find(column.field)).source_class);
    }
    for (const std::string& name : out_.fields) {
      const auto field = knowledge_.fields().find(name == "region" ? "region_code" : name);
      raise(knowledge_.fields().info(*field).source_class);
      for (uint16_t i = 0; i < sources.size(); ++i) {
        const ingest::SourceDefinition& source = sources.at(units::SourceId{i});
        const bool states = std::any_of(source.columns.begin(), source.columns.end(),
                                        [&](const auto& c) { return c.field.value == field->value; }) ||
                            std::any_of(source.constants.begin(), source.constants.end(),
                                        [&](const auto& c) { return c.field.value == field->value; });
        if (states) raise(source.source_class);
      }
    }
    return ok_status();
  }

  const Knowledge& knowledge_;
  Json json_;
  RegisterModel out_;
  std::set<std::string> fields_;
};

}  // namespace

Result<RegisterModel> parse_register_model(const Knowledge& knowledge, std::string_view document) {
  return Parser(knowledge, document).parse();
}

Result<std::vector<std::string>> default_models(const Knowledge& knowledge) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(knowledge.directory() / "activity" / "models", error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (error) return base::not_found("no folder \"activity/models\" in the catalog");
  std::sort(files.begin(), files.end());
  std::vector<std::string> documents;
  for (const std::filesystem::path& file : files) {
    MINGLU_TRY(std::string bytes, base::read_file(file));
    documents.push_back(std::move(bytes));
  }
  return documents;
}

}  // namespace minglu::flows
