// Above or below the mean: 1, 0 or -1 by whether the value is beyond a band around the mean.
#include <algorithm>
#include <array>

#include "activity/normalise/normaliser.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"threshold", ParameterKind::kNumber, "0.2", "Half width of the band, as a share of the mean"},
};

void apply(const NormaliseInput& input, std::span<double> out) {
  const double mean = input.statistics.mean;
  const double band = input.parameters.number("threshold") * std::fabs(mean);
  for (size_t i = 0; i < out.size(); ++i) {
    const double x = input.values[i];
    const double ahead = input.direction < 0 ? mean - x : x - mean;
    out[i] = is_null(x) ? kNull : ahead > band ? 1.0 : ahead < -band ? -1.0 : 0.0;
  }
}

}  // namespace

const Normaliser kAboveBelow{{.name = "above_below",
                              .aliases = "abovebelowmean",
                              .title_zh = "高于或低于均值",
                              .summary = "1 above the band around the mean, -1 below, 0 inside.",
                              .parameters = kParameters,
                              .example = R"({"method": "above_below", "threshold": 0.2})"},
                             false,
                             false,
                             nullptr,
                             apply};

}  // namespace minglu::activity
