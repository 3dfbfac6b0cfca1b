// Why a unit has its score: how many points each indicator gives.
//
//   std::vector<double> points = contributions(model, frozen, scores, row);   // sums to the score before caps
//   double of_change = points_now[i] - points_before[i];                      // sums to the change of the score
//
// Arithmetic groups divide exactly: an indicator gives its share of the available weight times its normalised value. A
// geometric or harmonic mean is no sum: its score is divided in proportion to weight x value, so that the points still
// add up. Null where the indicator has no value. Borda and Copeland compare units and have no points: all null.
// Worked example: weights 3 and 1, values 80 and 40: score 70 = 60 + 10 points. Thread-safety: pure. Cost:
// O(indicators) per unit.
#pragma once

#include <vector>

#include "activity/score.hpp"

namespace minglu::activity {

std::vector<double> contributions(const Model& model, const Frozen& frozen, const Scores& scores, size_t row);

}  // namespace minglu::activity
