#include "activity/internal/model_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "activity/statistics.hpp"

namespace minglu::activity {
namespace {

constexpr std::array<std::string_view, 14> kDescribing{"name",   "title", "title_zh",    "title_en",  "unit",
                                                       "source", "note",  "description", "label",     "periodicity",
                                                       "format", "id",    "summary",     "valid_from"};

}  // namespace

Result<std::string> text_of(const Json& object, const char* key, const std::string& where) {
  if (!object.contains(key) || object[key].is_null()) return std::string();
  if (object[key].is_string()) return object[key].get<std::string>();
  if (object[key].is_number()) return object[key].dump();
  return model_error(where + " 的 \"" + key + "\" 应为文字", where + ": \"" + key + "\" must be a text");
}

Result<double> weight_of(const Json& object, const char* key, const std::string& where) {
  if (!object.contains(key) || object[key].is_null()) return kNull;
  if (object[key].is_number() && object[key].get<double>() >= 0 && std::isfinite(object[key].get<double>())) {
    return object[key].get<double>();
  }
  return model_error(where + " 的 \"" + key + "\" 应为不小于 0 的数字，现为 " + object[key].dump(),
                     where + ": \"" + key + "\" must be a number of 0 or more, not " + object[key].dump());
}

Result<int> direction_of(const Json& object, const std::string& where) {
  if (!object.contains("direction") || object["direction"].is_null()) return 1;
  const Json& value = object["direction"];
  for (const Json& word : {Json(1), Json("1"), Json("+"), Json("+1"), Json("positive"), Json("正"), Json("正向")}) {
    if (value == word) return 1;
  }
  for (const Json& word : {Json(-1), Json("-1"), Json("-"), Json("−"), Json("negative"), Json("负"), Json("逆"),
                           Json("负向"), Json("逆向"), Json("reverse")}) {
    if (value == word) return -1;
  }
  return model_error(where + " 的 direction 应为 1 或 -1，现为 " + value.dump(),
                     where + ": direction must be 1 or -1, not " + value.dump());
}

Result<Json> list_of(const Json& object, const char* key, const std::string& where) {
  if (!object.contains(key) || object[key].is_null()) return Json::array();
  if (object[key].is_array()) return object[key];
  return model_error(where + " 的 \"" + key + "\" 应为数组", where + ": \"" + key + "\" must be a list");
}

Result<std::vector<std::string>> texts_of(const Json& object, const char* key, const std::string& where) {
  MINGLU_TRY(const Json list, list_of(object, key, where));
  std::vector<std::string> texts;
  for (const Json& value : list) {
    if (!value.is_string()) {
      return model_error(where + " 的 \"" + key + "\" 应全部是文字", where + ": \"" + key + "\" must hold texts only");
    }
    texts.push_back(value.get<std::string>());
  }
  return texts;
}

Result<Json> method_of(const Json& value, const Json& fallback, const std::string& where) {
  const Json& chosen = value.is_null() ? fallback : value;
  if (chosen.is_string()) return Json{{"method", chosen}};
  if (chosen.is_object() && chosen.contains("method") && chosen["method"].is_string()) return chosen;
  return model_error(where + " 应为方法名或 {\"method\": 方法名, …}",
                     where + ": must be a name or {\"method\": name, ...}");
}

void note_unknown_keys(const Json& object, const std::string& where, std::initializer_list<std::string_view> known,
                       Notes& notes) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    if (std::find(kDescribing.begin(), kDescribing.end(), key) != kDescribing.end()) continue;
    notes.push_back(where + "：未知的键 \"" + key + "\"，未使用 / unknown key \"" + key + "\"; not used");
  }
}

}  // namespace minglu::activity
