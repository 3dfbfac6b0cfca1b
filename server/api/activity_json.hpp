// Models, runs, simulations and unit cards of activity as the API shows them. Null stands for a number that is not
// there. Pure.
#pragma once

#include "flows/activity_explain.hpp"
#include "server/api/api_call.hpp"

namespace minglu::server {

/// Null for a quiet NaN.
Json number_json(double value);
/// Every family of methods with its parameters: forms are built from it.
Json methods_json();
/// Sources with their indicators, for the editor.
Json indicator_sources_json(const flows::Knowledge& knowledge);
Json version_json(const flows::ModelVersion& version);
Json run_json(const flows::Knowledge& knowledge, const flows::ScoreRun& run);
Json impact_json(const flows::Knowledge& knowledge, const flows::RegisterModel& model, const flows::Impact& impact);
Json card_json(const flows::Knowledge& knowledge, const flows::RegisterModel& model, const flows::UnitCard& card);

}  // namespace minglu::server
