// The latest scores of a model as they are now: the sealed run, and above it the units that changed since.
//
//   ActivityBoard board(home);
//   MINGLU_TRY(auto scores, board.now("sixia", snapshot->shared_state()));
//   scores->at(row)       // score and grade of a unit now; scores->sealed().score(row) is what was sealed
//
// A change that is committed is in the next answer: the units whose row or figures changed since the run are scored
// again with the frozen statistics, for the period of the run. What is sealed never moves; the difference is shown as
// such until somebody runs a revision. When more than kLiveUnitsMax units changed (a monthly file came), the board
// stays with the sealed scores and says `is_behind`: a run is due. Cost of an answer: nothing when nothing changed,
// some milliseconds for a changed unit. Memory: the mapped run, and 4 bytes a unit for the order. Thread-safety: any
// number of threads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "flows/activity_run.hpp"

namespace minglu::flows {

inline constexpr size_t kLiveUnitsMax = 20'000;

struct LiveScore {
  uint64_t unit = 0;
  double score = 0;  // null: none
  double coverage = 0;
  uint8_t grade = 0;
};

class BoardScores {
 public:
  [[nodiscard]] const ScoreRun& run() const noexcept { return run_; }
  [[nodiscard]] const SealedScores& sealed() const noexcept { return *sealed_; }
  [[nodiscard]] const RegisterModel& model() const noexcept { return *model_; }
  [[nodiscard]] bool is_behind() const noexcept { return is_behind_; }
  [[nodiscard]] size_t changed() const noexcept { return live_.size(); }
  /// The unit of that row as it is now.
  [[nodiscard]] LiveScore at(size_t row) const;
  /// Rows by sealed score, the highest first; those without score last.
  [[nodiscard]] std::span<const uint32_t> order() const noexcept { return *order_; }

 private:
  friend class ActivityBoard;
  ScoreRun run_;
  std::shared_ptr<const SealedScores> sealed_;
  std::shared_ptr<const RegisterModel> model_;
  std::shared_ptr<const activity::Frozen> frozen_;
  std::shared_ptr<const std::vector<uint32_t>> order_;
  std::vector<LiveScore> live_;  // ascending by unit
  uint64_t seq_ = 0;             // state followed
  bool is_behind_ = false;
};

class ActivityBoard {
 public:
  explicit ActivityBoard(Home& home) : home_(home) {}
  /// kNotFound when the model has no run yet.
  Result<std::shared_ptr<const BoardScores>> now(const std::string& model,
                                                 const std::shared_ptr<const store::State>& state);

 private:
  Result<std::shared_ptr<const BoardScores>> load(const ScoreRun& run);
  Result<std::shared_ptr<const BoardScores>> follow(const BoardScores& earlier, const store::State& state);
  Result<std::vector<uint64_t>> changed_units(const BoardScores& earlier, const store::State& state);

  Home& home_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const BoardScores>> boards_;
};

/// Scores of a few units for a period in a state, with frozen statistics; units outside the population are left out.
struct ScoredUnits {
  ActivityInputs inputs;
  activity::Scores scores;
};
Result<ScoredUnits> score_units(Home& home, const store::State& state, const RegisterModel& model,
                                const activity::Frozen& frozen, const InputsSpec& spec);

}  // namespace minglu::flows
