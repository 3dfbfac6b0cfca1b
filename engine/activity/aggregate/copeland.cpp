// Copeland: of each pair of units the one wins that is better on more weight; score = wins - losses.
#include "activity/aggregate/aggregator.hpp"

namespace minglu::activity {
namespace {

constexpr size_t kUnitsMax = 5000;         // all pairs are compared
constexpr int64_t kWeightScale = 1 << 30;  // weights compare as integers, so equal halves are a tie

bool has_values(const AggregateInput& input, size_t row) {
  for (const auto& column : input.columns) {
    if (!is_null(column[row])) return true;
  }
  return false;
}

/// Above 0: the first unit is better on more weight.
int64_t balance(const AggregateInput& input, const std::vector<int64_t>& weights, size_t a, size_t b) {
  int64_t sum = 0;
  for (size_t at = 0; at < weights.size(); ++at) {
    const double x = input.columns[at][a];
    const double y = input.columns[at][b];
    if (x > y) sum += weights[at];
    if (x < y) sum -= weights[at];
  }
  return sum;
}

Status aggregate(const AggregateInput& input, std::span<double> out) {
  if (out.size() > kUnitsMax) {
    const std::string most = std::to_string(kUnitsMax);
    return model_error(
        "组 " + input.group + "：Copeland 法最多 " + most + " 个单位，现有 " + std::to_string(out.size()),
        "group " + input.group + ": Copeland compares all pairs, of at most " + most + " units; there are " +
            std::to_string(out.size()));
  }
  std::vector<int64_t> weights;
  for (const double weight : input.weights) {
    weights.push_back(static_cast<int64_t>(std::llround(weight * static_cast<double>(kWeightScale))));
  }
  for (size_t a = 0; a < out.size(); ++a) {
    if (!has_values(input, a)) {
      out[a] = kNull;
      continue;
    }
    double score = 0;
    for (size_t b = 0; b < out.size(); ++b) {
      const int64_t sum = balance(input, weights, a, b);
      score += sum > 0 ? 1 : sum < 0 ? -1 : 0;
    }
    out[a] = score;
  }
  return ok_status();
}

}  // namespace

const Aggregator kCopeland{{.name = "copeland",
                            .aliases = "ncmc outranking",
                            .title_zh = "科普兰法",
                            .summary = "Pairs of units won minus pairs lost; for sets of at most 5000 units.",
                            .parameters = {},
                            .example = R"({"method": "copeland"})"},
                           true,
                           aggregate};

}  // namespace minglu::activity
