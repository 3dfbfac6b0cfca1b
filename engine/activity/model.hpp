// The model of activity as data: a tree of indicators and groups of any depth, with what is done at every node.
//
//   {"id": "tai", "preset": "oecd", "id_column": "country",
//    "indicators": [{"code": "patents", "column": "PATENTS", "direction": 1, "weight": 1, "parent": "creation",
//                    "treat": [{"method": "log"}], "normalise": {"method": "minmax"}}],
//    "groups": [{"code": "tai", "aggregate": "arithmetic"}, {"code": "creation", "parent": "tai", "weight": 1}]}
//
// Only "indicators", each with a code, are required. "column" defaults to the code, "direction" to 1, "normalise" to
// the model's and then to minmax; nodes without parent belong to the one group without parent, or to a group "score"
// that is added. Weights of a group: method "given" when every member states one, "equal" when none does. Every key is
// described in docs/method/activity.md. Unknown keys become notes. The keys of a register's model that say where values
// come from (columns, attributes, population; value, base and applies of an indicator) are read by the flows.
// Errors: kInvalidArgument, Chinese and English: no JSON, a missing or double code, an unknown parent or method, a
// ring, a group without members. Thread-safety: values. Cost: a few microseconds a node.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "activity/aggregate/aggregator.hpp"
#include "activity/normalise/normaliser.hpp"
#include "activity/treat/treatment.hpp"
#include "activity/weights/weigher.hpp"

namespace minglu::activity {

/// Why a value is missing: the source does not know the unit; it knows it and reported nothing (counts as 0); the
/// indicator does not apply to the unit.
enum class MissingKind : uint8_t { kNotLinked, kZero, kNotApplicable };

struct TreatStep {
  const Treatment* treatment = nullptr;
  Parameters parameters = {};
};

struct Indicator {
  std::string code;
  std::string column;
  std::string base_column;  // values of the base period; required by base_period
  int direction = 1;
  MissingKind missing = MissingKind::kNotLinked;  // what an empty cell means
  std::vector<TreatStep> treat = {};
  const Normaliser* normaliser = nullptr;
  Parameters parameters = {};
};

/// One member of a group: an indicator or another group, by its place in the model's list.
struct Member {
  bool is_group = false;
  size_t at = 0;
  double weight = kNull;
};

struct Group {
  std::string code;
  std::vector<Member> members = {};  // in order of the model, indicators first
  const Aggregator* aggregator = nullptr;
  const Weigher* weigher = nullptr;
  Parameters weigh_parameters = {};
};

inline constexpr size_t kGradesMax = 100;

/// Lowest score of a grade; the last cut, without a lowest score, takes the rest.
struct GradeCut {
  std::string grade;
  std::optional<double> min;
};

/// Units whose `column` holds one of `values` get at most a grade, or a fixed score: 注销 is never active.
struct Cap {
  std::string column;
  std::vector<std::string> values;
  std::string grade_max;
  std::optional<double> score;
};

/// What the values of indicators are multiplied by, per word of a column: 注册状态, 行业, 规模 (DB12/T 964).
struct Factor {
  std::string column;
  bool from_group_means = false;                            // learned and frozen: mean of all / mean of the word
  std::vector<std::pair<std::string, double>> values = {};  // else stated, above 0
  double otherwise = 1;                                     // of a word that is not stated
  std::vector<std::string> except = {};                     // codes of indicators that it does not touch
};

struct Model {
  std::string id;
  std::string version;
  std::string base_period;
  std::string id_column;  // empty: the first column of the file
  std::string preset;
  double coverage_min = 0;                // share of the weight that must be available, else grade U
  bool not_applicable_counts = true;      // whether what does not apply counts as weight that is not available
  std::vector<std::string> peer_columns;  // statistics are taken within equal values of these ...
  uint64_t peer_units_min = 30;           // ... as long as so many units share them, else the last column is dropped
  std::vector<Factor> factors;
  std::vector<Indicator> indicators;
  std::vector<Group> groups;  // members come before the groups that hold them; the last is the root
  std::vector<GradeCut> grades;
  std::vector<Cap> caps;
  std::string digest;  // SHA-256 of the model in canonical JSON: what frozen statistics belong to
  Notes notes;
};

/// `presets`: text of catalog/activity/presets.json.
Result<Model> parse_model(std::string_view text, std::string_view presets);

}  // namespace minglu::activity
