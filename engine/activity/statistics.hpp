// Statistics of one column over a peer group: what normalising needs, small enough to freeze and write down.
//
//   Statistics s = compute_statistics(values, {.threads = 2, .keep_sorted = true});
//   double p99 = percentile_of(s.sorted, 99);
//
// A null is a quiet NaN: the reader turns every cell that is no number into it, so it never means a failure. Moments
// are two-pass, with sums over blocks of fixed size added in order: the same bits at any number of threads. Cost: O(n),
// three passes; with keep_sorted O(n log n) and a copy. Thread-safety: pure. Worked example: {10,20,30,40,100}: mean
// 40, population deviation 31.6228, sample deviation 35.3553.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "activity/method.hpp"

namespace minglu::activity {

inline constexpr double kNull = std::numeric_limits<double>::quiet_NaN();
inline bool is_null(double value) noexcept { return std::isnan(value); }
inline constexpr size_t kBlockRows = 65536;  // rows of one piece of work; results depend on it, never on threads

struct Statistics {
  uint64_t n = 0;  // values that are not null; all others are 0 when it is 0
  double min = 0;
  double max = 0;
  double mean = 0;
  double deviation_population = 0;
  double deviation_sample = 0;  // 0 for one value
  double skewness = 0;          // sample skewness G1, as spreadsheets compute it; 0 below 3 values
  double kurtosis = 0;          // sample excess kurtosis G2; 0 below 4 values
  double low = 0;               // lower bound in use: min, or the percentile that the model asks for
  double high = 0;
  double reference = kNull;    // value of the unit that the model names, when it does
  std::vector<double> sorted;  // only when kept
};

struct StatisticsSpec {
  size_t threads = 1;
  bool keep_sorted = false;
};

Statistics compute_statistics(std::span<const double> values, const StatisticsSpec& spec);

/// Percentile of ascending values by linear interpolation (R type 7, spreadsheets' PERCENTILE.INC). Precondition: some
/// value; 0 <= percent <= 100.
double percentile_of(std::span<const double> sorted, double percent);
/// The same without sorting everything: reorders `values`, which hold no null. Cost: O(n).
double percentile_select(std::vector<double>& values, double percent);

/// Values that are not null, in order.
std::vector<double> present_values(std::span<const double> values);

Json statistics_json(const Statistics& statistics);
/// kInvalidArgument for a missing or wrong number.
Result<Statistics> parse_statistics(const Json& json, const std::string& where);

}  // namespace minglu::activity
