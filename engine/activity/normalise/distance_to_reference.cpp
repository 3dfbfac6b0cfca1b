// Distance to a reference: the mean, the lowest, the highest, a number, or the value of a named unit.
#include <algorithm>
#include <array>

#include "activity/normalise/normaliser.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"reference", ParameterKind::kAny, "\"mean\"",
                 "mean, min, max, a number, or {\"unit\": id} for the value of that unit"},
    ParameterDoc{"form", ParameterKind::kChoice, "\"ratio\"",
                 "x / r, (x - r) / r, or 1 - (r - x) / (max - min): ratio | difference | range",
                 "ratio|difference|range"},
    ParameterDoc{"upper", ParameterKind::kNumber, "1", "Multiplies the result"},
};

double reference_of(const NormaliseInput& input) {
  const Json& reference = input.parameters.any("reference");
  if (reference.is_number()) return reference.get<double>();
  if (reference.is_object()) return input.statistics.reference;
  if (reference == "min") return input.statistics.min;
  return reference == "max" ? input.statistics.max : input.statistics.mean;
}

void apply(const NormaliseInput& input, std::span<double> out) {
  const double upper = input.parameters.number("upper");
  const double reference = reference_of(input);
  const double range = input.statistics.max - input.statistics.min;
  const std::string form = input.parameters.text("form");
  for (size_t i = 0; i < out.size(); ++i) {
    const double x = input.values[i];
    const double ahead = input.direction < 0 ? reference - x : x - reference;
    double score = kNull;
    if (form == "range") {
      score = range > 0 ? 1 + ahead / range : 1;
    } else if (form == "difference") {
      if (reference != 0) score = ahead / std::fabs(reference);
    } else {
      const double denominator = input.direction < 0 ? x : reference;
      if (denominator != 0) score = (input.direction < 0 ? reference : x) / denominator;
    }
    out[i] = is_null(x) ? kNull : upper * score;
  }
}

Status check(const Parameters& parameters, const std::string& where) {
  const Json& reference = parameters.any("reference");
  const bool word = reference == "mean" || reference == "min" || reference == "max";
  const bool unit = reference.is_object() && reference.contains("unit") && reference["unit"].is_string();
  if (word || unit || reference.is_number()) return ok_status();
  return model_error(where + " 的 reference 应为 mean、min、max、数字或 {\"unit\": 单位}",
                     where + ": reference must be mean, min, max, a number or {\"unit\": id}");
}

}  // namespace

const Normaliser kDistanceToReference{
    {.name = "distance_to_reference",
     .aliases = "dist2ref ndist2ref",
     .title_zh = "与参照值之比",
     .summary =
         "x against a reference, as ratio, relative difference or distance in ranges; turned where less is better.",
     .parameters = kParameters,
     .example = R"({"method": "distance_to_reference", "reference": "mean", "form": "difference"})"},
    false,
    false,
    check,
    apply};

}  // namespace minglu::activity
