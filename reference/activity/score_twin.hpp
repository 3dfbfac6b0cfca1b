// Slow twin of scoring: one loop a formula, straight from the method page, for a flat model of complete or gappy
// columns.
//
//   std::vector<double> s = twin_scores(columns, {.directions = d, .weights = w, .geometric = true});
//
// Min-max on 0..1 (geometric: 1..100), missing values left out and weights rescaled; null is NaN. Cost: O(n^2) a column
// on purpose (ends are searched again for every value). Thread-safety: pure.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace minglu::reference {

struct TwinSpec {
  std::vector<int> directions;
  std::vector<double> weights;
  bool geometric = false;
};

inline double twin_minmax(const std::vector<double>& column, double x, int direction) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double value : column) {
    if (std::isnan(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low == high) return 0.5;
  return direction < 0 ? (high - x) / (high - low) : (x - low) / (high - low);
}

inline std::vector<double> twin_scores(const std::vector<std::vector<double>>& columns, const TwinSpec& spec) {
  std::vector<double> scores;
  for (size_t row = 0; row < columns.front().size(); ++row) {
    double sum = 0;
    double weight = 0;
    for (size_t at = 0; at < columns.size(); ++at) {
      const double x = columns[at][row];
      if (std::isnan(x)) continue;
      const double share = twin_minmax(columns[at], x, spec.directions[at]);
      sum += spec.weights[at] * (spec.geometric ? std::log(1 + 99 * share) : share);
      weight += spec.weights[at];
    }
    scores.push_back(weight == 0 ? std::nan("") : spec.geometric ? std::exp(sum / weight) : sum / weight);
  }
  return scores;
}

}  // namespace minglu::reference
