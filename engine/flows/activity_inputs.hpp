// The values of a model's indicators for one period, out of the register: panel, then expressions, block by block.
//
//   MINGLU_TRY(ActivityInputs inputs, activity_inputs(home, *state, model, {202606}, {}));
//   inputs.units[i]           // the unit of row i of inputs.data; only units of the model's population
//
// Thread-safety: as make_unit_panel. Cost: that of the panel, and some 10 ns per expression and unit. Memory: the
// panel, two doubles per unit and indicator.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "activity/score.hpp"
#include "flows/activity_model.hpp"

namespace minglu::flows {

struct ActivityInputs {
  std::vector<uint64_t> units;  // ascending
  activity::ActivityData data;
  PanelText region;
  PanelText industry;
  std::vector<std::vector<CellKind>> kinds;  // per column of the model; only when asked for
  std::vector<std::vector<int32_t>> periods;
};

struct InputsSpec {
  Period period;
  std::vector<uint64_t> units = {};  // ascending; empty: all
  bool with_kinds = false;
};

Result<ActivityInputs> activity_inputs(Home& home, const store::State& state, const RegisterModel& model,
                                       const InputsSpec& spec);

}  // namespace minglu::flows
