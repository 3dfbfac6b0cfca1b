// What every member of a family (normalise, treat, weights, aggregate) says about itself, and the values of its
// parameters. The lists are served to pages and printed by `minglu activity methods`; forms are built from them.
//
//   MINGLU_TRY(Parameters parameters, Parameters::make(method.doc, json, preset_json, "indicators[0].normalise",
//   notes)); double lower = parameters.number("lower");
//
// A parameter that the model leaves out takes the value of the preset, then the default of its description; null means
// "not set". Errors: kInvalidArgument for a value of the wrong kind or outside the choices. A key that no parameter
// bears is a note, never silently ignored. Thread-safety: values.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace minglu::activity {

using Json = nlohmann::ordered_json;
using Notes = std::vector<std::string>;

enum class ParameterKind { kNumber, kFlag, kChoice, kPair, kAny };

struct ParameterDoc {
  std::string_view name;
  ParameterKind kind;
  std::string_view preset;   // default value as JSON text; "null" = not set
  std::string_view summary;  // one sentence; for kChoice it ends with the choices, separated by |
  std::string_view choices = {};
};

struct MethodDoc {
  std::string_view name;
  std::string_view aliases;  // other words that models use, separated by spaces
  std::string_view title_zh;
  std::string_view summary;
  std::span<const ParameterDoc> parameters;
  std::string_view example;  // JSON, ready to paste
};

/// Whether two methods of one family are the same: the lists hold copies, so addresses tell nothing.
template <typename Method>
bool is_method(const Method* method, const Method& other) {
  return method != nullptr && method->doc.name == other.doc.name;
}

/// True when `word` names the method; case, '-', '_' and blanks do not count.
bool names_method(const MethodDoc& doc, std::string_view word);

/// kInvalidArgument, Chinese and English in one sentence: "中文 / English".
Error model_error(const std::string& zh, const std::string& en);

class Parameters {
 public:
  /// `given`: the object of the model; `preset`: values of the preset for this method (may be null).
  static Result<Parameters> make(const MethodDoc& doc, const Json& given, const Json& preset, const std::string& where,
                                 Notes& notes);
  [[nodiscard]] double number(std::string_view name) const;  // set and a number, or an assert
  [[nodiscard]] std::optional<double> maybe(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name) const;  // "" when not set
  [[nodiscard]] std::optional<std::pair<double, double>> pair(std::string_view name) const;
  [[nodiscard]] const Json& any(std::string_view name) const;

 private:
  Json values_ = Json::object();
};

}  // namespace minglu::activity
