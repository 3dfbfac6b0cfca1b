#include "activity/compare.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/assert.hpp"

namespace minglu::activity {

GradeMoves grade_moves(std::span<const uint8_t> before, std::span<const uint8_t> after, size_t grades) {
  MINGLU_ASSERT(before.size() == after.size());
  GradeMoves moves;
  moves.counts.assign(grades + 1, std::vector<uint64_t>(grades + 1, 0));
  for (size_t row = 0; row < before.size(); ++row) {
    const size_t from = before[row] == kAbsent ? grades : before[row];
    const size_t to = after[row] == kAbsent ? grades : after[row];
    ++moves.counts[from][to];
    if (from + 1 >= grades || to + 1 >= grades) continue;  // no grade on one side: no direction
    ++(to < from ? moves.up : to > from ? moves.down : moves.same);
  }
  return moves;
}

double stability_index(std::span<const uint64_t> expected, std::span<const uint64_t> actual) {
  MINGLU_ASSERT(expected.size() == actual.size());
  const auto total = [](std::span<const uint64_t> counts) {
    return static_cast<double>(std::accumulate(counts.begin(), counts.end(), uint64_t{0}));
  };
  const double all_expected = total(expected);
  const double all_actual = total(actual);
  if (all_expected == 0 || all_actual == 0) return 0;
  double index = 0;
  for (size_t at = 0; at < expected.size(); ++at) {
    if (expected[at] == 0 && actual[at] == 0) continue;
    const double e = std::max(static_cast<double>(expected[at]), 0.5) / all_expected;
    const double a = std::max(static_cast<double>(actual[at]), 0.5) / all_actual;
    index += (a - e) * std::log(a / e);
  }
  return index;
}

std::vector<uint64_t> score_classes(std::span<const double> scores) {
  std::vector<uint64_t> counts(10, 0);
  for (const double score : scores) {
    if (!is_null(score)) ++counts[static_cast<size_t>(std::clamp(score / 10, 0.0, 9.0))];
  }
  return counts;
}

BackTest back_test(std::span<const double> scores, std::span<const uint8_t> grades, size_t grade_count,
                   std::span<const uint8_t> happened) {
  BackTest test;
  test.units.assign(grade_count, 0);
  test.events.assign(grade_count, 0);
  std::vector<std::pair<double, uint8_t>> order;
  for (size_t row = 0; row < scores.size(); ++row) {
    if (grades[row] < grade_count) {
      ++test.units[grades[row]];
      test.events[grades[row]] += happened[row] != 0 ? 1 : 0;
    }
    if (!is_null(scores[row])) order.emplace_back(scores[row], happened[row] != 0 ? 1 : 0);
  }
  std::sort(order.begin(), order.end());
  double rank_sum = 0;  // of the events, ties at their mean
  double events = 0;
  for (size_t at = 0; at < order.size();) {
    size_t end = at;
    double here = 0;
    while (end < order.size() && order[end].first == order[at].first) here += order[end++].second;
    rank_sum += here * (static_cast<double>(at + end) + 1) / 2;
    events += here;
    at = end;
  }
  const double others = static_cast<double>(order.size()) - events;
  if (events > 0 && others > 0) test.lower_first = 1 - (rank_sum - events * (events + 1) / 2) / (events * others);
  return test;
}

}  // namespace minglu::activity
