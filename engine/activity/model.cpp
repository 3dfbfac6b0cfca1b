#include "activity/model.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "activity/internal/model_json.hpp"
#include "base/hash.hpp"

namespace minglu::activity {
namespace {

/// A node as the model states it, before the tree is put in order.
struct Node {
  std::string code;
  std::string parent;
  double weight = kNull;
};

struct Draft {
  Model model;
  Json preset;                        // the values of the chosen preset
  std::vector<Node> indicator_nodes;  // beside model.indicators
  std::vector<Node> group_nodes;      // beside model.groups
};

Result<Json> object_of(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_object()) return json;
  return model_error("不是 JSON 对象", "the text is no JSON object");
}

Json preset_values(const Json& preset, const char* family, std::string_view method) {
  if (!preset.contains(family)) return {};
  const Json& values = preset[family];
  const std::string name(method);
  return values.contains(name) ? values[name] : Json();
}

Json value_or_null(const Json& object, const char* key) { return object.contains(key) ? object[key] : Json(); }

Result<std::vector<TreatStep>> parse_treat(const Json& object, const Json& preset, const std::string& where,
                                           Notes& notes) {
  std::vector<TreatStep> steps;
  const Json given = value_or_null(object, "treat");
  if (given.is_null()) return steps;
  for (const Json& step : given.is_array() ? given : Json::array({given})) {
    MINGLU_TRY(const Json method, method_of(step, {}, where));
    MINGLU_TRY(const Treatment* treatment, find_treatment(method["method"].get<std::string>(), where));
    MINGLU_TRY(
        Parameters parameters,
        Parameters::make(treatment->doc, method, preset_values(preset, "treat", treatment->doc.name), where, notes));
    steps.push_back({.treatment = treatment, .parameters = std::move(parameters)});
  }
  return steps;
}

Result<MissingKind> parse_missing(const Json& object, const std::string& where) {
  MINGLU_TRY(const std::string word, text_of(object, "missing", where));
  if (word.empty() || word == "NOT_LINKED") return MissingKind::kNotLinked;
  if (word == "ZERO") return MissingKind::kZero;
  if (word == "NOT_APPLICABLE") return MissingKind::kNotApplicable;
  return model_error(where + " 的 missing 应为 NOT_LINKED、ZERO 或 NOT_APPLICABLE",
                     where + ": missing must be NOT_LINKED, ZERO or NOT_APPLICABLE");
}

Result<Node> parse_node(const Json& object, const std::string& where) {
  if (!object.is_object()) return model_error(where + " 应为对象", where + " must be an object");
  Node node;
  MINGLU_TRY(node.code, text_of(object, "code", where));
  if (node.code.empty()) return model_error(where + " 缺少 code", where + " has no code");
  MINGLU_TRY(node.parent, text_of(object, "parent", where));
  MINGLU_TRY(node.weight, weight_of(object, "weight", where));
  return node;
}

Status parse_indicator(const Json& object, const Json& root, size_t at, Draft& draft) {
  std::string where = "indicators[" + std::to_string(at) + "]";
  Notes& notes = draft.model.notes;
  MINGLU_TRY(Node node, parse_node(object, where));
  where += " " + node.code;
  note_unknown_keys(object, where,
                    {"code", "column", "base_column", "direction", "weight", "parent", "missing", "treat", "normalise",
                     "value", "base", "applies"},
                    notes);
  Indicator indicator{.code = node.code};
  MINGLU_TRY(indicator.column, text_of(object, "column", where));
  if (indicator.column.empty()) indicator.column = indicator.code;
  MINGLU_TRY(indicator.base_column, text_of(object, "base_column", where));
  MINGLU_TRY(indicator.direction, direction_of(object, where));
  MINGLU_TRY(indicator.missing, parse_missing(object, where));
  MINGLU_TRY(indicator.treat, parse_treat(object.contains("treat") ? object : root, draft.preset, where, notes));
  MINGLU_TRY(const Json method, method_of(value_or_null(object, "normalise"),
                                          root.contains("normalise") ? root["normalise"] : Json("minmax"), where));
  MINGLU_TRY(indicator.normaliser, find_normaliser(method["method"].get<std::string>(), where));
  Json given = method;
  if (given.contains("base_column") && indicator.base_column.empty()) {
    MINGLU_TRY(indicator.base_column, text_of(given, "base_column", where));
  }
  given.erase("base_column");
  const MethodDoc& doc = indicator.normaliser->doc;
  MINGLU_TRY(indicator.parameters,
             Parameters::make(doc, given, preset_values(draft.preset, "normalise", doc.name), where, notes));
  if (indicator.normaliser->check != nullptr) MINGLU_CHECK(indicator.normaliser->check(indicator.parameters, where));
  if (indicator.base_column.empty() && object.contains("base")) indicator.base_column = indicator.code + ":base";
  if (indicator.normaliser->needs_base && indicator.base_column.empty()) {
    return model_error(where + " 用基期法，需要 base_column（基期值所在的列）",
                       where + ": base_period needs base_column, the column with the values of the base period");
  }
  draft.model.indicators.push_back(std::move(indicator));
  draft.indicator_nodes.push_back(std::move(node));
  return ok_status();
}

/// Sets how a group weighs and aggregates; `object` is null for the group that is added.
Status set_group_methods(const Json& object, const Json& root, const std::string& where, Draft& draft, Group& group) {
  const Json own_aggregate = value_or_null(object, "aggregate");
  MINGLU_TRY(const Json aggregate,
             method_of(own_aggregate, root.contains("aggregate") ? root["aggregate"] : Json("arithmetic"), where));
  MINGLU_TRY(group.aggregator, find_aggregator(aggregate["method"].get<std::string>(), where));
  const Json own_weights = value_or_null(object, "weights");
  const Json weights = own_weights.is_null() ? value_or_null(root, "weights") : own_weights;
  if (weights.is_null()) return ok_status();
  MINGLU_TRY(const Json method, method_of(weights, {}, where + ".weights"));
  MINGLU_TRY(group.weigher, find_weigher(method["method"].get<std::string>(), where));
  MINGLU_TRY(group.weigh_parameters, Parameters::make(group.weigher->doc, method, {}, where, draft.model.notes));
  return ok_status();
}

Status parse_group(const Json& object, const Json& root, size_t at, Draft& draft) {
  std::string where = "groups[" + std::to_string(at) + "]";
  MINGLU_TRY(Node node, parse_node(object, where));
  where += " " + node.code;
  note_unknown_keys(object, where, {"code", "weight", "parent", "aggregate", "weights"}, draft.model.notes);
  Group group{.code = node.code};
  MINGLU_CHECK(set_group_methods(object, root, where, draft, group));
  draft.model.groups.push_back(std::move(group));
  draft.group_nodes.push_back(std::move(node));
  return ok_status();
}

Result<std::map<std::string, size_t>> group_places(const Draft& draft) {
  std::map<std::string, size_t> groups;
  std::map<std::string, bool> codes;
  const auto twice = [](const std::string& code) {
    return model_error("编码 " + code + " 重复", "the code " + code + " occurs twice");
  };
  for (size_t at = 0; at < draft.group_nodes.size(); ++at) {
    groups[draft.group_nodes[at].code] = at;
    if (!codes.emplace(draft.group_nodes[at].code, true).second) return twice(draft.group_nodes[at].code);
  }
  for (const Node& node : draft.indicator_nodes) {
    if (!codes.emplace(node.code, true).second) return twice(node.code);
  }
  return groups;
}

/// The one group without parent, added when there is none or more than one node stands at the top.
Result<size_t> find_root(const Json& json, Draft& draft) {
  std::vector<size_t> tops;
  for (size_t at = 0; at < draft.group_nodes.size(); ++at) {
    if (draft.group_nodes[at].parent.empty()) tops.push_back(at);
  }
  if (tops.size() == 1) return tops.front();
  if (tops.empty() && !draft.group_nodes.empty()) {
    return model_error("没有顶层组：每个组都有 parent", "no group stands at the top: every one has a parent");
  }
  Group root{.code = "score"};
  MINGLU_CHECK(set_group_methods({}, json, "score", draft, root));
  draft.model.groups.push_back(std::move(root));
  draft.group_nodes.push_back({.code = "score"});
  return draft.group_nodes.size() - 1;
}

Status attach(const std::vector<Node>& nodes, bool are_groups, size_t root, const std::map<std::string, size_t>& places,
              Model& model) {
  for (size_t at = 0; at < nodes.size(); ++at) {
    if (are_groups && at == root) continue;
    size_t parent = root;
    if (!nodes[at].parent.empty()) {
      const auto found = places.find(nodes[at].parent);
      if (found == places.end()) {
        return model_error(nodes[at].code + " 的 parent \"" + nodes[at].parent + "\" 不是任何组的编码",
                           nodes[at].code + ": parent \"" + nodes[at].parent + "\" is no group");
      }
      parent = found->second;
    }
    model.groups[parent].members.push_back({.is_group = are_groups, .at = at, .weight = nodes[at].weight});
  }
  return ok_status();
}

/// Puts members before the groups that hold them; what the root does not reach is a ring.
Status put_in_order(size_t root, Model& model) {
  std::vector<size_t> order;
  std::vector<int> seen(model.groups.size(), 0);
  const std::function<void(size_t)> visit = [&](size_t at) {
    seen[at] = 1;
    for (const Member& member : model.groups[at].members) {
      if (member.is_group && seen[member.at] == 0) visit(member.at);
    }
    order.push_back(at);
  };
  visit(root);
  for (size_t at = 0; at < model.groups.size(); ++at) {
    const std::string& code = model.groups[at].code;
    if (seen[at] == 0) return model_error("组 " + code + " 在一个环里", "group " + code + " is part of a ring");
    if (model.groups[at].members.empty()) {
      return model_error("组 " + code + " 没有成员", "group " + code + " has no members");
    }
  }
  std::vector<size_t> place(order.size());
  std::vector<Group> ordered;
  for (size_t at = 0; at < order.size(); ++at) place[order[at]] = at;
  for (const size_t at : order) ordered.push_back(std::move(model.groups[at]));
  for (Group& group : ordered) {
    for (Member& member : group.members) {
      if (member.is_group) member.at = place[member.at];
    }
  }
  model.groups = std::move(ordered);
  return ok_status();
}

/// Groups that name no weight method: given when members state weights, equal when none does. A lone member has all.
Status choose_weighers(const Json& json, Model& model) {
  const bool has_total = json.contains("weights_total") && json["weights_total"].is_number();
  for (Group& group : model.groups) {
    double sum = 0;
    size_t given = 0;
    for (const Member& member : group.members) {
      given += is_null(member.weight) ? 0 : 1;
      sum += is_null(member.weight) ? 0 : member.weight;
    }
    if (group.weigher == nullptr) {
      group.weigher = given == 0 || group.members.size() == 1 ? &kEqual : &kGiven;
      MINGLU_TRY(group.weigh_parameters, Parameters::make(group.weigher->doc, {}, {}, group.code, model.notes));
    }
    if (!has_total || !is_method(group.weigher, kGiven)) continue;
    constexpr double kTolerance = 0.01 + 1e-9;
    const double total = json["weights_total"].get<double>();
    if (std::fabs(sum - total) <= kTolerance) continue;
    return model_error(
        "组 " + group.code + " 的权重之和为 " + std::to_string(sum) + "，应为 " + std::to_string(total),
        "group " + group.code + ": weights sum to " + std::to_string(sum) + ", not " + std::to_string(total));
  }
  return ok_status();
}

Status parse_grades(const Json& json, Draft& draft) {
  const Json grades = json.contains("grades") ? json["grades"] : draft.preset["grades"];
  if (!grades.is_array() || grades.size() > kGradesMax) {
    return model_error("grades 应为数组，最多 100 项", "grades must be a list of at most 100");
  }
  const Error order =
      model_error("grades 应从高到低，每项为 {\"grade\", \"min\"}，最后一项可以没有 min",
                  "grades must fall from high to low, each {\"grade\", \"min\"}; the last may lack min");
  for (const Json& entry : grades) {
    if (!entry.is_object()) return order;
    GradeCut cut;
    MINGLU_TRY(cut.grade, text_of(entry, "grade", "grades"));
    if (entry.contains("min") && entry["min"].is_number()) cut.min = entry["min"].get<double>();
    const std::vector<GradeCut>& before = draft.model.grades;
    if (cut.grade.empty() || (!before.empty() && !before.back().min)) return order;
    if (!before.empty() && cut.min && *cut.min >= *before.back().min) return order;
    draft.model.grades.push_back(std::move(cut));
  }
  return ok_status();
}

Status parse_caps(const Json& json, Model& model) {
  MINGLU_TRY(const Json caps, list_of(json, "caps", "caps"));
  for (size_t at = 0; at < caps.size(); ++at) {
    const std::string where = "caps[" + std::to_string(at) + "]";
    Cap cap;
    MINGLU_TRY(cap.column, text_of(caps[at], "column", where));
    MINGLU_TRY(cap.values, texts_of(caps[at], "values", where));
    MINGLU_TRY(cap.grade_max, text_of(caps[at], "grade_max", where));
    if (caps[at].contains("score") && caps[at]["score"].is_number()) cap.score = caps[at]["score"].get<double>();
    const bool known = std::any_of(model.grades.begin(), model.grades.end(),
                                   [&](const GradeCut& cut) { return cut.grade == cap.grade_max; });
    if (cap.column.empty() || cap.values.empty() || !known) {
      return model_error(where + " 需要 column、values 和 grades 中的 grade_max",
                         where + " needs column, values and a grade_max out of grades");
    }
    model.caps.push_back(std::move(cap));
  }
  return ok_status();
}

Status parse_factors(const Json& json, Model& model) {
  MINGLU_TRY(const Json factors, list_of(json, "factors", "factors"));
  for (size_t at = 0; at < factors.size(); ++at) {
    const std::string where = "factors[" + std::to_string(at) + "]";
    const Json& entry = factors[at];
    if (!entry.is_object()) return model_error(where + " 应为对象", where + " must be an object");
    note_unknown_keys(entry, where, {"column", "method", "values", "otherwise", "except", "valid_from"}, model.notes);
    Factor factor;
    MINGLU_TRY(factor.column, text_of(entry, "column", where));
    MINGLU_TRY(const std::string method, text_of(entry, "method", where));
    MINGLU_TRY(factor.except, texts_of(entry, "except", where));
    factor.from_group_means = method == "group_means";
    const Json values = value_or_null(entry, "values");
    bool good = !factor.column.empty() && (method.empty() || factor.from_group_means) &&
                values.is_object() != factor.from_group_means;
    for (const auto& [word, value] : values.items()) {
      good = good && value.is_number() && value.get<double>() > 0;
      if (good) factor.values.emplace_back(word, value.get<double>());
    }
    MINGLU_TRY(const double otherwise, weight_of(entry, "otherwise", where));
    if (!is_null(otherwise)) factor.otherwise = otherwise;
    if (!good || factor.otherwise <= 0) {
      return model_error(where + " 需要 column，以及大于 0 的 values 或 \"method\": \"group_means\"",
                         where + " needs a column, and values above 0 or \"method\": \"group_means\"");
    }
    model.factors.push_back(std::move(factor));
  }
  return ok_status();
}

Status parse_rules(const Json& json, Draft& draft) {
  Model& model = draft.model;
  const Json coverage = value_or_null(json, "coverage");
  MINGLU_TRY(double least, weight_of(coverage.is_object() ? coverage : json,
                                     coverage.is_object() ? "min" : "coverage_min", "coverage"));
  if (is_null(least)) least = draft.preset["coverage_min"].get<double>();
  if (least > 1) return model_error("最低覆盖率应在 0 到 1 之间", "the least coverage must be from 0 to 1");
  model.coverage_min = least;
  if (coverage.is_object()) {
    MINGLU_TRY(const std::string word, text_of(coverage, "not_applicable", "coverage"));
    if (!word.empty() && word != "counts" && word != "excluded") {
      return model_error("coverage.not_applicable 应为 counts 或 excluded",
                         "coverage.not_applicable must be counts or excluded");
    }
    model.not_applicable_counts = word != "excluded";
  }
  const Json peers = value_or_null(json, "peers");
  if (peers.is_object()) {
    MINGLU_TRY(model.peer_columns, texts_of(peers, "columns", "peers"));
    MINGLU_TRY(const double units, weight_of(peers, "units_min", "peers"));
    if (!is_null(units)) model.peer_units_min = static_cast<uint64_t>(units);
  }
  MINGLU_CHECK(parse_grades(json, draft));
  MINGLU_CHECK(parse_factors(json, model));
  return parse_caps(json, model);
}

Status parse_head(const Json& json, std::string_view presets, Draft& draft) {
  Model& model = draft.model;
  MINGLU_TRY(model.id, text_of(json, "id", "id"));
  MINGLU_TRY(model.version, text_of(json, "version", "version"));
  MINGLU_TRY(model.base_period, text_of(json, "base_period", "base_period"));
  MINGLU_TRY(model.id_column, text_of(json, "id_column", "id_column"));
  MINGLU_TRY(model.preset, text_of(json, "preset", "preset"));
  if (model.preset.empty()) model.preset = "rulebook";
  MINGLU_TRY(const Json known, object_of(presets));
  if (!known.contains(model.preset) || !known[model.preset].is_object()) {
    return model_error("未知的参数预设 \"" + model.preset + "\"，可用：rulebook、oecd",
                       "unknown preset \"" + model.preset + "\"; known: rulebook, oecd");
  }
  draft.preset = known[model.preset];
  note_unknown_keys(
      json, "model",
      {"id",     "version", "base_period", "id_column",  "preset",     "coverage", "coverage_min",  "peers",
       "grades", "caps",    "indicators",  "groups",     "aggregate",  "weights",  "weights_total", "normalise",
       "treat",  "factors", "columns",     "attributes", "population", "period"},
      model.notes);
  return ok_status();
}

/// Of the canonical text: keys in order of the alphabet.
std::string digest_of(const Json& json) { return base::sha256_hex(nlohmann::json::parse(json.dump()).dump()); }

}  // namespace

