// An evaluation against a truth, as the commands print it. Fields of the JSON are a contract: docs/guide/cli.md.
// Used by `link evaluate` and `evaluate`; each adds what it alone knows.
// Thread-safety: functions without state.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "match/evaluate.hpp"

namespace minglu::cli {

nlohmann::json evaluation_json(const match::Evaluation& evaluation);
/// Two lines: pairwise, and B-cubed.
void print_evaluation(const match::Evaluation& evaluation);

}  // namespace minglu::cli
