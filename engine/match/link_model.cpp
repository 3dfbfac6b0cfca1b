#include "match/link_model.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>

namespace minglu::match {
namespace {

using nlohmann::ordered_json;

Error model_error(const std::string& what) { return base::invalid_argument("比对模型：" + what); }

Status check_keys(const ordered_json& object, const std::string& where, std::initializer_list<std::string_view> known) {
  if (!object.is_object()) return model_error(where + " 应为对象");
  for (const auto& [key, value] : object.items()) {
    bool found = false;
    for (const std::string_view name : known) found = found || name == key;
    if (!found) return model_error(where + " 中有未知的键 \"" + key + "\"");
  }
  return ok_status();
}

Result<std::string> text_of(const ordered_json& object, const std::string& key, const std::string& where) {
  if (!object.contains(key)) return std::string();
  if (!object[key].is_string()) return model_error(where + " 的 \"" + key + "\" 应为文字");
  return object[key].get<std::string>();
}

Result<std::vector<std::string>> columns_of(const ordered_json& object, const std::string& key,
                                            const std::string& where) {
  if (!object.contains(key) || !object[key].is_array() || object[key].empty()) {
    return model_error(where + " 的 \"" + key + "\" 应为非空的列名数组");
  }
  std::vector<std::string> names;
  for (const auto& name : object[key]) {
    if (!name.is_string()) return model_error(where + " 的 \"" + key + "\" 应全部是列名");
    names.push_back(name.get<std::string>());
  }
  return names;
}

Result<ComparisonSpec> parse_comparison(const ordered_json& object, size_t at) {
  std::string where = "comparisons[" + std::to_string(at) + "]";
  MINGLU_CHECK(check_keys(object, where, {"name", "kind", "columns", "left", "right", "combine"}));
  ComparisonSpec spec;
  MINGLU_TRY(const std::string kind, text_of(object, "kind", where));
  MINGLU_TRY(spec.kind, parse_kind(kind));
  if (object.contains("columns")) {
    MINGLU_TRY(spec.left, columns_of(object, "columns", where));
    spec.right = spec.left;
  } else {
    MINGLU_TRY(spec.left, columns_of(object, "left", where));
    MINGLU_TRY(spec.right, columns_of(object, "right", where));
  }
  MINGLU_TRY(spec.name, text_of(object, "name", where));
  if (spec.name.empty()) spec.name = spec.left.front();
  MINGLU_TRY(const std::string combine, text_of(object, "combine", where));
  if (!combine.empty() && combine != "join" && combine != "any") {
    return model_error(where + " 的 \"combine\" 应为 \"join\" 或 \"any\"");
  }
  spec.combine = combine == "any" ? Combine::kAny : Combine::kJoin;
  return spec;
}

Result<std::vector<double>> probabilities_of(const ordered_json& object, const char* key, const std::string& where) {
  if (!object.contains(key) || !object[key].is_array()) return model_error(where + " 缺少 \"" + key + "\"");
  std::vector<double> values;
  for (const auto& value : object[key]) {
    if (!value.is_number() || value.get<double>() <= 0 || value.get<double>() > 1) {
      return model_error(where + " 的 \"" + key + "\" 应为 (0, 1] 内的概率");
    }
    values.push_back(value.get<double>());
  }
  return values;
}

/// A table of finite numbers with a known shape.
Result<std::vector<std::vector<double>>> table_of(const ordered_json& object, const char* key, const std::string& where,
                                                  size_t rows, size_t columns) {
  const Error error = model_error(where + " 的 \"" + key + "\" 应为 " + std::to_string(rows) + "×" +
                                  std::to_string(columns) + " 的数字表");
  if (!object.contains(key) || !object[key].is_array() || object[key].size() != rows) return error;
  std::vector<std::vector<double>> table;
  for (const auto& row : object[key]) {
    if (!row.is_array() || row.size() != columns) return error;
    table.emplace_back();
    for (const auto& cell : row) {
      if (!cell.is_number() || !(std::fabs(cell.get<double>()) < 1000)) return error;
      table.back().push_back(cell.get<double>());
    }
  }
  return table;
}

size_t level_count(const LinkModel& model, size_t at) {
  return make_comparison(model.comparisons[at].kind, {})->levels().size();
}

Result<Dependence> parse_dependence(const ordered_json& entry, size_t at, const LinkModel& model) {
  const std::string where = "learned.dependences[" + std::to_string(at) + "]";
  MINGLU_CHECK(check_keys(entry, where, {"first", "second", "bits"}));
  for (const char* key : {"first", "second"}) {
    if (!entry.contains(key) || !entry[key].is_number_unsigned() ||
        entry[key].get<uint64_t>() >= model.comparisons.size()) {
      return model_error(where + " 的 \"" + key + "\" 应为 comparisons 的序号");
    }
  }
  Dependence dependence;
  dependence.first = entry["first"].get<uint8_t>();
  dependence.second = entry["second"].get<uint8_t>();
  if (dependence.first == dependence.second) return model_error(where + " 的 first 与 second 不能相同");
  MINGLU_TRY(dependence.bits, table_of(entry, "bits", where, level_count(model, dependence.first),
                                       level_count(model, dependence.second)));
  return dependence;
}

Result<LearnedModel> parse_learned(const ordered_json& object, const LinkModel& model) {
  MINGLU_CHECK(check_keys(object, "learned", {"prior", "comparisons", "dependences"}));
  LearnedModel learned;
  if (!object.contains("prior") || !object["prior"].is_number()) return model_error("learned 缺少 \"prior\"");
  learned.prior = object["prior"].get<double>();
  if (!(learned.prior > 0 && learned.prior < 1)) return model_error("learned.prior 应在 (0, 1) 内");
  if (!object.contains("comparisons") || object["comparisons"].size() != model.comparisons.size()) {
    return model_error("learned.comparisons 的个数应与 comparisons 相同");
  }
  for (size_t i = 0; i < model.comparisons.size(); ++i) {
    std::string where = "learned.comparisons[" + std::to_string(i) + "]";
    const ordered_json& entry = object["comparisons"][i];
    MINGLU_CHECK(check_keys(entry, where, {"name", "levels", "m", "u", "rarity_bits"}));
    LearnedLevels probabilities;
    MINGLU_TRY(probabilities.m, probabilities_of(entry, "m", where));
    MINGLU_TRY(probabilities.u, probabilities_of(entry, "u", where));
    const size_t levels = make_comparison(model.comparisons[i].kind, {})->levels().size();
    if (probabilities.m.size() != levels || probabilities.u.size() != levels) {
      return model_error(where + " 应有 " + std::to_string(levels) + " 个等级");
    }
    MINGLU_TRY(const auto rarity, table_of(entry, "rarity_bits", where, levels, kRarityClasses));
    for (const std::vector<double>& row : rarity) {
      probabilities.rarity.emplace_back();
      std::copy(row.begin(), row.end(), probabilities.rarity.back().begin());
    }
    learned.comparisons.push_back(std::move(probabilities));
  }
  if (object.contains("dependences")) {
    for (size_t i = 0; i < object["dependences"].size(); ++i) {
      MINGLU_TRY(Dependence dependence, parse_dependence(object["dependences"][i], i, model));
      learned.dependences.push_back(std::move(dependence));
    }
  }
  return learned;
}

/// Company names bring their forms of organisation along, unless the model compares them itself.
void add_legal_forms(LinkModel& model) {
  const bool has_forms = std::any_of(model.comparisons.begin(), model.comparisons.end(),
                                     [](const ComparisonSpec& spec) { return spec.kind == Kind::kLegalForm; });
  const size_t count = model.comparisons.size();
  for (size_t i = 0; !has_forms && i < count && model.comparisons.size() < kComparisonsMax; ++i) {
    const ComparisonSpec& names = model.comparisons[i];
    if (names.kind != Kind::kCompanyName) continue;
    ComparisonSpec forms = names;
    forms.name += " (legal form)";
    forms.kind = Kind::kLegalForm;
    model.comparisons.push_back(std::move(forms));
  }
}

Status check_legal_forms(const LinkModel& model) {
  for (const ComparisonSpec& forms : model.comparisons) {
    if (forms.kind != Kind::kLegalForm) continue;
    const bool has_names =
        std::any_of(model.comparisons.begin(), model.comparisons.end(), [&](const ComparisonSpec& names) {
          return names.kind == Kind::kCompanyName && names.left == forms.left && names.right == forms.right &&
                 names.combine == forms.combine;
        });
    if (!has_names) return model_error("legal_form 的列必须与某个 company_name 的列相同");
  }
  return ok_status();
}

Status parse_id(const ordered_json& root, LinkModel& model) {
  if (!root.contains("id")) return ok_status();
  if (root["id"].is_string()) {
    model.id_left = model.id_right = root["id"].get<std::string>();
    return ok_status();
  }
  MINGLU_CHECK(check_keys(root["id"], "id", {"left", "right"}));
  MINGLU_TRY(model.id_left, text_of(root["id"], "left", "id"));
  MINGLU_TRY(model.id_right, text_of(root["id"], "right", "id"));
  return ok_status();
}

Status parse_thresholds(const ordered_json& root, LinkModel& model) {
  if (!root.contains("thresholds")) return ok_status();
  const ordered_json& object = root["thresholds"];
  MINGLU_CHECK(check_keys(object, "thresholds", {"link_bits", "review_bits", "margin_bits"}));
  for (const auto& [key, value] : object.items()) {
    if (!value.is_number() || !(std::fabs(value.get<double>()) <= 1000)) {
      return model_error("thresholds." + key + " 应为 -1000 到 1000 的数字");
    }
    double& threshold = key == "link_bits"     ? model.thresholds.link_bits
                        : key == "review_bits" ? model.thresholds.review_bits
                                               : model.thresholds.margin_bits;
    threshold = value.get<double>();
  }
  if (model.thresholds.review_bits > model.thresholds.link_bits) {
    return model_error("thresholds.review_bits 不能大于 link_bits");
  }
  return ok_status();
}

}  // namespace

size_t rarity_class(uint32_t records_with_term) noexcept {
  constexpr std::array<uint32_t, kRarityClasses - 1> kUpTo{2, 4, 8, 16, 64, 512, 4096};
  size_t at = 0;
  while (at < kUpTo.size() && records_with_term > kUpTo[at]) ++at;
  return at;
}

Result<LinkModel> parse_link_model(std::string_view json) {
  const ordered_json root = ordered_json::parse(json, nullptr, false, true);
  if (root.is_discarded()) return model_error("不是合法的 JSON");
  MINGLU_CHECK(
      check_keys(root, "顶层", {"name", "id", "source", "clean_sources", "comparisons", "thresholds", "learned"}));
  LinkModel model;
  MINGLU_TRY(model.name, text_of(root, "name", "顶层"));
  MINGLU_TRY(model.source, text_of(root, "source", "顶层"));
  MINGLU_CHECK(parse_id(root, model));
  if (root.contains("clean_sources")) { MINGLU_TRY(model.clean_sources, columns_of(root, "clean_sources", "顶层")); }
  if (!root.contains("comparisons") || !root["comparisons"].is_array() || root["comparisons"].empty()) {
    return model_error("缺少 comparisons：至少列出一个要比对的列");
  }
  if (root["comparisons"].size() > kComparisonsMax) {
    return model_error("comparisons 最多 " + std::to_string(kComparisonsMax) + " 个");
  }
  for (size_t i = 0; i < root["comparisons"].size(); ++i) {
    MINGLU_TRY(ComparisonSpec spec, parse_comparison(root["comparisons"][i], i));
    model.comparisons.push_back(std::move(spec));
  }
  add_legal_forms(model);
  MINGLU_CHECK(check_legal_forms(model));
  MINGLU_CHECK(parse_thresholds(root, model));
  if (root.contains("learned")) { MINGLU_TRY(model.learned, parse_learned(root["learned"], model)); }
  return model;
}

std::string link_model_json(const LinkModel& model) {
  ordered_json root;
  root["name"] = model.name;
  if (!model.id_left.empty()) root["id"] = ordered_json{{"left", model.id_left}, {"right", model.id_right}};
  if (!model.source.empty()) root["source"] = model.source;
  if (!model.clean_sources.empty()) root["clean_sources"] = model.clean_sources;
  root["thresholds"] = ordered_json{{"link_bits", model.thresholds.link_bits},
                                    {"review_bits", model.thresholds.review_bits},
                                    {"margin_bits", model.thresholds.margin_bits}};
  for (const ComparisonSpec& spec : model.comparisons) {
    root["comparisons"].push_back(ordered_json{{"name", spec.name},
                                               {"kind", kind_name(spec.kind)},
                                               {"left", spec.left},
                                               {"right", spec.right},
                                               {"combine", spec.combine == Combine::kAny ? "any" : "join"}});
  }
  if (!model.learned) return root.dump(2) + "\n";
  ordered_json learned{{"prior", model.learned->prior}, {"comparisons", ordered_json::array()}};
  for (size_t i = 0; i < model.comparisons.size(); ++i) {
    ordered_json names = ordered_json::array();
    for (const Level& level : make_comparison(model.comparisons[i].kind, {})->levels()) names.push_back(level.name);
    learned["comparisons"].push_back(ordered_json{{"name", model.comparisons[i].name},
                                                  {"levels", names},
                                                  {"m", model.learned->comparisons[i].m},
                                                  {"u", model.learned->comparisons[i].u},
                                                  {"rarity_bits", model.learned->comparisons[i].rarity}});
  }
  for (const Dependence& dependence : model.learned->dependences) {
    learned["dependences"].push_back(
        ordered_json{{"first", dependence.first}, {"second", dependence.second}, {"bits", dependence.bits}});
  }
  root["learned"] = learned;
  return root.dump(2) + "\n";
}

}  // namespace minglu::match
