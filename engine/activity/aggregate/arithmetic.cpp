// Weighted arithmetic mean: members make up for each other in full.
#include <cmath>

#include "activity/aggregate/aggregator.hpp"

namespace minglu::activity {
namespace {

Status aggregate(const AggregateInput& input, std::span<double> out) {
  return mean_rows(
      input, out, [](double) { return true; }, [](double x) { return x; },
      [](double sum, double weight) { return sum / weight; });
}

}  // namespace

const Aggregator kArithmetic{{.name = "arithmetic",
                              .aliases = "linear mean additive aamean lin",
                              .title_zh = "加权算术平均",
                              .summary = "Sum of w x over the sum of w.",
                              .parameters = {},
                              .example = R"({"method": "arithmetic"})"},
                             false,
                             aggregate};

}  // namespace minglu::activity
