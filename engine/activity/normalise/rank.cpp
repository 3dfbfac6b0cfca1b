// Rank: 1 for the worst of the peer group, n for the best; equal values share a rank.
#include <algorithm>
#include <array>

#include "activity/normalise/normaliser.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"ties", ParameterKind::kChoice, "\"min\"", "Rank of equal values: min | mean | max", "min|mean|max"},
};

void apply(const NormaliseInput& input, std::span<double> out) {
  const std::string ties = input.parameters.text("ties");
  const std::vector<double>& sorted = input.statistics.sorted;
  for (size_t i = 0; i < out.size(); ++i) {
    const double x = input.values[i];
    if (is_null(x)) {
      out[i] = kNull;
      continue;
    }
    auto worse = static_cast<double>(std::lower_bound(sorted.begin(), sorted.end(), x) - sorted.begin());
    auto not_better = static_cast<double>(std::upper_bound(sorted.begin(), sorted.end(), x) - sorted.begin());
    if (input.direction < 0) {
      const auto n = static_cast<double>(sorted.size());
      const double better = worse;
      worse = n - not_better;
      not_better = n - better;
    }
    const double first = worse + 1;
    const double last = std::max(not_better, first);  // a value that the frozen statistics have not seen
    out[i] = ties == "min" ? first : ties == "max" ? last : (first + last) / 2;
  }
}

}  // namespace

const Normaliser kRank{{.name = "rank",
                        .aliases = "ranks nrank borda",
                        .title_zh = "秩次法",
                        .summary = "Place in the peer group, 1 for the worst.",
                        .parameters = kParameters,
                        .example = R"({"method": "rank", "ties": "mean"})"},
                       false,
                       true,
                       nullptr,
                       apply};

}  // namespace minglu::activity
