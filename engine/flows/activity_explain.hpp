// Why one unit has its score, and what another model would change.
//
//   MINGLU_TRY(UnitCard card, unit_card(home, *state, run, unit));
//   MINGLU_TRY(Impact impact, simulate(home, *state, {.document = draft, .period = {202606}, .against = "sixia"}));
//
// A card computes the unit anew in the register of today with the frozen statistics of the run's version, and again in
// the state of the run: its points now and then, whose difference is the change of the score. Its history are the
// sealed runs, every revision of them. A simulation scores every n-th unit, so many that at most `units_max` are
// scored, with statistics of its own, and compares grades with the published version over the same units and period;
// its counts are those of the sample. Errors: kNotFound, kInvalidArgument. Cost: a card some milliseconds; a simulation
// one pass over the figures. Thread-safety: as Home's readers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "activity/compare.hpp"
#include "flows/activity_board.hpp"

namespace minglu::flows {

struct CardIndicator {
  std::string code;
  double value = 0;  // as treated input of the normaliser's column: yuan, persons, ...; null: none
  double base = 0;   // null: none
  double normalised = 0;
  double points = 0;         // now; null: no value
  double points_sealed = 0;  // at the run
  std::string kind;          // of the weakest column it reads: "VALUE", "ZERO", "NOT_LINKED", ...
  std::vector<std::string> sources;
  Period period;  // latest report that it rests on; 0: none
};

struct CardHistory {
  ScoreRun run;
  double score = 0;  // null: none
  std::string grade;
  double coverage = 0;
};

struct UnitCard {
  uint64_t unit = 0;
  Period period;
  bool in_population = true;
  double score = 0;  // now; null: none
  double coverage = 0;
  std::string grade;
  double score_sealed = 0;  // null: not in the run
  std::string grade_sealed;
  std::vector<std::string> caps;  // attribute and word of the caps that hold, e.g. "closed: closed"
  std::vector<CardIndicator> indicators;
  std::vector<CardHistory> history;  // the newest first
};

Result<UnitCard> unit_card(Home& home, const store::State& state, const ScoreRun& run, uint64_t unit);

struct SimulateSpec {
  std::string document;
  Period period;
  std::string against;  // id of a model whose published version is compared; empty: none
  size_t units_max = 200'000;
};

struct ImpactGroup {
  std::string code;  // district (6 digits) or section letter; empty: unknown
  uint64_t units = 0;
  uint64_t up = 0;
  uint64_t down = 0;
};

struct IndicatorShape {
  std::string code;
  uint64_t values = 0;
  double min = 0;
  double max = 0;
  double skewness = 0;           // of the values as read
  std::vector<uint64_t> before;  // counts in twenty equal classes from min to max, of the values as read
  std::vector<uint64_t> after;   // in ten classes of the normalised scale 0..100
  double mean_normalised = 0;
};

struct Impact {
  uint64_t units = 0;       // scored
  uint64_t sampled_of = 0;  // units of the register
  std::vector<std::string> grade_names;
  std::vector<uint64_t> grades;
  std::vector<uint64_t> score_classes;
  std::vector<uint64_t> score_classes_before;  // of the published version; empty: nothing compared
  activity::GradeMoves moves;                  // empty counts: nothing compared
  std::vector<ImpactGroup> districts;          // ascending by code
  std::vector<ImpactGroup> sections;
  std::vector<IndicatorShape> indicators;
  std::vector<double> effective_weights;
  activity::Notes notes;
};

Result<Impact> simulate(Home& home, const store::State& state, const SimulateSpec& spec);

}  // namespace minglu::flows
