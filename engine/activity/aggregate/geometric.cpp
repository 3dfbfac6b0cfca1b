// Weighted geometric mean: a weak member is made up for in part; a score of 0 makes the whole 0.
#include <cmath>

#include "activity/aggregate/aggregator.hpp"

namespace minglu::activity {
namespace {

Status aggregate(const AggregateInput& input, std::span<double> out) {
  return mean_rows(
      input, out, [](double x) { return x >= 0; }, [](double x) { return std::log(x); },
      [](double sum, double weight) { return std::exp(sum / weight); });
}

}  // namespace

const Aggregator kGeometric{
    {.name = "geometric",
     .aliases = "agmean gme",
     .title_zh = "加权几何平均",
     .summary = "Product of x to the power of w over the sum of w; scores must not be negative.",
     .parameters = {},
     .example = R"({"method": "geometric"})"},
    false,
    aggregate};

}  // namespace minglu::activity
