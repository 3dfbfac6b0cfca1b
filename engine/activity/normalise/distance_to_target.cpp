// Distance to a target: how much of the way from the worst value to a stated target is done.
#include <algorithm>
#include <array>

#include "activity/normalise/normaliser.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"target", ParameterKind::kAny, "null", "The target, in the unit of the column; required"},
    ParameterDoc{"upper", ParameterKind::kNumber, "1", "Score at the target"},
    ParameterDoc{"cap", ParameterKind::kFlag, "false", "Values beyond the target get the score at the target"},
};

void apply(const NormaliseInput& input, std::span<double> out) {
  const double upper = input.parameters.number("upper");
  const double target = input.parameters.number("target");
  const bool cap = input.parameters.flag("cap");
  const double worst = input.direction < 0 ? input.statistics.max : input.statistics.min;
  for (size_t i = 0; i < out.size(); ++i) {
    const double x = input.values[i];
    const double gap = input.direction < 0 ? x - target : target - x;
    const double way = std::fabs(target - worst);
    double score = way > 0 ? 1 - gap / way : (gap > 0 ? 0.0 : 1.0);
    if (cap) score = std::min(score, 1.0);
    out[i] = is_null(x) ? kNull : upper * score;
  }
}

Status check(const Parameters& parameters, const std::string& where) {
  if (parameters.maybe("target")) return ok_status();
  return model_error(where + " 需要数字 target", where + ": a number target is required");
}

}  // namespace

const Normaliser kDistanceToTarget{{.name = "distance_to_target",
                                    .aliases = "dist2targ ndist2targ",
                                    .title_zh = "与目标值之距",
                                    .summary = "1 - (target - x) / (target - worst).",
                                    .parameters = kParameters,
                                    .example = R"({"method": "distance_to_target", "target": 95, "cap": true})"},
                                   false,
                                   false,
                                   check,
                                   apply};

}  // namespace minglu::activity
