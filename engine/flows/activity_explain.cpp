#include "flows/activity_explain.hpp"

#include <algorithm>
#include <functional>

#include "activity/explain.hpp"

namespace minglu::flows {
namespace {

constexpr size_t kShapeClasses = 20;

// The weakest of the columns that an indicator reads says why it has no value.
void describe_sources(const RegisterModel& model, const ActivityInputs& inputs, size_t at, size_t row,
                      CardIndicator& out) {
  const ModelExpression& value = model.indicators[at].value;
  CellKind weakest = CellKind::kValue;
  for (size_t c = 0; c < model.columns.size(); ++c) {
    if (std::find(value.names.begin(), value.names.end(), model.columns[c].name) == value.names.end()) continue;
    out.sources.push_back(model.columns[c].source);
    weakest = std::max(weakest, inputs.kinds[c][row]);
    out.period = std::max(out.period, Period{inputs.periods[c][row]});
  }
  std::sort(out.sources.begin(), out.sources.end());
  out.sources.erase(std::unique(out.sources.begin(), out.sources.end()), out.sources.end());
  out.kind = cell_kind_name(weakest);
}

void add_caps(const RegisterModel& model, const activity::ActivityData& data, size_t row, UnitCard& card) {
  for (size_t at = 0; at < model.model.caps.size(); ++at) {
    if (data.capped[at][row] != 0) card.caps.push_back(model.model.caps[at].column);
  }
}

Result<std::vector<CardHistory>> history_of(Home& home, const std::string& model, uint64_t unit) {
  MINGLU_TRY(const std::vector<ScoreRun> runs, score_runs(home));
  std::vector<CardHistory> history;
  for (const ScoreRun& run : runs) {
    if (run.model != model) continue;
    MINGLU_TRY(const auto sealed, SealedScores::open(home, run));
    const auto row = sealed->find(unit);
    if (!row) continue;
    history.push_back({run, sealed->score(*row), sealed->grade_names()[sealed->grade(*row)], sealed->coverage(*row)});
  }
  return history;
}

// ---- simulation ----

std::vector<uint64_t> sample_of(const store::State& state, size_t units_max) {
  std::vector<uint64_t> sample;
  const size_t all = state.units().size();
  if (all <= units_max) return sample;  // empty: every unit
  const size_t step = (all + units_max - 1) / units_max;
  size_t at = 0;
  for (const store::DirectoryEntry& entry : state.units()) {
    if (at++ % step == 0) sample.push_back(entry.unit);
  }
  return sample;
}

IndicatorShape shape_of(const activity::Indicator& indicator, const std::vector<double>& raw,
                        const std::vector<double>& normalised) {
  IndicatorShape shape{.code = indicator.code};
  const activity::Statistics statistics = activity::compute_statistics(raw, {});
  shape.values = statistics.n;
  shape.min = statistics.min;
  shape.max = statistics.max;
  shape.skewness = statistics.skewness;
  shape.before.assign(kShapeClasses, 0);
  const double width = (shape.max - shape.min) / kShapeClasses;
  for (const double value : raw) {
    if (activity::is_null(value)) continue;
    const double place = width > 0 ? (value - shape.min) / width : 0;
    ++shape.before[std::min(static_cast<size_t>(std::max(place, 0.0)), kShapeClasses - 1)];
  }
  shape.after = activity::score_classes(normalised);
  shape.mean_normalised = activity::compute_statistics(normalised, {}).mean;
  return shape;
}

void count_groups(const PanelText& words, const activity::GradeMoves& whole, std::span<const uint8_t> before,
                  std::span<const uint8_t> after, const std::function<std::string(const std::string&)>& group_of,
                  std::vector<ImpactGroup>& out) {
  std::vector<std::string> group_of_word;
  for (const std::string& word : words.words) group_of_word.push_back(group_of(word));
  std::map<std::string, ImpactGroup> groups;
  const size_t unscored = whole.counts.size() - 2;  // the grade U; behind it: absent
  for (size_t row = 0; row < after.size(); ++row) {
    ImpactGroup& group = groups[group_of_word[words.codes[row]]];
    ++group.units;
    if (before[row] >= unscored || after[row] >= unscored) continue;
    group.up += after[row] < before[row] ? 1 : 0;
    group.down += after[row] > before[row] ? 1 : 0;
  }
  for (auto& [code, group] : groups) {
    group.code = code;
    out.push_back(group);
  }
}

Status compare_with(Home& home, const store::State& state, const SimulateSpec& spec, const InputsSpec& rows,
                    const ActivityInputs& inputs, const activity::Scores& scores, Impact& impact) {
  MINGLU_TRY(const ModelVersion version, published_model(home, spec.against));
  MINGLU_TRY(const RegisterModel model, parse_register_model(home.knowledge(), version.document));
  MINGLU_TRY(const activity::Frozen frozen, frozen_statistics(home, version, model.model));
  MINGLU_TRY(const ScoredUnits other, score_units(home, state, model, frozen, rows));
  if (other.scores.grade_names != scores.grade_names)
    return base::invalid_argument("两个版本的等级不同，无法比较（the versions have different grades）");
  std::vector<uint8_t> before(inputs.units.size(), activity::kAbsent);
  for (size_t row = 0, place = 0; row < inputs.units.size(); ++row) {
    while (place < other.inputs.units.size() && other.inputs.units[place] < inputs.units[row]) ++place;
    if (place < other.inputs.units.size() && other.inputs.units[place] == inputs.units[row])
      before[row] = other.scores.grade[place];
  }
  impact.moves = activity::grade_moves(before, scores.grade, scores.grade_names.size());
  impact.score_classes_before = activity::score_classes(other.scores.score);
  count_groups(
      inputs.region, impact.moves, before, scores.grade, [](const std::string& region) { return region.substr(0, 6); },
      impact.districts);
  const auto& industries = home.knowledge().domain().catalog().industries();
  count_groups(
      inputs.industry, impact.moves, before, scores.grade,
      [&](const std::string& code) { return std::string(industries.section_of(code)); }, impact.sections);
  return ok_status();
}

}  // namespace

Result<UnitCard> unit_card(Home& home, const store::State& state, const ScoreRun& run, uint64_t unit) {
  MINGLU_TRY(const ModelVersion version, find_model(home, run.model, run.version));
  MINGLU_TRY(const RegisterModel model, parse_register_model(home.knowledge(), version.document));
  MINGLU_TRY(const activity::Frozen frozen, frozen_statistics(home, version, model.model));
  const InputsSpec rows{.period = run.period, .units = {unit}, .with_kinds = true};
  UnitCard card{.unit = unit, .period = run.period};
  MINGLU_TRY(card.history, history_of(home, run.model, unit));
  MINGLU_TRY(const ScoredUnits now, score_units(home, state, model, frozen, rows));
  card.in_population = !now.inputs.units.empty();
  card.score = card.in_population ? now.scores.score[0] : activity::kNull;
  card.coverage = card.in_population ? now.scores.coverage[0] : 0;
  if (card.in_population) card.grade = now.scores.grade_of(0);
  std::vector<double> sealed_points(model.indicators.size(), activity::kNull);
  card.score_sealed = activity::kNull;
  MINGLU_TRY(const std::shared_ptr<const store::State> then, home.state(run.state_seq));
  if (then && then->find(unit) != nullptr) {
    MINGLU_TRY(const ScoredUnits sealed, score_units(home, *then, model, frozen, rows));
    if (!sealed.inputs.units.empty()) {
      sealed_points = activity::contributions(model.model, frozen, sealed.scores, 0);
      card.score_sealed = sealed.scores.score[0];
      card.grade_sealed = sealed.scores.grade_of(0);
    }
  }
  if (!card.in_population) return card;
  add_caps(model, now.inputs.data, 0, card);
  const std::vector<double> points = activity::contributions(model.model, frozen, now.scores, 0);
  for (size_t at = 0; at < model.indicators.size(); ++at) {
    const activity::IndicatorData& data = now.inputs.data.indicators[at];
    CardIndicator out{.code = model.model.indicators[at].code, .value = data.values[0]};
    out.base = data.base.empty() ? activity::kNull : data.base[0];
    out.normalised = now.scores.normalised[at][0];
    out.points = points[at];
    out.points_sealed = sealed_points[at];
    describe_sources(model, now.inputs, at, 0, out);
    card.indicators.push_back(std::move(out));
  }
  return card;
}

Result<Impact> simulate(Home& home, const store::State& state, const SimulateSpec& spec) {
  MINGLU_TRY(const RegisterModel model, parse_register_model(home.knowledge(), spec.document));
  const InputsSpec rows{.period = spec.period, .units = sample_of(state, spec.units_max)};
  MINGLU_TRY(ActivityInputs inputs, activity_inputs(home, state, model, rows));
  if (inputs.units.empty()) return base::failed_precondition("模型的范围里没有单位（the population is empty）");
  std::vector<std::vector<double>> raw;
  for (const activity::IndicatorData& data : inputs.data.indicators) raw.push_back(data.values);
  activity::ActivityData data = std::move(inputs.data);
  MINGLU_TRY(const activity::Scores scores, activity::score(model.model, std::move(data), {.threads = home.threads()}));
  Impact impact{.units = inputs.units.size(), .sampled_of = state.units().size()};
  impact.grade_names = scores.grade_names;
  impact.grades.assign(scores.grade_names.size(), 0);
  for (const uint8_t grade : scores.grade) ++impact.grades[grade];
  impact.score_classes = activity::score_classes(scores.score);
  impact.effective_weights = scores.effective_weights;
  impact.notes = model.model.notes;
  impact.notes.insert(impact.notes.end(), scores.notes.begin(), scores.notes.end());
  for (size_t at = 0; at < raw.size(); ++at)
    impact.indicators.push_back(shape_of(model.model.indicators[at], raw[at], scores.normalised[at]));
  if (!spec.against.empty()) MINGLU_CHECK(compare_with(home, state, spec, rows, inputs, scores, impact));
  return impact;
}

}  // namespace minglu::flows
