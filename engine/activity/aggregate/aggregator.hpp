// The family of aggregators: each makes one score of the scores of a group's members. One file per method; all.cpp is
// the plain list.
//
// Members without a value are left out of a row and the weights of the others are rescaled; a row without any is null.
// The three means work row by row, so a changed unit is scored alone. Borda and Copeland compare every unit with the
// others: they need the whole set, and Copeland, which compares all pairs, refuses sets above its limit.
// Errors: kInvalidArgument naming group, member and row, e.g. for a negative score in a geometric mean.
// Thread-safety: pure. Cost: O(rows x members); Borda O(n log n), Copeland O(n^2) a member.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "activity/method.hpp"
#include "activity/statistics.hpp"

namespace minglu::activity {

struct AggregateInput {
  std::string group;  // for messages
  std::vector<std::string> members;
  std::vector<double> weights;                   // sum 1
  std::vector<std::span<const double>> columns;  // one per member, all as long as the output
};

struct Aggregator {
  MethodDoc doc;
  bool needs_all_rows;
  Status (*aggregate)(const AggregateInput& input, std::span<double> out);
};

std::span<const Aggregator> aggregators();
/// kInvalidArgument with the list of names for an unknown one.
Result<const Aggregator*> find_aggregator(std::string_view name, const std::string& where);

extern const Aggregator kArithmetic;
extern const Aggregator kGeometric;
extern const Aggregator kHarmonic;
extern const Aggregator kBorda;
extern const Aggregator kCopeland;

/// What the means share: null for a row without values, else finish(sum of w * term(x), sum of w) over those present.
/// `admits` names the values that the mean is defined for.
template <typename Admits, typename Term, typename Finish>
Status mean_rows(const AggregateInput& input, std::span<double> out, Admits admits, Term term, Finish finish) {
  for (size_t row = 0; row < out.size(); ++row) {
    double sum = 0;
    double weight = 0;
    for (size_t at = 0; at < input.columns.size(); ++at) {
      const double x = input.columns[at][row];
      if (is_null(x)) continue;
      if (!admits(x)) {
        return model_error("组 " + input.group + "：成员 " + input.members[at] + " 的得分 " + std::to_string(x) +
                               " 为负，不能求几何或调和平均；请先标准化到 1–100",
                           "group " + input.group + ": member " + input.members[at] + " has the score " +
                               std::to_string(x) +
                               "; a geometric or harmonic mean needs scores of 0 or more: normalise to 1..100 first");
      }
      if (input.weights[at] == 0) continue;
      sum += input.weights[at] * term(x);
      weight += input.weights[at];
    }
    out[row] = weight > 0 ? finish(sum, weight) : kNull;
  }
  return ok_status();
}

}  // namespace minglu::activity
