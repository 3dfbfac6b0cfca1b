// Reads the parts of a model out of JSON: texts, numbers, lists and methods with their parameters, each with a message
// that says where it stands. Used by model.cpp only.
// Errors: kInvalidArgument. Thread-safety: pure.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "activity/method.hpp"

namespace minglu::activity {

/// "" when absent or null.
Result<std::string> text_of(const Json& object, const char* key, const std::string& where);
/// Null when absent; refuses infinite and negative numbers.
Result<double> weight_of(const Json& object, const char* key, const std::string& where);
/// 1 when absent; understands 1, -1, "+", "-", "positive", "negative", 正向, 逆向.
Result<int> direction_of(const Json& object, const std::string& where);
/// The list under a key, empty when absent.
Result<Json> list_of(const Json& object, const char* key, const std::string& where);
Result<std::vector<std::string>> texts_of(const Json& object, const char* key, const std::string& where);
/// A method is its name or an object {"method": name, ...}; `fallback` when the value is absent. Always an object
/// after.
Result<Json> method_of(const Json& value, const Json& fallback, const std::string& where);
/// Notes keys that are not in `known` nor merely describe (name, title, unit, source, ...).
void note_unknown_keys(const Json& object, const std::string& where, std::initializer_list<std::string_view> known,
                       Notes& notes);

}  // namespace minglu::activity
