// 标准差法: (x - mean) / deviation, then mean + deviation of the scale: 50 + 10 z gives T scores.
#include <algorithm>
#include <array>

#include "activity/normalise/normaliser.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"deviation", ParameterKind::kChoice, "\"population\"", "Divide by n or n - 1: population | sample",
                 "population|sample"},
    ParameterDoc{"mean", ParameterKind::kNumber, "0", "Score of the mean"},
    ParameterDoc{"spread", ParameterKind::kNumber, "1", "Score of one deviation"},
    ParameterDoc{"clamp", ParameterKind::kPair, "null", "Scores beyond these ends get the end; not set: none"},
};

void apply(const NormaliseInput& input, std::span<double> out) {
  const bool sample = input.parameters.text("deviation") == "sample";
  const double deviation = sample ? input.statistics.deviation_sample : input.statistics.deviation_population;
  const double mean = input.parameters.number("mean");
  const double spread = input.parameters.number("spread") * (input.direction < 0 ? -1.0 : 1.0);
  const auto clamp = input.parameters.pair("clamp");
  for (size_t i = 0; i < out.size(); ++i) {
    const double x = input.values[i];
    if (is_null(x)) {
      out[i] = kNull;
      continue;
    }
    const double z = deviation > 0 ? (x - input.statistics.mean) / deviation : 0.0;
    const double score = mean + spread * z;
    out[i] = clamp ? std::clamp(score, clamp->first, clamp->second) : score;
  }
}

}  // namespace

const Normaliser kZScore{{.name = "zscore",
                          .aliases = "z standard standardise standardize standardisation nzscore",
                          .title_zh = "标准差法",
                          .summary = "mean + spread (x - average) / deviation; 0 deviations when all values are equal.",
                          .parameters = kParameters,
                          .example = R"({"method": "zscore", "mean": 50, "spread": 10, "clamp": [0, 100]})"},
                         false,
                         false,
                         nullptr,
                         apply};

}  // namespace minglu::activity
