// The family of treatments: what is done to the values of an indicator before they are normalised. A treatment changes
// the shape (a logarithm) or pulls extreme values in to a limit (winsorising, 缩尾). One file per method; all.cpp is
// the plain list. Several run in the order in which the model names them.
//
// `fit` learns the limits from the values of the period, `apply` uses them on any values: limits are frozen with the
// statistics. Nulls stay null. Thread-safety: pure. Cost: O(n); `skewness` sorts the tails.
#pragma once

#include <span>

#include "activity/method.hpp"
#include "activity/statistics.hpp"

namespace minglu::activity {

struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

struct Treatment {
  MethodDoc doc;
  Limits (*fit)(std::span<const double> values, const Parameters& parameters, size_t threads);  // null: learns nothing
  double (*apply)(double value, const Limits& limits, const Parameters& parameters);
};

/// Pulls a value in to the limits; null stays null.
inline double pull_in(double value, const Limits& limits) {
  return value < limits.low ? limits.low : value > limits.high ? limits.high : value;
}

std::span<const Treatment> treatments();
/// kInvalidArgument with the list of names for an unknown one.
Result<const Treatment*> find_treatment(std::string_view name, const std::string& where);

extern const Treatment kLog;
extern const Treatment kLog1p;
extern const Treatment kSignedLog;
extern const Treatment kWinsoriseDeviations;
extern const Treatment kWinsorisePercentiles;
extern const Treatment kWinsoriseSkewness;

}  // namespace minglu::activity
