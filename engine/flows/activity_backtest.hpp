// Do the grades of a run tell what happened later? Deaths and entries into 四上 between the state of the run and now.
//
//   MINGLU_TRY(BackTestReport report, back_test_run(home, *state, run));
//   report.deaths.lower_first   // chance that a unit that died had scored lower than one that did not
//
// A death is a unit that lived by its status (catalog/codes/life_states.csv) in the state of the run and does not now,
// or was merged away by nobody and is gone; an entry is a unit that was not in 四上 and is now. Units that were dead at
// the run are left out. Errors: kFailedPrecondition when the state of the run is the state of now. Cost: two passes
// over the unit rows. Thread-safety: as Home's readers.
#pragma once

#include "activity/compare.hpp"
#include "flows/activity_run.hpp"

namespace minglu::flows {

struct BackTestReport {
  std::vector<std::string> grade_names;
  activity::BackTest deaths;
  activity::BackTest entries;
};

Result<BackTestReport> back_test_run(Home& home, const store::State& state, const ScoreRun& run);

}  // namespace minglu::flows
