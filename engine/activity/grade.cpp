#include "activity/grade.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace minglu::activity {
namespace {

constexpr double kBillion = 1e9;
constexpr double kScoreMax = 9e9;  // what fits int64 in billionths

/// Place in model.grades of the grade that a score has.
size_t grade_of(const std::vector<GradeCut>& cuts, double score) {
  for (size_t at = 0; at + 1 < cuts.size(); ++at) {
    if (cuts[at].min && score_billionths(score) >= score_billionths(*cuts[at].min)) return at;
  }
  return cuts.size() - 1;
}

size_t grade_place(const std::vector<GradeCut>& cuts, const std::string& grade) {
  const auto found = std::find_if(cuts.begin(), cuts.end(), [&](const GradeCut& cut) { return cut.grade == grade; });
  MINGLU_ASSERT(found != cuts.end());
  return static_cast<size_t>(found - cuts.begin());
}

void set_ranks(Scores& scores) {
  std::vector<std::pair<int64_t, uint32_t>> order;
  for (size_t row = 0; row < scores.score.size(); ++row) {
    if (!is_null(scores.score[row])) order.emplace_back(-score_billionths(scores.score[row]), row);
  }
  std::sort(order.begin(), order.end());
  scores.rank.assign(scores.score.size(), 0);
  uint32_t rank = 0;
  for (size_t at = 0; at < order.size(); ++at) {
    if (at == 0 || order[at].first != order[at - 1].first) rank = static_cast<uint32_t>(at + 1);
    scores.rank[order[at].second] = rank;
  }
}

}  // namespace

int64_t score_billionths(double score) {
  return static_cast<int64_t>(std::llround(std::clamp(score, -kScoreMax, kScoreMax) * kBillion));
}

void grade_and_rank(const Model& model, const ActivityData& data, Scores& scores) {
  const std::vector<double>& root = scores.groups.back();
  scores.score.assign(root.size(), kNull);
  scores.grade_names.clear();
  for (const GradeCut& cut : model.grades) scores.grade_names.push_back(cut.grade);
  scores.grade_names.emplace_back(kNoGrade);
  if (!model.grades.empty()) scores.grade.assign(root.size(), static_cast<uint8_t>(model.grades.size()));
  std::vector<size_t> cap_places;
  for (const Cap& cap : model.caps) cap_places.push_back(grade_place(model.grades, cap.grade_max));
  const int64_t least = score_billionths(model.coverage_min);
  for (size_t row = 0; row < root.size(); ++row) {
    const bool enough = !is_null(root[row]) && score_billionths(scores.coverage[row]) >= least;
    if (enough) scores.score[row] = root[row];
    size_t place = enough && !model.grades.empty() ? grade_of(model.grades, root[row]) : 0;
    bool fixed = enough;
    for (size_t at = 0; at < model.caps.size(); ++at) {
      if (data.capped[at][row] == 0) continue;
      if (model.caps[at].score) {
        scores.score[row] = *model.caps[at].score;
        fixed = true;
      }
      place = std::max(place, cap_places[at]);
    }
    if (fixed && !model.grades.empty()) scores.grade[row] = static_cast<uint8_t>(place);
  }
  set_ranks(scores);
}

}  // namespace minglu::activity
