#include "activity/internal/factors.hpp"

#include <algorithm>

namespace minglu::activity {
namespace {

bool holds_for(const Factor& factor, const std::string& indicator) {
  return std::find(factor.except.begin(), factor.except.end(), indicator) == factor.except.end();
}

double value_of(const std::vector<std::pair<std::string, double>>& values, const std::string& word, double otherwise) {
  const auto it = std::find_if(values.begin(), values.end(), [&](const auto& entry) { return entry.first == word; });
  return it == values.end() ? otherwise : it->second;
}

}  // namespace

std::vector<LearnedFactor> learn_factors(const Model& model, size_t indicator, const ActivityData& data,
                                         std::span<const double> treated) {
  std::vector<LearnedFactor> learned(model.factors.size());
  for (size_t f = 0; f < model.factors.size(); ++f) {
    if (!model.factors[f].from_group_means || !holds_for(model.factors[f], model.indicators[indicator].code)) continue;
    const FactorColumn& column = data.factors[f];
    std::vector<double> sums(column.words.size() + 1, 0.0);  // the last: all units
    std::vector<uint64_t> counts(column.words.size() + 1, 0);
    for (size_t row = 0; row < treated.size(); ++row) {
      if (is_null(treated[row])) continue;
      for (const size_t place : {size_t{column.of_row[row]}, column.words.size()}) {
        sums[place] += treated[row];
        ++counts[place];
      }
    }
    const double all = counts.back() == 0 ? 0 : sums.back() / static_cast<double>(counts.back());
    for (size_t w = 0; w < column.words.size(); ++w) {
      if (counts[w] < model.peer_units_min || !(sums[w] > 0) || !(all > 0)) continue;
      learned[f].values.emplace_back(column.words[w], all / (sums[w] / static_cast<double>(counts[w])));
    }
    std::sort(learned[f].values.begin(), learned[f].values.end());
  }
  return learned;
}

std::vector<double> factor_products(const Model& model, size_t indicator, const ActivityData& data,
                                    std::span<const LearnedFactor> learned) {
  std::vector<double> products;
  for (size_t f = 0; f < model.factors.size(); ++f) {
    const Factor& factor = model.factors[f];
    if (!holds_for(factor, model.indicators[indicator].code)) continue;
    const FactorColumn& column = data.factors[f];
    std::vector<double> by_word;
    for (const std::string& word : column.words) {
      by_word.push_back(factor.from_group_means ? value_of(learned[f].values, word, 1.0)
                                                : value_of(factor.values, word, factor.otherwise));
    }
    if (products.empty()) products.assign(data.rows, 1.0);
    for (size_t row = 0; row < data.rows; ++row) products[row] *= by_word[column.of_row[row]];
  }
  return products;
}

}  // namespace minglu::activity
