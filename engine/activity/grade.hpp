// Grades by cut-offs, caps by status, and ranks.
//
//   grade_and_rank(model, data, scores);   // fills score, grade and rank from the root group and the coverage
//
// Scores and cuts compare as integers, in billionths: a score that is 80 but for the rounding of its sum is 80. A score
// on a cut belongs to the upper grade (score 80 with A >= 80: A). Caps come after the cuts: the strictest one holds; a
// cap with a score sets it. Units below the least coverage, and units without any value, have no score, rank 0 and U.
// Rank: 1 for the best, equal scores share the smallest. Thread-safety: pure. Cost: O(n log n).
#pragma once

#include <cstdint>

#include "activity/score.hpp"

namespace minglu::activity {

/// A score in billionths; precondition: not null, below nine billion.
int64_t score_billionths(double score);

void grade_and_rank(const Model& model, const ActivityData& data, Scores& scores);

}  // namespace minglu::activity
