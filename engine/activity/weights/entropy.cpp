// Entropy weights (熵权法): members whose scores are spread unevenly over the units weigh more.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "activity/weights/complete_rows.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"shift", ParameterKind::kNumber, "0",
                 "Added to every min-max score; moves the weights, so declare it"},
};

Result<Weighing> weigh(const WeighInput& input, const Parameters& parameters, Notes&) {
  MINGLU_TRY(const Columns complete, complete_rows(input));
  const Columns scores = minmax_scores(complete, input.directions);
  const double shift = parameters.number("shift");
  const double log_rows = std::log(static_cast<double>(scores.front().size()));
  Weighing weighing;
  std::vector<double> differences;
  for (size_t at = 0; at < scores.size(); ++at) {
    double sum = 0;
    for (const double score : scores[at]) sum += score + shift;
    double entropy = 0;
    for (const double score : scores[at]) {
      const double p = (score + shift) / sum;
      if (p > 0) entropy -= p * std::log(p) / log_rows;
    }
    const bool constant = std::all_of(scores[at].begin(), scores[at].end(), [](double v) { return v == 0.5; });
    weighing.details["entropy"][input.members[at]] = entropy;
    differences.push_back(constant ? 0.0 : std::max(1 - entropy, 0.0));
  }
  MINGLU_TRY(weighing.weights, shares(std::move(differences), input.group));
  return weighing;
}

}  // namespace

const Weigher kEntropy{{.name = "entropy",
                        .aliases = "entropyweight ewm shannon",
                        .title_zh = "熵权法",
                        .summary = "1 - entropy of the min-max scores over the units, divided by the sum.",
                        .parameters = kParameters,
                        .example = R"({"method": "entropy"})"},
                       true,
                       weigh};

}  // namespace minglu::activity
