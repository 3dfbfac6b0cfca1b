// 极值法: (x - low) / (high - low), low and high from the data or their percentiles, frozen with the statistics.
#include <algorithm>
#include <array>

#include "activity/normalise/normaliser.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"lower", ParameterKind::kNumber, "0", "Score of the lowest value"},
    ParameterDoc{"upper", ParameterKind::kNumber, "1", "Score of the highest value"},
    ParameterDoc{"percentiles", ParameterKind::kPair, "null",
                 "Percentiles taken as low and high, e.g. [1, 99]; not set: minimum and maximum"},
    ParameterDoc{"clamp", ParameterKind::kFlag, "true", "Values beyond low and high get the end of the scale"},
    ParameterDoc{"constant", ParameterKind::kNumber, "0.5", "Place on the scale, 0 to 1, when low equals high"},
};

void apply(const NormaliseInput& input, std::span<double> out) {
  const double lower = input.parameters.number("lower");
  const double span = input.parameters.number("upper") - lower;
  const double constant = lower + span * input.parameters.number("constant");
  const bool clamp = input.parameters.flag("clamp");
  const double low = input.statistics.low;
  const double range = input.statistics.high - low;
  for (size_t i = 0; i < out.size(); ++i) {
    const double x = input.values[i];
    if (is_null(x)) {
      out[i] = kNull;
    } else if (!(range > 0)) {
      out[i] = constant;
    } else {
      double share = input.direction < 0 ? (input.statistics.high - x) / range : (x - low) / range;
      if (clamp) share = std::clamp(share, 0.0, 1.0);
      out[i] = lower + span * share;
    }
  }
}

}  // namespace

const Normaliser kMinMax{
    {.name = "minmax",
     .aliases = "minimummaximum rescaling nminmax",
     .title_zh = "极值法",
     .summary = "(x - low) / (high - low), put on lower..upper; (high - x) / (high - low) where less is better.",
     .parameters = kParameters,
     .example = R"({"method": "minmax", "lower": 0, "upper": 100, "percentiles": [1, 99]})"},
    false,
    false,
    nullptr,
    apply};

}  // namespace minglu::activity
