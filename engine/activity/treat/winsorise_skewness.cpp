// Pulls in one extreme value after another, on the side of the skew, until the shape is acceptable (OECD/JRC).
#include <algorithm>
#include <array>
#include <cmath>

#include "activity/treat/treatment.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"skewness_max", ParameterKind::kNumber, "2", "Acceptable while |skewness| is at most this ..."},
    ParameterDoc{"kurtosis_max", ParameterKind::kNumber, "3.5", "... or the excess kurtosis is at most this"},
    ParameterDoc{"values_max", ParameterKind::kNumber, "5", "Most values to pull in; beyond it the column stays"},
};

bool acceptable(const Statistics& s, const Parameters& parameters) {
  return std::fabs(s.skewness) <= parameters.number("skewness_max") || s.kurtosis <= parameters.number("kurtosis_max");
}

Limits fit(std::span<const double> values, const Parameters& parameters, size_t threads) {
  std::vector<double> sorted = present_values(values);
  std::sort(sorted.begin(), sorted.end());
  const auto most = static_cast<size_t>(std::max(parameters.number("values_max"), 0.0));
  size_t low = 0;  // values pulled in at either end
  size_t high = 0;
  for (size_t done = 0; done <= most && low + high + 1 < sorted.size(); ++done) {
    const Statistics s = compute_statistics(sorted, {.threads = threads});
    if (acceptable(s, parameters)) {
      if (sorted.empty() || done == 0) return {};
      return {.low = low > 0 ? sorted.front() : Limits{}.low, .high = high > 0 ? sorted.back() : Limits{}.high};
    }
    if (s.skewness > 0) {
      ++high;
      std::fill(sorted.end() - static_cast<ptrdiff_t>(high), sorted.end(), sorted[sorted.size() - 1 - high]);
    } else {
      ++low;
      std::fill(sorted.begin(), sorted.begin() + static_cast<ptrdiff_t>(low), sorted[low]);
    }
  }
  return {};
}

double apply(double value, const Limits& limits, const Parameters&) { return pull_in(value, limits); }

}  // namespace

const Treatment kWinsoriseSkewness{
    {.name = "winsorise_skewness",
     .aliases = "winsoriseskew winsorizeskew winsorizeskewness winsoriseskewkurt",
     .title_zh = "偏度峰度缩尾",
     .summary = "Pulls extreme values in to their neighbour, one at a time, until skewness or kurtosis is acceptable.",
     .parameters = kParameters,
     .example = R"({"method": "winsorise_skewness", "values_max": 5})"},
    fit,
    apply};

}  // namespace minglu::activity
