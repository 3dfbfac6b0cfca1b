#include "activity/explain.hpp"

namespace minglu::activity {
namespace {

double value_of(const Scores& scores, const Member& member, size_t row) {
  return member.is_group ? scores.groups[member.at][row] : scores.normalised[member.at][row];
}

/// Points per point of a member's value, given those of the group's value.
double member_rate(const Group& group, double group_score, double rate, double weight, double weights, double sum) {
  if (is_method(group.aggregator, kArithmetic)) return weights > 0 ? rate * weight / weights : 0;
  return sum != 0 ? rate * group_score * weight / sum : 0;
}

}  // namespace

std::vector<double> contributions(const Model& model, const Frozen& frozen, const Scores& scores, size_t row) {
  std::vector<double> points(model.indicators.size(), kNull);
  std::vector<double> rates(model.groups.size(), 0.0);
  rates.back() = 1;
  for (size_t at = model.groups.size(); at-- > 0;) {  // the root first: groups stand behind their members
    const Group& group = model.groups[at];
    if (group.aggregator->needs_all_rows) return std::vector<double>(model.indicators.size(), kNull);
    double weights = 0;
    double sum = 0;
    for (size_t m = 0; m < group.members.size(); ++m) {
      const double value = value_of(scores, group.members[m], row);
      if (is_null(value)) continue;
      weights += frozen.weights[at][m];
      sum += frozen.weights[at][m] * value;
    }
    for (size_t m = 0; m < group.members.size(); ++m) {
      const Member& member = group.members[m];
      const double value = value_of(scores, member, row);
      if (is_null(value)) continue;
      const double rate = member_rate(group, scores.groups[at][row], rates[at], frozen.weights[at][m], weights, sum);
      if (member.is_group) {
        rates[member.at] = rate;
      } else {
        points[member.at] = rate * value;
      }
    }
  }
  return points;
}

}  // namespace minglu::activity
