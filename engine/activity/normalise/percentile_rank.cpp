// Percentile rank: the share of the peer group that is not better (share), or the rank stretched to the scale (range).
#include <algorithm>
#include <array>

#include "activity/normalise/normaliser.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"formula", ParameterKind::kChoice, "\"share\"", "rank / n, or (rank - 1) / (n - 1): share | range",
                 "share|range"},
    ParameterDoc{"upper", ParameterKind::kNumber, "100", "Score of the best"},
};

void apply(const NormaliseInput& input, std::span<double> out) {
  const bool share = input.parameters.text("formula") == "share";
  const double upper = input.parameters.number("upper");
  const std::vector<double>& sorted = input.statistics.sorted;
  const auto n = static_cast<double>(sorted.size());
  for (size_t i = 0; i < out.size(); ++i) {
    const double x = input.values[i];
    if (is_null(x) || sorted.empty()) {
      out[i] = kNull;
      continue;
    }
    const double worse = input.direction > 0
                             ? static_cast<double>(std::lower_bound(sorted.begin(), sorted.end(), x) - sorted.begin())
                             : static_cast<double>(sorted.end() - std::upper_bound(sorted.begin(), sorted.end(), x));
    const double place = share ? (worse + 1) / n : n > 1 ? worse / (n - 1) : 1.0;
    out[i] = upper * std::min(place, 1.0);
  }
}

}  // namespace

const Normaliser kPercentileRank{{.name = "percentile_rank",
                                  .aliases = "percentile percentiles prank nprank",
                                  .title_zh = "百分位秩",
                                  .summary = "Rank (1 = worst, ties share the lowest) as a share of the peer group.",
                                  .parameters = kParameters,
                                  .example = R"({"method": "percentile_rank", "formula": "range"})"},
                                 false,
                                 true,
                                 nullptr,
                                 apply};

}  // namespace minglu::activity
