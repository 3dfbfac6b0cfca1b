// Weighted harmonic mean: the least compensation; a score of 0 makes the whole 0.
#include <cmath>

#include "activity/aggregate/aggregator.hpp"

namespace minglu::activity {
namespace {

Status aggregate(const AggregateInput& input, std::span<double> out) {
  return mean_rows(
      input, out, [](double x) { return x >= 0; }, [](double x) { return 1 / x; },
      [](double sum, double weight) { return weight / sum; });
}

}  // namespace

const Aggregator kHarmonic{{.name = "harmonic",
                            .aliases = "ahmean",
                            .title_zh = "加权调和平均",
                            .summary = "Sum of w over the sum of w / x; scores must not be negative.",
                            .parameters = {},
                            .example = R"({"method": "harmonic"})"},
                           false,
                           aggregate};

}  // namespace minglu::activity
