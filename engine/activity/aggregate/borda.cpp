// Borda count: every member ranks the units; a unit gets the number of units that it beats, half for ties.
#include <algorithm>

#include "activity/aggregate/aggregator.hpp"

namespace minglu::activity {
namespace {

Status aggregate(const AggregateInput& input, std::span<double> out) {
  std::fill(out.begin(), out.end(), kNull);
  std::vector<double> weight(out.size(), 0.0);
  const auto members = static_cast<double>(input.columns.size());
  for (size_t at = 0; at < input.columns.size(); ++at) {
    std::vector<double> sorted = present_values(input.columns[at]);
    std::sort(sorted.begin(), sorted.end());
    for (size_t row = 0; row < out.size(); ++row) {
      const double x = input.columns[at][row];
      if (is_null(x) || input.weights[at] == 0) continue;
      const auto worse = std::lower_bound(sorted.begin(), sorted.end(), x) - sorted.begin();
      const auto not_better = std::upper_bound(sorted.begin(), sorted.end(), x) - sorted.begin();
      const double beaten = (static_cast<double>(worse) + static_cast<double>(not_better - 1)) / 2;
      out[row] = (weight[row] > 0 ? out[row] : 0.0) + input.weights[at] * members * beaten;
      weight[row] += input.weights[at];
    }
  }
  for (size_t row = 0; row < out.size(); ++row) {
    if (weight[row] > 0) out[row] /= weight[row];
  }
  return ok_status();
}

}  // namespace

const Aggregator kBorda{
    {.name = "borda",
     .aliases = "bordacount",
     .title_zh = "博尔达计数",
     .summary = "Units beaten, half for ties, summed over the members (by weight, times their number).",
     .parameters = {},
     .example = R"({"method": "borda"})"},
    true,
    aggregate};

}  // namespace minglu::activity
