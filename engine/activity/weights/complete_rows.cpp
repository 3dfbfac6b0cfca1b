#include "activity/weights/complete_rows.hpp"

#include <algorithm>
#include <numeric>

namespace minglu::activity {

Result<Columns> complete_rows(const WeighInput& input) {
  MINGLU_ASSERT(!input.columns.empty());
  Columns complete(input.columns.size());
  for (size_t row = 0; row < input.columns.front().size(); ++row) {
    const bool whole = std::none_of(input.columns.begin(), input.columns.end(),
                                    [row](std::span<const double> column) { return is_null(column[row]); });
    if (!whole) continue;
    for (size_t at = 0; at < complete.size(); ++at) complete[at].push_back(input.columns[at][row]);
  }
  if (complete.front().size() >= 2) return complete;
  const std::string count = std::to_string(complete.front().size());
  return model_error("组 " + input.group + " 的客观赋权至少需要两行完整数据，现有 " + count + " 行",
                     "group " + input.group + ": objective weights need two rows without gaps; there are " + count);
}

Columns minmax_scores(const Columns& columns, const std::vector<int>& directions) {
  Columns scores = columns;
  for (size_t at = 0; at < scores.size(); ++at) {
    const auto [low, high] = std::minmax_element(columns[at].begin(), columns[at].end());
    const double min = *low;
    const double max = *high;
    for (double& value : scores[at]) {
      value = !(max > min) ? 0.5 : (directions[at] < 0 ? max - value : value - min) / (max - min);
    }
  }
  return scores;
}

std::vector<std::vector<double>> correlations(const Columns& columns) {
  const size_t count = columns.size();
  std::vector<Statistics> statistics;
  for (const std::vector<double>& column : columns) statistics.push_back(compute_statistics(column, {}));
  std::vector<std::vector<double>> matrix(count, std::vector<double>(count, 1.0));
  for (size_t a = 0; a < count; ++a) {
    for (size_t b = a + 1; b < count; ++b) {
      double product = 0;
      for (size_t row = 0; row < columns[a].size(); ++row) {
        product += (columns[a][row] - statistics[a].mean) * (columns[b][row] - statistics[b].mean);
      }
      const double spread = statistics[a].deviation_population * statistics[b].deviation_population;
      matrix[a][b] = matrix[b][a] = spread > 0 ? product / static_cast<double>(columns[a].size()) / spread : 0.0;
    }
  }
  return matrix;
}

Result<std::vector<double>> shares(std::vector<double> values, const std::string& group) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  if (!(sum > 0)) {
    return model_error("组 " + group + " 的权重之和为 0：没有成员能区分单位",
                       "group " + group + ": the weights sum to 0; no member tells units apart");
  }
  for (double& value : values) value /= sum;
  return values;
}

}  // namespace minglu::activity
