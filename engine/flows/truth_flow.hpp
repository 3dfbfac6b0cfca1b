// Compares the register with truth files `id,cluster_id`, id = "<source>:<key of the record>".
// Counts pairs of records, in the register's units against the truth's clusters: precision, recall, F1 of
// match/evaluate.hpp. Truth is read here and nowhere else: no decision of matching sees it.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "flows/home.hpp"
#include "match/evaluate.hpp"

namespace minglu::flows {

/// Over the records that both know. Clusters of different truth files are different. Null when no record is known to
/// both. Cost: one pass over all units.
Result<std::optional<match::Evaluation>> evaluate_truth(Home& home,
                                                        const std::vector<std::filesystem::path>& truth_files);

}  // namespace minglu::flows
