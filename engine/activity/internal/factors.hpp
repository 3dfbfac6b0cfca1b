// Factors by status, industry and size (the form of DB12/T 964): a value is multiplied by the product of the factors of
// its unit, after treatment and before it is normalised. Used by fit.cpp only.
// A factor from group means is mean(all units) / mean(units of the word), so that a branch with small figures is not
// inactive for that; 1 where fewer than the model's least units share the word or a mean is 0 or below. They are
// learned over all units once per indicator and frozen. Thread-safety: pure. Cost: O(rows) a factor and indicator.
#pragma once

#include <span>
#include <vector>

#include "activity/score.hpp"

namespace minglu::activity {

/// Learns the factors from group means of one indicator, from its treated values over all units.
std::vector<LearnedFactor> learn_factors(const Model& model, size_t indicator, const ActivityData& data,
                                         std::span<const double> treated);

/// The product per row; empty when no factor holds for the indicator.
std::vector<double> factor_products(const Model& model, size_t indicator, const ActivityData& data,
                                    std::span<const LearnedFactor> learned);

}  // namespace minglu::activity
