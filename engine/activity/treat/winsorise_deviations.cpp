// Limits at mean +- k deviations (DB12/T 964 uses 1.5).
#include <algorithm>
#include <array>
#include <cmath>

#include "activity/treat/treatment.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"deviations", ParameterKind::kNumber, "1.5", "Distance of the limits from the mean"},
    ParameterDoc{"deviation", ParameterKind::kChoice, "\"population\"", "Divide by n or n - 1: population | sample",
                 "population|sample"},
};

Limits fit(std::span<const double> values, const Parameters& parameters, size_t threads) {
  const Statistics s = compute_statistics(values, {.threads = threads});
  const bool sample = parameters.text("deviation") == "sample";
  const double reach = parameters.number("deviations") * (sample ? s.deviation_sample : s.deviation_population);
  return {.low = s.mean - reach, .high = s.mean + reach};
}

double apply(double value, const Limits& limits, const Parameters&) { return pull_in(value, limits); }

}  // namespace

const Treatment kWinsoriseDeviations{{.name = "winsorise_deviations",
                                      .aliases = "clipsd winsorisesd winsorizesd winsorizedeviations",
                                      .title_zh = "均值±k倍标准差缩尾",
                                      .summary = "Values beyond mean - k s and mean + k s get the limit.",
                                      .parameters = kParameters,
                                      .example = R"({"method": "winsorise_deviations", "deviations": 1.5})"},
                                     fit,
                                     apply};

}  // namespace minglu::activity
