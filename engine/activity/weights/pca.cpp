// Weights by principal components and factors (OECD/JRC Handbook 2008, 6.1): squared loadings after varimax.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "activity/weights/complete_rows.hpp"
#include "activity/weights/eigen.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"factors", ParameterKind::kNumber, "0",
                 "How many components to keep; 0: those that explain at least explained_min each"},
    ParameterDoc{"explained_min", ParameterKind::kNumber, "0.1",
                 "Share of the variance that a kept component explains"},
    ParameterDoc{"rotation", ParameterKind::kChoice, "\"varimax\"", "varimax | none", "varimax|none"},
};

size_t factors_of(const Eigen& eigen, const Parameters& parameters) {
  const auto count = static_cast<double>(eigen.values.size());
  const double asked = parameters.number("factors");
  if (asked >= 1) return static_cast<size_t>(std::min(asked, count));
  const double least = parameters.number("explained_min") * count;
  const auto kept = std::count_if(eigen.values.begin(), eigen.values.end(), [least](double v) { return v >= least; });
  return static_cast<size_t>(std::max<ptrdiff_t>(kept, 1));
}

Result<Weighing> weigh(const WeighInput& input, const Parameters& parameters, Notes&) {
  MINGLU_TRY(const Columns complete, complete_rows(input));
  for (size_t at = 0; at < complete.size(); ++at) {
    if (compute_statistics(complete[at], {}).deviation_population > 0) continue;
    return model_error(
        "组 " + input.group + " 的 " + input.members[at] + " 全部相等，不能做主成分分析",
        "group " + input.group + ": " + input.members[at] + " is constant; principal components need a spread");
  }
  const Eigen eigen = symmetric_eigen(correlations(complete));
  const size_t factors = factors_of(eigen, parameters);
  Matrix loadings(complete.size(), std::vector<double>(factors));
  for (size_t row = 0; row < loadings.size(); ++row) {
    for (size_t k = 0; k < factors; ++k) {
      loadings[row][k] = eigen.vectors[row][k] * std::sqrt(std::max(eigen.values[k], 0.0));
    }
  }
  if (parameters.text("rotation") == "varimax") loadings = varimax(std::move(loadings));
  std::vector<double> squares;
  for (const std::vector<double>& row : loadings) {
    double largest = 0;
    for (const double value : row) largest = std::max(largest, value * value);
    squares.push_back(largest);
  }
  Weighing weighing;
  weighing.details = {{"eigenvalues", eigen.values}, {"factors", factors}, {"loadings", loadings}};
  MINGLU_TRY(weighing.weights, shares(std::move(squares), input.group));
  return weighing;
}

}  // namespace

const Weigher kPca{{.name = "pca",
                    .aliases = "fa factor factoranalysis principalcomponents",
                    .title_zh = "主成分与因子分析法",
                    .summary = "Square of each member's largest loading on the kept components, divided by the sum.",
                    .parameters = kParameters,
                    .example = R"({"method": "pca", "factors": 4})"},
                   true,
                   weigh};

}  // namespace minglu::activity
