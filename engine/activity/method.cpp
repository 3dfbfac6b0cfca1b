#include "activity/method.hpp"

#include <cctype>

namespace minglu::activity {
namespace {

std::string folded(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c == '-' || c == '_' || c == ' ') continue;
    out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  return out;
}

bool lists(std::string_view list, char separator, std::string_view word) {
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find(separator, at), list.size());
    if (list.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

bool fits(const ParameterDoc& parameter, const Json& value) {
  if (value.is_null()) return parameter.preset == "null";
  switch (parameter.kind) {
    case ParameterKind::kNumber: return value.is_number();
    case ParameterKind::kFlag: return value.is_boolean();
    case ParameterKind::kChoice: return value.is_string() && lists(parameter.choices, '|', value.get<std::string>());
    case ParameterKind::kPair:
      return value.is_array() && value.size() == 2 && value[0].is_number() && value[1].is_number() &&
             value[0].get<double>() <= value[1].get<double>();
    case ParameterKind::kAny: return true;
  }
  return false;
}

std::string expected(const ParameterDoc& parameter) {
  switch (parameter.kind) {
    case ParameterKind::kNumber: return "a number";
    case ParameterKind::kFlag: return "true or false";
    case ParameterKind::kChoice: return std::string(parameter.choices);
    case ParameterKind::kPair: return "[low, high]";
    case ParameterKind::kAny: break;
  }
  return "a value";
}

}  // namespace

bool names_method(const MethodDoc& doc, std::string_view word) {
  const std::string wanted = folded(word);
  if (wanted == folded(doc.name) || word == doc.title_zh) return true;
  for (size_t at = 0; at < doc.aliases.size();) {
    const size_t end = std::min(doc.aliases.find(' ', at), doc.aliases.size());
    if (wanted == folded(doc.aliases.substr(at, end - at))) return true;
    at = end + 1;
  }
  return false;
}

Error model_error(const std::string& zh, const std::string& en) {
  return base::invalid_argument("模型：" + zh + " / model: " + en);
}

Result<Parameters> Parameters::make(const MethodDoc& doc, const Json& given, const Json& preset,
                                    const std::string& where, Notes& notes) {
  Parameters parameters;
  for (const ParameterDoc& parameter : doc.parameters) {
    const std::string name(parameter.name);
    Json value = Json::parse(parameter.preset);
    if (preset.is_object() && preset.contains(name)) value = preset[name];
    if (given.is_object() && given.contains(name)) value = given[name];
    if (!fits(parameter, value)) {
      return model_error(where + " 的参数 " + name + " 不能是 " + value.dump() + "，应为 " + expected(parameter),
                         where + ": parameter " + name + " is " + value.dump() + "; allowed: " + expected(parameter));
    }
    parameters.values_[name] = std::move(value);
  }
  if (given.is_object()) {
    for (const auto& [key, value] : given.items()) {
      if (key == "method" || parameters.values_.contains(key)) continue;
      notes.push_back(where + "：方法 " + std::string(doc.name) + " 没有参数 \"" + key + "\"，未使用 / method " +
                      std::string(doc.name) + " has no parameter \"" + key + "\"; not used");
    }
  }
  return parameters;
}

double Parameters::number(std::string_view name) const {
  const std::optional<double> value = maybe(name);
  MINGLU_ASSERT(value.has_value());
  return *value;
}

std::optional<double> Parameters::maybe(std::string_view name) const {
  const Json& value = any(name);
  if (!value.is_number()) return std::nullopt;
  return value.get<double>();
}

bool Parameters::flag(std::string_view name) const { return any(name).get<bool>(); }

std::string Parameters::text(std::string_view name) const {
  const Json& value = any(name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<std::pair<double, double>> Parameters::pair(std::string_view name) const {
  const Json& value = any(name);
  if (!value.is_array()) return std::nullopt;
  return std::pair{value[0].get<double>(), value[1].get<double>()};
}

const Json& Parameters::any(std::string_view name) const {
  const auto found = values_.find(std::string(name));
  MINGLU_ASSERT(found != values_.end());
  return *found;
}

}  // namespace minglu::activity
