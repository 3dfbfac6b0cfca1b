#include "activity/score.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "activity/grade.hpp"
#include "activity/internal/fit.hpp"
#include "base/parallel.hpp"

namespace minglu::activity {
namespace {

std::vector<std::string> member_names(const Model& model, const Group& group) {
  std::vector<std::string> names;
  for (const Member& member : group.members) {
    names.push_back(member.is_group ? model.groups[member.at].code : model.indicators[member.at].code);
  }
  return names;
}

Result<Weighing> weigh(const Model& model, const Group& group, const ActivityData& data, Scores& scores) {
  WeighInput input{.group = group.code, .members = member_names(model, group)};
  for (const Member& member : group.members) {
    input.given.push_back(member.weight);
    input.directions.push_back(member.is_group ? 1 : model.indicators[member.at].direction);
    input.columns.emplace_back(member.is_group ? scores.groups[member.at] : data.indicators[member.at].values);
  }
  return group.weigher->weigh(input, group.weigh_parameters, scores.notes);
}

Status aggregate(const Model& model, size_t at, const ScoreSpec& spec, Scores& scores) {
  const Group& group = model.groups[at];
  const AggregateInput whole = [&] {
    AggregateInput input{.group = group.code, .members = member_names(model, group)};
    input.weights = frozen_of(spec, scores).weights[at];
    for (const Member& member : group.members) {
      input.columns.emplace_back(member.is_group ? scores.groups[member.at] : scores.normalised[member.at]);
    }
    return input;
  }();
  std::vector<double>& out = scores.groups[at];
  if (group.aggregator->needs_all_rows) return group.aggregator->aggregate(whole, out);
  const size_t blocks = (out.size() + kBlockRows - 1) / kBlockRows;
  std::vector<Status> done(blocks, ok_status());
  base::parallel_for(blocks, spec.threads, [&](size_t block, size_t) {
    const size_t from = block * kBlockRows;
    const size_t rows = std::min(kBlockRows, out.size() - from);
    AggregateInput part = whole;
    for (auto& column : part.columns) column = column.subspan(from, rows);
    done[block] = group.aggregator->aggregate(part, std::span(out).subspan(from, rows));
  });
  for (const Status& status : done) MINGLU_CHECK(status);
  return ok_status();
}

/// Groups from the leaves to the root: weights, then scores.
Status climb(const Model& model, const ActivityData& data, const ScoreSpec& spec, Scores& scores) {
  scores.groups.assign(model.groups.size(), std::vector<double>(data.rows, kNull));
  for (size_t at = 0; at < model.groups.size(); ++at) {
    if (spec.frozen == nullptr) {
      MINGLU_TRY(Weighing weighing, weigh(model, model.groups[at], data, scores));
      scores.frozen.weights.push_back(std::move(weighing.weights));
      scores.frozen.details.push_back(std::move(weighing.details));
    }
    MINGLU_CHECK(aggregate(model, at, spec, scores));
  }
  return ok_status();
}

std::vector<double> effective_weights(const Model& model, const Frozen& frozen) {
  std::vector<double> of_group(model.groups.size(), 0.0);
  std::vector<double> of_indicator(model.indicators.size(), 0.0);
  of_group.back() = 1;
  for (size_t at = model.groups.size(); at-- > 0;) {
    const Group& group = model.groups[at];
    for (size_t m = 0; m < group.members.size(); ++m) {
      const Member& member = group.members[m];
      (member.is_group ? of_group : of_indicator)[member.at] = of_group[at] * frozen.weights[at][m];
    }
  }
  return of_indicator;
}

void set_coverage(const Model& model, const ActivityData& data, Scores& scores) {
  scores.coverage.assign(data.rows, 0.0);
  for (size_t row = 0; row < data.rows; ++row) {
    double available = 0;
    double applicable = 0;
    for (size_t at = 0; at < model.indicators.size(); ++at) {
      const double weight = scores.effective_weights[at];
      const std::vector<uint8_t>& flags = data.indicators[at].not_applicable;
      const bool applies = flags.empty() || flags[row] == 0;
      if (applies || model.not_applicable_counts) applicable += weight;
      if (!is_null(scores.normalised[at][row])) available += weight;
    }
    scores.coverage[row] = applicable > 0 ? std::min(available / applicable, 1.0) : 0.0;
  }
}

Status check_data(const Model& model, const ActivityData& data) {
  MINGLU_ASSERT(data.indicators.size() == model.indicators.size());
  for (const IndicatorData& indicator : data.indicators) MINGLU_ASSERT(indicator.values.size() == data.rows);
  if (data.rows > 0) return ok_status();
  return base::invalid_argument("数据没有任何行 / the data have no row");
}

}  // namespace

Result<Scores> score(const Model& model, ActivityData data, const ScoreSpec& spec) {
  MINGLU_CHECK(check_data(model, data));
  Scores scores;
  MINGLU_CHECK(fit_and_normalise(model, spec, data, scores));
  MINGLU_CHECK(climb(model, data, spec, scores));
  scores.effective_weights = effective_weights(model, frozen_of(spec, scores));
  set_coverage(model, data, scores);
  grade_and_rank(model, data, scores);
  return scores;
}

}  // namespace minglu::activity
