// Limits at percentiles of the period.
#include <algorithm>
#include <array>
#include <cmath>

#include "activity/treat/treatment.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"percentiles", ParameterKind::kPair, "[1, 99]", "Percentiles of the limits, linear interpolation"},
};

Limits fit(std::span<const double> values, const Parameters& parameters, size_t) {
  std::vector<double> present = present_values(values);
  if (present.empty()) return {};
  const auto percents = parameters.pair("percentiles").value_or(std::pair{0.0, 100.0});
  return {.low = percentile_select(present, std::clamp(percents.first, 0.0, 100.0)),
          .high = percentile_select(present, std::clamp(percents.second, 0.0, 100.0))};
}

double apply(double value, const Limits& limits, const Parameters&) { return pull_in(value, limits); }

}  // namespace

const Treatment kWinsorisePercentiles{{.name = "winsorise_percentiles",
                                       .aliases = "winsorise winsorize winsorizepercentiles clippercentiles",
                                       .title_zh = "分位数缩尾",
                                       .summary = "Values beyond two percentiles get the percentile.",
                                       .parameters = kParameters,
                                       .example = R"({"method": "winsorise_percentiles", "percentiles": [1, 99]})"},
                                      fit,
                                      apply};

}  // namespace minglu::activity
