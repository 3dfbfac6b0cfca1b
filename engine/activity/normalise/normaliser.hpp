// The family of normalisers: each puts the values of one indicator on a scale that can be added. One file per method;
// all.cpp is the plain list.
//
// `apply` works on a block of rows with frozen statistics; row i of the result depends on row i and the statistics
// only, so a changed unit is scored alone with the same result. Null stays null. The direction is part of the method:
// for an indicator where less is better (direction -1) the reverse formula applies. Thread-safety: pure. Cost: O(rows),
// rank and percentile rank O(rows log n).
#pragma once

#include <span>

#include "activity/method.hpp"
#include "activity/statistics.hpp"

namespace minglu::activity {

struct NormaliseInput {
  std::span<const double> values;
  std::span<const double> base;  // values of the base period; empty unless the method needs them
  const Statistics& statistics;
  const Parameters& parameters;
  int direction = 1;  // 1: more is better; -1: less is better
};

struct Normaliser {
  MethodDoc doc;
  bool needs_base;
  bool needs_sorted;
  /// Refuses parameters that contradict each other; null when none can.
  Status (*check)(const Parameters& parameters, const std::string& where);
  void (*apply)(const NormaliseInput& input, std::span<double> out);
};

std::span<const Normaliser> normalisers();
/// kInvalidArgument with the list of names for an unknown one.
Result<const Normaliser*> find_normaliser(std::string_view name, const std::string& where);

extern const Normaliser kNone;
extern const Normaliser kMinMax;
extern const Normaliser kZScore;
extern const Normaliser kBasePeriod;
extern const Normaliser kRank;
extern const Normaliser kPercentileRank;
extern const Normaliser kGoalposts;
extern const Normaliser kDistanceToMax;
extern const Normaliser kDistanceToReference;
extern const Normaliser kDistanceToTarget;
extern const Normaliser kAboveBelow;

}  // namespace minglu::activity
