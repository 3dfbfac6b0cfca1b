// Goalposts: min-max with ends that the model states, so that scores compare over periods and places.
#include <algorithm>
#include <array>

#include "activity/normalise/normaliser.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"min", ParameterKind::kAny, "null", "Value before treatment that gets lower; required"},
    ParameterDoc{"max", ParameterKind::kAny, "null", "Value before treatment that gets upper; required"},
    ParameterDoc{"lower", ParameterKind::kNumber, "0", "Score of min"},
    ParameterDoc{"upper", ParameterKind::kNumber, "1", "Score of max"},
    ParameterDoc{"clamp", ParameterKind::kFlag, "true", "Values beyond the goalposts get the end of the scale"},
};

void apply(const NormaliseInput& input, std::span<double> out) {
  const double lower = input.parameters.number("lower");
  const double span = input.parameters.number("upper") - lower;
  const double min = input.statistics.low;  // the goalposts as the shape of the values is treated
  const double max = input.statistics.high;
  const bool clamp = input.parameters.flag("clamp");
  for (size_t i = 0; i < out.size(); ++i) {
    const double x = input.values[i];
    if (is_null(x)) {
      out[i] = kNull;
      continue;
    }
    double share = input.direction < 0 ? (max - x) / (max - min) : (x - min) / (max - min);
    if (clamp) share = std::clamp(share, 0.0, 1.0);
    out[i] = lower + span * share;
  }
}

Status check(const Parameters& parameters, const std::string& where) {
  const auto min = parameters.maybe("min");
  const auto max = parameters.maybe("max");
  if (min && max && *min < *max) return ok_status();
  return model_error(where + " 需要数字 min < max", where + ": goalposts need numbers min < max");
}

}  // namespace

const Normaliser kGoalposts{
    {.name = "goalposts",
     .aliases = "goalpost fixedminmax ngoalposts",
     .title_zh = "固定标杆",
     .summary = "(x - min) / (max - min) with min and max stated by the model in untreated units, cut off at the ends.",
     .parameters = kParameters,
     .example = R"({"method": "goalposts", "min": 0, "max": 994})"},
    false,
    false,
    check,
    apply};

}  // namespace minglu::activity
