// Budget allocation: each expert shares out points; the weight is the mean of the shares.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "activity/weights/complete_rows.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"experts", ParameterKind::kAny, "null",
                 "List of objects {member: points}; not set: the weights of the model are the points"},
};

Result<std::vector<double>> points_of(const Json& expert, const WeighInput& input) {
  std::vector<double> points;
  for (const std::string& member : input.members) {
    if (!expert.is_object() || !expert.contains(member) || !expert[member].is_number() ||
        expert[member].get<double>() < 0) {
      return model_error("组 " + input.group + " 的一位专家没有给 " + member + " 分配不小于 0 的点数",
                         "group " + input.group + ": an expert gives " + member + " no points of 0 or more");
    }
    points.push_back(expert[member].get<double>());
  }
  return shares(std::move(points), input.group);
}

Result<Weighing> weigh(const WeighInput& input, const Parameters& parameters, Notes& notes) {
  const Json& experts = parameters.any("experts");
  if (experts.is_null()) {
    MINGLU_TRY(const Parameters none, Parameters::make(kGiven.doc, {}, {}, input.group, notes));
    return kGiven.weigh(input, none, notes);
  }
  if (!experts.is_array() || experts.empty()) {
    return model_error("组 " + input.group + " 的 experts 应为非空数组",
                       "group " + input.group + ": experts must be a list that is not empty");
  }
  std::vector<double> sums(input.members.size(), 0.0);
  for (const Json& expert : experts) {
    MINGLU_TRY(const std::vector<double> points, points_of(expert, input));
    for (size_t at = 0; at < sums.size(); ++at) sums[at] += points[at];
  }
  Weighing weighing;
  weighing.details["experts"] = experts.size();
  MINGLU_TRY(weighing.weights, shares(std::move(sums), input.group));
  return weighing;
}

}  // namespace

const Weigher kBudget{{.name = "budget",
                       .aliases = "bap budgetallocation",
                       .title_zh = "预算分配法",
                       .summary = "Mean of the shares of points that experts give.",
                       .parameters = kParameters,
                       .example = R"({"method": "budget", "experts": [{"a": 60, "b": 40}, {"a": 30, "b": 70}]})"},
                      false,
                      weigh};

}  // namespace minglu::activity
