// Scores units with a model: treat → normalise → weigh → aggregate → coverage → grade and rank.
//
//   MINGLU_TRY(Model model, parse_model(text, presets));
//   MINGLU_TRY(Scores scores, score(model, data, {.threads = 2}));
//   MINGLU_TRY(Scores next, score(model, next_period, {.frozen = &scores.frozen}));    // the same statistics and
//   weights
//
// Statistics (means, ends, limits, distributions) and weights that come from data are those of the data scored, or the
// frozen ones of another run of the same model: then every row is scored alone, and scores compare over periods.
// Borda and Copeland always compare the rows given. Score of a group = its aggregate over the members that have a
// value, with their weights rescaled. Coverage = share of the weight of all indicators that is available; below the
// model's least the unit has no score and the grade U. Rank 1 is the best; scores that agree to a billionth share a
// rank, and a score on a cut belongs to the upper grade. Errors: kInvalidArgument, naming what to change. Same data and
// model: same bits at any number of threads. Rows in another order: the same scores up to the rounding of sums.
// Thread-safety: pure. Cost: O(rows x indicators). Source of every method: docs/method/activity.md. Memory: two doubles
// a row and indicator.
#pragma once

#include <string>
#include <vector>

#include "activity/model.hpp"

namespace minglu::activity {

/// One indicator of all rows, as read: null where there is no value.
struct IndicatorData {
  std::vector<double> values;
  std::vector<double> base;             // as long as values when the model names a base column, else empty
  std::vector<uint8_t> not_applicable;  // 1 where the null means NOT_APPLICABLE; empty when it never does
};

/// The column of a factor: its words once, and their number per row.
struct FactorColumn {
  std::vector<std::string> words;
  std::vector<uint32_t> of_row;
};

struct ActivityData {
  size_t rows = 0;
  std::vector<IndicatorData> indicators;  // in order of the model
  /// Peer columns and cap columns: values once, and their number per row. Empty when the model has none.
  std::vector<std::vector<std::string>> peers;  // distinct combinations of the peer columns
  std::vector<uint32_t> peer_of_row;
  std::vector<std::vector<uint8_t>> capped;  // per cap of the model: 1 where it holds
  std::vector<FactorColumn> factors;         // per factor of the model
  std::vector<std::string> ids;              // only needed where a model refers to a unit
};

/// What was learned of the indicators within one peer group.
struct PeerStatistics {
  std::vector<std::string> peer;  // leading peer columns; empty: all units
  uint64_t units = 0;
  std::vector<Statistics> statistics;       // per indicator
  std::vector<std::vector<Limits>> limits;  // per indicator and step of its treatment
};

/// Of one factor and indicator, by word ascending; empty when nothing is learned.
struct LearnedFactor {
  std::vector<std::pair<std::string, double>> values;
};

struct Frozen {
  std::vector<std::vector<LearnedFactor>> factors;  // per indicator, then factor of the model
  std::vector<PeerStatistics> peers;
  std::vector<std::vector<double>> weights;  // per group, in order of its members
  std::vector<Json> details;                 // per group, what its weight method found out
};

struct ScoreSpec {
  size_t threads = 1;
  const Frozen* frozen = nullptr;  // borrowed for the call
};

inline constexpr std::string_view kNoGrade = "U";  // 数据不足

struct Scores;
/// The statistics in use: those given, else those learned.
inline const Frozen& frozen_of(const ScoreSpec& spec, const Scores& scores) noexcept;

struct Scores {
  std::vector<double> score;                    // null: not enough data
  std::vector<uint32_t> rank;                   // 0: no score
  std::vector<uint8_t> grade;                   // place in grade_names; empty without grades
  std::vector<std::string> grade_names;         // the model's from high to low, then kNoGrade
  std::vector<double> coverage;                 // 0..1
  std::vector<std::vector<double>> normalised;  // per indicator
  std::vector<std::vector<double>> groups;      // per group; the last is the score before coverage and caps
  std::vector<double> effective_weights;        // per indicator: product of shares down the tree; they sum to 1
  Frozen frozen;                                // what was learned; empty when it was given
  Notes notes;

  /// Of the model's grades, or kNoGrade; only where the model has grades. Valid as long as the scores.
  std::string_view grade_of(size_t row) const { return grade_names[grade[row]]; }
};

inline const Frozen& frozen_of(const ScoreSpec& spec, const Scores& scores) noexcept {
  return spec.frozen != nullptr ? *spec.frozen : scores.frozen;
}

/// `data` is consumed: its columns become the treated values.
Result<Scores> score(const Model& model, ActivityData data, const ScoreSpec& spec);

/// Statistics and weights as a document that belongs to the model (its digest) and a base period.
std::string frozen_json(const Model& model, const Frozen& frozen);
/// kInvalidArgument when the document belongs to another model or is damaged.
Result<Frozen> parse_frozen(const Model& model, std::string_view text);

}  // namespace minglu::activity
