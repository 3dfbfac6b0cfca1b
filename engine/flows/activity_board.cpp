#include "flows/activity_board.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace minglu::flows {
namespace {

std::shared_ptr<const std::vector<uint32_t>> order_of(const SealedScores& sealed) {
  auto order = std::make_shared<std::vector<uint32_t>>(sealed.rows());
  std::iota(order->begin(), order->end(), 0U);
  const auto key = [&](uint32_t row) {
    const double score = sealed.score(row);
    return activity::is_null(score) ? -1e300 : score;
  };
  std::sort(order->begin(), order->end(), [&](uint32_t a, uint32_t b) {
    const double of_a = key(a);
    const double of_b = key(b);
    return of_a != of_b ? of_a > of_b : a < b;
  });
  return order;
}

}  // namespace

LiveScore BoardScores::at(size_t row) const {
  const uint64_t unit = sealed_->units()[row];
  const auto it = std::lower_bound(live_.begin(), live_.end(), unit,
                                   [](const LiveScore& live, uint64_t id) { return live.unit < id; });
  if (it != live_.end() && it->unit == unit) return *it;
  return {unit, sealed_->score(row), sealed_->coverage(row), sealed_->grade(row)};
}

Result<ScoredUnits> score_units(Home& home, const store::State& state, const RegisterModel& model,
                                const activity::Frozen& frozen, const InputsSpec& spec) {
  ScoredUnits result;
  MINGLU_TRY(result.inputs, activity_inputs(home, state, model, spec));
  if (result.inputs.units.empty()) return result;
  activity::ActivityData data = result.inputs.data;
  MINGLU_TRY(result.scores,
             activity::score(model.model, std::move(data), {.threads = home.threads(), .frozen = &frozen}));
  return result;
}

Result<std::shared_ptr<const BoardScores>> ActivityBoard::load(const ScoreRun& run) {
  auto board = std::make_shared<BoardScores>();
  board->run_ = run;
  MINGLU_TRY(board->sealed_, SealedScores::open(home_, run));
  MINGLU_TRY(const ModelVersion version, find_model(home_, run.model, run.version));
  MINGLU_TRY(RegisterModel model, parse_register_model(home_.knowledge(), version.document));
  MINGLU_TRY(activity::Frozen frozen, frozen_statistics(home_, version, model.model));
  board->model_ = std::make_shared<const RegisterModel>(std::move(model));
  board->frozen_ = std::make_shared<const activity::Frozen>(std::move(frozen));
  board->order_ = order_of(*board->sealed_);
  board->seq_ = run.state_seq;
  return std::shared_ptr<const BoardScores>(std::move(board));
}

// Units whose row is newer, and those whose figures alone are: a correction of the same day leaves the row as it was.
Result<std::vector<uint64_t>> ActivityBoard::changed_units(const BoardScores& earlier, const store::State& state) {
  std::set<uint64_t> units;
  for (const store::DirectoryEntry& entry : state.changed_since(earlier.seq_)) {
    units.insert(entry.unit);
    if (units.size() > kLiveUnitsMax) break;
  }
  MINGLU_TRY(const std::vector<Home::CommitHead> heads, home_.commit_heads());
  for (auto head = heads.rbegin(); head != heads.rend() && head->seq > earlier.seq_; ++head) {
    if (head->kind != "ingest" || head->seq > state.seq() || units.size() > kLiveUnitsMax) continue;
    MINGLU_TRY(const store::RecordSegment* segment, home_.record_segment(head->seq));
    for (const store::IndicatorMeta& meta : segment->indicators()) {
      if (const auto unit = state.unit_of(meta.entity)) units.insert(*unit);
      if (units.size() > kLiveUnitsMax) break;
    }
  }
  std::vector<uint64_t> known;
  for (const uint64_t unit : units) {
    if (state.find(unit) != nullptr) known.push_back(unit);
  }
  return known;
}

Result<std::shared_ptr<const BoardScores>> ActivityBoard::follow(const BoardScores& earlier,
                                                                 const store::State& state) {
  auto board = std::make_shared<BoardScores>(earlier);
  MINGLU_TRY(const std::vector<uint64_t> units, changed_units(earlier, state));
  board->seq_ = state.seq();
  std::map<uint64_t, LiveScore> live;
  for (const LiveScore& known : earlier.live_) live[known.unit] = known;
  if (units.size() + live.size() > kLiveUnitsMax || earlier.is_behind_) {
    board->is_behind_ = true;
    board->live_.clear();
    return std::shared_ptr<const BoardScores>(std::move(board));
  }
  if (units.empty()) return std::shared_ptr<const BoardScores>(std::move(board));
  MINGLU_TRY(const ScoredUnits scored, score_units(home_, state, *earlier.model_, *earlier.frozen_,
                                                   {.period = earlier.run_.period, .units = units}));
  for (size_t row = 0; row < scored.inputs.units.size(); ++row) {
    const uint64_t unit = scored.inputs.units[row];
    live[unit] = {unit, scored.scores.score[row], scored.scores.coverage[row], scored.scores.grade[row]};
  }
  board->live_.clear();
  for (const auto& [unit, score] : live) board->live_.push_back(score);
  return std::shared_ptr<const BoardScores>(std::move(board));
}

Result<std::shared_ptr<const BoardScores>> ActivityBoard::now(const std::string& model,
                                                              const std::shared_ptr<const store::State>& state) {
  MINGLU_TRY(const ScoreRun run, latest_run(home_, model));
  const std::scoped_lock lock(mutex_);
  std::shared_ptr<const BoardScores>& board = boards_[model];
  if (!board || board->run_.seq != run.seq) { MINGLU_TRY(board, load(run)); }
  if (state && state->seq() > board->seq_) { MINGLU_TRY(board, follow(*board, *state)); }
  return board;
}

}  // namespace minglu::flows