Result<Model> parse_model(std::string_view text, std::string_view presets) {
  MINGLU_TRY(const Json json, object_of(text));
  Draft draft;
  MINGLU_CHECK(parse_head(json, presets, draft));
  MINGLU_TRY(const Json indicators, list_of(json, "indicators", "model"));
  MINGLU_TRY(const Json groups, list_of(json, "groups", "model"));
  if (indicators.empty()) return model_error("没有指标（indicators）", "there are no indicators");
  for (size_t at = 0; at < indicators.size(); ++at) MINGLU_CHECK(parse_indicator(indicators[at], json, at, draft));
  for (size_t at = 0; at < groups.size(); ++at) MINGLU_CHECK(parse_group(groups[at], json, at, draft));
  MINGLU_TRY(const auto places, group_places(draft));
  MINGLU_TRY(const size_t root, find_root(json, draft));
  MINGLU_CHECK(attach(draft.indicator_nodes, false, root, places, draft.model));
  MINGLU_CHECK(attach(draft.group_nodes, true, root, places, draft.model));
  MINGLU_CHECK(put_in_order(root, draft.model));
  MINGLU_CHECK(choose_weighers(json, draft.model));
  MINGLU_CHECK(parse_rules(json, draft));
  draft.model.digest = digest_of(json);
  return std::move(draft.model);
}

}  // namespace minglu::activity
