// CRITIC (Diakoulaki et al. 1995): spread of the min-max scores times disagreement with the other members.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "activity/weights/complete_rows.hpp"

namespace minglu::activity {
namespace {

Result<Weighing> weigh(const WeighInput& input, const Parameters&, Notes&) {
  MINGLU_TRY(const Columns complete, complete_rows(input));
  const Columns scores = minmax_scores(complete, input.directions);
  const auto matrix = correlations(scores);
  std::vector<double> values;
  for (size_t at = 0; at < scores.size(); ++at) {
    double disagreement = 0;
    for (const double r : matrix[at]) disagreement += 1 - r;
    values.push_back(compute_statistics(scores[at], {}).deviation_sample * disagreement);
  }
  Weighing weighing;
  MINGLU_TRY(weighing.weights, shares(std::move(values), input.group));
  return weighing;
}

}  // namespace

const Weigher kCritic{{.name = "critic",
                       .aliases = {},
                       .title_zh = "CRITIC 法",
                       .summary = "Deviation of the min-max scores times the sum of 1 - r over the members.",
                       .parameters = {},
                       .example = R"({"method": "critic"})"},
                      true,
                      weigh};

}  // namespace minglu::activity
