// Two runs beside each other, and a run beside what happened later.
//
//   GradeMoves moves = grade_moves(before, after, 6);          // who moved from which grade to which
//   double shift = stability_index(base_counts, counts);       // PSI: has the distribution drifted?
//   BackTest test = back_test(scores, grades, 6, died);        // did E precede deaths?
//
// Grades are places in the model's list, the last one "not enough data"; kAbsent is a unit that a run does not have.
// Thread-safety: pure. Cost: O(n), back_test O(n log n).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "activity/statistics.hpp"

namespace minglu::activity {

inline constexpr uint8_t kAbsent = 255;

struct GradeMoves {
  std::vector<std::vector<uint64_t>> counts;  // [from][to]; the last row and column: absent
  uint64_t up = 0;                            // to a better grade; only between grades
  uint64_t down = 0;
  uint64_t same = 0;
};
/// Both of the same length, one entry per unit. Precondition: entries below `grades`, or kAbsent.
GradeMoves grade_moves(std::span<const uint8_t> before, std::span<const uint8_t> after, size_t grades);

/// Population stability index: sum of (a - e) ln(a / e) over classes, shares of the counts. A class that is empty on
/// one side counts as half a unit there, so the index stays finite. 0 when either side has no unit at all.
/// Worked example: {50, 50} against {60, 40}: 0.1 ln 1.2 - 0.1 ln 0.8 = 0.0405.
double stability_index(std::span<const uint64_t> expected, std::span<const uint64_t> actual);

/// Counts of the scores in ten classes of width 10 from 0 to 100; outside: the end classes. Nulls are not counted.
std::vector<uint64_t> score_classes(std::span<const double> scores);

struct BackTest {
  std::vector<uint64_t> units;   // by grade
  std::vector<uint64_t> events;  // of them, to whom it happened
  /// Chance that a unit to whom it happened scored lower than one to whom it did not (Mann-Whitney, ties half). Null
  /// when either group is empty. Only units with a score.
  double lower_first = kNull;
};
BackTest back_test(std::span<const double> scores, std::span<const uint8_t> grades, size_t grade_count,
                   std::span<const uint8_t> happened);

}  // namespace minglu::activity
