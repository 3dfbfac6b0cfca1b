// Coefficient of variation (变异系数法): deviation over mean of the values before they are normalised.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "activity/weights/complete_rows.hpp"

namespace minglu::activity {
namespace {

Result<Weighing> weigh(const WeighInput& input, const Parameters&, Notes&) {
  MINGLU_TRY(const Columns complete, complete_rows(input));
  std::vector<double> values;
  for (size_t at = 0; at < complete.size(); ++at) {
    const Statistics s = compute_statistics(complete[at], {});
    if (s.mean == 0) {
      return model_error(
          "组 " + input.group + " 的 " + input.members[at] + " 均值为 0，没有变异系数",
          "group " + input.group + ": " + input.members[at] + " has mean 0 and so no coefficient of variation");
    }
    values.push_back(s.deviation_sample / std::fabs(s.mean));
  }
  Weighing weighing;
  MINGLU_TRY(weighing.weights, shares(std::move(values), input.group));
  return weighing;
}

}  // namespace

const Weigher kCoefficientOfVariation{{.name = "coefficient_of_variation",
                                       .aliases = "cv variationcoefficient",
                                       .title_zh = "变异系数法",
                                       .summary = "Deviation / |mean|, divided by the sum.",
                                       .parameters = {},
                                       .example = R"({"method": "coefficient_of_variation"})"},
                                      true,
                                      weigh};

}  // namespace minglu::activity
