// Distance to the best: the value as a share of the maximum (or of the minimum where less is better).
#include <algorithm>
#include <array>

#include "activity/normalise/normaliser.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"upper", ParameterKind::kNumber, "1", "Score of the best"},
};

void apply(const NormaliseInput& input, std::span<double> out) {
  const double upper = input.parameters.number("upper");
  const double best = input.direction > 0 ? input.statistics.max : input.statistics.min;
  for (size_t i = 0; i < out.size(); ++i) {
    const double x = input.values[i];
    const double denominator = input.direction > 0 ? best : x;
    if (is_null(x)) {
      out[i] = kNull;
    } else if (denominator == 0) {
      out[i] = x == best ? upper : kNull;  // the best itself; otherwise there is no such share
    } else {
      out[i] = upper * (input.direction > 0 ? x : best) / denominator;
    }
  }
}

}  // namespace

const Normaliser kDistanceToMax{{.name = "distance_to_max",
                                 .aliases = "fracmax ratiobest distancetobest",
                                 .title_zh = "与最优值之比",
                                 .summary = "x / maximum; minimum / x where less is better.",
                                 .parameters = kParameters,
                                 .example = R"({"method": "distance_to_max"})"},
                                false,
                                false,
                                nullptr,
                                apply};

}  // namespace minglu::activity
