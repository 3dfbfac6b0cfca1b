// How much of a ranking is the model's choice: weights moved at random, each between (1 - share) and (1 + share) times
// its value, and the aggregation changed between arithmetic and geometric mean.
//
//   MINGLU_TRY(Sensitivity found, sensitivity(table, {.weight_share = 0.25, .samples = 512, .seed = 1}));
//
// One at a time: each input alone at both ends, the mean shift of ranks against the model's. Variance based (Sobol): of
// the mean shift of ranks, the share that an input explains alone (first order) and with all its interactions (total),
// by the estimators of Saltelli et al. (2010) and Jansen (1999). Rank intervals: percentiles 5 and 95 of every unit's
// rank over the samples. Scores are the weighted mean of the indicators with a value by their effective weights; the
// geometric mean is taken on 1..100. Source: OECD/JRC Handbook (2008), chapter 7. Deterministic for a seed.
// Errors: kInvalidArgument for no unit, no indicator, a share outside 0..1, or more units than kSensitivityUnitsMax.
// Thread-safety: pure. Cost: samples x (indicators + 3) x units x indicators.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "activity/statistics.hpp"

namespace minglu::activity {

inline constexpr size_t kSensitivityUnitsMax = 5000;

struct SensitivityTable {
  std::vector<std::vector<double>> normalised;  // per indicator; null: no value
  std::vector<double> weights;                  // effective, sum 1
};

struct SensitivitySpec {
  double weight_share = 0.25;
  size_t samples = 512;
  uint64_t seed = 1;
};

struct InputSensitivity {  // of one indicator's weight; the last entry is the aggregation
  double shift_low = 0;    // mean shift of ranks with the input alone at its low end
  double shift_high = 0;
  double first_order = 0;
  double total_order = 0;
};

struct RankInterval {
  uint32_t rank = 0;  // of the model
  uint32_t low = 0;   // percentile 5
  uint32_t high = 0;  // percentile 95
};

struct Sensitivity {
  std::vector<InputSensitivity> inputs;
  std::vector<RankInterval> ranks;  // per unit
  double mean_shift = 0;            // over all samples
};

Result<Sensitivity> sensitivity(const SensitivityTable& table, const SensitivitySpec& spec);

struct SobolIndices {
  std::vector<double> first;
  std::vector<double> total;
};
/// Of any function of `inputs` numbers in [0, 1). Zero variance gives zeros.
SobolIndices sobol_indices(size_t inputs, size_t samples, uint64_t seed,
                           const std::function<double(std::span<const double>)>& function);

}  // namespace minglu::activity
