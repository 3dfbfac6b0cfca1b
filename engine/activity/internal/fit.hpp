// Learns statistics within peer groups, or takes the frozen ones, and normalises every indicator with them.
//
// A row belongs to the longest prefix of its peer columns that has statistics: industry and size, else industry, else
// all units. Afterwards `data` holds the treated values and scores.normalised the normalised ones; scores.frozen.peers
// is filled when it was not given. Thread-safety: pure. Cost: see score.hpp.
#pragma once

#include "activity/score.hpp"

namespace minglu::activity {

Status fit_and_normalise(const Model& model, const ScoreSpec& spec, ActivityData& data, Scores& scores);

}  // namespace minglu::activity
